"""Shapes of single discharges, of the family for tuning or of the one held out from it.

Tuning: ``d(t) = (t/tp)^3 exp(3 (1 - t/tp))``, ringing at 12 to 40 Hz with a quality of 1 to 2.5. Held out:
exponents of 2.5, 3.5 and 4, ringing at 10 to 25 Hz with a quality up to 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.signal

from benchmarks.detection.simulator.draws import Array, between
from firmware_bridge.virtual.twitch import acceleration, unit_vectors

FINE_HZ = 2000.0
"""Rate at which shapes are drawn; samples lie between by straight lines."""

LASTS_S = 1.2
"""Room for the slowest twitch with its ringing."""

TUNING_EXPONENTS, HELD_OUT_EXPONENTS = (3.0,), (2.5, 3.5, 4.0)
TUNING_RING_HZ, HELD_OUT_RING_HZ = (12.0, 40.0), (10.0, 25.0)
TUNING_QUALITY, HELD_OUT_QUALITY = (1.0, 2.5), (1.0, 4.0)

BURST_S, BURST_HZ, BURST_DECAY_S = 0.08, 12.0, 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Forms:
    """Shapes, each with a direction.

    Parameters
    ----------
    tp_s
        Contraction times, NaN where there are none, shape ``(n,)``.
    directions
        Unit vectors, shape ``(n, 3)``.
    fine
        Acceleration at `FINE_HZ`, 1 peak to peak, float32, shape ``(n, m)``.
    lasts_s
        Until it stays below 1 % of its peak to peak, shape ``(n,)``.
    """

    tp_s: Array
    directions: Array
    fine: npt.NDArray[np.float32]
    lasts_s: Array

    def at(self, which: int, time_s: Array) -> Array:
        """Acceleration of a shape at times after its onset, 0 before and after it; shape of `time_s`."""
        grid = np.arange(self.fine.shape[1]) / FINE_HZ
        return np.asarray(np.interp(time_s, grid, self.fine[which], left=0.0, right=0.0))


def twitch_forms(
    count: int, rng: np.random.Generator, tp_s: tuple[float, float], resonant_share: float, *, held_out: bool
) -> Forms:
    """Draw shapes of twitches.

    Parameters
    ----------
    count
        How many.
    rng
        For the draws.
    tp_s
        Range of contraction times.
    resonant_share
        Share that rings.
    held_out
        Which family.
    """
    tp = between(rng, tp_s, count)
    exponents = rng.choice(HELD_OUT_EXPONENTS if held_out else TUNING_EXPONENTS, count)
    ring_hz = between(rng, HELD_OUT_RING_HZ if held_out else TUNING_RING_HZ, count)
    quality = rng.uniform(*(HELD_OUT_QUALITY if held_out else TUNING_QUALITY), count)
    rings = rng.random(count) < resonant_share
    mix = rng.uniform(0.4, 0.8, count)
    time_s = np.arange(round(LASTS_S * FINE_HZ)) / FINE_HZ
    fine = np.empty((count, len(time_s)), np.float32)
    for i in range(count):
        shape = plain(time_s, float(tp[i]), float(exponents[i]))
        if rings[i]:
            rung = _rung(shape, float(ring_hz[i]), float(quality[i]))
            shape = (1 - mix[i]) * shape / np.ptp(shape) + mix[i] * rung / np.ptp(rung)
        fine[i] = shape / np.ptp(shape)
    return _forms(tp, unit_vectors(rng, count), fine)


def burst_forms(count: int, rng: np.random.Generator) -> Forms:
    """Damped 12 Hz bursts in drawn directions."""
    time_s = np.arange(round(LASTS_S * FINE_HZ)) / FINE_HZ
    shape = np.where(time_s < BURST_S, np.sin(2 * np.pi * BURST_HZ * time_s) * np.exp(-time_s / BURST_DECAY_S), 0.0)
    fine = np.broadcast_to((shape / np.ptp(shape)).astype(np.float32), (count, len(time_s)))
    return _forms(np.full(count, np.nan), unit_vectors(rng, count), fine)


def burst_p2p_per_peak() -> float:
    """Peak to peak of a burst whose largest value is 1."""
    time_s = np.arange(0, BURST_S, 1e-5)
    shape = np.sin(2 * np.pi * BURST_HZ * time_s) * np.exp(-time_s / BURST_DECAY_S)
    return float(np.ptp(shape) / np.abs(shape).max())


def plain(time_s: Array, tp_s: float, exponent: float) -> Array:
    """Acceleration of ``(t/tp)^n exp(n (1 - t/tp))``, n above 2, up to a factor; 0 before the onset."""
    if exponent == 3.0:
        return acceleration(time_s, np.array(tp_s))
    u = np.maximum(time_s / tp_s, 0.0)
    # The second derivative of u^n e^(-n u) is n u^(n-2) e^(-n u) times this polynomial.
    polynomial = (exponent - 1) - 2 * exponent * u + exponent * u**2
    return np.asarray(u ** (exponent - 2) * polynomial * np.exp(exponent * (1 - u)))


def _rung(shape: Array, ring_hz: float, quality: float) -> Array:
    """Response of a damped mass on a spring, the skin, to a shape."""
    omega = 2 * np.pi * ring_hz
    b, a = scipy.signal.bilinear([omega**2], [1.0, omega / quality, omega**2], fs=FINE_HZ)
    return np.asarray(scipy.signal.lfilter(b, a, shape))


def _forms(tp_s: Array, directions: Array, fine: npt.NDArray[np.float32]) -> Forms:
    loud = np.abs(fine) > 0.01
    lasts = (fine.shape[1] - np.argmax(loud[:, ::-1], axis=1)) / FINE_HZ
    return Forms(tp_s, directions, fine, lasts)
