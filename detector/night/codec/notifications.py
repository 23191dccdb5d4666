"""Raw notifications of a wearable, many in one blob.

They are kept as they came, so that a mistake in a decoder or in the clock can be mended the next morning. A minute of
them makes one row.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from detector.night.codec import arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

PART_LEVEL = 1
"""Effort of deflate for part of a minute, which is folded with the rest of it anyway."""
MINUTE_LEVEL = 6
"""Effort of deflate for what stays."""

_INFLATED_MAX = 1 << 26
"""A minute at a megabyte a second, which no radio brings: a damaged blob must not take up the memory."""
_TIME = np.dtype("<i8")
_LENGTH = np.dtype("<i4")


def pack(notifications: Sequence[tuple[int, bytes]], level: int) -> bytes:
    """Pack notifications.

    Parameters
    ----------
    notifications
        UTC of arrival in ns, and the bytes.
    level
        Effort of deflate.

    Returns
    -------
    bytes
        What `unpack` restores.
    """
    arrivals = np.array([arrival_ns for arrival_ns, _ in notifications], _TIME)
    lengths = np.array([len(data) for _, data in notifications], _LENGTH)
    payload = b"".join(data for _, data in notifications)
    return zlib.compress(arrivals.tobytes() + lengths.tobytes() + payload, level)


def unpack(blob: bytes, count: int) -> list[tuple[int, bytes]]:
    """Restore what `pack` packed.

    Returns
    -------
    list of (int, bytes)
        Arrival (UTC, ns) and bytes of each, in their order.

    Raises
    ------
    ValueError
        Where the blob is damaged, or does not hold that many.
    """
    loose = arrays.inflate(blob, _INFLATED_MAX)
    head = count * (_TIME.itemsize + _LENGTH.itemsize)
    if len(loose) < head:
        raise ValueError("raw notifications are cut short")
    arrivals = np.frombuffer(loose, _TIME, count).tolist()
    lengths = np.frombuffer(loose, _LENGTH, count, count * _TIME.itemsize).tolist()
    if min(lengths, default=0) < 0 or head + sum(lengths) != len(loose):
        raise ValueError("raw notifications are cut short or too long")
    found = []
    at = head
    for arrival_ns, length in zip(arrivals, lengths, strict=True):
        found.append((arrival_ns, loose[at : at + length]))
        at += length
    return found


def raw_checksum(first: int, count: int, blob: bytes) -> int:
    """Tie a blob of notifications to its place: CRC-32 over both."""
    return zlib.crc32(blob, zlib.crc32(f"{first} {count}".encode()))
