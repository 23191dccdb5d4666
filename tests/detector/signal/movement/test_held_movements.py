"""Promise: a limb that is drawn up, held and let go makes one limb movement, however the samples come; what is found
meanwhile is told, in order, and a posture that stays another joins nothing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from detector.signal import Detector, detect
from detector.signal.state import HELD

RATE_HZ = 100.0
ARM_M = 0.12


def foot(angle_deg, hold_s, *, count=6, every_s=20.0, noise_mg=0.7, seed=5):
    """Drawn up in 0.3 s, held, let go in 0.3 s, again and again: gravity turns, and the sensor is accelerated."""
    rng = np.random.default_rng(seed)
    angle = np.zeros(round((40 + every_s * count) * RATE_HZ))
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(30) / 30)
    starts_s = 30 + every_s * np.arange(count)
    for start_s in starts_s:
        i, held = round(start_s * RATE_HZ), round(hold_s * RATE_HZ)
        angle[i : i + 30] = rise
        angle[i + 30 : i + 30 + held] = 1.0
        angle[i + 30 + held : i + 60 + held] = rise[::-1]
    angle *= np.deg2rad(angle_deg)
    tangential = np.gradient(np.gradient(angle)) * RATE_HZ**2 * ARM_M / 9.81
    xyz = np.stack([np.sin(angle) + tangential, 0.02 * np.sin(angle), np.cos(angle)], axis=1)
    return (xyz + 1e-3 * noise_mg * rng.standard_normal(xyz.shape)).astype(np.float32), starts_s


def smooth(angle_deg, hold_s, *, count=6, every_s=20.0, seed=0):
    """The same with the least jerk, as limbs move, and in 0.25 to 0.35 s."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round((40 + every_s * count) * RATE_HZ)) / RATE_HZ
    starts_s = 30 + every_s * np.arange(count)
    angle = np.zeros(len(time_s))
    for start_s in starts_s:
        move_s = rng.uniform(0.25, 0.35)
        for size, begin_s in ((1.0, start_s), (-1.0, start_s + move_s + hold_s)):
            u = np.clip((time_s - begin_s) / move_s, 0, 1)
            angle += np.deg2rad(angle_deg) * size * (10 * u**3 - 15 * u**4 + 6 * u**5)
    tangential = np.gradient(np.gradient(angle)) * RATE_HZ**2 * ARM_M / 9.81
    xyz = np.stack([np.sin(angle) + tangential, 0.02 * np.sin(angle), np.cos(angle)], axis=1)
    return (xyz + 7e-4 * rng.standard_normal(xyz.shape)).astype(np.float32), starts_s


@pytest.mark.parametrize("angle_deg", [1, 3, 10])
@pytest.mark.parametrize("hold_s", [0.8, 2.0, 5.0])
def test_a_held_movement_is_one(angle_deg, hold_s):
    xyz, starts_s = foot(angle_deg, hold_s)
    events = [event for event in detect(xyz, RATE_HZ) if event.onset_s > 25]
    assert Counter(event.kind for event in events) == {"limb_movement": len(starts_s)}
    assert [event.onset_s for event in events] == pytest.approx(starts_s, abs=0.3)
    lasts_s = [event.duration_s for event in events]
    assert lasts_s == pytest.approx([0.9 + hold_s] * len(starts_s), abs=0.7)  # the high-pass rings on for a while


@pytest.mark.parametrize("angle_deg", [5, 10])
@pytest.mark.parametrize("hold_s", [2.5, 4.0])
def test_where_the_gate_waits_for_a_heart_beat_after_it(angle_deg, hold_s):
    """It does so after a turn of 3 degrees or more: letting go is looked at only when that is over."""
    events = []
    for seed in range(3):
        xyz, starts_s = smooth(angle_deg, hold_s, seed=seed)
        events += [event for event in detect(xyz, RATE_HZ) if event.onset_s > 25]
    assert Counter(event.kind for event in events) == {"limb_movement": 3 * len(starts_s)}


@pytest.mark.parametrize(("angle_deg", "hold_s"), [(3, 2.0), (10, 4.0)])
def test_in_any_pieces(angle_deg, hold_s):
    xyz, _ = smooth(angle_deg, hold_s, seed=1)
    whole = Detector(RATE_HZ)
    expected = whole.push(xyz) + whole.flush()
    for chunk in (1, 37, 1000):
        pieces, got = Detector(RATE_HZ), []
        for i in range(0, len(xyz), chunk):
            got += pieces.push(xyz[i : i + chunk])
        got += pieces.flush()
        assert got == expected
        assert pieces.state.tobytes() == whole.state.tobytes()


def test_a_posture_that_stays():
    xyz, _ = foot(3, 30.0, count=2, every_s=60.0)
    events = [event for event in detect(xyz, RATE_HZ) if event.onset_s > 25]
    assert len(events) == 4
    assert max(event.duration_s for event in events) < 2


def test_what_is_found_meanwhile_is_told_in_order():
    xyz, (start_s, *_) = foot(4, 4.0, count=1)
    shape = 0.02 * np.sin(2 * np.pi * 9 * np.arange(14) / RATE_HZ) * np.hanning(14)
    i = round((start_s + 2.2) * RATE_HZ)
    xyz[i : i + 14, 1] += shape.astype(np.float32)
    events = [event for event in detect(xyz, RATE_HZ) if event.onset_s > 25]
    assert [event.kind for event in events] == ["twitch", "limb_movement"]
    assert events[1].onset_s < events[0].onset_s < events[0].onset_s + events[0].duration_s
    assert events[1].duration_s == pytest.approx(4.9, abs=0.7)


def test_what_waits_is_told_before_a_gap_and_at_the_end():
    xyz, (start_s, *_) = foot(4, 4.0, count=1)
    cut = round((start_s + 2) * RATE_HZ)
    detector = Detector(RATE_HZ)
    first = [event for event in detector.push(xyz[:cut]) if event.onset_s > 25]
    assert not first
    assert not detector.is_settled
    told = detector.gap(10.0)
    assert [event.onset_s for event in told] == pytest.approx([start_s], abs=0.3)
    assert detector.is_settled


def test_more_waits_than_there_is_room_for():
    """Then it is told as if nothing had been held."""
    detector = Detector(RATE_HZ)
    xyz, (start_s, *_) = foot(4, 12.0, count=1)
    detector.push(xyz[: round((start_s + 1.5) * RATE_HZ)])
    state = detector.state[0]
    assert state["held_count"] == 1
    state["held_count"] = HELD
    state["held"][:] = state["held"][0]
    events = detector.push(xyz[round((start_s + 1.5) * RATE_HZ) :]) + detector.flush()
    assert len(events) >= HELD
    assert detector.state[0]["held_count"] == 0
