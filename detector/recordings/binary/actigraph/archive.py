"""What is in ActiGraph's archive: ``info.txt``, and the log beside it."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.bounds import most_out_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

INFO, LOG, OLD = "info.txt", "log.bin", "activity.bin"
PORTION, _PIECE = 1 << 20, 1 << 14
"""Bytes decoded, and unpacked, at a time: where an archive is damaged the last piece of it is lost."""


def all_of(names: Sequence[str], wanted: str) -> list[str]:
    """Find the files of a name in an archive that somebody may have packed again, in folders, or more than once."""
    return [name for name in names if name.rpartition("/")[2].lower() == wanted and not name.startswith("__MACOSX")]


def member(names: Sequence[str], wanted: str) -> str:
    """Find a file of an archive, of several the one beside its ``info.txt``; "" where it is not there."""
    found, info = all_of(names, wanted), all_of(names, INFO)
    folder = info[0].rpartition("/")[0] if info else ""
    beside = [name for name in found if name.rpartition("/")[0] == folder]
    return next(iter(beside or found), "")


def unpacked(path: Path, name: str) -> Iterator[bytes | None]:
    """Yield the portions of a file of the archive, and None where it breaks off damaged."""
    gathered: list[bytes] = []
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member(archive.namelist(), name)) as file:
            about = archive.getinfo(file.name)
            if about.file_size > most_out_of(about.compress_size):
                raise RecordingError(
                    f"The {name} of {path.name} unpacks to {about.file_size / 1e6:.0f} MB out of "
                    f"{about.compress_size / 1e6:.1f}, which no recording does: download it from the device again."
                )
            while data := file.read(_PIECE):
                gathered.append(data)
                if len(gathered) * _PIECE >= PORTION:
                    yield b"".join(gathered)
                    gathered.clear()
        if gathered:
            yield b"".join(gathered)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        if gathered:
            yield b"".join(gathered)
        yield None
    except (OSError, RuntimeError, ValueError, NotImplementedError, KeyError) as error:
        raise RecordingError(f"{path.name} can no longer be read ({error}); copy it and read the copy.") from None
