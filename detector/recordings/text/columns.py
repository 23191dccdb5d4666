"""Which column of a table is what: the time, and the three axes of the accelerometer among other sensors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.text import stamps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.text.dialect import Dialect
    from detector.recordings.text.stamps import Stamps
    from detector.recordings.units import Unit

_ACCELEROMETER = {"a", "acc", "accel", "accelerometer", "acceleration", "acce", "accelero"}
_WITHOUT_GRAVITY = {"linear", "lin", "user", "dynamic"}
_OTHER_SENSORS = {
    *("g", "gy", "gyr", "gyro", "gyroscope", "rot", "rotation", "rate", "angular", "w", "omega", "velocity", "vel"),
    *("m", "mag", "magn", "magnet", "magnetic", "magnetometer", "compass", "field"),
    *("gravity", "grav", "quat", "quaternion", "q", "euler", "orientation", "attitude", "angle", "pos", "position"),
}
_KNOWN = sorted(_ACCELEROMETER | _OTHER_SENSORS, key=len, reverse=True)
_NO_MEANING = {"axis", "raw", "data", "value", "values", "sensor", "cal", "calibrated", "channel", "ch"}
_TIMES = {
    *("time", "times", "timestamp", "timestamps", "datetime", "date", "t", "ts", "stamp", "epoch", "unix", "utc"),
    *("elapsed", "clock", "seconds", "secs", "sec", "s", "ms", "millis", "us", "micros", "ns", "nanos"),
}
_XYZ = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """Where to find what.

    Parameters
    ----------
    time
        Index of the column of times, or None.
    stamps
        How it writes them, or None.
    xyz
        Indices of the axes.
    unit
        The unit the header states, or None.
    notes
        Sentences worth telling the user.
    """

    time: int | None
    stamps: Stamps | None
    xyz: tuple[int, int, int]
    unit: Unit | None
    notes: tuple[str, ...]


def find(name: str, dialect: Dialect, columns: Sequence[str | int] | None, *, rate_known: bool) -> Layout:
    """Find the columns of a table.

    Parameters
    ----------
    name
        Name of the file, for messages.
    dialect
        How it is written.
    columns
        The columns of x, y and z, or of time, x, y and z, by name or by position counted from 1; None to find them.
    rate_known
        Whether the sampling rate is given, so that no column of times is needed.

    Raises
    ------
    RecordingError
        Where a column is missing, or the time is needed and not there.
    """
    notes: list[str] = []
    time: int | None
    if columns is not None:
        time, xyz = _given(name, dialect, columns)
    elif dialect.header is not None:
        xyz = _named_axes(name, dialect.header, notes)
        time = _named_time(dialect, xyz)
    else:
        time, xyz = _positional(name, dialect)
    unit: Unit | None = None
    if dialect.header is not None:
        stated = {units.stated(dialect.header[i]) for i in xyz}
        unit = stated.pop() if len(stated) == 1 else None
    written = None
    if time is not None:
        cells = _column(dialect, time)
        written = stamps.recognise(dialect.header[time] if dialect.header else "", cells, dialect)
        if written is None and not rate_known:
            example = next(filter(None, cells), "")
            raise RecordingError(
                f"The times of {name} such as {example!r} are not understood; write them as 2024-01-31T23:59:59.999, "
                "as seconds or as epoch milliseconds, or give the sampling rate with --rate-hz."
            )
    if written is None:
        time = None
    if time is None and not rate_known:
        raise RecordingError(
            f"{name} has no column of times, so its sampling rate is unknown; give the rate with --rate-hz, or name "
            "the column of times 'time' in a header."
        )
    for index, axis in zip(xyz, "xyz", strict=True):
        cells = _column(dialect, index)
        if all(dialect.number(cell) is None for cell in cells):
            raise RecordingError(
                f"Column {index + 1} of {name}, taken for {axis}, holds no numbers but {cells[0]!r}; export the "
                "acceleration as numbers."
            )
    return Layout(time, written, xyz, unit, tuple(notes))


def _column(dialect: Dialect, index: int) -> list[str]:
    return [cells[index] if index < len(cells) else "" for cells in dialect.sample]


def _given(name: str, dialect: Dialect, columns: Sequence[str | int]) -> tuple[int | None, tuple[int, int, int]]:
    width = max(len(cells) for cells in dialect.sample)
    header = [cell.lower() for cell in dialect.header or ()]
    if isinstance(columns, str):
        raise RecordingError(f"The columns cannot be the one word {columns!r}; give a list of three or four of them.")
    indices = []
    for column in columns:
        if isinstance(column, str) and column.strip().lower() in header:
            indices.append(header.index(column.strip().lower()))
        elif isinstance(column, int) and 1 <= column <= width:
            indices.append(column - 1)
        else:
            there = ", ".join(dialect.header) if dialect.header else f"columns 1 to {width}"
            raise RecordingError(f"{name} has no column {column!r}; it has {there}.")
    if len(indices) not in (_XYZ, _XYZ + 1):
        raise RecordingError("Give three columns (x, y and z) or four (time, x, y and z).")
    x, y, z = indices[-_XYZ:]
    return (indices[0] if len(indices) > _XYZ else None), (x, y, z)


def _named_axes(name: str, header: Sequence[str], notes: list[str]) -> tuple[int, int, int]:
    """Choose the triple of columns whose names are most like an accelerometer's."""
    triples: dict[str, dict[str, int]] = {}
    for index, cell in enumerate(header):
        if found := _axis(cell):
            sensor, axis = found
            triples.setdefault(sensor, {}).setdefault(axis, index)
    # Sorting is stable: of equals, the first in the file.
    whole = [s for s, axes in triples.items() if len(axes) == _XYZ and _rank(s) is not None]
    if not whole:
        raise RecordingError(
            f"{name} has no columns that are named like the axes of an accelerometer (its columns: "
            f"{', '.join(header)}); name them acc_x, acc_y and acc_z."
        )
    ranked = sorted(whole, key=lambda sensor: _rank(sensor) or 0)
    chosen = triples[ranked[0]]
    if len(ranked) > 1 and _rank(ranked[1]) == _rank(ranked[0]):
        others = ", ".join(header[triples[s]["x"]] for s in ranked[1:] if _rank(s) == _rank(ranked[0]))
        notes.append(f"The file holds several accelerometers: {header[chosen['x']]} was read, {others} left out.")
    if set(ranked[0].split()) & _WITHOUT_GRAVITY:
        notes.append("The header says that gravity is taken out of the acceleration: posture cannot be told.")
    return chosen["x"], chosen["y"], chosen["z"]


