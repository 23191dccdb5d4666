"""Named columns with a column of times, or a rate: what Parquet, HDF5 and NumPy files hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings import times, units
from detector.recordings.binary import channels
from detector.recordings.binary.parts.build import Device, build
from detector.recordings.binary.parts.look import Look
from detector.recordings.utc import to_utc
from detector.recordings.wish import check_rate
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.times import Piece
    from detector.recordings.units import Unit
    from detector.recordings.wish import Wish

    Read = Callable[[Sequence[int]], Iterator[Sequence[npt.NDArray[Any]]]]

_CENTURY_S = (1e8, 4.2e9)
"""Seconds since 1970 that are meant as dates: 1973 to 2103."""
_SCALES = (1, 10**3, 10**6, 10**9)
"""Units of time, in one second of each."""
_PERIODS_S = (0.0009, 0.06)
"""Periods that a column of times may have in its unit, in s."""
_BACK_NS = -NS
_AGREES, _CONTRADICTS = 0.02, 0.2


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of a file.

    Parameters
    ----------
    path, format
        The file, and the name of its format.
    names
        Names of the columns.
    read
        Reads some columns by their indices, some rows at a time: arrays of equal length.
    rate_hz
        Rate that the file states, where it has no column of times.
    start_ns
        UTC of the first row, where the file states it.
    unit
        Unit that the file states beside the names.
    said
        Units of the columns, as the file states them beside the names; may be empty.
    is_utc
        Whether dates in the column of times are UTC.
    """

    path: Path
    format: str
    names: Sequence[str]
    read: Read
    rate_hz: float | None = None
    start_ns: int | None = None
    unit: Unit | None = None
    is_utc: bool = False
    said: Sequence[str] = ()


def open_table(table: Table, wish: Wish, notes: list[str] | None = None) -> Recording:
    """Find the axes and the time, look at all rows, and lay them.

    Raises
    ------
    RecordingError
        Where axes, units or rate cannot be had.
    """
    notes = [] if notes is None else notes
    name = table.path.name
    if wish.columns is not None:
        time, xyz = channels.given(name, table.names, wish.columns)
        time = channels.time_of(table.names, xyz) if time is None else time
    else:
        xyz = channels.axes(name, table.names, notes)
        time = channels.time_of(table.names, xyz)
    if time is None and wish.rate_hz is None and table.rate_hz is None:
        raise RecordingError(f"{name} has no column of times, so its sampling rate is unknown; give it with --rate-hz.")
    look = Look()
    stamps: list[npt.NDArray[Any]] = []
    for columns in table.read([*xyz, *([] if time is None else [time])]):
        look.add(_together(columns[:3]))
        if time is not None:
            stamps.append(np.asarray(columns[3]))
    if look.rows < 2:
        raise RecordingError(f"{name} holds {look.rows} row(s) of acceleration; record longer or export it again.")
    words = [table.said[i] if table.said else channels.unit_words(table.names[i]) for i in xyz]
    stated = units.common(name, words, wish.units) or table.unit
    unit, units_from = look.unit(name, stated, wish, notes)
    pieces, has_date = _lay(table, wish, look.rows, None if time is None else (table.names[time], stamps), notes)
    rate_hz = look.rows / sum(piece.count / piece.rate_hz for piece in pieces)

    def read() -> Iterator[npt.NDArray[np.float32]]:
        for columns in table.read(xyz):
            values = units.to_g(_together(columns), unit)
            values[np.isnan(values).any(axis=1)] = np.nan
            yield values

    device = Device(table.format, "", rate_hz, look.lsb_g(unit), unit)
    return build(table.path, wish, device, pieces, read, notes=notes, has_date=has_date, units_from=units_from)


def _together(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.float64]:
    with np.errstate(invalid="ignore"):  # of the numbers that are none, some say so loudly
        return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


def _lay(
    table: Table, wish: Wish, rows: int, timed: tuple[str, list[npt.NDArray[Any]]] | None, notes: list[str]
) -> tuple[list[Piece], bool]:
    """Lay the rows by their stamps, else by a rate; tells whether times are dates."""
    name = table.path.name
    if timed is not None:
        stamps = np.concatenate(timed[1])
        ns, has_date = to_ns(name, timed[0], stamps, table, wish, notes)
        if ns is not None:
            return lay_stamps(name, ns, wish, notes), has_date
    rate_hz = wish.rate_hz or table.rate_hz
    if rate_hz is None:
        raise RecordingError(f"The times of {name} count rows and tell no rate: give it with --rate-hz.")
    check_rate(rate_hz, f"The sampling rate of {name}")
    return times.lay_at(rate_hz, rows, table.start_ns or 0, []), table.start_ns is not None


