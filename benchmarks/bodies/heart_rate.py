"""A second opinion about the heart rate of a window: the autocorrelation of the envelope at three periods.

The list of the phones' heart rates has one number a recording; a window's own is looked for near it, so that neither
the second sound nor every other beat is taken for the beat.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from benchmarks.bodies.quiet import band

Array = npt.NDArray[np.float64]

ENVELOPE_HZ = (8.0, 40.0)
SMOOTH_S = 0.06
NEAR = 0.2
"""How far a window's rate may be from the recording's, as a share of it."""

PLAIN_CORRELATION = 0.2
PERIODS = 3
WINDOW_S, HOP_S = 20.0, 10.0


def windows(span: tuple[float, float], window_s: float = WINDOW_S, hop_s: float = HOP_S) -> list[tuple[float, float]]:
    """Windows of a span, each wholly within it."""
    count = math.floor((span[1] - span[0] - window_s) / hop_s + 1e-9) + 1
    return [(span[0] + hop_s * k, span[0] + hop_s * k + window_s) for k in range(max(count, 0))]


def window_rate(xyz: npt.NDArray[np.floating], rate_hz: float, per_min: float) -> tuple[float, float]:
    """Heart rate of a window near a known rate.

    Returns
    -------
    tuple of float
        The rate in 1/min, and how plain it is: the autocorrelation at one period.
    """
    loud = np.sqrt(np.square(band(xyz, rate_hz, ENVELOPE_HZ)).sum(axis=1))
    taps = max(round(SMOOTH_S * rate_hz), 1)
    envelope = np.convolve(loud, np.full(taps, 1 / taps), "same")
    envelope = envelope - envelope.mean()
    # One loud beat must not outweigh the others.
    limit = 3.0 * envelope.std()
    spectrum = np.fft.rfft(np.clip(envelope, -limit, limit), 2 * len(envelope))
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[: len(envelope)]
    correlation = correlation / correlation[0] * len(envelope) / np.arange(len(envelope), 0, -1)
    period_s = np.linspace(60 / (per_min * (1 + NEAR)), 60 / (per_min * (1 - NEAR)), 400)
    lags = period_s[:, None] * np.arange(1, PERIODS + 1) * rate_hz
    comb = np.interp(lags, np.arange(len(correlation)), correlation).mean(axis=1)
    best = period_s[int(np.argmax(comb))]
    return float(60 / best), float(np.interp(best * rate_hz, np.arange(len(correlation)), correlation))
