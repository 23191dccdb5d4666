"""A limb that is drawn up, held and let go, as a sensor on it feels that."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.simulator.draws import Array
from firmware_bridge.samples import STANDARD_GRAVITY
from firmware_bridge.virtual.twitch import unit_vectors

NOISE_G = 75e-6
"""White noise per root hertz: 0.5 mg an axis at 100 Hz."""


def still(rng: np.random.Generator, seconds: float, rate_hz: float) -> Array:
    """A limb that does nothing, in g without gravity: noise, shape ``(samples, 3)``."""
    return np.asarray(NOISE_G * np.sqrt(rate_hz / 2) * rng.standard_normal((round(seconds * rate_hz), 3)))


def breath(rng: np.random.Generator, seconds: float, rate_hz: float, size_mg: float) -> Array:
    """The sway of 12 to 18 breaths a minute, of a size in mg peak to peak, in g; shape ``(samples, 3)``."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    knots_s = np.arange(0, seconds + 20, 10.0)
    breath_hz = np.interp(time_s, knots_s, rng.uniform(0.2, 0.3, len(knots_s)))
    sway = np.sin(2 * np.pi * np.cumsum(breath_hz) / rate_hz)
    return np.asarray(5e-4 * size_mg * sway[:, None] * unit_vectors(rng, 1)[0])


def moved(
    rng: np.random.Generator, seconds: float, rate_hz: float, moves: list[tuple[float, float, float, float]]
) -> Array:
    """A limb that turns about a joint: gravity turns, and the sensor is swung.

    Parameters
    ----------
    rng
        Draws the noise, how the sensor lies, and how far from the joint it is.
    seconds, rate_hz
        Of the recording.
    moves
        Of each: onset in s, angle in degrees, how long it is held in s, and how long it takes to get there and back.

    Returns
    -------
    ndarray
        In g, shape ``(samples, 3)``.
    """
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    angle = np.zeros(len(time_s))
    turn = np.zeros(len(time_s))  # second derivative of the angle
    for onset_s, degrees, hold_s, move_s in moves:
        for sign, begin_s in ((1.0, onset_s), (-1.0, onset_s + move_s + hold_s)):
            u = np.clip((time_s - begin_s) / move_s, 0.0, 1.0)
            size = sign * np.deg2rad(degrees)
            angle += size * (10 * u**3 - 15 * u**4 + 6 * u**5)  # of least jerk, as limbs move
            turn += size * (60 * u - 180 * u**2 + 120 * u**3) / move_s**2
    arm_m = rng.uniform(0.08, 0.2)
    felt = np.stack([np.sin(angle) + arm_m * turn / STANDARD_GRAVITY, np.zeros(len(angle)), np.cos(angle)], axis=1)
    axes, _ = np.linalg.qr(unit_vectors(rng, 3))
    return np.asarray(still(rng, seconds, rate_hz) + felt @ axes)
