"""The columns of a table: by what the user says, by their names, or by what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.text.columns.found import positional_axes
from detector.recordings.text.columns.times import find_time, time_in
from detector.recordings.text.columns.turns import find_turns
from detector.recordings.text.headers.axes import named_axes
from detector.recordings.text.table import Time
from detector.recordings.text.words import RAW, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.text.clocks.stamps import Stamps
    from detector.recordings.text.columns.sheet import Sheet
    from detector.recordings.text.table import Only
    from detector.recordings.units import Unit
    from detector.recordings.wish import Wish

_XYZ = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """Where to find what.

    Parameters
    ----------
    time, stamps
        The columns of the time and how they write it, or None.
    xyz
        Indices of the axes.
    unit
        The unit the header states, or None.
    only
        Which rows are the accelerometer's, None for all.
    is_raw
        Whether the header says that the values are counts.
    stated
        What the header states as their unit, in its own words.
    """

    time: Time | None
    stamps: Stamps | None
    xyz: tuple[int, int, int]
    unit: Unit | None
    only: Only | None
    is_raw: bool
    stated: str


def find(sheet: Sheet, wish: Wish, notes: list[str]) -> Layout:
    """Find the columns of a table.

    Parameters
    ----------
    sheet
        The table.
    wish
        What the user says about it.
    notes
        Takes what the user should know.

    Raises
    ------
    RecordingError
        Where a column is missing, or the time is needed and not there.
    """
    if any("uncompressed" in words_of(label) for label in sheet.names or ()):
        raise RecordingError(
            f"{sheet.name} is compressed: it leaves out samples like the one before, and its column "
            "'uncompressed sample index' says how many. Export the uncompressed recording."
        )
    only, sheet = find_turns(sheet, wish, notes)
    time: Time | None
    stamps: Stamps | None
    if wish.columns is not None:
        at, xyz = _given(sheet, wish.columns)
        time, stamps = (None, None) if at is None else time_in(sheet, at, wish, notes)
    elif sheet.names is not None:
        xyz = named_axes(sheet.name, sheet.names, notes, sheet.values)
        time, stamps = find_time(sheet, xyz, wish, notes)
    else:
        time, stamps, xyz = positional_axes(sheet, wish, notes)
    if stamps is None and sheet.rate_hz is None:
        raise RecordingError(
            f"{sheet.name} has no column of times, so its sampling rate is unknown; give the rate with --rate-hz, or "
            "name the column of times 'time' in a header."
        )
    for index, axis in zip(xyz, "xyz", strict=True):
        if not _holds_numbers(sheet, index):
            cells = sheet.column(index)
            raise RecordingError(
                f"Column {index + 1} of {sheet.name}, taken for {axis}, holds no numbers but {cells[0]!r}; export the "
                "acceleration as numbers."
            )
    labels = [sheet.label(index) for index in xyz]
    known = {units.stated(label) for label in labels}
    unit = known.pop() if len(known) == 1 else None
    if unit is None and only is not None:
        unit = next((found for word in only.words if (found := units.stated(f"x {word.split('_')[-1]}"))), None)
    is_raw = all(set(words_of(label)) & RAW for label in labels)
    return Layout(time, stamps, xyz, unit, only, is_raw, units.bracketed(labels[0]))


def _holds_numbers(sheet: Sheet, index: int) -> bool:
    return any(sheet.dialect.number(cell) is not None for cell in sheet.column(index))


def _given(sheet: Sheet, columns: Sequence[str | int]) -> tuple[int | None, tuple[int, int, int]]:
    width = max(len(cells) for cells in sheet.dialect.sample)
    header = [cell.lower() for cell in sheet.names or ()]
    if isinstance(columns, str):
        raise RecordingError(f"The columns cannot be the one word {columns!r}; give a list of three or four of them.")
    indices = []
    for column in columns:
        if isinstance(column, str) and column.strip().lower() in header:
            indices.append(header.index(column.strip().lower()))
        elif isinstance(column, int) and 1 <= column <= width:
            indices.append(column - 1)
        else:
            there = ", ".join(sheet.names) if sheet.names else f"columns 1 to {width}"
            raise RecordingError(f"{sheet.name} has no column {column!r}; it has {there}.")
    if len(indices) not in (_XYZ, _XYZ + 1):
        raise RecordingError("Give three columns (x, y and z) or four (time, x, y and z).")
    x, y, z = indices[-_XYZ:]
    return (indices[0] if len(indices) > _XYZ else None), (x, y, z)
