"""Nights of motor units whose shapes are not the detector's own, sampled as a chip does.

A unit pushes for a while and lets go more slowly, both as half a cosine of displacement's second derivative; a damped
resonance of skin and strap rings with it, and the chip's filter takes away most of what lies above its band.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.detection.limit import noise_per_sample_mg
from firmware_bridge.virtual.twitch import unit_vectors

Array = npt.NDArray[np.float64]

FINE_HZ, LASTS_S = 4000.0, 0.6
PUSH_S, RELEASE_S, RING_HZ, QUALITY = (0.03, 0.09), (0.04, 0.14), (10.0, 28.0), (1.0, 2.5)
BAND, ORDER = 0.45, 8
"""The chip's filter: its corner over the rate, and its order."""
LEAD_S, EVERY_S, SPREAD_S = 15.0, 3.0, 1.5
JITTER = 0.15
DENSITY_UG = 100.0
GRAVITY_MG = np.array([300.0, -200.0, 932.7])


@dataclass(frozen=True, slots=True, eq=False)
class Firing:
    """A night: samples in g, and of each event in turn the onset in s and the unit."""

    xyz: npt.NDArray[np.float32]
    onset_s: Array
    unit: npt.NDArray[np.int64]


def _shape(rng: np.random.Generator, rate_hz: float) -> Array:
    """Acceleration of a unit at `FINE_HZ` as the chip passes it on."""
    time_s = np.arange(0.0, LASTS_S, 1.0 / FINE_HZ)
    push_s, release_s = rng.uniform(*PUSH_S), rng.uniform(*RELEASE_S)
    pushed = np.where(time_s < push_s, np.cos(np.pi * time_s / push_s) / push_s**2, 0.0)
    after = (time_s >= push_s) & (time_s < push_s + release_s)
    pushed -= np.where(after, np.cos(np.pi * (time_s - push_s) / release_s) / release_s**2, 0.0)
    hz, quality = rng.uniform(*RING_HZ), rng.uniform(*QUALITY)
    damped = 2.0 * np.pi * hz * np.sqrt(1.0 - 0.25 / quality**2)
    ring = np.exp(-np.pi * hz / quality * time_s) * np.sin(damped * time_s)
    size = 4 * len(time_s)
    chip = 1.0 / np.sqrt(1.0 + (np.fft.rfftfreq(size, 1.0 / FINE_HZ) / (BAND * rate_hz)) ** (2 * ORDER))
    spectrum = np.fft.rfft(pushed, size) * np.fft.rfft(ring, size) * chip
    return np.asarray(np.fft.irfft(spectrum)[: len(time_s)])


def _directions(rng: np.random.Generator, units: int, cone_deg: float) -> Array:
    """Directions anywhere, or evenly within a cone of this half angle."""
    directions = unit_vectors(rng, units)
    if cone_deg >= 180.0:
        return directions
    axis = directions[0]
    across = directions - np.outer(directions @ axis, axis) + 1e-12 * rng.standard_normal((units, 3))
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    angle = np.radians(cone_deg) * np.sqrt(rng.random(units))[:, None]
    return np.asarray(np.cos(angle) * axis + np.sin(angle) * across)


def firing_units(
    units: int,
    count: int,
    rate_hz: float,
    snr_db: float,
    seed: tuple[int, ...],
    *,
    turn_deg: float = 0.0,
    cone_deg: float = 180.0,
) -> Firing:
    """Make a night of units that fire in turn at random.

    Parameters
    ----------
    units, count
        How many there are, and how many events in all.
    rate_hz
        Sampling rate in Hz.
    snr_db
        Of an event of usual size: the clairvoyant's output over its noise.
    seed
        For the draws.
    turn_deg
        By how much the sensor turns about some axis from the first event to the last.
    cone_deg
        Half angle of the cone in which the units' directions lie.
    """
    rng = np.random.default_rng(seed)
    noise_mg = noise_per_sample_mg(DENSITY_UG, rate_hz)[0]
    length = int((LEAD_S + EVERY_S * count + 5.0) * rate_hz)
    mg = noise_mg * rng.standard_normal((length, 3))
    directions = _directions(rng, units, cone_deg)
    shapes = [_shape(rng, rate_hz) for _ in range(units)]
    fine_s = np.arange(len(shapes[0])) / FINE_HZ
    steps = np.arange(int(LASTS_S * rate_hz))
    axis = unit_vectors(rng, 1)[0]
    unit = rng.integers(units, size=count)
    onset_s = LEAD_S + EVERY_S * np.arange(count) + rng.uniform(0.0, SPREAD_S, count)
    for i, (k, onset) in enumerate(zip(unit, onset_s, strict=True)):
        first = int(np.ceil(onset * rate_hz))
        energy = np.sum(shapes[k] ** 2) * rate_hz / FINE_HZ
        size = 10.0 ** (snr_db / 20.0) * noise_mg / np.sqrt(energy) * max(1.0 + JITTER * rng.standard_normal(), 0.4)
        sampled = size * np.interp((first + steps) / rate_hz - onset, fine_s, shapes[k], right=0.0)
        angle = np.radians(turn_deg) * i / count
        d = directions[k]
        d = d * np.cos(angle) + np.cross(axis, d) * np.sin(angle) + axis * (axis @ d) * (1.0 - np.cos(angle))
        mg[first : first + len(steps)] += np.outer(sampled, d)
    return Firing((1e-3 * (mg + GRAVITY_MG)).astype(np.float32), onset_s, unit)
