"""Promise: a synthetic night is the same for the same seed, and holds what its truth says."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest

from firmware_bridge.virtual.night import SyntheticNight
from firmware_bridge.virtual.twitch import acceleration, peak_to_peak_mg


def whole(night):
    return np.concatenate([samples.xyz for samples in night])


def test_the_same_seed_gives_the_same_night_however_it_is_consumed():
    night = SyntheticNight(0.1, 52.0, seed=7)
    first = whole(night)
    np.testing.assert_array_equal(first, whole(night))
    np.testing.assert_array_equal(first, whole(SyntheticNight(0.1, 52.0, 7)))
    others = [iter(night), iter(night)]
    interleaved = [(next(others[0]).xyz, next(others[1]).xyz) for _ in range(6)]
    for k in (0, 1):
        np.testing.assert_array_equal(first, np.concatenate([pair[k] for pair in interleaved]))
    assert night.truth == SyntheticNight(0.1, 52.0, seed=7).truth
    assert not np.array_equal(first, whole(SyntheticNight(0.1, 52.0, seed=8)))


@pytest.mark.parametrize("rate_hz", [25.0, 51.7, 104.0])
def test_blocks_follow_each_other_and_fill_the_hours(rate_hz):
    blocks = list(SyntheticNight(0.05, rate_hz, seed=1))
    assert sum(len(b.xyz) for b in blocks) == round(180 * rate_hz)
    for before, after in itertools.pairwise(blocks):
        assert abs(after.start_ns - before.end_ns) <= 1
    assert all(b.xyz.dtype == np.float32 and b.rate_hz == rate_hz for b in blocks)


def test_rest_is_one_g_with_the_noise_of_a_wearable():
    xyz = whole(SyntheticNight(0.05, 52.0, seed=2))
    assert np.linalg.norm(xyz, axis=1).mean() == pytest.approx(1.0, abs=2e-3)
    rms_mg = 1e3 * np.median(np.abs(np.diff(xyz, axis=0)), axis=0) / 0.6745 / np.sqrt(2)
    assert np.all((rms_mg > 0.8) & (rms_mg < 1.3))


def test_truth_is_in_order_within_the_night_and_of_every_kind():
    truth = SyntheticNight(8.0, 52.0, seed=3).truth
    assert [event.onset_s for event in truth] == sorted(event.onset_s for event in truth)
    assert {event.kind for event in truth} == {"twitch", "movement", "pulse"}
    assert all(e.onset_s >= 0 and e.onset_s + e.duration_s <= 8 * 3600 for e in truth)
    twitches = [e for e in truth if e.kind == "twitch"]
    assert 200 < len(twitches) < 5000
    assert all(3.0 <= e.p2p_mg <= 40.0 for e in twitches)
    assert len({e.unit for e in twitches}) > 3
    assert all(3.0 <= e.duration_s <= 45.0 for e in truth if e.kind == "movement")


def test_a_twitch_stands_where_the_truth_says_with_the_height_it_says():
    night = SyntheticNight(1.0, 416.0, seed=4)
    xyz_mg = 1e3 * whole(night).astype(np.float64)
    others = [(e.onset_s, e.onset_s + e.duration_s) for e in night.truth]
    checked = 0
    for event in night.truth:
        alone = sum(begin < event.onset_s + 1.0 and end > event.onset_s - 1.0 for begin, end in others) == 1
        if event.kind != "twitch" or event.p2p_mg < 20 or not alone:
            continue
        begin = round(event.onset_s * 416)
        inside = xyz_mg[begin : begin + round(event.duration_s * 416)]
        _, _, directions = np.linalg.svd(inside - inside.mean(axis=0), full_matrices=False)
        # The noise of 1 mg on both extremes adds a little, and a doublet may add more.
        assert 0.85 * event.p2p_mg < np.ptp(inside @ directions[0]) < 1.6 * event.p2p_mg + 6.0
        before = xyz_mg[begin - 200 : begin]
        assert np.ptp(before, axis=0).max() < 12.0
        checked += 1
    assert checked > 5


@pytest.mark.parametrize(("tp_ms", "p2p_mg"), [(30, 120), (50, 43), (75, 19), (100, 11), (120, 7.5), (156, 4.5)])
def test_the_twitch_is_that_of_the_table(tp_ms, p2p_mg):
    assert peak_to_peak_mg(0.1, tp_ms / 1e3) == pytest.approx(p2p_mg, rel=0.03)
    time_s = np.linspace(-0.1, 2.0, 200_001)
    wave = acceleration(time_s, np.array(tp_ms / 1e3))
    assert np.ptp(wave) == pytest.approx(1.0, abs=1e-6)
    assert np.all(wave[time_s < 0] == 0)


def test_memory_does_not_grow_with_the_hours():
    night = SyntheticNight(3.0, 52.0, seed=5)
    tracemalloc.start()
    for _ in night:
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8e6
