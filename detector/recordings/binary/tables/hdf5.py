"""HDF5, such as of APDM, MATLAB or netCDF: whichever dataset is named like an accelerometer, with times or a rate.

An accelerometer is one dataset of three rows or columns, or three datasets or fields named like axes. No other file is
read: links to others are not followed, nor datasets that keep their values in others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.binary.parts import channels
from detector.recordings.binary.parts.libraries import library
from detector.recordings.binary.parts.starts import start_of
from detector.recordings.binary.tables.table import Table, open_table
from detector.recordings.bounds import most_out_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_MAGIC = b"\x89HDF\r\n\x1a\n"
_BEGINS = (0, *(512 << i for i in range(8)))
"""Where a file may begin, behind something else, such as MATLAB's header."""
_ROWS = 65_536
_MOST = 1000
_LARGEST_CHUNK = 1 << 28
_RATES = re.compile(
    r"(^|[/_ ])(samplerate|sample_?rate|sampling ?_?rate|rate_hz|fs|sfreq|hz|sampling_frequency)$", re.IGNORECASE
)


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one."""
    del path
    return any(head.startswith(_MAGIC, at) for at in _BEGINS)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of numbers: one of a dataset, which may lie on its side, or a field of it.

    Parameters
    ----------
    path
        The dataset's.
    rows
        How many.
    index, field
        Which of several columns, "" or None where there is one.
    sideways
        Whether columns are rows there.
    scale, offset
        What its attributes say makes numbers of it.
    """

    path: str
    rows: int
    index: int | None = None
    field: str = ""
    sideways: bool = False
    scale: float = 1.0
    offset: float = 0.0

    def take(self, file: Any, at: int, end: int) -> npt.NDArray[Any]:
        """Read some rows."""
        data = file[self.path]
        if self.field:
            values = data.fields(self.field)[at:end]
        elif self.index is None:
            values = data[at:end]
        else:
            values = data[self.index, at:end] if self.sideways else data[at:end, self.index]
        plain = np.asarray(values).ravel()
        if (self.scale, self.offset) == (1.0, 0.0):
            return plain
        return np.asarray(plain * self.scale + self.offset, np.float64)


def open(path: Path, wish: Wish) -> Recording:
    """Open a file, and look at every row of its accelerometer.

    Raises
    ------
    RecordingError
        Where h5py is not installed, the file is damaged, or no dataset is an accelerometer's.
    """
    h5py = library("h5py", "hdf5", path, "an HDF5 file")
    notes: list[str] = []
    try:
        with h5py.File(path, "r") as file:
            table = _table(path, file, _datasets(path, file, h5py), wish, notes)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, UnicodeDecodeError, OverflowError):
        raise _damaged(path) from None
    return open_table(table, wish, notes)


def _damaged(path: Path) -> RecordingError:
    return RecordingError(f"{path.name} is a damaged HDF5 file: it was cut off or changed; copy it again.")


def _datasets(path: Path, file: Any, h5py: Any) -> dict[str, Any]:
    """All datasets of numbers by their paths, the first thousand."""
    found: dict[str, Any] = {}
    elsewhere: list[str] = []

    def visit(name: str, item: Any) -> bool | None:
        if isinstance(item, h5py.Dataset) and (item.dtype.kind in "iuf" or item.dtype.names):
            if item.is_virtual or item.external:
                elsewhere.append(name)
            elif not item.dtype.hasobject:
                found[name] = item
        return True if len(found) >= _MOST else None

    file.visititems(visit)
    lost = [name for name in elsewhere if _rank(name) == 0] or elsewhere
    if lost and _rank(lost[0]) < min(map(_rank, found), default=2):
        raise RecordingError(f"{path.name} keeps {lost[0]} in another file, which is not followed: copy it here.")
    return found


def _rank(name: str) -> int:
    """Rank a dataset by its path: an accelerometer's, one that is not named, another sensor's."""
    ranks = [channels.rank(part) for part in name.split("/")]
    return 0 if 0 in ranks else max(ranks)


def _table(path: Path, file: Any, datasets: dict[str, Any], wish: Wish, notes: list[str]) -> Table:
    triples = {name: data for name, data in datasets.items() if data.ndim == 2 and 3 in data.shape and data.size > 3}
    ranked = sorted((_rank(name), name) for name in triples if not triples[name].dtype.names)
    named = [name for rank, name in ranked if rank == ranked[0][0] < 2]
    columns = _vectors(datasets)
    if wish.columns is None and named:
        chosen = channels.choose(path.name, named, wish.sensor, notes)
        return replace(_of_triple(path, file, chosen, columns, wish), is_one=True)
    if not columns:
        there = ", ".join(list(datasets)[:10]) or "none"
        raise RecordingError(f"{path.name} holds no dataset of three columns of an accelerometer; it has {there}.")
    if wish.columns is None:
        longest = max(column.rows for column in columns.values())
        columns = {name: column for name, column in columns.items() if column.rows == longest}
    else:
        wanted = [columns[str(name)].rows for name in wish.columns if str(name) in columns]
        columns = {name: column for name, column in columns.items() if column.rows in wanted[-1:]}
    data = file[next(iter(columns.values())).path] if columns else file
    return _of_columns(path, file, columns, data, wish)


