"""Promise: at every rate, and after any number of gaps, an event is told at the time its samples were taken."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.signal import Detector
from detector.signal.state import HISTORY, STRETCHES
from detector.timeline import Timeline
from firmware_bridge.samples import NS
from firmware_bridge.virtual.twitch import acceleration

ORIGIN_NS = 1_700_000_000 * NS
EVERY_S = 4.0
SHAPES_S = 0.015
"""Two shapes of the bank that explain a twitch alike begin at most so far apart."""


def stream(rate_hz: float, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Noise with a clear twitch every four seconds; its samples, and the indices at which the twitches begin."""
    rng = np.random.default_rng(17)
    xyz = 3e-4 * rng.standard_normal((round(seconds * rate_hz), 3)) + [0.6, 0.0, 0.8]
    shape = acceleration(np.arange(0, 0.48, 1 / rate_hz), 0.06)
    begins = np.round(np.arange(6.0, seconds - 1.0, EVERY_S) * rate_hz).astype(int)
    for i in begins:
        xyz[i : i + len(shape), 0] += 0.04 * shape / np.ptp(shape)
    return xyz.astype(np.float32), begins


def fed(xyz, rate_hz, cuts, gap_s, *, with_clock, push=10**9):
    """Feed the samples with a gap of that length before each index of `cuts`; gives the events and the detector."""
    timeline = Timeline()
    detector = Detector(rate_hz, clock=timeline if with_clock else None, origin_ns=ORIGIN_NS if with_clock else 0)
    events, begin, missing_s = [], 0, 0.0
    for end in [*cuts, len(xyz)]:
        timeline.anchor(begin, ORIGIN_NS + round((begin / rate_hz + missing_s) * NS), rate_hz)
        for i in range(begin, end, push):
            events += detector.push(xyz[i : min(i + push, end)])
        begin = end
        if end < len(xyz):
            events += detector.gap(gap_s)
            missing_s += gap_s
    return events + detector.flush(), detector


def true_onsets(begins, cuts, gap_s, rate_hz):
    """Times of the twitches that no gap is near to."""
    cuts = np.asarray(cuts, int)
    clear = [i for i in begins if not len(cuts) or np.abs(cuts - i - 0.2 * rate_hz).min() > 1.2 * rate_hz]
    return np.array([i / rate_hz + gap_s * np.sum(cuts <= i) for i in clear])


def lags(events, onsets):
    """By how much each twitch is told too late."""
    told = np.array([e.onset_s for e in events if e.kind == "twitch"])
    off = np.array([told[np.argmin(np.abs(told - t))] - t for t in onsets])
    assert np.abs(off).max() < 0.1
    return off


@pytest.mark.parametrize("with_clock", [True, False])
@pytest.mark.parametrize(("rate_hz", "gaps"), [(416.0, 100), (1000.0, 300), (200.0, 100)])
def test_hundreds_of_gaps(rate_hz, gaps, with_clock):
    """After them each twitch is told as late as without them, but for which shape of the bank is taken for it."""
    xyz, begins = stream(rate_hz, 60.0)
    rng = np.random.default_rng(3)
    middle = round(30 * rate_hz)
    cuts = np.sort(middle + rng.choice(round(3 * rate_hz), gaps, replace=False))
    events, detector = fed(xyz, rate_hz, cuts.tolist(), 0.25, with_clock=with_clock)
    onsets = true_onsets(begins, cuts, 0.25, rate_hz)
    plain, _ = fed(xyz, rate_hz, [], 0.0, with_clock=with_clock)
    without = lags(plain, true_onsets(begins, [], 0.0, rate_hz))
    after = lags(events, onsets)[onsets > 33]
    assert len(after) >= 5
    assert np.abs(after - without[-len(after) :]).max() < SHAPES_S
    assert detector.state["missing_s"][0] == pytest.approx(0.25 * gaps)


