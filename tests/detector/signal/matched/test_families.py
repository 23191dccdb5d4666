"""Twitches of one motor unit are one family, wherever they fall between two samples, and those of two units are two."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from detector import detect
from detector.signal import Detector

FINE_HZ = 4000.0
NOISE_UG = 100.0

Array = npt.NDArray[np.float64]


def ringing(ring_hz: float) -> Array:
    """A push of 60 ms that lets a resonance ring, at `FINE_HZ`, as a chip's filter leaves what lies under 22 Hz."""
    time_s = np.arange(0.0, 0.5, 1 / FINE_HZ)
    push = np.sin(2 * np.pi * np.minimum(time_s / 0.06, 1.0))
    ring = np.exp(-25.0 * time_s) * np.sin(2 * np.pi * ring_hz * time_s)
    spectrum = np.fft.rfft(np.convolve(push, ring), 8192)
    spectrum *= 1 / np.sqrt(1 + (np.fft.rfftfreq(8192, 1 / FINE_HZ) / 22.0) ** 16)
    return np.fft.irfft(spectrum)[: len(time_s)]


def night(rate_hz: float, directions: list[Array], shape: Array, *, snr_db: float = 20.0, seed: int = 31) -> Array:
    """One event every three seconds in each of the directions in turn, none of them at a whole sample."""
    rng = np.random.default_rng(seed)
    noise = 1e-6 * NOISE_UG * np.sqrt(rate_hz / 2)
    xyz = noise * rng.standard_normal((int((20 + 3 * len(directions)) * rate_hz), 3)) + [0.3, -0.2, 0.93]
    steps = np.arange(int(0.5 * rate_hz))
    size = 10 ** (snr_db / 20) * noise / np.sqrt(np.sum(shape**2) * rate_hz / FINE_HZ)
    for i, direction in enumerate(directions):
        onset = (15 + 3 * i + rng.uniform(0, 1)) * rate_hz
        first = int(np.ceil(onset))
        moved = np.interp((first + steps - onset) / rate_hz, np.arange(len(shape)) / FINE_HZ, shape)
        xyz[first : first + len(steps)] += size * moved[:, None] * direction
    return xyz.astype(np.float32)


def families(xyz: Array, rate_hz: float) -> npt.NDArray[np.int64]:
    return np.array([event.family for event in detect(xyz, rate_hz) if event.kind == "twitch"])


def largest(family: npt.NDArray[np.int64]) -> float:
    """Share of the events that the largest family has."""
    return np.unique(family, return_counts=True)[1].max() / len(family)


@pytest.mark.parametrize("rate_hz", [50.0, 52.0, 100.0, 200.0])
@pytest.mark.parametrize("ring_hz", [12.0, 17.0])
def test_one_unit_is_one_family(rate_hz, ring_hz):
    family = families(night(rate_hz, [np.array([0.6, 0.0, -0.8])] * 200, ringing(ring_hz)), rate_hz)
    assert len(family) > 180
    assert largest(family) >= 0.95


@pytest.mark.parametrize("rate_hz", [52.0, 100.0])
def test_it_stays_one_while_the_sensor_turns(rate_hz):
    turned = [np.array([np.cos(a), np.sin(a), 0.0]) for a in np.radians(np.linspace(0, 60, 200))]
    assert largest(families(night(rate_hz, turned, ringing(12.0)), rate_hz)) >= 0.95


@pytest.mark.parametrize("rate_hz", [52.0, 100.0])
def test_two_directions_are_two_families(rate_hz):
    one, other = np.array([1.0, 0.0, 0.0]), np.array([np.cos(0.6), np.sin(0.6), 0.0])
    family = families(night(rate_hz, [one, other] * 100, ringing(12.0)), rate_hz)
    _, counts = np.unique(family, return_counts=True)
    assert sorted(counts)[-2:] == pytest.approx([100, 100], abs=10)


def test_families_do_not_depend_on_how_the_samples_come():
    xyz = night(52.0, [np.array([0.6, 0.0, -0.8])] * 40, ringing(17.0))
    whole, parts = Detector(52.0), Detector(52.0)
    together = whole.push(xyz) + whole.flush()
    cuts = np.sort(np.random.default_rng(5).integers(len(xyz), size=300))
    apart = [event for part in np.split(xyz, cuts) for event in parts.push(part)] + parts.flush()
    assert apart == together
    assert whole.state.tobytes() == parts.state.tobytes()
