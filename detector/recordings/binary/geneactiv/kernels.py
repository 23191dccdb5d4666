"""Samples of GENEActiv's pages, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.binary.parts.compiled import entry

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Indices = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]


@entry
def decode(
    text: Bytes, starts: Indices, counts: Indices, gains: Floats, offsets: Floats, out: npt.NDArray[np.float32]
) -> int:
    """Decode samples of twelve hexadecimal digits: three of each axis, the big end first, and three of the light.

    Parameters
    ----------
    text
        Digits, and whatever lies between them.
    starts, counts
        First digit, and number of samples, of each page.
    gains, offsets
        Of each axis.
    out
        Written: acceleration in g, shape ``(at least the sum of counts, 3)``.

    Returns
    -------
    int
        Number of samples written.
    """
    values = np.zeros(256, np.int64)
    for digit in range(10):
        values[48 + digit] = digit
    for digit in range(6):
        values[65 + digit] = values[97 + digit] = 10 + digit
    row = 0
    for i in range(starts.shape[0]):
        at = starts[i]
        for _ in range(counts[i]):
            for axis in range(3):
                value = values[text[at]] << 8 | values[text[at + 1]] << 4 | values[text[at + 2]]
                if value > 2047:
                    value -= 4096
                out[row, axis] = np.float32((value * 100.0 - offsets[axis]) / gains[axis])
                at += 3
            at += 3
            row += 1
    return row
