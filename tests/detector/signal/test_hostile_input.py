"""NaN, infinity, flat, clipped and single-sample-spike input, gaps and movements cost their neighbourhood at most."""

from __future__ import annotations

import math

import numpy as np
import pytest

from detector.signal import Detector, DetectorConfig, detect


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e30])
def test_a_bad_value_costs_its_own_neighbourhood(make_signal, matched, value):
    xyz, onsets = make_signal(seconds=200)
    clean = detect(xyz, 100.0)
    xyz[9777, 1] = value
    damaged = detect(xyz, 100.0)
    far = [e for e in clean if abs(e.onset_s - 97.77) > 1]
    assert matched(far, onsets) >= len(onsets) - 1
    near = [e for e in damaged if abs(e.onset_s - 97.77) > 1]
    assert np.allclose([e.onset_s for e in near], [e.onset_s for e in far], atol=0.005)
    assert all(math.isfinite(e.p2p_mg) and math.isfinite(e.snr_db) for e in damaged)


def test_a_night_that_begins_with_bad_values(make_signal, matched):
    xyz, onsets = make_signal(seconds=100)
    xyz[:300] = np.nan
    assert matched(detect(xyz, 100.0), onsets[2:]) == len(onsets) - 2


def test_only_bad_values():
    assert detect(np.full((5000, 3), np.nan, np.float32), 100.0) == []


def test_no_start_transient():
    """Gravity is no step: the filters begin on the first sample's value."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        xyz = (1e-3 * rng.standard_normal((2000, 3)) + 9.0 * rng.standard_normal(3)).astype(np.float32)
        assert detect(xyz, 100.0) == []


def test_flat_input(make_signal, matched):
    """A sensor that repeats one value for ten minutes neither makes events nor deafens the detector."""
    flat = np.tile(np.float32([0.6, 0.0, 0.8]), (60_000, 1))
    assert detect(flat, 100.0) == []
    xyz, onsets = make_signal(seconds=60)
    events = detect(np.concatenate([flat, xyz, flat, xyz]), 100.0)
    assert matched(events, onsets + 600) >= len(onsets) - 1
    assert matched(events, onsets + 1260) >= len(onsets) - 1


def test_clipped_input_is_said_to_be_clipped(make_signal):
    xyz, _ = make_signal(seconds=30, every_s=100)
    swing = 6 * np.sin(2 * np.pi * 8 * np.arange(40) / 100)
    xyz[2000:2040, 0] += swing.astype(np.float32)
    unclipped = detect(xyz, 100.0)
    clipped = detect(np.clip(xyz, -2, 2), 100.0)
    assert not any("clipped" in e.flags for e in unclipped)
    assert any("clipped" in e.flags for e in clipped if abs(e.onset_s - 20) < 0.2)


@pytest.mark.parametrize("rate_hz", [80.0, 100.0, 200.0, 500.0])
def test_a_single_sample_is_no_twitch(make_signal, rate_hz):
    xyz, _ = make_signal(seconds=40, rate_hz=rate_hz, every_s=100)
    xyz[int(20 * rate_hz)] += np.float32([0.5, -0.3, 0.2])
    near = [e for e in detect(xyz, rate_hz) if abs(e.onset_s - 20) < 0.5]
    assert [e.kind for e in near] == ["tap"]
    assert near[0].flags == "glitch"


def test_no_event_straddles_a_gap(make_signal):
    xyz, onsets = make_signal(seconds=60)
    at = round(onsets[4] * 100) + 6  # in the middle of a twitch
    detector = Detector(100.0)
    before = detector.push(xyz[:at]) + detector.gap(2.5)
    after = detector.push(xyz[at:]) + detector.flush()
    assert before[-1].flags == "cut"
    assert all(e.onset_s + e.duration_s <= at / 100 + 0.011 for e in before)
    assert all(e.onset_s >= at / 100 + 2.5 - 1e-9 for e in after)
    # The rest of the twitch is not taken for another one, and the next one is found, 2.5 s later.
    assert after[0].onset_s == pytest.approx(onsets[5] + 2.5, abs=0.1)


def test_gap_must_make_sense():
    with pytest.raises(ValueError, match="gap"):
        Detector(100.0).gap(-1)
    with pytest.raises(ValueError, match="gap"):
        Detector(100.0).gap(math.nan)


def test_recall_is_back_two_seconds_after_a_movement(make_signal, matched):
    """A 0.5 g movement with a turn of the limb is one movement, and does not deafen the detector."""
    xyz, onsets = make_signal(seconds=600, p2p_mg=10.0)
    rng = np.random.default_rng(5)
    heard, moves = [], 0
    for start in np.arange(30.0, 570.0, 25.0):
        a, b = int((start - 5) * 100), int((start - 2) * 100)  # ends 2 s before the twitch at `start`
        sway = np.sin(2 * np.pi * rng.uniform(0.5, 8, 3) * np.arange(b - a)[:, None] / 100)
        xyz[a:b] += (0.5 * sway * np.hanning(b - a)[:, None]).astype(np.float32)
        moves += 1
        heard.append(start)
    events = detect(xyz, 100.0)
    assert matched(events, np.array(heard)) >= 0.95 * len(heard)
    assert sum(e.kind in {"movement", "limb_movement", "tremor"} for e in events) >= moves
    in_moves = [e for e in events if e.kind == "twitch" and any(t - 5 <= e.onset_s <= t - 1.9 for t in heard)]
    assert len(in_moves) <= 1
    assert onsets.size


@pytest.mark.parametrize(
    ("xyz", "error"),
    [
        (np.zeros((4, 3)), TypeError),
        ([[0, 0, 1]], TypeError),
        (np.zeros((4, 2), np.float32), ValueError),
        (np.zeros(3, np.float32), ValueError),
    ],
)
def test_wrong_arrays_are_refused(xyz, error):
    with pytest.raises(error, match="samples must"):
        Detector(100.0).push(xyz)


@pytest.mark.parametrize("rate_hz", [0.0, -5.0, 12.0, 5000.0, math.nan])
def test_wrong_rates_are_refused(rate_hz):
    with pytest.raises(ValueError, match="rate"):
        Detector(rate_hz)


@pytest.mark.parametrize(
    "settings",
    [{"false_alarms_per_hour": 0}, {"highpass_hz": 0}, {"twitch_max_s": 9}, {"floor_s": math.nan}],
)
def test_wrong_settings_are_refused_by_name(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        DetectorConfig(**settings)
