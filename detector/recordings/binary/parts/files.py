"""Files read from the start in portions, however long they are, packed by gzip or not."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, TYPE_CHECKING, cast

from detector.errors import RecordingError
from detector.recordings.head import is_packed
from detector.recordings.text.source.content import Limited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
            unpacked = cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
            file = Limited(unpacked, path.name, path.stat().st_size) if is_packed(raw) else raw
            while data := file.read(size):
                yield data
    except (EOFError, zlib.error, gzip.BadGzipFile):
        if notes is not None:
            notes.append("The packed file is damaged or was cut off: what follows the damage is not read.")
    except OSError as error:
        raise RecordingError(
            f"{path.name} can no longer be read ({error.strerror}); copy it and read the copy."
        ) from None
