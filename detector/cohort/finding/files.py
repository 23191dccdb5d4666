"""The recordings that PATHs of a command mean: files, folders, globs, and tables of paths, in a stable order."""

from __future__ import annotations

import csv
import glob
import io
import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_ENDINGS = (
    ".avro",
    ".bdf",
    ".bin",
    ".csv",
    ".cwa",
    ".dat",
    ".edf",
    ".gt3x",
    ".h5",
    ".hdf5",
    ".jsonl",
    ".mat",
    ".nc",
    ".ndjson",
    ".night",
    ".npy",
    ".npz",
    ".parquet",
    ".tsv",
    ".txt",
    ".xdf",
)
"""What a recording's name ends in, where a folder is walked; what is named itself may be called anything."""
_UNISENS = "unisens.xml"
_PACKED = (".gz", ".zip")
_BIDS_TABLES = ("_channels.tsv", "_events.tsv", "_scans.tsv", "_sessions.tsv", "_coordsystem.tsv", "_electrodes.tsv")
_TABLES = ("participants.tsv", "participants.csv", "samples.tsv", "readme.txt", "license.txt", "licence.txt")
PATH_COLUMNS = ("path", "file", "filename")
_LARGEST_TABLE = 64_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that was found.

    Parameters
    ----------
    path
        Where it is.
    name
        Its path from where the search began, with slashes: the same wherever that folder is.
    row
        What the table of paths says of it, by column; empty where it is in none.
    folder
        The first folder below the one that was named; "" where it lies in that itself, or was named itself.
    """

    path: Path
    name: str
    row: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""


def find(paths: Sequence[str], *, besides: Path | None = None, passed: list[str] | None = None) -> list[Found]:
    """Find the recordings.

    Parameters
    ----------
    paths
        Files, folders, globs, and CSV tables with a column ``path`` or ``file``.
    besides
        A folder that is not looked into: that of the results.
    passed
        Takes the paths of files that are no recordings by their names, so that none is passed over unsaid; hidden ones
        and those that other files are read with are nobody's.

    Returns
    -------
    list of Found
        Each file once, in the order of the names.

    Raises
    ------
    FasciwatchError
        Where one is not there, holds nothing, or two files have the same name.
    """
    skipped = None if besides is None else os.path.realpath(besides)
    by_file: dict[str, Found] = {}
    for words in paths:
        count = 0
        for found in _of(words, skipped, passed):
            count += 1
            by_file.setdefault(os.path.realpath(found.path), found)
        if not count:
            raise FasciwatchError(f"there is no recording in {words}: check the path")
    by_name: dict[str, Found] = {}
    for found in by_file.values():
        other = by_name.setdefault(found.name, found)
        if other is not found:
            raise FasciwatchError(
                f"{found.path} and {other.path} would both be called {found.name}: name the folder above both"
            )
    return [found for _, found in sorted(by_name.items())]


def rows_of(table: Path) -> list[dict[str, str]]:
    """Read a table: comma-separated, semicolons or tabs, with a head.

    Returns
    -------
    list of dict
        Each row by the names of its columns in lower case; ``n/a`` is "".

    Raises
    ------
    FasciwatchError
        Where it cannot be read or has no head.
    """
    try:
        if table.stat().st_size > _LARGEST_TABLE:
            raise FasciwatchError(f"{table} is too large for a table of recordings")
        words = table.read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise FasciwatchError(f"{table} cannot be read ({error.strerror})") from error
    head = words.partition("\n")[0]
    delimiter = max("\t,;", key=head.count)
    read = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter)
    try:
        lines = [[cell.strip() for cell in line] for line in read]
    except csv.Error as error:
        raise FasciwatchError(f"{table} is no table: {error}") from error
    lines = [line for line in lines if any(line) and not line[0].startswith("#")]
    if not lines:
        raise FasciwatchError(f"{table} is empty")
    names = [name.lower() for name in lines[0]]
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise FasciwatchError(f"{table} has two columns called {min(twice)}")
    for number, line in enumerate(lines[1:], 2):
        if len(line) > len(names):
            raise FasciwatchError(f"{table}, row {number} has more cells than the head")
    return [
        {name: "" if cell.lower() == "n/a" else cell for name, cell in zip(names, line, strict=False)}
        for line in lines[1:]
    ]


def _of(words: str, skipped: str | None, passed: list[str] | None) -> Iterator[Found]:
    path = Path(words)
    if path.is_dir():
        yield from _walked(path, skipped, passed)
    elif path.exists():
        if _is_table_of_paths(path):
            yield from _listed(path)
        else:
            yield Found(path, _as_typed(words))
    elif glob.has_magic(words):
        for each in sorted(glob.glob(words, recursive=True)):  # noqa: PTH207 - a glob may be absolute
            if Path(each).is_dir():
                yield from _walked(Path(each), skipped, passed)
            else:
                yield Found(Path(each), _as_typed(each))
    else:
        raise FasciwatchError(f"there is no {words}: check the path")


def _as_typed(words: str) -> str:
    return PurePosixPath(Path(words).as_posix()).as_posix().removeprefix("./")


def _walked(top: Path, skipped: str | None, passed: list[str] | None) -> Iterator[Found]:
    """Yield the recordings of a folder; hidden files and folders are nobody's."""
    seen: set[str] = set()
    name = top.resolve().name
    for folder, folders, files in os.walk(top, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen or real == skipped:  # a link that leads in a circle
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        here = Path(folder)
        for each in sorted(files):
            if is_recording(each, here):
                below = (here / each).relative_to(top)
                folder_below = below.parts[0] if len(below.parts) > 1 else ""
                yield Found(here / each, f"{name}/{below.as_posix()}", folder=folder_below)
            elif passed is not None and not each.startswith(".") and not _is_read_with_others(each, here):
                passed.append(f"{name}/{(here / each).relative_to(top).as_posix()}")


def is_recording(name: str, folder: Path) -> bool:
    """Whether a file of a folder looks like a recording by its name."""
    low = name.lower()
    if low.startswith(".") or low in _TABLES or low.endswith(_BIDS_TABLES):
        return False
    for packed in _PACKED:
        low = low.removesuffix(packed)
    if low.endswith(".tsv") and low.startswith("sub-"):
        return low.endswith("_motion.tsv") and _has_acceleration(folder / name)
    if low == _UNISENS:
        return True
    if low.endswith(".bin") and (folder / _UNISENS).is_file():
        return False  # one of the channels that its header names
    if low.endswith(".dat"):
        return (folder / name).with_suffix(".hea").is_file()
    return low.endswith(_ENDINGS)


def _is_read_with_others(name: str, folder: Path) -> bool:
    """Whether a file is a header, a table or a text beside recordings."""
    low = name.lower()
    return (
        low in {*_TABLES, "readme", "readme.md", "license", "licence", "changes", "dataset_description.json"}
        or low.endswith(_BIDS_TABLES)
        or (low.startswith("sub-") and low.endswith((".json", ".tsv")))
        or (low.endswith(".hea") and (folder / name).with_suffix(".dat").is_file())
        or (low.endswith(".bin") and (folder / _UNISENS).is_file())
    )


def _has_acceleration(motion: Path) -> bool:
    """Whether BIDS says that a file holds an accelerometer; where it says nothing, reading it tells what is missing."""
    channels = motion.with_name(motion.name.removesuffix("_motion.tsv") + "_channels.tsv")
    try:
        rows = rows_of(channels)
    except FasciwatchError:
        return True
    return any(row.get("type", "").upper() == "ACCEL" for row in rows)


def _is_table_of_paths(path: Path) -> bool:
    if path.suffix.lower() not in {".csv", ".tsv"}:
        return False
    with path.open("rb") as file:
        head = file.readline(1 << 16).decode("utf-8-sig", "replace").strip().lower()
    delimiter = max("\t,;", key=head.count)
    return path_column([cell.strip().strip('"') for cell in head.split(delimiter)]) is not None


def path_column(names: Iterable[str]) -> str | None:
    """Return the column of a table that names files; None without one."""
    there = set(names)
    return next((name for name in PATH_COLUMNS if name in there), None)


def _listed(table: Path) -> Iterator[Found]:
    """Yield the recordings of a table; a relative path is from the folder of the table."""
    said: dict[str, int] = {}
    for number, row in enumerate(rows_of(table), 2):
        column = path_column(row)
        words = "" if column is None else row[column]
        if not words:
            raise FasciwatchError(f"{table}, row {number} names no file")
        path = Path(words) if Path(words).is_absolute() else table.parent / words
        if not path.exists():
            raise FasciwatchError(f"{table}, row {number}: there is no {words}")
        if words in said:
            raise FasciwatchError(f"{table} names {words} in rows {said[words]} and {number}")
        said[words] = number
        yield Found(path, _as_typed(words), row)
