"""Promise: behind stamps that jitter, burst, stall or are rounded, the true rate and gaps are found, and no others.

Samples lie on a smooth line of time that never overlaps itself or runs backwards.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.recordings.timing.rate import estimate_period
from detector.recordings.timing.times import analyse, lay, lay_at

MS = 1e6
RATES = (25.0, 51.7, 99.2, 416.0)


def even(rate_hz: float, seconds: float) -> np.ndarray:
    return np.arange(round(rate_hz * seconds)) * 1e9 / rate_hz


def bursts(times: np.ndarray, size: int, spacing_ns: float) -> np.ndarray:
    """Arrival times where `size` samples come at once, when the last of them is taken."""
    at = np.arange(len(times))
    last = np.minimum((at // size + 1) * size, len(times)) - 1
    return times[last] + (at % size) * spacing_ns


PACKETS = {"packets of 16": 16, "packets of 36, 1 ms apart, up to 20 ms late": 36, "threes": 3, "twos": 2}


def jitters(rate_hz: float) -> dict[str, object]:
    rng = np.random.default_rng(7)
    period = 1e9 / rate_hz
    return {
        "none": lambda t: t,
        "milliseconds": lambda t: np.floor(t / MS) * MS,
        "seconds": lambda t: np.floor(t / 1e9) * 1e9,
        "noise of 1 ms": lambda t: t + rng.normal(0, 1 * MS, len(t)),
        "noise of a fifth": lambda t: t + rng.normal(0, 0.2 * period, len(t)),
        "late now and then": lambda t: t + np.where(rng.random(len(t)) < 0.02, rng.random(len(t)) * 30 * MS, 0),
        "packets of 16": lambda t: bursts(t, 16, 0.0),
        "packets of 36, 1 ms apart, up to 20 ms late": lambda t: (
            bursts(t, 36, 1 * MS) + np.repeat(rng.random(len(t) // 36 + 1), 36)[: len(t)] * 20 * MS
        ),
        "threes": lambda t: bursts(t, 3, 1 * MS),
        "twos": lambda t: bursts(t, 2, 0.0),
    }


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("jitter", list(jitters(100)))
def test_jitter_is_no_gap_and_the_rate_is_true(rate_hz, jitter):
    times = jitters(rate_hz)[jitter](even(rate_hz, 300))
    found = analyse(times)
    assert len(found.bounds) == 2
    assert 1e9 / found.period_ns == pytest.approx(rate_hz, rel=1e-4 if jitter != "seconds" else 3e-4)


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("jitter", list(jitters(100)))
@pytest.mark.parametrize("lost", [2, 9, 1000])
def test_gaps_are_found_where_they_are(rate_hz, jitter, lost):
    packet = PACKETS.get(jitter, 1)  # what a radio loses is whole packets
    lost = -(-lost // packet) * packet
    places = [3000 // packet * packet, 5000 // packet * packet]
    times = even(rate_hz, 300)
    kept = np.ones(len(times), bool)
    for place in places:
        kept[place : place + lost] = False
    found = analyse(jitters(rate_hz)[jitter](times)[kept])
    if jitter in ("late now and then", "noise of a fifth") and lost == 2 and len(found.bounds) < 4:
        return  # two samples may drown in such jitter
    if jitter == "seconds" and lost / rate_hz < 1:
        assert len(found.bounds) <= 4  # less than a second may not show
        return
    assert len(found.bounds) == 4
    slack = {"seconds": rate_hz, "late now and then": 2, "noise of a fifth": 2}.get(jitter, 0)
    assert np.allclose(found.bounds[1:-1], [places[0], places[1] - lost], atol=slack)


def test_a_stall_that_is_caught_up_with_is_no_gap():
    times = even(50, 600)
    for at, length in ((2000, 15), (9000, 550), (20_000, 100)):
        # Nothing is delivered for a while, then everything at once, a millisecond apart.
        burst = times[at + length] + np.arange(length) * MS
        times[at : at + length] = np.maximum(times[at : at + length], burst)
    times = np.maximum.accumulate(times)
    assert analyse(times).bounds == (0, len(times))


def test_a_few_stamps_out_of_order_are_jitter():
    times = even(100, 60)
    times[[100, 2000, 2001, 5999]] -= 80 * MS
    found = analyse(times)
    assert found.bounds == (0, len(times))
    assert found.period_ns == pytest.approx(1e7, rel=1e-5)


def test_one_lost_sample_is_no_gap():
    times = np.delete(even(100, 60), [1000, 3000])
    assert len(analyse(times).bounds) == 2


def test_many_gaps_each_with_a_short_stretch_between():
    times = even(50, 2000).reshape(-1, 100)[:, :60].ravel()  # 1.2 s on, 0.8 s off
    found = analyse(times)
    assert found.bounds == tuple(range(0, len(times) + 1, 60))
    assert found.period_ns == pytest.approx(2e7, rel=1e-6)


def test_a_gap_right_after_the_start_and_before_the_end():
    times = np.delete(even(100, 60), [*range(5, 20), *range(5980, 5990)])
    assert analyse(times).bounds == (0, 5, 5965, 5975)


def test_the_line_follows_a_drifting_clock():
    truth = even(52, 1800)
    truth += 0.5 * 2e-7 * truth**2 / 1e9  # the period grows by 0.036 % in half an hour
    stamps = truth + np.random.default_rng(1).normal(0, 5 * MS, len(truth))
    laid = np.concatenate(
        [p.start_ns + np.arange(p.count) * 1e9 / p.rate_hz for p in lay(stamps - stamps[0], 0, analyse(stamps))]
    )
    off = laid - (truth - stamps[0])
    assert np.abs(off).max() < 2 * MS


@settings(max_examples=60, deadline=None)
@given(
    rate_hz=st.floats(20, 1000),
    noise=st.floats(0, 3),
    seed=st.integers(0, 2**31),
    kept=st.lists(st.tuples(st.integers(1, 300), st.integers(0, 400)), min_size=1, max_size=12),
)
def test_time_never_overlaps_or_goes_back(rate_hz, noise, seed, kept):
    parts, at = [], 0
    for count, lost in kept:
        parts.append(np.arange(at, at + count))
        at += count + lost
    times = np.concatenate(parts) * 1e9 / rate_hz
    times = times + np.random.default_rng(seed).normal(0, noise * 1e9 / rate_hz, len(times))
    if len(times) < 2 or np.all(times == times[0]):
        return
    found = analyse(times)
    if found.period_ns <= 0:
        return
    for pieces in (lay(times, 10**18, found), lay_at(rate_hz, len(times), 10**18, lay(times, 10**18, found))):
        assert sum(piece.count for piece in pieces) == len(times)
        assert [piece.first for piece in pieces] == list(np.cumsum([0] + [piece.count for piece in pieces])[:-1])
        for before, after in itertools.pairwise(pieces):
            assert after.start_ns > before.end_ns if after.after_gap else after.start_ns == before.end_ns


@given(st.lists(st.integers(-(2**61), 2**61), min_size=2, max_size=60))
def test_no_stamps_break_the_estimate(values):
    estimate_period(np.array(values, np.float64))
    if len(set(values)) > 1:
        analyse(np.array(values, np.float64))
