"""What the detector says of an event is true: time, size, frequency, direction, and when it says it."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
import scipy.signal
import scipy.stats

from detector.signal import Detector, DetectorConfig, detect
from detector.signal.matched.families import LISTEN_CLIP, LISTEN_MEAN
from detector.signal.noise.clipped import clipped_mean, mean_over_clipped_mean
from detector.signal.noise.floor import CLIP, FLOOR_MEAN
from detector.signal.settings.design import acf_of_highpass, butterworth_highpass, highpass
from detector.signal.settings.shapes import BANK, Shape, matched_filter, waveform
from detector.signal.settings.threshold import OVERLAP, bank_threshold, family_threshold
from firmware_bridge.virtual.twitch import acceleration


def twitch(rate_hz, tp_s):
    """Acceleration of a twitch, its samples peak to peak 1."""
    a = acceleration(np.arange(0, 8 * tp_s, 1 / rate_hz), tp_s)
    return a / np.ptp(a)


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 51.7, 64.0, 100.0, 200.0, 500.0])
def test_finds_clear_twitches_at_any_rate(make_signal, matched, rate_hz):
    xyz, onsets = make_signal(seconds=120, rate_hz=rate_hz, p2p_mg=25.0, contraction_s=0.08)
    events = detect(xyz, rate_hz)
    assert matched(events, onsets) == len(onsets)
    assert len(events) <= len(onsets) + 1


def test_onset_size_frequency_and_direction():
    rate_hz = 100.0
    rng = np.random.default_rng(2)
    for tp_s in (0.035, 0.06, 0.1, 0.15):
        xyz = 3e-4 * rng.standard_normal((3000, 3)) + [0, 0, 1]
        axis = np.array([2.0, -1.0, 2.0]) / 3
        shape = twitch(rate_hz, tp_s)
        xyz[2000 : 2000 + len(shape)] += 0.03 * shape[:, None] * axis
        (event,) = detect(xyz.astype(np.float32), rate_hz)
        assert event.onset_s == pytest.approx(20.0, abs=0.03)
        assert event.duration_s == pytest.approx(3.5 * tp_s, rel=0.35)
        assert event.dominant_hz == pytest.approx(0.48 / tp_s, rel=0.45)
        assert event.p2p_mg == pytest.approx(30, rel=0.2)
        assert axis @ [event.direction_x, event.direction_y, event.direction_z] > 0.99  # with its sign
        assert event.kind == "twitch"
        assert event.score >= 1
        assert event.snr_db > 10


def test_a_long_rhythm_is_a_tremor(make_signal):
    xyz, _ = make_signal(seconds=40, every_s=100)
    xyz[2000:2300, 1] += (0.05 * np.sin(2 * np.pi * 5 * np.arange(300) / 100)).astype(np.float32)
    (event,) = [e for e in detect(xyz, 100.0) if e.onset_s > 15]
    assert event.kind == "tremor"
    assert event.dominant_hz == pytest.approx(5.0, rel=0.05)
    assert event.duration_s == pytest.approx(3.0, abs=0.5)


def test_events_are_returned_within_the_stated_delay(make_signal):
    """After a start the gate waits some seconds, in which a heart beat would be found; then twitches come at once."""
    xyz, _ = make_signal(seconds=60)
    detector = Detector(100.0)
    told = 0
    for i in range(len(xyz)):
        for event in detector.push(xyz[i : i + 1]):
            told += 1
            late_s = (i + 1) / 100 - (event.onset_s + event.duration_s)
            at_once_s = 0.3 if event.kind == "twitch" else detector.delay_s
            assert late_s <= (at_once_s if i > 800 else 8.0) + 1e-9
    assert told >= 10
    assert detector.delay_s < 1


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
    assert 200 < counts[0] < 1200
    assert 30 < counts[1] < 120
    assert counts[2] == 0


@pytest.mark.parametrize("rate_hz", [25.0, 51.7, 100.0, 250.0])
def test_high_pass_design_is_scipys(rate_hz):
    g, a1, a2 = butterworth_highpass(1.5, rate_hz)
    b, a = scipy.signal.butter(2, 1.5, "highpass", fs=rate_hz)
    assert np.allclose([g, -2 * g, g], b, rtol=1e-12)
    assert np.allclose([1, a1, a2], a, rtol=1e-12)
    noise = np.random.default_rng(1).standard_normal(300)
    assert np.allclose(highpass(noise, 1.5, rate_hz), scipy.signal.lfilter(b, a, noise), atol=1e-12)
    impulse = scipy.signal.lfilter(b, a, np.eye(1, 20_000)[0])
    assert np.allclose(
        acf_of_highpass(1.5, rate_hz, 5), [impulse[k:] @ impulse[: 20_000 - k] for k in range(5)], atol=1e-6
    )


@pytest.mark.parametrize("axes", [1, 3])
@pytest.mark.parametrize("limit", [0.3, 2.0, 4.0, 9.0])
def test_clipped_mean_of_gaussian_energy(axes, limit):
    """By quadrature: the part below the limit, and the limit for all that is above."""
    noise = scipy.stats.chi2(axes)
    below, _ = scipy.integrate.quad(lambda e: e * noise.pdf(e), 0, limit)
    assert clipped_mean(limit, axes) == pytest.approx(below + limit * noise.sf(limit), rel=1e-9)


@pytest.mark.parametrize("clip", [1.2, 2.0, 5.0])
def test_a_floor_that_is_clipped_settles_where_it_is_said_to(clip):
    """By simulation, of the rule itself: it moves towards each energy, but towards no more than `clip` times itself."""
    energies = np.sum(np.random.default_rng(6).standard_normal((3, 400_000)) ** 2, axis=0)
    floor, settled = 3.0, []
    for energy in energies:
        floor += 1e-3 * (min(energy, clip * floor) - floor)
        settled.append(floor)
    assert 3.0 / np.mean(settled[20_000:]) == pytest.approx(mean_over_clipped_mean(clip), rel=0.01)


def test_what_the_kernels_are_given_of_that():
    assert pytest.approx(mean_over_clipped_mean(CLIP), abs=1e-4) == FLOOR_MEAN
    assert pytest.approx(clipped_mean(LISTEN_CLIP, 1), abs=1e-4) == LISTEN_MEAN


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
def test_the_bank_spans_the_shapes(rate_hz):
    """No twitch of 30-160 ms, ringing or not, loses more than 2.5 dB to the nearest filter, and half lose under 0.4."""
    rng = np.random.default_rng(8)
    filters = [matched_filter(shape, rate_hz, 1.5).taps for shape in BANK]
    lost_db = []
    for _ in range(100):
        shape = Shape(
            np.exp(rng.uniform(np.log(0.03), np.log(0.16))), rng.uniform(10, 40), rng.uniform(1, 4), rng.uniform(0, 1)
        )
        moved = highpass(waveform(shape, rate_hz), 1.5, rate_hz)
        best = max(np.abs(np.correlate(moved, taps, "full")).max() for taps in filters)
        lost_db.append(-20 * np.log10(best / np.linalg.norm(moved)))
    assert np.median(lost_db) < 0.4
    assert max(lost_db) < 2.5


def test_thresholds_follow_rices_formula():
    """A Gaussian process of one bandwidth crosses a level, and its chi-square sum does, as often as stated."""
    rng = np.random.default_rng(3)
    rate_hz, hours = 100.0, 1.0
    (filter_,) = [matched_filter(BANK[0], rate_hz, 1.5)]
    outputs = np.array(
        [np.convolve(rng.standard_normal(round(3600 * hours * rate_hz)), filter_.taps, "valid") for _ in range(3)]
    )
    level = family_threshold(600.0, filter_.bandwidth_hz, 0.0)
    up = np.sum((outputs[:, 1:] > np.sqrt(level)) & (outputs[:, :-1] <= np.sqrt(level))) / 3
    assert up == pytest.approx(600, rel=0.25)
    level = bank_threshold(600.0 * OVERLAP, [filter_.bandwidth_hz], 0.0, rate_hz)
    square = np.sum(outputs**2, axis=0)
    assert np.sum((square[1:] > level) & (square[:-1] <= level)) == pytest.approx(600, rel=0.25)
