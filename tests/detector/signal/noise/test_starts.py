"""Promise: twitches are found soon after a movement that the recording began in, and a quiet start stays as fast."""

from __future__ import annotations

import numpy as np
import pytest

from detector.signal import Detector, detect
from tests.detector.signal.movement.movements import handling, noise, tremor


def moved_start(make_signal, rate_hz, seconds, moved):
    """A recording that begins in movement; gives the samples and the twitches after it."""
    xyz, onsets = make_signal(seconds=seconds + 60, rate_hz=rate_hz, p2p_mg=15.0, every_s=3.1)
    i = round(seconds * rate_hz)
    quiet = noise(np.random.default_rng(5), seconds, rate_hz)
    xyz[:i] = (quiet + moved).astype(np.float32)
    return xyz, onsets[onsets > seconds + 1]


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
@pytest.mark.parametrize(("seconds", "rms_mg"), [(2.0, 250.0), (20.0, 150.0), (60.0, 350.0)])
def test_after_handling_from_the_first_sample(make_signal, matched, rate_hz, seconds, rms_mg):
    moved = handling(np.random.default_rng(1), seconds, rate_hz, rms_mg)
    xyz, onsets = moved_start(make_signal, rate_hz, seconds, moved)
    events = detect(xyz, rate_hz)
    late = onsets[onsets > seconds + 10]
    assert matched(events, late) >= 0.9 * len(late)
    assert not [e for e in events if e.kind in {"twitch", "train"} and e.onset_s < seconds - 1]
    if seconds > 10:  # the movement itself is told from the first sample on
        told_s = sum(e.duration_s for e in events if e.kind == "movement" and e.onset_s < seconds)
        assert told_s >= 0.9 * seconds


def test_after_tremor_from_the_first_sample(make_signal, matched):
    xyz, onsets = moved_start(make_signal, 100.0, 90.0, tremor(np.random.default_rng(2), 90, 100.0, 200, 5.2))
    late = onsets[onsets > 100]
    assert matched(detect(xyz, 100.0), late) >= 0.9 * len(late)


def test_a_quiet_start_is_trusted_within_seconds(make_signal, matched):
    xyz, onsets = make_signal(seconds=40)
    detector = Detector(100.0)
    assert detector.state["settling"][0] == 2
    events = detector.push(xyz[:750])  # the gate waits for a heart beat first
    assert detector.state["settling"][0] == 0
    events += detector.push(xyz[750:]) + detector.flush()
    assert matched(events, onsets) == len(onsets)


def test_the_state_says_that_a_movement_goes_on():
    rng = np.random.default_rng(3)
    xyz = noise(rng, 60, 100.0)
    xyz[:2000] += handling(rng, 20, 100.0, 200.0)
    xyz[4000:5000] += handling(rng, 10, 100.0, 200.0)
    detector = Detector(100.0)
    seen = []
    for i in range(0, len(xyz), 500):
        detector.push(xyz[i : i + 500].astype(np.float32))
        seen.append((int(detector.state["settling"][0]), int(detector.state["moving"][0])))
    assert seen[1:4] == [(1, 1)] * 3  # at the start: no floor, and moving
    assert seen[6:8] == [(0, 0)] * 2
    assert seen[9] == (0, 1)


def test_no_twitch_is_larger_than_a_muscle_makes():
    rng = np.random.default_rng(4)
    xyz = noise(rng, 120, 100.0) + 0.03 * rng.standard_normal((12000, 3))  # so much noise that the run is weak
    shape = np.sin(np.arange(12) / 12 * 2 * np.pi)
    for i in range(1500, 11500, 400):
        xyz[i : i + 12, 1] += rng.uniform(0.1, 0.6) * shape
    events = detect(xyz.astype(np.float32), 100.0)
    assert len(events) > 10
    assert all(e.p2p_mg <= 150.0 for e in events if e.kind in {"twitch", "train"})
    assert any("jerk" in e.flags for e in events)
