"""Checksums and samples of Axivity's blocks, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.binary.parts.compiled import entry

if TYPE_CHECKING:
    import numpy.typing as npt

    Words = npt.NDArray[np.uint16]
    Indices = npt.NDArray[np.int64]

_DATA = 15
"""Word of a block at which its samples begin."""


@entry
def sums(words: Words, totals: npt.NDArray[np.uint16]) -> None:
    """Add up the words of every block: 0 where the checksum holds.

    Parameters
    ----------
    words
        Blocks, shape ``(n, 256)``.
    totals
        Written: the sums, shape ``(n,)``.
    """
    for i in range(words.shape[0]):
        total = np.int64(0)
        for j in range(words.shape[1]):
            total += words[i, j]
        totals[i] = total & 0xFFFF


@entry
def decode(
    words: Words,
    counts: Indices,
    axes: Indices,
    is_packed: npt.NDArray[np.bool_],
    scales: npt.NDArray[np.float32],
    out: npt.NDArray[np.float32],
) -> int:
    """Decode blocks of samples.

    Packed ones are three values of 10 bits and the bits they were shifted by. Others are values of 16 bits, of three
    axes, or of six or nine, of which the acceleration is the second three.

    Parameters
    ----------
    words
        Blocks, shape ``(n, 256)``.
    counts, axes, is_packed, scales
        Samples in each block, values in each sample, whether they are packed, and g a count.
    out
        Written: acceleration in g, shape ``(at least the sum of counts, 3)``.

    Returns
    -------
    int
        Number of samples written.
    """
    row = 0
    for i in range(words.shape[0]):
        scale, width, count = scales[i], axes[i], counts[i]
        if is_packed[i]:
            for j in range(count):
                low, high = np.int64(words[i, _DATA + 2 * j]), np.int64(words[i, _DATA + 1 + 2 * j])
                word, factor = low | high << 16, np.float32(1 << (high >> 14)) * scale
                out[row + j, 0] = np.float32((word & 1023) - ((word & 512) << 1)) * factor
                out[row + j, 1] = np.float32((word >> 10 & 1023) - ((word >> 10 & 512) << 1)) * factor
                out[row + j, 2] = np.float32((word >> 20 & 1023) - ((word >> 20 & 512) << 1)) * factor
        else:
            at = _DATA if width == 3 else _DATA + 3
            for j in range(count):
                for axis in range(3):
                    value = np.int64(words[i, at + j * width + axis])
                    out[row + j, axis] = np.float32(value - ((value & 0x8000) << 1)) * scale
        row += count
    return row
