"""Named columns with a column of times, or a rate: what Parquet, HDF5 and NumPy files hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.binary.parts import channels
from detector.recordings.binary.parts.build import Device, build
from detector.recordings.binary.parts.look import Look
from detector.recordings.binary.tables.clock import Clock
from detector.recordings.binary.tables.holes import Holes, is_hole
from detector.recordings.timing import times
from detector.recordings.wish import check_rate
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.timing.times import Piece
    from detector.recordings.units import Unit
    from detector.recordings.wish import Wish

    Read = Callable[[Sequence[int]], Iterator[Sequence[npt.NDArray[Any]]]]


_SOON_NS = 60 * NS
"""Times that begin sooner count from the file's start."""


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
        UTC at which times without a date are nought, or of the first row: where the file states it.
    unit
        Unit that the file states beside the names.
    said
        Units of the columns, as the file states them beside the names; may be empty.
    start_notes
        What to tell of the file's own start where the times have no date.
    is_utc
        Whether dates in the column of times are UTC.
    is_date
        Whether numbers in it may be dates.
    is_one
        Whether the columns are of one sensor that was chosen before.
    has_holes
        Whether rows without any axis are time without samples, and not values that are missing.
    """

    path: Path
    format: str
    names: Sequence[str]
    read: Read
    rate_hz: float | None = None
    start_ns: int | None = None
    unit: Unit | None = None
    is_utc: bool = False
    is_date: bool = True
    is_one: bool = False
    has_holes: bool = False
    said: Sequence[str] = ()
    start_notes: Sequence[str] = ()


def open_table(
    table: Table, wish: Wish, notes: list[str] | None = None, chosen: tuple[int, tuple[int, int, int]] | None = None
) -> Recording:
    """Find the axes and the time, look at all rows, and lay them.

    Parameters
    ----------
    table
        The columns.
    wish
        What the user says.
    notes
        Sentences that are said already; others are added.
    chosen
        Time and axes, where they need not be found.

    Raises
    ------
    RecordingError
        Where axes, units or rate cannot be had.
    """
    notes = [] if notes is None else notes
    name = table.path.name
    time, xyz = _find(table, wish, notes) if chosen is None else chosen
    if time is None and wish.rate_hz is None and table.rate_hz is None:
        raise RecordingError(f"{name} has no column of times, so its sampling rate is unknown; give it with --rate-hz.")
    look, holes = Look(), Holes()
    clock = None
    if time is not None:
        clock = Clock(name, table.names[time], wish, notes, is_utc=table.is_utc, is_date=table.is_date)
    for columns in table.read([*xyz, *([] if time is None else [time])]):
        xyz_here, times_here = _together(columns[:3]), np.asarray(columns[3]) if clock is not None else None
        if table.has_holes:
            empty = is_hole(xyz_here)
            holes.add(empty)
            xyz_here, times_here = xyz_here[~empty], None if times_here is None else times_here[~empty]
        look.add(xyz_here)
        if clock is not None and times_here is not None:
            clock.add(times_here)
    if look.rows < 2:
        raise RecordingError(f"{name} holds {look.rows} row(s) of acceleration; record longer or export it again.")
    words = [table.said[i] if table.said else channels.unit_words(table.names[i]) for i in xyz]
    stated = units.common(name, words, wish.units) or table.unit
    unit, units_from = look.unit(name, stated, wish, notes)
    pieces, has_date = _lay(table, wish, look.rows, clock, holes)
    if clock is None or not clock.has_date:
        notes += table.start_notes
    rate_hz = look.rows / sum(piece.count / piece.rate_hz for piece in pieces)

    def read() -> Iterator[npt.NDArray[np.float32]]:
        for columns in table.read(xyz):
            here = _together(columns)
            values = units.to_g(here[~is_hole(here)] if table.has_holes else here, unit)
            values[np.isnan(values).any(axis=1)] = np.nan
            yield values

    device = Device(table.format, "", rate_hz, look.lsb_g(unit), unit)
    return build(table.path, wish, device, pieces, read, notes=notes, has_date=has_date, units_from=units_from)


def _find(table: Table, wish: Wish, notes: list[str]) -> tuple[int | None, tuple[int, int, int]]:
    """Find the columns of time and axes."""
    name = table.path.name
    if wish.columns is not None:
        time, xyz = channels.given(name, table.names, wish.columns)
        return channels.time_of(table.names, xyz) if time is None else time, xyz
    xyz = channels.axes(name, table.names, notes, None if table.is_one else wish.sensor)
    return channels.time_of(table.names, xyz), xyz


def _together(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.float64]:
    with np.errstate(invalid="ignore"):  # of the numbers that are none, some say so loudly
        return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


def _lay(table: Table, wish: Wish, rows: int, clock: Clock | None, holes: Holes) -> tuple[list[Piece], bool]:
    """Lay the rows by their times, else by a rate; tells whether times are dates."""
    name = table.path.name
    laid = None if clock is None else clock.pieces()
    if clock is not None and laid is not None:
        if clock.has_date or table.start_ns is None:
            return laid, clock.has_date
        first_ns = laid[0].start_ns  # of a clock that has run long before, only how it goes on is known
        begun_ns = table.start_ns - (0 if abs(first_ns) < _SOON_NS else first_ns)
        return [replace(piece, start_ns=piece.start_ns + begun_ns) for piece in laid], True
    rate_hz = wish.rate_hz or table.rate_hz
    if rate_hz is None:
        raise RecordingError(f"The times of {name} count rows and tell no rate: give it with --rate-hz.")
    check_rate(rate_hz, f"The sampling rate of {name}")
    laid = holes.laid(name, rate_hz)
    start_ns = (table.start_ns or 0) + (laid[0].start_ns if laid else 0)
    return times.lay_at(rate_hz, rows, start_ns, laid), table.start_ns is not None
