"""The mechanics of one twitch, and the draws a synthetic night is made of.

A motor unit's twitch displaces the skin by ``d(t) = D (t/tp)^3 exp(3 (1 - t/tp))``, with contraction time ``tp``: the
half-relaxation time is then 0.84 tp, near the 0.89 measured on triceps surae (J Appl Physiol 1982;52:1636). What an
accelerometer sees is the second derivative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from firmware_bridge.samples import STANDARD_GRAVITY

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

LASTS_TP = 3.5
"""Contraction times after which the acceleration stays below 1 % of its peak-to-peak value."""


def _second_derivative(u: Array) -> Array:
    """Second derivative by u of ``u^3 exp(-3 u)``, 0 before u = 0."""
    u = np.maximum(u, 0.0)
    return (6 * u - 18 * u**2 + 9 * u**3) * np.exp(-3 * u)


def _peak_to_peak() -> float:
    # The third derivative of u^3 exp(-3u) vanishes where 6 - 54 u + 81 u^2 - 27 u^3 does: at u = 1 and two others.
    extremes = np.real(np.roots((-27.0, 81.0, -54.0, 6.0)))
    return float(np.ptp(_second_derivative(extremes)))


_PEAK_TO_PEAK = _peak_to_peak()


def acceleration(time_s: Array, tp_s: Array) -> Array:
    """Acceleration of a twitch, scaled to 1 peak to peak.

    Parameters
    ----------
    time_s
        Time after the onset; before it the acceleration is 0.
    tp_s
        Contraction time; broadcast against `time_s`.
    """
    return _second_derivative(time_s / tp_s) / _PEAK_TO_PEAK


def peak_to_peak_mg(displacement_mm: float, tp_s: float) -> float:
    """Peak-to-peak acceleration, in mg, of a twitch that displaces the skin by so much."""
    return displacement_mm * np.e**3 * _PEAK_TO_PEAK / tp_s**2 / STANDARD_GRAVITY


def log_uniform(rng: np.random.Generator, low: float, high: float, size: int) -> Array:
    """Draw numbers whose logarithm is uniform, shape ``(size,)``."""
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def unit_vectors(rng: np.random.Generator, size: int) -> Array:
    """Draw directions uniform on the sphere, shape ``(size, 3)``."""
    vectors = rng.normal(size=(size, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
