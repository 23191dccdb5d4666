"""Promise: a beat that is larger, later or fainter than others is no twitch, and a twitch beside it still is one."""

from __future__ import annotations

import numpy as np
import pytest

from detector.signal import Detector, detect
from firmware_bridge.virtual.twitch import acceleration
from tests.detector.signal.pulse.heart import AXES, noise

RATE_HZ = 100.0


def beats(places, sizes_mg, seconds, *, noise_mg=0.5, later_s=None, seed=3):
    """A chest whose beats are at these places, of these sizes; the second sound comes `later_s` after the first."""
    xyz = noise(seconds, RATE_HZ, noise_mg, seed).astype(np.float64)
    times = np.arange(len(xyz)) / RATE_HZ
    later_s = np.full(len(places), 0.3) if later_s is None else later_s
    for place, size_mg, later in zip(places, sizes_mg, later_s, strict=True):
        for after, share, axis in zip((0.0, later), (1.0, 0.6), AXES, strict=True):
            here = np.flatnonzero((times >= place + after) & (times < place + after + 0.3))
            since = times[here] - place - after
            burst = np.sin(2 * np.pi * 15.0 * since) * since / 0.02 * np.exp(1 - since / 0.02)
            xyz[here] += 0.8e-3 * size_mg * share * burst[:, None] * axis
    return xyz.astype(np.float32)


def steady(seconds, per_min=64.0, seed=5):
    rng = np.random.default_rng(seed)
    places = [0.6]
    while places[-1] < seconds - 1:
        breath = 0.03 * np.sin(2 * np.pi * 0.25 * places[-1])
        places.append(places[-1] + 60 / per_min * (1 + breath + 0.005 * rng.standard_normal()))
    return np.array(places)


def twitches(events, from_s=15.0):
    return [e for e in events if e.kind in {"twitch", "train"} and e.onset_s > from_s]


def twitch(p2p_mg):
    a = acceleration(np.arange(0, 0.5, 1 / RATE_HZ), 0.06)
    return (1e-3 * p2p_mg * a / np.ptp(a)).astype(np.float32)


def test_a_beat_that_is_larger_than_the_others_now_and_then():
    places = steady(400)
    sizes = np.full(len(places), 8.0)
    sizes[25::20] *= 1.5
    assert twitches(detect(beats(places, sizes, 400), RATE_HZ)) == []


def test_a_second_sound_that_moves_with_the_breath():
    places = steady(240)
    later_s = 0.3 + 0.012 * np.sin(2 * np.pi * 0.25 * places)
    assert twitches(detect(beats(places, np.full(len(places), 12.0), 240, later_s=later_s), RATE_HZ)) == []


def test_a_twitch_beside_a_beat_is_told():
    places = steady(200)
    xyz = beats(places, np.full(len(places), 8.0), 200)
    wanted = places[30:-5:10] + np.random.default_rng(2).uniform(0.05, 0.85, len(places[30:-5:10]))
    for at_s in wanted:
        i = round(at_s * RATE_HZ)
        xyz[i : i + 50, 2] += twitch(20.0)
    told = np.array([e.onset_s for e in twitches(detect(xyz, RATE_HZ))])
    found = np.abs(wanted[:, None] - told[None]).min(axis=1) < 0.15
    assert found.mean() >= 0.9
    assert len(told) <= len(wanted) + 1


def test_unrest_under_a_pulse_is_movement():
    places = steady(120)
    xyz = beats(places, np.full(len(places), 8.0), 120)
    rng = np.random.default_rng(9)
    sway = rng.standard_normal((600, 3)).cumsum(axis=0)
    sway -= sway.mean(axis=0)
    xyz[6000:6600] += (4e-3 * rng.standard_normal((600, 3)) * (1 + np.sin(np.arange(600) / 40))[:, None]).astype(
        np.float32
    )
    assert [e for e in twitches(detect(xyz, RATE_HZ)) if 59.5 < e.onset_s < 67] == []


def test_faint_even_beats_are_found():
    """Each beat is five times as large as the noise's standard deviation: alone it is hardly seen."""
    places = steady(60)
    detector = Detector(RATE_HZ)
    detector.push(beats(places, np.full(len(places), 5.0), 60, noise_mg=1.0))
    assert detector.confidence().pulse_per_min == pytest.approx(64, abs=5)


@pytest.mark.parametrize("seed", range(6))
def test_twitches_of_one_form_at_random_are_no_pulse(seed):
    rng = np.random.default_rng(seed)
    xyz = noise(90, RATE_HZ, 1.0, seed)
    for at_s in np.cumsum(rng.exponential(1.5, 80)):
        i = round(at_s * RATE_HZ)
        if i + 50 < len(xyz):
            xyz[i : i + 50, 0] += twitch(10.0)
    assert [e for e in detect(xyz, RATE_HZ) if e.kind == "pulse"] == []
