"""Band-pass design.

Written out here because importing ``scipy.signal`` takes longer than everything else the detector does before its first
event; the tests hold it to ``scipy.signal.butter``.
"""

from __future__ import annotations

import cmath
import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def butterworth_bandpass(low_hz: float, high_hz: float, rate_hz: float) -> FloatArray:
    """Second-order-section form of the Butterworth band-pass made from a second-order low-pass.

    Parameters
    ----------
    low_hz, high_hz
        The -3 dB corners in Hz, ``0 < low_hz < high_hz < rate_hz / 2``.
    rate_hz
        Sampling rate in Hz.

    Returns
    -------
    numpy.ndarray
        Shape ``(2, 6)``: ``b0 b1 b2 1 a1 a2`` of each section, with ``b1 = 0`` and ``b2 = -b0``.

    Notes
    -----
    Low-pass to band-pass transformation and bilinear transform with pre-warped corners, as in A. V. Oppenheim and
    R. W. Schafer, Discrete-Time Signal Processing, 3rd ed., chapter 7.
    """
    fs2 = 2.0 * rate_hz
    warped_low = fs2 * math.tan(math.pi * low_hz / rate_hz)
    warped_high = fs2 * math.tan(math.pi * high_hz / rate_hz)
    width, centre_squared = warped_high - warped_low, warped_low * warped_high
    prototype = cmath.exp(1j * math.pi * 3 / 4)  # the other pole of the low-pass is its conjugate
    root = cmath.sqrt((prototype * width / 2) ** 2 - centre_squared)
    analogue = (prototype * width / 2 + root, prototype * width / 2 - root)
    poles = [(fs2 + s) / (fs2 - s) for s in analogue]
    gain = (width * fs2) ** 2 / math.prod(abs(fs2 - s) ** 2 for s in analogue)
    sos = np.array([[1.0, 0.0, -1.0, 1.0, -2.0 * p.real, abs(p) ** 2] for p in poles])
    sos[0, :3] *= gain
    return sos


def impulse_response(sos: FloatArray, count: int) -> FloatArray:
    """First `count` samples of the filter's impulse response."""
    signal = np.zeros(count)
    signal[0] = 1.0
    for b0, b1, b2, _, a1, a2 in sos:
        z0 = z1 = 0.0
        for i, v in enumerate(signal):
            out = b0 * v + z0
            z0, z1 = b1 * v - a1 * out + z1, b2 * v - a2 * out
            signal[i] = out
    return signal


def group_delay_s(sos: FloatArray, rate_hz: float, at_hz: float) -> float:
    """Group delay in s at frequency `at_hz`."""
    step = 1e-3 * at_hz

    def phase(hz: float) -> float:
        z = cmath.exp(-2j * math.pi * hz / rate_hz)
        response = math.prod(
            ((b0 + b1 * z + b2 * z * z) / (1 + a1 * z + a2 * z * z) for b0, b1, b2, _, a1, a2 in sos), start=1 + 0j
        )
        return cmath.phase(response)

    turn = phase(at_hz + step) - phase(at_hz - step)
    return -math.remainder(turn, 2 * math.pi) / (2 * math.pi * 2 * step)
