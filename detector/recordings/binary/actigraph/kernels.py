"""Records and samples of an ActiGraph's log, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.binary.parts.compiled import entry

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Indices = npt.NDArray[np.int64]

_BEGINS = 0x1E
_FRAME = 9
"""Bytes of a record beside its payload: mark, kind, second (4), length (2), checksum."""


@entry
def walk(data: Bytes, is_last: bool, lost: bool, found: Indices) -> tuple[int, int, bool]:  # noqa: FBT001 - as above
    """Find the records of a log whose checksums hold.

    Parameters
    ----------
    data
        Part of the log.
    is_last
        Whether nothing follows it.
    lost
        Whether what came before was no record: then a record counts only if another one, or the end, follows it.
    found
        Written, shape ``(n, 5)``: kind, second, place and length of the payload, and bytes passed over before it.

    Returns
    -------
    tuple of int, int, bool
        Number of records; bytes done with; `lost` for what follows. Bytes left at the last part's end are damaged.
    """
    at = count = passed = 0
    size = data.shape[0]
    while count < found.shape[0]:
        if at + _FRAME > size:
            break
        length = data[at + 6] | np.int64(data[at + 7]) << 8
        end = at + _FRAME + length
        sound = data[at] == _BEGINS and data[at + 1] < 0x20
        if sound and end + 1 > size and not (is_last and end == size):
            if not is_last:
                break
            sound = False
        if sound:
            check = np.uint8(0xFF)
            for i in range(at, end - 1):
                check ^= data[i]
            sound = check == data[end - 1] and not (lost and end < size and data[end] != _BEGINS)
        if not sound:
            at += 1
            passed += 1
            lost = True
            continue
        found[count, 0] = data[at + 1]
        found[count, 1] = (
            data[at + 2] | np.int64(data[at + 3]) << 8 | np.int64(data[at + 4]) << 16 | np.int64(data[at + 5]) << 24
        )
        found[count, 2] = at + 8
        found[count, 3] = length
        found[count, 4] = passed
        passed = 0
        lost = False
        count += 1
        at = end
    return count, at, lost


@entry
def unpack12(data: Bytes, starts: Indices, counts: Indices, scale: float, out: npt.NDArray[np.float32]) -> int:
    """Decode samples of three times 12 bits, big end first, in the order y, x, z.

    Parameters
    ----------
    data
        Bytes that hold them.
    starts, counts
        First byte, and number of samples, of each payload.
    scale
        Counts per g.
    out
        Written: acceleration in g, shape ``(at least the sum of counts, 3)``.

    Returns
    -------
    int
        Number of samples written.
    """
    row = 0
    for i in range(len(starts)):
        for j in range(counts[i]):
            for axis in range(3):
                number = 3 * j + axis
                at = starts[i] + number // 2 * 3
                if number % 2 == 0:
                    value = np.int64(data[at]) << 4 | np.int64(data[at + 1]) >> 4
                else:
                    value = (np.int64(data[at + 1]) & 15) << 8 | np.int64(data[at + 2])
                if value > 2047:
                    value -= 4096
                out[row, 1 - axis if axis < 2 else 2] = np.float32(value / scale)
            row += 1
    return row


@entry
def take16(data: Bytes, starts: Indices, counts: Indices, scale: float, out: npt.NDArray[np.float32]) -> int:
    """Decode samples of three times 16 bits, little end first; as `unpack12`."""
    row = 0
    for i in range(len(starts)):
        for j in range(counts[i]):
            for axis in range(3):
                at = starts[i] + 6 * j + 2 * axis
                value = np.int64(data[at]) | np.int64(data[at + 1]) << 8
                if value > 32767:
                    value -= 65536
                out[row, axis] = np.float32(value / scale)
            row += 1
    return row
