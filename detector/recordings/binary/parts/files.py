"""Files read from the start in portions, however long they are, packed by gzip or not."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from detector.errors import RecordingError
from detector.recordings.head import is_packed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_MOST_TIMES, _FREE_BYTES = 200, 1 << 26
"""So much may come out of a packed file for each of its bytes, and out of any."""


def portions(path: Path, size: int, notes: list[str] | None = None) -> Iterator[bytes]:
    """Read a file from the start.

    Parameters
    ----------
    path
        The file.
    size
        Bytes in each portion but the last.
    notes
        Told where a packed file has been cut off or damaged.

    Yields
    ------
    bytes
        All of it, in order; of a packed file what can be unpacked.

    Raises
    ------
    RecordingError
        Where it can no longer be read.
    """
    try:
        with path.open("rb") as raw:
            file = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if is_packed(raw) else raw
            left = max(_FREE_BYTES, _MOST_TIMES * path.stat().st_size)
            while data := file.read(size):
                left -= len(data)
                if left < 0:
                    raise RecordingError(
                        f"{path.name} unpacks to more than {_MOST_TIMES} times its size, which no recording does; "
                        "unpack it first if you trust it."
                    )
                yield data
    except (EOFError, zlib.error, gzip.BadGzipFile):
        if notes is not None:
            notes.append("The packed file is damaged or was cut off: what follows the damage is not read.")
    except OSError as error:
        raise RecordingError(
            f"{path.name} can no longer be read ({error.strerror}); copy it and read the copy."
        ) from None