@settings(max_examples=20, deadline=None)
@given(
    rate_hz=st.sampled_from([250.0, 256.0, 416.0, 500.0, 800.0, 1000.0]),
    places=st.lists(st.integers(5_000, 39_999), max_size=12, unique=True),
    with_clock=st.booleans(),
    gap_s=st.sampled_from([0.0, 0.013, 2.5]),
    push=st.integers(1, 700),
)
def test_gaps_anywhere_and_any_split(rate_hz, places, with_clock, gap_s, push):
    xyz, begins = stream(rate_hz, 40.0)
    cuts = sorted({round(place * 1e-3 * rate_hz) for place in places})
    events, whole = fed(xyz, rate_hz, cuts, gap_s, with_clock=with_clock)
    split, pieces = fed(xyz, rate_hz, cuts, gap_s, with_clock=with_clock, push=push)
    assert split == events
    assert pieces.state.tobytes() == whole.state.tobytes()
    plain, _ = fed(xyz, rate_hz, [], 0.0, with_clock=with_clock)
    reference = np.median(lags(plain, true_onsets(begins, [], 0.0, rate_hz)))
    onsets = true_onsets(begins, cuts, gap_s, rate_hz)
    if len(onsets):
        assert np.abs(lags(events, onsets) - reference).max() < SHAPES_S


def test_flush_between_pushes_takes_no_time():
    """Flushing drops an unfinished average, not its time."""
    xyz, begins = stream(1000.0, 30.0)
    detector = Detector(1000.0)
    events = []
    for i in range(0, 5001, 50):
        events += detector.push(xyz[i : i + 50 - (i % 3)]) + detector.flush()
        events += detector.push(xyz[i + 50 - (i % 3) : i + 50])
    events += detector.push(xyz[5051:]) + detector.flush()
    told = [e.onset_s for e in events if e.kind == "twitch"]
    wanted = [e.onset_s for e in Detector(1000.0).push(xyz) if e.kind == "twitch"]
    assert len(told) >= len(begins) - 2
    assert np.allclose(told[-4:], wanted[-4:], atol=SHAPES_S)


def test_what_is_remembered_of_gaps_is_bounded():
    detector = Detector(416.0)
    xyz, _ = stream(416.0, 20.0)
    for i in range(3 * STRETCHES):
        detector.push(xyz[i * 7 : i * 7 + 7])
        detector.gap(1.0)
    state = detector.state[0]
    assert state["stretches"] == STRETCHES
    assert np.all(np.diff(state["stretch_from"]) > 0)
    assert state["stretch_missing_s"][-1] == pytest.approx(3 * STRETCHES)


@settings(max_examples=60, deadline=None)
@given(
    rate_hz=st.sampled_from([100.0, 250.0, 256.0, 416.0, 512.0, 800.0, 1000.0]),
    lengths=st.lists(st.integers(0, 300), min_size=1, max_size=40),
    gaps_s=st.lists(st.sampled_from([None, 0.0, 0.1, 3.0]), min_size=40, max_size=40),
)
def test_each_sample_of_the_kernel_knows_where_it_was_pushed(rate_hz, lengths, gaps_s):
    """Each sample is its own index, so that the kernel's, an average, is the place that its time must be of."""
    detector = Detector(rate_hz)
    factor = detector._thinning
    ramp = np.zeros((sum(lengths), 3), np.float32)
    ramp[:, 0] = np.arange(len(ramp)) / 64
    expected, missing, missing_s, begin = [], [], 0.0, 0
    for length, gap_s in zip(lengths, gaps_s, strict=False):
        detector.push(ramp[begin : begin + length])
        whole = begin + np.arange(length // factor) * factor + (factor - 1) / 2
        expected += whole.tolist()
        missing += [missing_s] * len(whole)
        begin += length
        if gap_s is None:
            detector.flush()
        else:
            detector.gap(gap_s)
            missing_s += gap_s
    state = detector.state[0]
    assert state["index"] == len(expected)
    for t in range(max(len(expected) - 300, int(state["stretch_from"][0])), len(expected)):
        assert detector._pushed(t, t) == (expected[t], pytest.approx(missing[t]))
        assert 64 * state["raw"][0, HISTORY + t - state["origin"]] == pytest.approx(expected[t], abs=0.01)
