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
_HEADER_BYTES = 1 << 20
_SETTLED_NS = 2_000_000_000
"""Two writes within one tick of a file system's clock leave the same time; FAT's ticks are of two seconds."""
_BIDS = "_motion.tsv"
_LEVELS = 4
"""Folders of BIDS, from a recording up to its data set: what describes it may stand in each."""
_UNISENS = "unisens.xml"


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
    if path.name.removesuffix(".gz").endswith(_BIDS):
        yield from _of_bids(path)
    elif path.name == _UNISENS:
        for name in _named(path, r"""\sid\s*=\s*["']([^"'/\\]+\.bin)["']"""):
            yield from _if_there(path.with_name(name))
    elif path.suffix == ".bin":
        yield from _if_there(path.with_name(_UNISENS))
    elif path.suffix == ".dat":
        yield from _if_there(path.with_suffix(".hea"))
    elif path.suffix == ".hea":
        for name in _named(path, r"^(\S+\.dat)\b"):
            yield from _if_there(path.with_name(Path(name).name))


def _of_bids(path: Path) -> Iterator[Path]:
    """Yield what describes a recording: beside it, or in a folder above, of the same entities or fewer."""
    mine = set(path.name.removesuffix(".gz").removesuffix(_BIDS).split("_"))
    for folder in path.parents[:_LEVELS]:
        for ending in ("_motion.json", "_channels.tsv"):
            for each in sorted(folder.glob(f"*{ending}")):
                if set(each.name.removesuffix(ending).split("_")) <= mine:
                    yield each
        if (folder / "dataset_description.json").is_file():
            break
    for folder in (path.parent, path.parent.parent):
        yield from sorted(folder.glob("*_scans.tsv"))


def _named(header: Path, pattern: str) -> dict[str, None]:
    """Find the files that a header names, each once."""
    words = header.read_bytes()[:_HEADER_BYTES].decode("latin-1")
    return dict.fromkeys(re.findall(pattern, words, re.MULTILINE))


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
