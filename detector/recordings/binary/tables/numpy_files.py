"""NumPy's files: one array (.npy), or several with names in an archive (.npz), never pickled objects.

An array of three columns is x, y, z; of four, time, x, y, z; one with fields is a table. In an archive a vector named
like a time, or a number named like a rate, goes with an array of the same length.
"""

from __future__ import annotations

import ast
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.binary.parts import channels
from detector.recordings.binary.parts.starts import start_of
from detector.recordings.binary.tables.table import Table, open_table
from detector.recordings.bounds import most_out_of
from detector.recordings.head import ARCHIVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_MAGIC = b"\x93NUMPY"
_ROWS = 65_536
_LARGEST_HEADER = 1 << 16
_MOST_COLUMNS = 256
_MOST_MEMBERS = 1000
_LONGEST_FACT = 400
"""Bytes."""
_WIDEST, _FEWEST = 100, 3
"""An array that is wider lies on its side; of fewer vectors no axes are made."""
_MORE = "More follows its first array in the file, and was not read."
_RATE = re.compile(r"(^|_)(rate_hz|rate|fs|hz|sfreq|sampling_rate|sampling_frequency|logfreq)$", re.IGNORECASE)
_LARGEST_BY_COLUMNS = 1 << 26
"""Bytes of an array that is read whole, because its columns follow each other."""


class _Array:
    """An array in a file: its shape and type, read in order and some rows at a time."""

    def __init__(self, path: Path, member: str | None = None) -> None:
        self.path, self.member = path, member
        with self._open() as file:
            self.shape, self.dtype, self.offset, self.by_columns = _header(file, path)

    @property
    def rows(self) -> int:
        """Number of rows; 0 of a number."""
        return self.shape[0] if self.shape else 0

    def _open(self) -> AbstractContextManager[BinaryIO]:
        if self.member is None:
            return cast("AbstractContextManager[BinaryIO]", self.path.open("rb"))
        return cast("AbstractContextManager[BinaryIO]", _Member(self.path, self.member))

    def read(self) -> Iterator[npt.NDArray[Any]]:
        """Yield its rows."""
        width = int(np.prod(self.shape[1:], dtype=np.int64)) if len(self.shape) > 1 else 1
        size = self.dtype.itemsize * width
        left = self.rows if self.shape else 1
        with self._open() as file:
            file.read(self.offset)
            if self.by_columns:
                data = file.read(left * size)
                if len(data) < left * size:
                    raise RecordingError(f"{self.path.name} ends too early: it was cut off; copy it again.")
                yield np.frombuffer(data, self.dtype).reshape(self.shape, order="F")
                return
            while left:
                data = file.read(min(left, _ROWS) * size)
                rows = len(data) // size
                if rows < min(left, _ROWS):
                    raise RecordingError(
                        f"{self.path.name} ends {left - rows} row(s) too early: it was cut off; copy it again."
                    )
                yield np.frombuffer(data, self.dtype).reshape((rows, *self.shape[1:]) if self.shape else (1,))
                left -= rows


