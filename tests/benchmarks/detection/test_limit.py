"""The limit is a limit: its false alarms are those of its noise, and its output is what theory says."""

import numpy as np
import pytest
import scipy.signal
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.detection.limit import Filters, clairvoyant_hits, crossings_per_s, filters, noise_per_sample_mg
from firmware_bridge.virtual.twitch import acceleration, unit_vectors

DENSITY_UG = 100.0


def twitches(rng: np.random.Generator, tp_s: np.ndarray, rate_hz: float) -> np.ndarray:
    time_s = np.arange(round(3.5 * tp_s.max() * rate_hz)) / rate_hz
    shapes = acceleration(time_s, tp_s[:, None])
    return shapes[:, :, None] * unit_vectors(rng, len(tp_s))[:, None, :]


def night_with(bank: Filters, waveforms_mg: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    every = round(2 * bank.rate_hz)
    index = every * (1 + np.arange(len(waveforms_mg)))
    xyz_mg = bank.noise_mg * rng.standard_normal((index[-1] + 2 * every, 3)) + [300.0, -200.0, 930.0]
    for at, waveform in zip(index, waveforms_mg, strict=True):
        xyz_mg[at : at + len(waveform)] += waveform
    return 1e-3 * xyz_mg, index


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
@pytest.mark.parametrize("tp_s", [0.03, 0.075, 0.16])
def test_threshold_gives_the_false_alarms_asked_for(rate_hz, tp_s):
    rng = np.random.default_rng(5)
    bank = filters(twitches(rng, np.array([tp_s]), rate_hz), rate_hz, DENSITY_UG)
    per_hour, hours = 60.0, 6.0
    noise = rng.standard_normal((round(hours * 3600 * rate_hz), 3), dtype=np.float32)
    matched = bank.templates[0, ::-1].astype(np.float32)
    out = sum(scipy.signal.oaconvolve(noise[:, axis], matched[:, axis], mode="valid") for axis in range(3))
    above = out > bank.threshold(per_hour)[0]
    got = np.count_nonzero(above[1:] & ~above[:-1])
    low, high = scipy.stats.poisson.interval(0.9999, per_hour * hours)
    assert low <= got <= high


def test_crossings_tend_to_rices_formula_as_samples_get_closer():
    bandwidth_rad_s = 2 * np.pi * 8.0
    for rate_hz, tolerance in ((100.0, 0.2), (1000.0, 0.02), (10000.0, 0.002)):
        sampled = crossings_per_s(4.5, bandwidth_rad_s / rate_hz, rate_hz)
        assert sampled == pytest.approx(bandwidth_rad_s / (2 * np.pi) * np.exp(-(4.5**2) / 2), rel=tolerance)


def test_crossings_of_independent_samples():
    above = scipy.stats.norm.sf(3.0)
    assert crossings_per_s(3.0, np.pi / 2, 50.0) == pytest.approx(50.0 * above * (1 - above), rel=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.01, 3000.0), st.floats(0.01, 3000.0), st.integers(0, 2**32 - 1))
def test_fewer_false_alarms_need_a_higher_threshold(one, other, seed):
    rng = np.random.default_rng(seed)
    bank = filters(twitches(rng, rng.uniform(0.03, 0.16, 3), 100.0), 100.0, DENSITY_UG)
    low, high = sorted((one, other))
    assert np.all(bank.threshold(low) >= bank.threshold(high))
    assert np.allclose(3600 * crossings_per_s(bank.threshold(low), bank.step_rad, 100.0), low, rtol=1e-6)


def test_output_is_the_deflection_where_there_is_no_noise():
    rng = np.random.default_rng(3)
    waveforms = 5.0 * twitches(rng, np.full(4, 0.05), 100.0)
    bank = filters(waveforms, 100.0, DENSITY_UG)
    sigma = noise_per_sample_mg(DENSITY_UG, 100.0)[0]
    assert sigma == pytest.approx(0.7071, rel=1e-3)
    assert np.allclose(bank.deflection, np.sqrt(np.sum(waveforms**2, axis=(1, 2))) / sigma)
    xyz, index = night_with(bank, waveforms, rng)
    quiet = np.full_like(xyz, [0.3, -0.2, 0.93])
    for at, waveform in zip(index, waveforms, strict=True):
        quiet[at : at + len(waveform)] += 1e-3 * waveform
    assert np.allclose(bank.outputs(quiet, index), bank.deflection)


def test_finds_ninety_percent_where_theory_says():
    """An event 1.28 standard deviations above the threshold is found nine times in ten, or more: noise may help."""
    rng = np.random.default_rng(11)
    unit = twitches(rng, rng.uniform(0.03, 0.16, 1500), 100.0)
    bank = filters(unit, 100.0, DENSITY_UG)
    wanted = bank.threshold(1.0) + scipy.stats.norm.ppf(0.9)
    waveforms = unit * (wanted / bank.deflection)[:, None, None]
    xyz, index = night_with(bank, waveforms, rng)
    found = clairvoyant_hits(xyz, index, filters(waveforms, 100.0, DENSITY_UG), 1.0).mean()
    assert 0.88 <= found <= 0.95


def test_a_turned_sensor_changes_nothing():
    rng = np.random.default_rng(4)
    waveforms = 4.0 * twitches(rng, rng.uniform(0.03, 0.16, 20), 50.0)
    bank = filters(waveforms, 50.0, DENSITY_UG)
    xyz, index = night_with(bank, waveforms, rng)
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    turned = filters(waveforms @ turn, 50.0, DENSITY_UG)
    # The median of gravity is not turned exactly with the axes.
    assert np.allclose(turned.outputs(xyz @ turn, index), bank.outputs(xyz, index), atol=0.05)
    assert np.allclose(turned.threshold(1.0), bank.threshold(1.0))


def test_a_noisy_axis_counts_for_less():
    waveform = np.zeros((1, 10, 3))
    waveform[0, 2:6] = 1.0
    even = filters(waveform, 100.0, [100.0, 100.0, 100.0])
    uneven = filters(waveform, 100.0, [100.0, 100.0, 400.0])
    assert uneven.deflection[0] == pytest.approx(even.deflection[0] * np.sqrt((2 + 1 / 16) / 3))


def test_refuses_what_has_no_limit():
    with pytest.raises(ValueError, match="density above 0"):
        filters(np.ones((1, 5, 3)), 100.0, 0.0)
    with pytest.raises(ValueError, match="cannot be matched"):
        filters(np.zeros((1, 5, 3)), 100.0, 100.0)


def test_an_event_at_the_edge_of_the_night_is_no_error():
    rng = np.random.default_rng(9)
    waveforms = 30.0 * twitches(rng, np.full(2, 0.1), 100.0)
    bank = filters(waveforms, 100.0, DENSITY_UG)
    xyz = 1e-3 * bank.noise_mg * rng.standard_normal((300, 3))
    assert np.all(np.isfinite(bank.outputs(xyz, np.array([-5, 295]))))
