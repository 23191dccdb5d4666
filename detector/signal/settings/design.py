"""High-pass design.

Written out here because importing ``scipy.signal`` takes longer than everything else the detector does before its first
event; the tests hold it to ``scipy.signal.butter``.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def butterworth_highpass(corner_hz: float, rate_hz: float) -> tuple[float, float, float]:
    """Coefficients of the second-order Butterworth high-pass ``g (1 - z^-1)^2 / (1 + a1 z^-1 + a2 z^-2)``.

    Parameters
    ----------
    corner_hz
        The -3 dB corner in Hz, ``0 < corner_hz < rate_hz / 2``.
    rate_hz
        Sampling rate in Hz.

    Returns
    -------
    g, a1, a2 : float

    Notes
    -----
    Bilinear transform with a pre-warped corner, as in A. V. Oppenheim and R. W. Schafer, Discrete-Time Signal
    Processing, 3rd ed., chapter 7.
    """
    k = math.tan(math.pi * corner_hz / rate_hz)
    scale = 1.0 / (1.0 + math.sqrt(2.0) * k + k * k)
    return scale, 2.0 * (k * k - 1.0) * scale, (1.0 - math.sqrt(2.0) * k + k * k) * scale


def highpass(signal: FloatArray, corner_hz: float, rate_hz: float) -> FloatArray:
    """Run the high-pass along the last axis, from rest; the kernel does the same to the samples."""
    g, a1, a2 = butterworth_highpass(corner_hz, rate_hz)
    out = np.empty_like(signal, dtype=np.float64)
    z0 = np.zeros(signal.shape[:-1])
    z1 = np.zeros(signal.shape[:-1])
    for i in range(signal.shape[-1]):
        v = g * signal[..., i]
        out[..., i] = v + z0
        z0, z1 = z1 - 2.0 * v - a1 * out[..., i], v - a2 * out[..., i]
    return out


def acf_of_highpass(corner_hz: float, rate_hz: float, count: int) -> FloatArray:
    """Autocovariance of high-passed white noise of unit variance at lags 0 to ``count - 1``."""
    settle = count + math.ceil(3.0 * rate_hz / corner_hz)
    impulse = np.zeros(settle)
    impulse[0] = 1.0
    response = highpass(impulse, corner_hz, rate_hz)
    return np.array([response[lag:] @ response[: settle - lag] for lag in range(count)])