class _Member:
    """A file of an archive, open as long as it is read."""

    def __init__(self, path: Path, member: str) -> None:
        self._archive = zipfile.ZipFile(path)
        try:
            about = self._archive.getinfo(member)
            if about.file_size > most_out_of(about.compress_size):
                raise RecordingError(
                    f"{member} in {path.name} unpacks to {about.file_size / 1e6:.0f} MB out of "
                    f"{about.compress_size / 1e6:.1f}, which no recording does; unpack it first if you trust it."
                )
            self._file = self._archive.open(member)
        except BaseException:
            self._archive.close()
            raise

    def __enter__(self) -> BinaryIO:
        return cast("BinaryIO", self._file)

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._archive.close()


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one: by its first bytes, or by its names where it is an archive.

    A file that holds arrays and nothing else is numpy's own; an .npy that somebody has packed is unpacked like others.
    """
    if head.startswith(_MAGIC):
        return True
    if not head.startswith(ARCHIVE):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return all(name.endswith(".npy") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):  # such as one that is packed itself
        return head[30 : 30 + int.from_bytes(head[26:28], "little")].endswith(b".npy")


def open(path: Path, wish: Wish) -> Recording:
    """Open a file of NumPy, and look at every row.

    Raises
    ------
    RecordingError
        Where it holds no acceleration, objects, or is damaged.
    """
    try:
        with path.open("rb") as file:
            is_array = file.read(len(_MAGIC)) == _MAGIC
        return _open_array(path, wish) if is_array else _open_archive(path, wish)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise RecordingError(f"{path.name} is a damaged file of NumPy ({error}); copy it or save it again.") from None


def _guarded(path: Path, source: Iterator[Sequence[npt.NDArray[Any]]]) -> Iterator[Sequence[npt.NDArray[Any]]]:
    try:
        yield from source
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise RecordingError(f"{path.name} is a damaged file of NumPy ({error}); copy it or save it again.") from None


def _header(file: BinaryIO, path: Path) -> tuple[tuple[int, ...], np.dtype[Any], int, bool]:
    """Read an array's header: its shape, its type, how many bytes it has, and whether columns follow each other."""
    begin = file.read(8)
    wide = begin[6:7] != b"\x01"
    length_bytes = file.read(4 if wide else 2)
    length = int.from_bytes(length_bytes, "little")
    try:
        if not begin.startswith(_MAGIC) or length > _LARGEST_HEADER:
            raise ValueError
        about = ast.literal_eval(file.read(length).decode("latin-1"))
        dtype, shape = np.dtype(about["descr"]), tuple(int(n) for n in about["shape"])
        by_columns = len(shape) > 1 and bool(about["fortran_order"])
        if any(n < 0 for n in shape) or dtype.itemsize == 0 or not isinstance(about["descr"], str | list):
            raise ValueError
    except (ValueError, SyntaxError, KeyError, TypeError, AttributeError, MemoryError, RecursionError):
        raise RecordingError(f"{path.name} is a damaged file of NumPy: its header is none; save it again.") from None
    if dtype.hasobject:
        raise RecordingError(f"{path.name} holds Python objects, which are not read; save its numbers as an array.")
    if by_columns and np.prod(shape, dtype=np.float64) * dtype.itemsize > _LARGEST_BY_COLUMNS:
        raise RecordingError(f"{path.name} holds a large array column by column; save numpy.ascontiguousarray of it.")
    return shape, dtype, len(begin) + len(length_bytes) + length, by_columns


def _open_array(path: Path, wish: Wish) -> Recording:
    return _open_rows(path, _Array(path), wish)


