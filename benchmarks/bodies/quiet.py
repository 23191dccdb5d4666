"""Where a recording is free of movement: a rule of its own, without any detector."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.signal
from scipy.ndimage import maximum_filter1d

Array = npt.NDArray[np.float64]

STILL_HZ = (1.5, 24.0)
"""Band in which movement is measured: above breathing, and with the beat in it."""

STILL_FACTOR = 3.0
"""A second is quiet while its rms is below so many times that of the calm quarter."""


def band(xyz: npt.NDArray[np.floating], rate_hz: float, band_hz: tuple[float, float]) -> Array:
    """Filter forwards and backwards; in mg, shape ``(n, 3)``."""
    high = min(band_hz[1], 0.45 * rate_hz)
    sos = scipy.signal.butter(2, (band_hz[0], high), "bandpass", fs=rate_hz, output="sos")
    return np.asarray(1e3 * scipy.signal.sosfiltfilt(sos, np.asarray(xyz, np.float64), axis=0))


def rms_of_seconds(xyz: npt.NDArray[np.floating], rate_hz: float) -> Array:
    """Rms of the second that begins at each sample, three axes together, in mg, shape ``(n - second + 1,)``."""
    square = np.square(band(xyz, rate_hz, STILL_HZ)).sum(axis=1)
    total = np.concatenate([[0.0], np.cumsum(square)])
    second = round(rate_hz)
    return np.asarray(np.sqrt(np.maximum(total[second:] - total[:-second], 0.0) / second))


def quietest(xyz: npt.NDArray[np.floating], rate_hz: float, length_s: float) -> tuple[float, float]:
    """Of all stretches of a known length, that whose loudest second is the least loud.

    Where the length is that of the longest stretch below some limit, this is that stretch, whatever the limit was.

    Returns
    -------
    tuple of float
        Its start and end in s.
    """
    rms = rms_of_seconds(xyz, rate_hz)
    span = max(int(length_s * rate_hz) - round(rate_hz), 1)
    if span >= len(rms):
        return 0.0, len(xyz) / rate_hz
    # The filter's windows are centred; of their maxima, those that lie wholly within the recording.
    loudest = maximum_filter1d(rms, span)[span // 2 : span // 2 + len(rms) - span + 1]
    start_s = int(np.argmin(loudest)) / rate_hz
    return start_s, min(start_s + length_s, len(xyz) / rate_hz)


def longest_quiet(xyz: npt.NDArray[np.floating], rate_hz: float) -> tuple[float, float]:
    """Longest stretch without a second louder than `STILL_FACTOR` times the calm quarter; start and end in s."""
    rms = rms_of_seconds(xyz, rate_hz)
    still = rms <= STILL_FACTOR * np.quantile(rms, 0.25)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], still.astype(np.int8), [0]]))).reshape(-1, 2)
    first, last = max(edges.tolist(), key=lambda edge: edge[1] - edge[0])
    return first / rate_hz, (last - 1) / rate_hz + 1.0
