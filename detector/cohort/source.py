"""The bytes a result was made of: whether they are still the same is seen at a glance, or by reading them."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

_GLANCE_BYTES = 1 << 16
_SETTLED_NS = 2_000_000_000
"""Two writes within one tick of a file system's clock leave the same time; FAT's ticks are of two seconds."""
_BIDS = "_motion.tsv"


@dataclass(frozen=True, slots=True)
class Source:
    """A recording's files, by their content alone.

    Parameters
    ----------
    name
        Of the file.
    size
        Bytes of all of them.
    sha256
        Of all of them.
    glance
        The same of the first and the last 64 KiB of each.
    """

    name: str
    size: int
    sha256: str
    glance: str

    @classmethod
    def of(cls, path: Path) -> Source:
        """Read a recording's files.

        Raises
        ------
        FasciwatchError
            Where that cannot be done.
        """
        whole = hashlib.sha256()
        size = 0
        try:
            for file in files_of(path):
                with file.open("rb") as opened:
                    whole.update(hashlib.file_digest(opened, "sha256").digest())
                    size += opened.tell()
            return cls(path.name, size, whole.hexdigest(), glance_at(path))
        except OSError as error:
            raise FasciwatchError(f"{path} cannot be read ({error.strerror})") from error


def files_of(path: Path) -> Iterator[Path]:
    """Yield a recording's file and those beside it that are read with it."""
    yield path
    if path.name.endswith(_BIDS):
        for ending in ("_motion.json", "_channels.tsv"):
            yield from _if_there(path.with_name(path.name.removesuffix(_BIDS) + ending))
        for folder in (path.parent, path.parent.parent):
            yield from sorted(folder.glob("*_scans.tsv"))
    elif path.suffix == ".dat":
        yield from _if_there(path.with_suffix(".hea"))
    elif path.suffix == ".hea":
        words = path.read_bytes()[: 1 << 16].decode("latin-1")
        names = dict.fromkeys(re.findall(r"^(\S+\.dat)\b", words, re.MULTILINE))
        for name in names:
            yield from _if_there(path.with_name(Path(name).name))


def glance_at(path: Path) -> str:
    """Return the hash of both ends of a recording's files.

    Raises
    ------
    OSError
        Where they cannot be read.
    """
    ends = hashlib.sha256()
    for file in files_of(path):
        with file.open("rb") as opened:
            ends.update(opened.read(_GLANCE_BYTES))
            opened.seek(max(opened.seek(0, os.SEEK_END) - _GLANCE_BYTES, 0))
            ends.update(opened.read(_GLANCE_BYTES))
    return ends.hexdigest()


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Return when a recording's files were last written to, in ns, and their size; None where they are not there."""
    try:
        told = [file.stat() for file in files_of(path)]
    except OSError:
        return None
    return max(each.st_mtime_ns for each in told), sum(each.st_size for each in told)


def is_settled(written_ns: int, now_ns: int) -> bool:
    """Whether a file was left alone for so long that the time at which it was written to says all."""
    return now_ns - written_ns > _SETTLED_NS


def _if_there(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
