"""Samples of a chunk of XDF, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.binary.parts.compiled import entry

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]

_STAMPED = 8


@entry
def walk(data: Bytes, width: int, stamps: Bytes, has_stamp: npt.NDArray[np.bool_], values: Bytes) -> tuple[int, int]:
    """Part the samples of a chunk into stamps and values: each may or may not have a stamp before its values.

    Parameters
    ----------
    data
        The samples.
    width
        Bytes of a sample's values.
    stamps, has_stamp, values
        Written: the bytes of the stamps, shape ``(n, 8)``, whether there is one, shape ``(n,)``, and the bytes of the
        values, shape ``(n, width)``; the most samples that are looked for is n.

    Returns
    -------
    tuple of int
        Number of samples, and bytes that they take up: fewer than all where the chunk is cut off, or damaged.
    """
    at = count = 0
    size = data.shape[0]
    while count < has_stamp.shape[0] and at < size:
        flag = int(data[at])
        begins = at + 1 + flag
        if (flag not in (0, _STAMPED)) or begins + width > size:
            break
        has_stamp[count] = flag == _STAMPED
        for i in range(flag):
            stamps[count, i] = data[at + 1 + i]
        for i in range(width):
            values[count, i] = data[begins + i]
        at = begins + width
        count += 1
    return count, at
