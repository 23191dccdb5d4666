"""The columns of a table without names: by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.text.clocks.recognise import is_counter, rises
from detector.recordings.text.columns.times import are_dates, date_and_time, time_in, time_in_text

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.text.clocks.stamps import Stamps
    from detector.recordings.text.columns.sheet import Sheet
    from detector.recordings.text.table import Time
    from detector.recordings.wish import Wish

    Floats = npt.NDArray[np.float64]

_XYZ = 3


def positional_axes(
    sheet: Sheet, wish: Wish, notes: list[str]
) -> tuple[Time | None, Stamps | None, tuple[int, int, int]]:
    """Find the time by its look and by its rise, and the axes by gravity, else by their place after the time.

    Raises
    ------
    RecordingError
        Where there are not three columns.
    """
    width = sheet.dialect.width
    if width < _XYZ:
        raise RecordingError(f"{sheet.name} has {width} column(s); it needs a time and three axes.")
    if width == _XYZ:
        return None, None, (0, 1, 2)
    columns = range(width)
    texts = [at for at in columns if are_dates(sheet, at)]
    apart = date_and_time(sheet, columns, ())
    values = {at: _numbers(sheet, at) for at in columns}
    # A column that counts rows says nothing of time; one that never changes is a label, or a time that stands still.
    counters = [at for at in columns if _is_numeric(sheet, at) and is_counter(values[at])]
    taken = set(apart or texts[:1])
    time: int | None = None
    if apart is None:
        time = texts[0] if texts else _rising(sheet, values, counters)
        if time is not None:
            taken = {time}
            if time + 1 in values and _are_parts(values[time], values[time + 1]):
                taken.add(time + 1)
    free = [at for at in columns if at not in taken and at not in counters and _is_numeric(sheet, at)]
    xyz = _with_gravity(values, free) or _in_place(free, time, width)
    if apart is not None:
        found = time_in_text(sheet, apart, wish, notes)
        said = f"columns {apart[0] + 1} and {apart[1] + 1} are taken for date and time"
    elif time is not None:
        found = time_in(sheet, time, wish, notes)
        said = f"column {time + 1} is taken for the time"
    else:
        if width > _XYZ:
            notes.append(f"The file names no columns: {xyz[0] + 1} to {xyz[2] + 1} are taken for x, y and z.")
        return None, None, xyz
    if (time, *xyz) != (0, 1, 2, 3):
        notes.append(f"The file names no columns: {said}, {xyz[0] + 1} to {xyz[2] + 1} for x, y and z.")
    return (*found, xyz)


def _rising(sheet: Sheet, values: dict[int, Floats], counters: list[int]) -> int | None:
    """Find a column without dates that may be the time: it rises, or stands in its place."""
    for at, each in values.items():
        if at not in counters and _is_numeric(sheet, at) and rises(each) and not _stands(each):
            return at
    if len(values) <= _XYZ:
        return None
    if _is_numeric(sheet, 0):
        return 0 if _stands(values[0]) else None
    return 0 if len(values) == _XYZ + 1 and any(sheet.column(0)) else None


def _numbers(sheet: Sheet, at: int) -> Floats:
    cells = [cells[at] if at < len(cells) else "" for cells in sheet.dialect.sample]
    return np.array(
        [n for cell in cells if (n := sheet.dialect.number(cell)) is not None and np.isfinite(n)], np.float64
    )


def _is_numeric(sheet: Sheet, at: int) -> bool:
    cells = [cell for cell in sheet.column(at) if cell]
    return bool(cells) and sum(sheet.dialect.number(cell) is not None for cell in cells) * 2 > len(cells)


def _are_parts(whole: Floats, part: Floats) -> bool:
    """Tell whether a column holds the parts of a second: it begins anew where the column of seconds goes on."""
    if not len(part) or len(whole) != len(part) or np.any(part != np.floor(part)) or part.min() < 0:
        return False
    falls, rises_there = np.diff(part) < 0, np.diff(whole) > 0
    return int(falls.sum()) > 1 and bool(np.all(falls == rises_there)) and bool(np.any(~falls))


def _stands(values: Floats) -> bool:
    return len(values) > 1 and bool(np.all(values == values[0]))


def _with_gravity(values: dict[int, Floats], free: list[int]) -> tuple[int, int, int] | None:
    """Find the first three neighbours whose vector has the length of gravity in some unit."""
    # Sensors come in threes: those that begin at the first column, or after other three, are looked at before others.
    for x in sorted(free, key=lambda at: (at - free[0]) % _XYZ):
        triple = [values[at] for at in (x, x + 1, x + 2) if at in free]
        if len(triple) < _XYZ or not len(triple[0]) or len({len(axis) for axis in triple}) > 1:
            continue
        with np.errstate(over="ignore"):
            length = float(np.median(np.sqrt(sum(axis**2 for axis in triple))))
        if units.recognise(length) is not None:
            return x, x + 1, x + 2
    return None


def _in_place(free: list[int], time: int | None, width: int) -> tuple[int, int, int]:
    """Take the three columns after the time, else the first three that hold numbers."""
    after = [at for at in free if time is None or at > time] or free
    for some in (after, free):
        for x in some:
            if x + 1 in some and x + 2 in some:
                return x, x + 1, x + 2
    first = 0 if time is None else min(time + 1, width - _XYZ)
    return first, first + 1, first + 2
