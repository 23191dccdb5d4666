"""Promise: the last bit of a coarse sensor makes no events, whether its step is given or has to be found."""

from __future__ import annotations

import math

import numpy as np
import pytest

from detector.signal import Detector, DetectorConfig, detect
from detector.signal.noise.step import FLIP

STEP_G = 1 / 64


def rounded(rate_hz, spread, past_edge, seconds, seed=1, drift=0.0):
    """White noise of so many steps, rounded to steps; gravity lies so far past a rounding edge, and drifts."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    gravity = np.array([3.5, -1.5, 30.5]) + np.asarray(past_edge)
    gravity = gravity + drift * np.arange(n)[:, None] / n * [1.0, 0.7, -0.8]
    return np.rint(gravity + spread * rng.standard_normal((n, 3)))


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("rate_hz", [50.0, 100.0])
@pytest.mark.parametrize("spread", [0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5])
def test_rounded_noise_makes_no_events(given, rate_hz, spread):
    """At most three an hour where one is asked for; it was up to 2,655."""
    config = DetectorConfig(resolution_mg=1e3 * STEP_G if given else 0.0)
    events = []
    for past_edge in (0.0, 0.15, 0.3, 0.5, (0.5, 0.8, 0.65)):
        steps = rounded(rate_hz, spread, past_edge, 720)
        events += detect((steps * STEP_G).astype(np.float32), rate_hz, config)
    events += detect((rounded(rate_hz, spread, 0.25, 1800, drift=2.0) * STEP_G).astype(np.float32), rate_hz, config)
    assert len(events) <= 6  # in an hour and a half; at three an hour one run in six thousand has more than 13
    assert all(event.kind != "pulse" and event.score < 2 for event in events)


@pytest.mark.parametrize("rate_hz", [50.0, 416.0, 1000.0])
@pytest.mark.parametrize("step_g", [1 / 32, 1 / 64, 1 / 256, 0.01 / 9.80665, 0.001, 0.061e-3])
def test_any_uniform_grid_is_found_also_rescaled(rate_hz, step_g):
    """Counts times a float, calibrated axis by axis, rounded to float32, averaged down above 250 Hz."""
    gain = np.float32([1.01, 0.993, 1.004])
    steps = rounded(rate_hz, 0.4, (0.5, 0.8, 0.65), 20).astype(np.float32)
    xyz = steps * np.float32(step_g) * gain + np.float32([0.0123, -0.031, 0.007])
    detector = Detector(rate_hz)
    detector.push(xyz)
    assert np.allclose(detector.state["step_g"][0], step_g * gain, rtol=0.01)
    least = FLIP * (step_g * gain) ** 2 / detector._thinning
    assert np.allclose(detector.state["floor_min"][0], least, rtol=0.02)


def test_a_step_is_found_where_the_noise_hides_it_and_among_odd_samples():
    steps = rounded(100.0, 8.0, 0.0, 60)
    xyz = steps * 0.001
    odd = np.random.default_rng(2).integers(0, len(xyz), 60)
    xyz[odd] += 0.00037
    detector = Detector(100.0)
    detector.push(xyz.astype(np.float32))
    assert detector.state["step_g"][0] == pytest.approx([0.001] * 3, rel=0.01)


def test_samples_between_the_steps_do_not_hide_the_step_of_the_plateaus():
    """Somebody resampled: the jumps ring, and values lie on a finer grid; what stands still lies on the sensor's."""
    rng = np.random.default_rng(4)
    held = np.cumsum(rng.random((6000, 3)) < 0.03, axis=0) % 2 + np.array([3, -2, 60])
    up = np.repeat(held, 2, axis=0).astype(float)
    ringing = np.apply_along_axis(np.convolve, 0, up, [-0.06, 0.27, 0.58, 0.27, -0.06], "valid")
    xyz = (np.rint(ringing * 64) / 4096).astype(np.float32)
    detector = Detector(100.0)
    detector.push(xyz)
    assert detector.state["step_g"][0] == pytest.approx([1 / 64] * 3, rel=0.01)


@pytest.mark.parametrize("noise_g", [1e-5, 1e-3, 0.1])
def test_continuous_samples_have_no_step(noise_g):
    rng = np.random.default_rng(6)
    detector = Detector(100.0)
    for _ in range(60):
        detector.push((noise_g * rng.standard_normal((1000, 3)) + [0.6, 0.0, 0.8]).astype(np.float32))
        assert not detector.state["step_g"].any()


def test_phones_on_chests_have_no_step(shared_data):
    for name in ("subject_0001", "subject_0009", "subject_0016"):
        with np.load(shared_data(f"phone_chest/{name}.npz")) as file:
            detector = Detector(100.0)
            detector.push(file["xyz_g"].astype(np.float32))
        assert not detector.state["step_g"].any()


def test_the_step_that_is_given_wins():
    xyz = (rounded(100.0, 0.4, 0.5, 60) * STEP_G).astype(np.float32)
    detector = Detector(100.0, DetectorConfig(resolution_mg=2.0))
    assert detector.push(xyz[:0]) == []
    detector.push(xyz)
    assert detector.state["step_g"][0].tolist() == [0.002] * 3


@pytest.mark.parametrize("chance", [1e-4, 1e-3, 1e-2])
@pytest.mark.parametrize("axes", [1, 3])
def test_rare_flips_of_a_still_sensor(chance, axes):
    """It steps from one value to the next and stays there: scores of 1e10 and hundreds of events were seen."""
    rng = np.random.default_rng(9)
    xyz = np.tile([0.0, 0.0, 1.0], (360_000, 1))
    xyz[:, :axes] += STEP_G * (np.cumsum(rng.random((360_000, axes)) < chance, axis=0) % 2)
    events = detect(xyz.astype(np.float32), 100.0)
    assert len(events) <= (0 if axes == 1 else 8)  # all three axes may flip at once
    assert all(math.isfinite(event.score) for event in events)
    settled = [event for event in events if event.onset_s > 1800]
    assert all(event.score < 3 for event in settled)


def test_an_axis_that_is_flat_does_not_lower_the_thresholds_of_the_others():
    one_flat = two_flat = 0
    for seed in range(5, 9):  # eight hours
        rng = np.random.default_rng(seed)
        xyz = 1e-3 * rng.standard_normal((720_000, 3))
        xyz[:, 1] = 0.0
        one_flat += len(detect(xyz.astype(np.float32), 100.0))
        xyz[:, 2] = 1.0
        two_flat += len(detect(xyz.astype(np.float32), 100.0))
    assert one_flat <= 12  # one an hour is wished for; they were 30 an hour
    assert two_flat <= 12  # 23 where the floor fell by chance: noise along one axis has a wider spread


def test_the_step_costs_no_twitch_that_stands_out(make_signal, matched):
    """Noise of half a step: what was found before the floor had a bound is found still."""
    xyz, onsets = make_signal(seconds=300, noise_mg=2.0, p2p_mg=40.0)
    steps = np.rint(xyz / 0.0039)
    for config in (DetectorConfig(), DetectorConfig(resolution_mg=3.9)):
        assert matched(detect((steps * 0.0039).astype(np.float32), 100.0, config), onsets) >= len(onsets) - 2
