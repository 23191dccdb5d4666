"""The beginning of a file, by which its format is recognised."""

from __future__ import annotations

import os
import stat
import zlib
from typing import TYPE_CHECKING, BinaryIO

from detector.errors import RecordingError

if TYPE_CHECKING:
    from pathlib import Path

HEAD_BYTES = 1 << 18
"""So much is read of it: some thousand rows of text."""

PACKED, ARCHIVE = b"\x1f\x8b", b"PK\x03\x04"
"""What files packed by gzip, and zip archives, begin with."""


def is_packed(file: BinaryIO) -> bool:
    """Tell whether an open file is packed by gzip; it stands at its start afterwards."""
    begins = file.read(len(PACKED))
    file.seek(0)
    return begins == PACKED


def unpacked(head: bytes) -> bytes:
    """Unpack as much of a file's beginning as it holds; what cannot be is returned as it is."""
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, HEAD_BYTES) or head
    except zlib.error:
        return head


def read_head(path: Path) -> bytes:
    """Read the first 256 KiB of a file, of what is in it where it is packed by gzip.

    Returns
    -------
    bytes
        Never blank; shorter where the file is.

    Raises
    ------
    RecordingError
        Where the file is not there, is none, cannot be opened, or is empty.
    """
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a device may have no end, and a pipe is read but once
            raise RecordingError(f"{path} is no file but a pipe or a device; save what comes out of it in a file.")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            if head.startswith(PACKED):
                head = unpacked(head)
    except FileNotFoundError:
        raise RecordingError(f"There is no file {path}; check the name and the folder.") from None
    except IsADirectoryError:
        raise RecordingError(f"{path} is a folder; name a recorded file in it.") from None
    except OSError as error:
        folder = os.path.isdir(path)  # noqa: PTH112 - Windows says "permission denied" of a folder; pathlib may raise
        why = "is a folder; name a recorded file in it" if folder else f"cannot be opened: {error.strerror}"
        raise RecordingError(f"{path} {why}.") from None
    if not head.strip():
        raise RecordingError(f"{path.name} is empty; record again or export it again.")
    return head