def _axis(cell: str) -> tuple[str, str] | None:
    """Split the name of a column into its sensor and its axis, None where it names no axis."""
    plain = re.sub(r"[(\[{].*?[)\]}]", " ", cell)
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", plain).lower()
    words = re.findall(r"[^\W\d_]+|\d+", plain)
    for at, word in enumerate(words):
        axis = word if word in ("x", "y", "z") else _glued_axis(word)
        if axis is None:
            continue
        before = words[:at] if word == axis else [*words[:at], word.removesuffix(axis).removeprefix(axis)]
        # What follows the axis may be the unit, as in acc_x_mg; what stands before it is the sensor, as in g_x.
        after = [] if units.parse(" ".join(words[at + 1 :])) else words[at + 1 :]
        return " ".join(w for w in (*before, *after) if w not in _NO_MEANING), axis
    return None


def _glued_axis(word: str) -> str | None:
    """Return the axis of a word such as ``ax``, ``accelx`` or ``xacc``."""
    for known in _KNOWN:
        for axis in "xyz":
            if word == known + axis or (len(known) > 1 and word == axis + known):
                return axis
    return None


def _rank(sensor: str) -> int | None:
    """Rank a sensor by its name, best first; None where it is no accelerometer."""
    words = set(sensor.split())
    if words & _ACCELEROMETER:
        return 3 if words & _WITHOUT_GRAVITY else 0
    if words & _OTHER_SENSORS or words & _WITHOUT_GRAVITY:
        return None
    return 1 if not words else 2


def _named_time(dialect: Dialect, xyz: Sequence[int]) -> int | None:
    """Choose the column of times: named so and readable, else any that holds dates."""
    header = dialect.header or ()
    named = []
    for index, cell in enumerate(header):
        words = set(re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", cell).lower()))
        glued = cell.lower().startswith(("time", "timestamp")) or cell.lower().endswith("time")
        if index not in xyz and (words & _TIMES or glued):
            named.append(index)
    for index in named:
        if stamps.kind_of(_column(dialect, index), dialect) is not None:
            return index
    for index in range(len(header)):
        if index not in xyz and stamps.kind_of(_column(dialect, index), dialect) == "text":
            return index
    return named[0] if named else None


def _positional(name: str, dialect: Dialect) -> tuple[int | None, tuple[int, int, int]]:
    """Without a header: time, x, y, z and whatever follows; x, y, z where the first column does not rise like time."""
    width = max(len(cells) for cells in dialect.sample)
    if width < _XYZ:
        raise RecordingError(f"{name} has {width} column(s); it needs a time and three axes.")
    if width == _XYZ:
        return None, (0, 1, 2)
    first = _column(dialect, 0)
    kind = stamps.kind_of(first, dialect)
    if kind == "text" or (kind is None and any(first)):
        return 0, (1, 2, 3)
    numbers = np.array([n for cell in first if (n := dialect.number(cell)) is not None and np.isfinite(n)])
    steps = np.diff(numbers)
    if len(steps) and np.all(steps == 1):  # a counter of rows says nothing of time
        return None, (1, 2, 3)
    rises = len(steps) == 0 or np.mean(steps >= 0) > 0.9  # noqa: PLR2004 - times may jitter; acceleration falls half the time
    constant = len(steps) > 0 and bool(np.all(steps == 0))
    return (0, (1, 2, 3)) if rises or constant else (None, (0, 1, 2))
