"""Shapes of single twitches as a sensor samples them: a family for tuning, and one held out from it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.signal

from firmware_bridge.virtual.twitch import log_uniform, unit_vectors

Array = npt.NDArray[np.float64]

FINE_HZ = 4000.0
"""Rate at which shapes are drawn before a sensor samples them."""

LASTS_S = 1.2
"""Room for the longest shape with its ringing."""

TP_S = (0.03, 0.16)
EXPONENTS = {False: (3.0,), True: (2.5, 3.5, 4.0)}
"""Of d(t) = (t/tp)^n exp(n (1 - t/tp)): of the family for tuning, and of the one held out."""

RESONANT_SHARE = 0.5
RESONANCE_HZ = {False: (12.0, 40.0), True: (10.0, 25.0)}
QUALITY = {False: (1.0, 2.5), True: (1.0, 4.0)}


class Shapes:
    """Shapes with contraction times, directions and tissue resonances of their own.

    Parameters
    ----------
    count
        How many.
    rng
        For the draws.
    held_out
        Which family.

    Attributes
    ----------
    tp_s
        Contraction times, shape ``(count,)``.
    directions
        Unit vectors, shape ``(count, 3)``.
    fine
        Acceleration at `FINE_HZ`, 1 peak to peak, shape ``(count, LASTS_S * FINE_HZ)``.
    lasts_s
        Until the acceleration stays below 1 % of its peak to peak, shape ``(count,)``.
    """

    def __init__(self, count: int, rng: np.random.Generator, *, held_out: bool) -> None:
        self.tp_s = log_uniform(rng, *TP_S, count)
        self.directions = unit_vectors(rng, count)
        exponents = rng.choice(EXPONENTS[held_out], count)
        resonant = rng.random(count) < RESONANT_SHARE
        f0_hz = log_uniform(rng, *RESONANCE_HZ[held_out], count)
        quality = rng.uniform(*QUALITY[held_out], count)
        time_s = np.arange(round(LASTS_S * FINE_HZ)) / FINE_HZ
        fine = np.empty((count, len(time_s)), np.float32)
        for i in range(count):
            shape = acceleration_of(time_s / self.tp_s[i], exponents[i])
            if resonant[i]:
                shape = ring(shape, f0_hz[i], quality[i])
            fine[i] = shape / np.ptp(shape)
        self.fine = fine
        loud = np.abs(fine) > 0.01
        self.lasts_s = (loud.shape[1] - np.argmax(loud[:, ::-1], axis=1)) / FINE_HZ

    def sampled(self, which: npt.NDArray[np.integer], late_s: Array, rate_hz: float) -> Array:
        """Sample shapes whose onset lies `late_s` (less than a sample) before the first sample; shape ``(n, m)``."""
        at = late_s[:, None] + np.arange(int(LASTS_S * rate_hz)) / rate_hz
        index = np.rint(at * FINE_HZ).astype(np.int64)
        inside = index < self.fine.shape[1]
        rows = self.fine[which[:, None], np.minimum(index, self.fine.shape[1] - 1)]
        return np.where(inside, rows, 0.0).astype(np.float64)


def acceleration_of(u: Array, n: float) -> Array:
    """Second derivative by u of ``u^n exp(-n u)``, 0 up to u = 0; any n above 2."""
    u = np.maximum(u, 0.0)
    return np.asarray(u ** (n - 2.0) * (n * (n - 1.0) - 2.0 * n * n * u + n * n * u * u) * np.exp(-n * u))


def ring(shape: Array, f0_hz: float, quality: float) -> Array:
    """What a damped resonance of the tissue makes of a shape: the shape and as much of its resonance."""
    omega = 2 * np.pi * f0_hz
    numerator, denominator = scipy.signal.bilinear([omega / quality, 0.0], [1.0, omega / quality, omega**2], fs=FINE_HZ)
    return np.asarray(0.5 * shape + scipy.signal.lfilter(numerator, denominator, shape))
