"""What the detector says of an event is true: time, size, frequency, direction, and when it says it."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
import scipy.stats

from detector.signal import Detector, DetectorConfig, detect
from detector.signal.design import butterworth_bandpass, group_delay_s, impulse_response
from detector.signal.parameters import FLOOR_MEAN
from detector.signal.threshold import noise_weights, tail


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 51.7, 64.0, 100.0, 200.0, 500.0])
def test_finds_clear_twitches_at_any_rate(make_signal, matched, rate_hz):
    xyz, onsets = make_signal(seconds=120, rate_hz=rate_hz, p2p_mg=25.0, contraction_s=0.08)
    events = detect(xyz, rate_hz)
    assert matched(events, onsets) == len(onsets)
    assert len(events) <= len(onsets) + 1


def test_onset_size_frequency_and_direction():
    rate_hz, n = 100.0, 30
    rng = np.random.default_rng(2)
    for hz in (6.0, 10.0, 15.0):
        xyz = 3e-4 * rng.standard_normal((3000, 3)) + [0, 0, 1]
        axis = np.array([2.0, -1.0, 2.0]) / 3
        burst = 0.03 * np.hanning(n + 2)[1:-1] * np.sin(2 * np.pi * hz * np.arange(n) / rate_hz)
        xyz[2000 : 2000 + n] += burst[:, None] * axis
        (event,) = detect(xyz.astype(np.float32), rate_hz)
        assert event.onset_s == pytest.approx(20.01, abs=0.03)
        assert event.dominant_hz == pytest.approx(hz, rel=0.2)
        assert event.p2p_mg == pytest.approx(1e3 * np.ptp(burst), rel=0.15)
        assert abs(axis @ [event.direction_x, event.direction_y, event.direction_z]) > 0.99
        assert event.kind == "twitch"
        assert event.score >= 1
        assert event.snr_db > 10


def test_long_triggers_are_movements(make_signal):
    xyz, _ = make_signal(seconds=40, every_s=100)
    xyz[2000:2300, 1] += (0.05 * np.sin(2 * np.pi * 5 * np.arange(300) / 100)).astype(np.float32)
    (event,) = [e for e in detect(xyz, 100.0) if e.onset_s > 15]
    assert event.kind == "movement"
    assert event.duration_s == pytest.approx(3.0, abs=0.3)


def test_events_are_returned_within_the_stated_delay(make_signal):
    xyz, _ = make_signal(seconds=60)
    detector = Detector(100.0)
    for i in range(len(xyz)):
        for event in detector.push(xyz[i : i + 1]):
            assert (i + 1) / 100 - (event.onset_s + event.duration_s) <= detector.delay_s + 1e-9
    assert detector.delay_s < 0.3


def test_the_clock_gives_the_times(make_signal):
    class Clock:
        def utc_ns(self, index: float) -> int:
            return 1_700_000_000_000_000_000 + round(index * 10_100_000)

    xyz, onsets = make_signal(seconds=30)
    detector = Detector(100.0, sensor="calf", clock=Clock(), origin_ns=1_700_000_000_000_000_000)
    (event, *_) = detector.push(xyz)
    assert event.sensor == "calf"
    assert event.onset_s == pytest.approx(1.01 * onsets[0], abs=0.03)
    assert event.onset_utc.startswith("2023-11-14T22:13:25.")


def test_false_alarms_follow_the_wish():
    rng = np.random.default_rng(21)
    xyz = (1e-3 * rng.standard_normal((360_000, 3))).astype(np.float32)
    counts = [len(detect(xyz, 100.0, DetectorConfig(false_alarms_per_hour=w))) for w in (600.0, 60.0, 1e-3)]
    assert 300 < counts[0] < 1200
    assert 30 < counts[1] < 120
    assert counts[2] == 0


@pytest.mark.parametrize("rate_hz", [25.0, 51.7, 100.0, 500.0])
def test_band_pass_design_is_scipys(rate_hz):
    low, high = 3.0, min(20.0, 0.4 * rate_hz)
    ours = butterworth_bandpass(low, high, rate_hz)
    theirs = scipy.signal.butter(2, [low, high], "bandpass", fs=rate_hz, output="sos")
    impulse = np.zeros(300)
    impulse[0] = 1
    assert np.allclose(impulse_response(ours, 300), scipy.signal.sosfilt(theirs, impulse), atol=1e-12)
    assert np.array_equal(ours[:, :3], [[ours[0, 0], 0, -ours[0, 0]], [1, 0, -1]])  # what the kernel counts on
    b, a = scipy.signal.sos2tf(theirs)
    _, delay = scipy.signal.group_delay((b, a), [8.0], fs=rate_hz)
    assert group_delay_s(ours, rate_hz, 8.0) * rate_hz == pytest.approx(delay[0], rel=1e-4)


def test_clipped_mean_of_gaussian_energy():
    energy = np.linspace(0, 80, 800_001)
    density = scipy.stats.chi2.pdf(energy, 3)
    density[0] = 0
    u = 3 / FLOOR_MEAN
    assert np.trapezoid(np.minimum(energy, 2 * u) * density, energy) == pytest.approx(u, rel=1e-3)


def test_tail_of_the_smoothed_energy():
    """With equal weights the quadratic form is a chi-square variable, whose tail is known."""
    weights = np.full(4, 0.25)
    for tilt in (0.3, 0.5, 0.7, 0.8):
        ratio, probability = tail(weights, tilt)
        assert ratio == pytest.approx(1 / (1 - tilt))
        assert probability == pytest.approx(scipy.stats.chi2.sf(12 * ratio, 12), rel=0.02)
    weights = noise_weights(butterworth_bandpass(3, 20, 100), 0.15, 100.0)
    assert weights.sum() == pytest.approx(1)