def _vectors(datasets: dict[str, Any]) -> dict[str, _Column]:
    """Columns that stand by themselves, by their names: datasets of one dimension, and fields."""
    found: dict[str, _Column] = {}
    for name, data in datasets.items():
        if data.ndim not in (1, 2) or (data.ndim == 2 and 1 not in data.shape) or data.size < 2:
            continue
        if data.dtype.names:
            fields = [field for field in data.dtype.names if data.dtype[field].kind in "iufM"]
            found |= {f"{name}/{field}": _Column(name, data.shape[0], field=field) for field in fields}
        elif data.ndim == 1:
            found[name] = _scaled(_Column(name, data.shape[0]), data)
        else:
            sideways = data.shape[0] == 1
            found[name] = _scaled(_Column(name, data.size, 0, sideways=sideways), data)
    return found


def _scaled(column: _Column, data: Any) -> _Column:
    """Take in the attributes by which netCDF, and others after it, pack numbers."""
    said = {key: np.asarray(data.attrs[key]).ravel() for key in ("scale_factor", "add_offset") if key in data.attrs}
    numbers = {key: float(value[0]) for key, value in said.items() if value.dtype.kind in "iuf" and len(value)}
    if not all(map(np.isfinite, numbers.values())):
        return column
    return replace(column, scale=numbers.get("scale_factor", 1.0), offset=numbers.get("add_offset", 0.0))


def _of_triple(path: Path, file: Any, chosen: str, columns: dict[str, _Column], wish: Wish) -> Table:
    """Make a table of a dataset of three columns, and the times beside it."""
    data = file[chosen]
    sideways = data.shape[1] != 3
    rows = data.shape[1] if sideways else data.shape[0]
    some = {axis: _scaled(_Column(chosen, rows, i, sideways=sideways), data) for i, axis in enumerate("xyz")}
    folder = data.parent.name.strip("/")
    beside = [name for name, column in columns.items() if column.rows == rows and name.rpartition("/")[0] == folder]
    time = channels.time_of([name.rpartition("/")[2] for name in beside], [])
    if time is not None:
        some["time"] = columns[beside[time]]
    return _of_columns(path, file, some, data, wish)


def _of_columns(path: Path, file: Any, columns: dict[str, _Column], data: Any, wish: Wish) -> Table:
    """Make a table of columns, with what groups and attributes near a dataset say of rate, unit and start."""
    for column in columns.values():
        _refuse_trap(path, file[column.path])
    near = [data, data.parent, data.parent.parent, file]
    attributes = [(str(key), value) for each in near for key, value in each.attrs.items()]
    numbers = [(name, other[()]) for each in near[1:] for name, other in each.items() if _is_number(each, name, other)]
    rates = (_number(value) for key, value in [*attributes, *numbers] if _RATES.search(key))
    rate_hz = next((rate for rate in rates if rate), None)
    said = next((_words(value) for key, value in attributes if key.lower() in ("unit", "units")), "")
    rows = next(iter(columns.values())).rows if columns else 0
    order = list(columns.values())

    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        try:
            with library("h5py", "hdf5", path, "an HDF5 file").File(path, "r") as again:
                for at in range(0, rows, _ROWS):
                    yield [order[i].take(again, at, min(at + _ROWS, rows)) for i in some]
        except (OSError, RuntimeError, KeyError, ValueError, TypeError):
            raise _damaged(path) from None

    start_ns, told = start_of([*attributes, *numbers], path.name, wish)
    return Table(path, "HDF5", list(columns), read, rate_hz, start_ns, unit=units.parse(said), start_notes=told)


def _is_number(group: Any, name: str, item: Any) -> bool:
    """Tell whether a group holds a single number of a name, by itself and not by a link."""
    is_own = type(group.get(name, getlink=True)).__name__ == "HardLink"
    return is_own and getattr(item, "size", 0) == 1 and not item.is_virtual and not item.external


def _refuse_trap(path: Path, data: Any) -> None:
    """Refuse what claims far more than it holds."""
    chunk = int(np.prod(data.chunks or (1,), dtype=np.float64)) * data.dtype.itemsize
    if data.nbytes > most_out_of(data.id.get_storage_size()) or chunk > _LARGEST_CHUNK:
        raise RecordingError(
            f"{path.name} claims {data.nbytes / 1e6:.0f} MB of {data.name} and holds {data.id.get_storage_size()} "
            "bytes of it: it was never written, or is a trap."
        )


def _number(value: Any) -> float | None:
    """Return a number above 0, as a number or in words such as ``50 Hz``; None for anything else."""
    try:
        first = np.asarray(value).ravel()[0]
        words = re.match(r"\s*([\d.]+)\s*(hz)?\s*$", _words(value), re.IGNORECASE)
        number = float(words[1]) if words else float(first)
    except (ValueError, TypeError, IndexError, AttributeError):
        return None
    return number if np.isfinite(number) and number > 0 else None


def _words(value: Any) -> str:
    first = np.asarray(value).ravel()[:1].tolist()
    word = first[0] if first else ""
    return word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)