def _open_rows(path: Path, array: _Array, wish: Wish) -> Recording:
    """Open one array: rows of x, y and z, with the time before them or not, or rows of fields."""
    if array.dtype.names is not None:
        names = list(array.dtype.names)

        def fields(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
            for rows in array.read():
                yield [rows[names[i]] for i in some]

        return open_table(Table(path, "NumPy array", names, fields), wish)
    if len(array.shape) == 2 and array.shape[0] in (3, 4) and array.shape[1] > _WIDEST:
        raise RecordingError(
            f"{path.name} holds {array.shape[0]} rows of {array.shape[1]} values: save its transpose, so that each "
            "sample is a row."
        )
    if len(array.shape) != 2 or array.shape[1] < 3 or array.dtype.kind not in "iuf":
        raise RecordingError(
            f"{path.name} holds an array of shape {array.shape} and type {array.dtype}, where rows of x, y, z or of "
            "time, x, y, z are needed."
        )
    width = array.shape[1]
    if width > _MOST_COLUMNS:
        raise RecordingError(f"{path.name} holds an array of {width} columns: save those of time, x, y and z alone.")
    names = ["x", "y", "z"] if width == 3 else ["time", "x", "y", "z", *(f"column {i + 1}" for i in range(4, width))]
    notes = [] if array.member is not None or _ends(path, array) else [_MORE]
    return open_table(Table(path, "NumPy array", names, _columns(path, array)), wish, notes)


def _ends(path: Path, array: _Array) -> bool:
    """Tell whether a file ends with its array: numpy writes several into one without a word."""
    size = int(np.prod(array.shape, dtype=np.float64)) * array.dtype.itemsize
    return path.stat().st_size <= array.offset + size


def _columns(path: Path, array: _Array) -> Any:
    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        return _guarded(path, ([rows[:, i] for i in some] for rows in array.read()))

    return read


def _open_archive(path: Path, wish: Wish) -> Recording:
    """Choose among the arrays of an archive."""
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if name.endswith(".npy")]
    if len(members) > _MOST_MEMBERS:
        raise RecordingError(f"{path.name} holds {len(members)} arrays: save those of one recording alone.")
    arrays, unread = {}, []
    for name in members[:_MOST_COLUMNS]:
        try:
            arrays[name.removesuffix(".npy")] = _Array(path, name)
        except RecordingError as error:  # such as objects beside the numbers
            unread.append(error)
    if not arrays and unread:
        raise unread[0]
    numbers = {name: array for name, array in arrays.items() if array.dtype.kind in "iufM"}
    triples = [
        name for name, array in numbers.items() if len(array.shape) == 2 and array.shape[1] == 3 and array.rows > 1
    ]
    vectors = {name: array for name, array in numbers.items() if len(array.shape) == 1 and array.rows > 1}
    notes: list[str] = []
    start_ns, told = start_of(_facts(arrays), path.name, wish)
    triples = [name for name in triples if channels.rank(name) < 2]
    named = [name for name in triples if re.search(r"acc|xyz", name, re.IGNORECASE)]
    if wish.columns is None and (named or len(triples) == 1):
        chosen = channels.choose(path.name, named or triples, wish.sensor, notes)
        array = arrays[chosen]
        prefix = re.sub(r"_?(acc|xyz).*$", "", chosen, flags=re.IGNORECASE) if named else ""
        timed = [name for name, vector in vectors.items() if vector.rows == array.rows and _is_time(name)]
        timed = [name for name in timed if name.startswith(prefix)] or timed
        words = re.sub(r"^.*?(acc|xyz)\w*?_(?=[^_]+$)", "", chosen, flags=re.IGNORECASE)
        names = ["x", "y", "z", *(["time"] if timed and wish.rate_hz is None else [])]
        read = _beside(path, array, arrays[timed[0]] if timed else None)
        unit = units.parse(words)
        rate_hz = _stated_rate(numbers, prefix) or _stated_rate(dict(filter(_is_rate, numbers.items())), "")
        table = Table(path, "NumPy archive", names, read, rate_hz, start_ns, unit=unit, is_one=True, start_notes=told)
        return open_table(table, wish, notes)
    names = list(vectors)
    alone = [name for name, array in numbers.items() if len(array.shape) == 2 and array.rows > 1]
    if len(alone) == 1 and not triples and len(names) < _FEWEST:
        return _open_rows(path, arrays[alone[0]], wish)
    if not names and unread:
        raise unread[0]
    if not names:
        there = ", ".join(list(arrays)[:10]) or "none"
        raise RecordingError(f"{path.name} holds no array of three columns, and no vectors; it has {there}.")
    longest = max(vector.rows for vector in vectors.values())
    same = {name: vector for name, vector in vectors.items() if vector.rows == longest}
    read = _vectors(path, list(same.values()))
    table = Table(path, "NumPy archive", list(same), read, _stated_rate(numbers, ""), start_ns, start_notes=told)
    return open_table(table, wish, notes)


def _facts(arrays: dict[str, _Array]) -> Iterator[tuple[str, Any]]:
    """Yield what stands alone in an archive: numbers, dates and words."""
    for name, array in arrays.items():
        if array.shape in ((), (1,)) and array.dtype.kind in "iufMUS" and array.dtype.itemsize <= _LONGEST_FACT:
            yield name, next(array.read())


def _is_time(name: str) -> bool:
    return re.search(r"(^|_)(t|time|times|timestamps?|seconds|ts)(_|$)", name, re.IGNORECASE) is not None


def _is_rate(item: tuple[str, _Array]) -> bool:
    """Tell whether an array's whole name says rate, so that it is of all sensors."""
    return _RATE.match(item[0]) is not None


def _stated_rate(numbers: dict[str, _Array], prefix: str) -> float | None:
    """Return the number that is named like a rate, None where none is."""
    for name, array in numbers.items():
        is_number = array.shape in ((), (1,)) and array.dtype.kind in "iuf" and name.startswith(prefix)
        if is_number and _RATE.search(name):
            value = float(next(array.read()).ravel()[0])
            return value if np.isfinite(value) and value > 0 else None
    return None


def _beside(path: Path, array: _Array, stamps: _Array | None) -> Any:
    """Read columns of an array, and a vector beside it as its fourth."""

    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        if stamps is None or max(some) < 3:
            yield from _guarded(path, ([rows[:, i] for i in some] for rows in array.read()))
            return
        both = zip(array.read(), stamps.read(), strict=True)
        yield from _guarded(path, ([rows[:, i] if i < 3 else at for i in some] for rows, at in both))

    return read


def _vectors(path: Path, vectors: list[_Array]) -> Any:
    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        return _guarded(path, zip(*(vectors[i].read() for i in some), strict=True))

    return read
