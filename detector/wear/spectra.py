"""Sums and spectra that the signs of life are found by, written for arrays of a minute.

None of it calls BLAS. For products as small as these its threads take longer to be waked than to work, and then turn in
circles until the next: that cost twice the time of all the rest, on whatever computer had not been told otherwise.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]


@lru_cache(maxsize=16)
def window(count: int) -> Array:
    """Make a Hann window; most minutes of a night have the same number of samples, or one more."""
    made = np.hanning(count)
    made.flags.writeable = False
    return made


@lru_cache(maxsize=16)
def window_power(count: int) -> float:
    """Sum up the squares of a Hann window."""
    return float((window(count) ** 2).sum())


def middle(values: Array) -> Array:
    """Tell the median over the last axis, which holds numbers only: `numpy.median` takes longer to look for others."""
    count = values.shape[-1]
    high = count // 2
    if count % 2:
        return np.asarray(np.partition(values, high, axis=-1)[..., high])
    both = np.partition(values, (high - 1, high), axis=-1)
    return np.asarray((both[..., high - 1] + both[..., high]) / 2)


def added_up(values: Array, length: int) -> Array:
    """Add up each `length` neighbours along the last axis; a rest is left out."""
    whole = values.shape[-1] // length * length
    summed = values[..., 0:whole:length].copy()
    for place in range(1, length):
        summed += values[..., place:whole:length]
    return summed


def without_slope(values: Array) -> Array:
    """Take the straight line through the middle away from each row, whose mean is zero already."""
    count = values.shape[-1]
    time = np.arange(count) - (count - 1) / 2
    slope = (values * time).sum(axis=-1) / (time**2).sum()
    return np.asarray(values - slope[..., None] * time)


def powers(values: Array, first: float, step: float, count: int) -> Array:
    """Squared sizes of the Fourier sums of each row at some frequencies that are no multiples of one over its length.

    L. I. Bluestein's way (Northeast Electronics Research and Engineering Meeting 1968): as ``2 m k`` is ``m² + k² -
    (k - m)²``, the sums are those of a convolution, which a fast Fourier transform of any convenient length does.

    Parameters
    ----------
    values
        The rows.
    first, step, count
        The lowest frequency, and how far each of the next ones is from the one before, in turns a sample.
    """
    length = values.shape[-1]
    size = 1 << (length + count - 2).bit_length()
    place = np.arange(max(length, count), dtype=np.float64)
    turn = np.exp((1j * np.pi * step) * place**2)
    turning = np.zeros(size, np.complex128)
    turning[:count] = turn[:count]
    turning[size - length + 1 :] = turn[length - 1 : 0 : -1]
    begun = values * (np.exp((-2j * np.pi * first) * place[:length]) * turn[:length].conj())
    sums = np.fft.ifft(np.fft.fft(begun, size) * np.fft.fft(turning))[..., :count]
    return np.asarray(sums.real**2 + sums.imag**2)