def to_ns(
    name: str, column: str, stamps: npt.NDArray[Any], table: Table, wish: Wish, notes: list[str]
) -> tuple[npt.NDArray[np.int64] | None, bool]:
    """Turn a column of times into ns, and tell whether they are dates; None where they only count rows."""
    if stamps.dtype.kind == "M":
        return _dates(name, stamps, table, wish, notes), True
    if stamps.dtype.kind not in "iuf":
        raise RecordingError(f"The times of {name} in {column!r} are not understood; write them as dates or numbers.")
    numbers = stamps.astype(np.float64)
    if not np.isfinite(numbers).all() or np.abs(numbers).max() > 9e18:
        raise RecordingError(f"Some of the times of {name} are no numbers; drop those rows and read it again.")
    first = float(numbers[0])
    for scale in _SCALES:
        if _CENTURY_S[0] * scale < first < _CENTURY_S[1] * scale:
            exact = stamps.dtype.kind in "iu"
            return (stamps.astype(np.int64) * (NS // scale) if exact else _float_ns(numbers, scale)), True
    steps = np.diff(numbers)
    if (
        len(steps)
        and np.all(steps == steps[0])
        and steps[0] == 1
        and wish.rate_hz is None
        and "ms" not in column.lower()
    ):
        return None, False
    middle = float(np.mean(steps[np.abs(steps - np.median(steps)) <= 10 * max(float(np.median(np.abs(steps))), 1e-12)]))
    for scale in _SCALES:
        if _PERIODS_S[0] * scale <= middle <= _PERIODS_S[1] * scale:
            return _float_ns(numbers, scale), False
    raise RecordingError(
        f"The times of {name} in {column!r} rise by {middle:.4g} a row, which is no sampling period in s, ms, us or "
        "ns; give the rate with --rate-hz and three --columns."
    )


def _dates(name: str, stamps: npt.NDArray[Any], table: Table, wish: Wish, notes: list[str]) -> npt.NDArray[np.int64]:
    """Turn dates into ns of UTC."""
    ns = stamps.astype("datetime64[ns]").astype(np.int64)
    if np.isnat(stamps).any():
        raise RecordingError(f"Some of the times of {name} are missing; drop those rows and read it again.")
    if table.is_utc:
        return ns
    notes.append(f"Its times have no time zone and were taken as {wish.timezone}.")
    return to_utc(ns, wish.timezone)


def _float_ns(numbers: npt.NDArray[np.float64], scale: int) -> npt.NDArray[np.int64]:
    whole = np.floor(numbers)
    if np.abs(whole).max() * (NS // scale) > 9e18:
        raise RecordingError("The times are too large to be any; give the rate with --rate-hz and three --columns.")
    parts = np.rint((numbers - whole) * (NS // scale)).astype(np.int64)
    return whole.astype(np.int64) * (NS // scale) + parts


def lay_stamps(name: str, ns: npt.NDArray[np.int64], wish: Wish, notes: list[str]) -> list[Piece]:
    """Lay rows on a smooth line through their stamps, with gaps where samples are missing.

    Raises
    ------
    RecordingError
        Where the stamps go back, never change, or tell a rate that cannot be.
    """
    steps = np.diff(ns)
    if (steps < _BACK_NS).any():
        row = int(np.argmax(steps < _BACK_NS)) + 1
        raise RecordingError(
            f"The times of {name} go back at row {row + 1}; sort its rows by time, or read the parts apart."
        )
    if ns[-1] <= ns[0]:
        raise RecordingError(
            f"The times of {name} never rise, so its rate is unknown; give it with --rate-hz and three --columns."
        )
    since = (ns - ns[0]).astype(np.float64)
    stretches = times.analyse(since)
    if stretches.period_ns <= 0:
        raise RecordingError(f"The times of {name} tell no rate; give it with --rate-hz and three --columns.")
    by_stamps = NS / stretches.period_ns
    if wish.rate_hz is None:
        check_rate(by_stamps, f"The sampling rate of {name} by its times")
    elif abs(by_stamps / wish.rate_hz - 1) > _CONTRADICTS:
        notes.append(
            f"By its times the file has {by_stamps:.4g} Hz: they contradict the given {wish.rate_hz:.4g} Hz and were "
            "not used."
        )
        return times.lay_at(wish.rate_hz, len(ns), int(ns[0]), [])
    return times.lay(since, int(ns[0]), stretches)
