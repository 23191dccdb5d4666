"""HDF5, such as of APDM: whichever dataset is named like an accelerometer, with times or a rate beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.binary.parts.libraries import library
from detector.recordings.binary.tables import Table, open_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_MAGIC = b"\x89HDF\r\n\x1a\n"
_ROWS = 65_536
_MOST = 1000
_RATES = re.compile(
    r"(^|[_ ])(samplerate|sample_?rate|sampling ?_?rate|rate_hz|fs|sfreq|hz|sampling_frequency)$", re.IGNORECASE
)


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one."""
    del path
    return head.startswith(_MAGIC)


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
            chosen = _choose(path, file, h5py, notes)
            table = _table(path, file, h5py, chosen)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, UnicodeDecodeError, OverflowError):
        raise _damaged(path) from None
    return open_table(table, wish, notes)


def _damaged(path: Path) -> RecordingError:
    return RecordingError(f"{path.name} is a damaged HDF5 file: it was cut off or changed; copy it again.")


def _datasets(file: Any, h5py: Any) -> dict[str, Any]:
    """All datasets of numbers by their paths, the first thousand."""
    found: dict[str, Any] = {}

    def visit(name: str, item: Any) -> bool | None:
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "iuf":
            found[name] = item
        return True if len(found) >= _MOST else None

    file.visititems(visit)
    return found


def _choose(path: Path, file: Any, h5py: Any, notes: list[str]) -> str:
    """Choose the accelerometer: three columns, named so, else the only one."""
    datasets = _datasets(file, h5py)
    triples = [name for name, data in datasets.items() if data.ndim == 2 and data.shape[1] == 3 and data.shape[0] > 1]
    named = [name for name in triples if re.search(r"acc", name, re.IGNORECASE)] or triples
    if not named:
        there = ", ".join(list(datasets)[:10]) or "none"
        raise RecordingError(f"{path.name} holds no dataset of three columns; it has {there}.")
    if len(named) > 1:
        notes.append(f"The file holds several accelerometers: {named[0]} was read, {', '.join(named[1:6])} left out.")
    return named[0]


def _table(path: Path, file: Any, h5py: Any, chosen: str) -> Table:
    data = file[chosen]
    rows = data.shape[0]
    near = [data, data.parent, data.parent.parent, file]
    time = next(
        (
            name
            for name, other in _datasets(data.parent, h5py).items()
            if other.ndim == 1 and other.shape[0] == rows and re.search(r"time|stamp|seconds", name, re.IGNORECASE)
        ),
        None,
    )
    attributes = [(str(key), value) for each in near for key, value in each.attrs.items()]
    rate_hz = next((_number(value) for key, value in attributes if _RATES.search(key) and _number(value)), None)
    said = next((_words(value) for key, value in attributes if key.lower() in ("unit", "units")), "")
    times = None if time is None else f"{data.parent.name}/{time}"
    names = ["x", "y", "z", *(["time"] if times else [])]

    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        try:
            with h5py.File(path, "r") as again:
                values, stamps = again[chosen], again[times] if times else None
                for at in range(0, rows, _ROWS):
                    block = values[at : at + _ROWS]
                    yield [block[:, i] if i < 3 or stamps is None else stamps[at : at + _ROWS] for i in some]
        except (OSError, RuntimeError, KeyError, ValueError):
            raise _damaged(path) from None

    return Table(path, "HDF5", names, read, rate_hz, unit=units.parse(said))


def _number(value: Any) -> float | None:
    try:
        number = float(np.asarray(value).ravel()[0])
    except (ValueError, TypeError, IndexError):
        return None
    return number if np.isfinite(number) and number > 0 else None


def _words(value: Any) -> str:
    first = np.asarray(value).ravel()[:1].tolist()
    word = first[0] if first else ""
    return word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)
