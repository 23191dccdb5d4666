"""Checksums and samples of Axivity's blocks, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.binary.parts.compiled import entry

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Words = npt.NDArray[np.uint16]


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
        total = np.uint16(0)
        for j in range(words.shape[1]):
            total = np.uint16(total + words[i, j])
        totals[i] = total


@entry
def unpack(
    packed: npt.NDArray[np.int32],
    counts: npt.NDArray[np.int64],
    scales: npt.NDArray[np.float32],
    out: npt.NDArray[np.float32],
) -> int:
    """Decode blocks of packed samples: three of 10 bits and the bits they were shifted by.

    Parameters
    ----------
    packed
        Words of the blocks, shape ``(n, 120)``.
    counts, scales
        Samples in each block, and g a count.
    out
        Written: acceleration in g, shape ``(at least the sum of counts, 3)``.

    Returns
    -------
    int
        Number of samples written.
    """
    row = 0
    for i in range(packed.shape[0]):
        scale = scales[i]
        for j in range(counts[i]):
            word = packed[i, j]
            shift = (word >> 30) & 3
            out[row, 0] = np.float32((np.int32(word << 22) >> 22) << shift) * scale
            out[row, 1] = np.float32((np.int32(word << 12) >> 22) << shift) * scale
            out[row, 2] = np.float32((np.int32(word << 2) >> 22) << shift) * scale
            row += 1
    return row


@entry
def take(
    values: npt.NDArray[np.int16],
    counts: npt.NDArray[np.int64],
    axes: npt.NDArray[np.int64],
    scales: npt.NDArray[np.float32],
    out: npt.NDArray[np.float32],
) -> int:
    """Decode blocks of 16-bit samples of three axes, or of six or nine, of which the acceleration is the second three.

    Parameters
    ----------
    values
        Values of the blocks, shape ``(n, 240)``.
    counts, axes, scales
        Samples in each block, values in each sample, and g a count.
    out
        Written: acceleration in g, shape ``(at least the sum of counts, 3)``.

    Returns
    -------
    int
        Number of samples written.
    """
    row = 0
    for i in range(values.shape[0]):
        scale, width = scales[i], axes[i]
        at = 0 if width == 3 else 3
        for _ in range(counts[i]):
            out[row, 0] = np.float32(values[i, at]) * scale
            out[row, 1] = np.float32(values[i, at + 1]) * scale
            out[row, 2] = np.float32(values[i, at + 2]) * scale
            at += width
            row += 1
    return row
