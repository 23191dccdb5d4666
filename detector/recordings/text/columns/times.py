"""The column of times, or the two columns of date and time of day."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.text.clocks import recognise as numbers
from detector.recordings.text.clocks.numbers import ClockNumbers
from detector.recordings.text.columns.zone import half_beside, has_zones, zone_beside
from detector.recordings.text.dates import stamps as dates
from detector.recordings.text.dates.cells import Reading, read, shape_of
from detector.recordings.text.dates.spelling import spelling_of
from detector.recordings.text.table import Time
from detector.recordings.text.words import (
    ACCELEROMETER,
    COUNTERS,
    DIFFERENCES,
    OTHER_SENSORS,
    TIMES,
    sensor_words,
)
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detector.recordings.text.clocks.stamps import Stamps
    from detector.recordings.text.columns.sheet import Sheet
    from detector.recordings.wish import Wish

    Found = tuple[Time | None, Stamps | None]

_CLOCKS = frozenset(("g", "w", "m", "q", "a", "rate", "i", "n"))
"""Single letters that name no sensor in the name of a time."""
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_MILLISECONDS = frozenset(("ms", "msec", "millis", "millisecond", "milliseconds", "millisec"))
_IN_TIME = re.compile(r"^(?:time|zeit)|time$|[\[(]\s*(?:m|u|\u00b5|n)?s(?:ec)?\s*[\])]$")
_MOSTLY = 0.5
_UNNAMED = ("", "ChannelTitle", "X_Value")
_SPAN = 0.1
"""Two columns of times of the same rows span the same time, but for so much."""


def find_time(sheet: Sheet, xyz: Sequence[int], wish: Wish, notes: list[str]) -> Found:
    """Choose the column of times: named so and readable, else any that holds dates."""
    labels = sheet.names or ()
    words = [set(sensor_words(label)) for label in labels]
    apart = _parts(words) or date_and_time(sheet, range(len(labels)), xyz)
    if apart is not None:
        return time_in_text(sheet, apart, wish, notes)
    candidates, others = _candidates(labels, words, xyz)
    complaint: RecordingError | None = None
    for at in (at for at in candidates if any(sheet.column(at))):
        try:
            some: list[str] = []
            time, stamps = time_in(sheet, at, wish, some)
        except RecordingError as error:
            complaint = complaint or error
            continue
        if time is not None and stamps is not None:
            if not stamps.is_date:
                dated = _dated_instead(sheet, (time, stamps), {at, *xyz, *others}, candidates, wish, some)
                time, stamps = dated or (time, stamps)
            notes += some
            return time, stamps
    unnamed = _without_name(sheet, [at for at in range(len(labels)) if at not in xyz and at not in candidates])
    if unnamed is not None and (not candidates or are_dates(sheet, unnamed)):
        return time_in(sheet, unnamed, wish, notes)
    if complaint is not None and sheet.rate_hz is None:
        raise complaint
    if others and sheet.rate_hz is None:
        raise RecordingError(
            f"{sheet.name} has no column of times but {', '.join(labels[at] for at in others)}, which is another "
            "sensor's; give the sampling rate with --rate-hz, or name the columns with --columns."
        )
    return None, None


def _without_name(sheet: Sheet, columns: Sequence[int]) -> int | None:
    """Find a column that is not named like a time but holds dates, or has no name and rises."""
    for at in columns:
        if are_dates(sheet, at):
            return at
    for at in (at for at in columns if sheet.label(at).strip(" =:") in _UNNAMED):
        values = sheet.values(at)
        values = values[np.isfinite(values)]
        if len(values) > 2 and numbers.rises(values) and not numbers.is_counter(values):  # noqa: PLR2004
            return at
    return None


def _dated_instead(
    sheet: Sheet, found: tuple[Time, Stamps], taken: set[int], named: Sequence[int], wish: Wish, notes: list[str]
) -> tuple[Time, Stamps] | None:
    """Find another column that writes the same times with their date, as finely; None where there is none."""
    span = _span(sheet, *found)
    for at in range(len(sheet.names or ())):
        if at in taken or not (at in named or are_dates(sheet, at)):
            continue
        some: list[str] = []
        try:
            time, stamps = time_in(sheet, at, wish, some)
        except RecordingError:
            continue
        if time is None or stamps is None or not stamps.is_date:
            continue
        if time.kind == "text" and not any(
            spelling is not None and "fraction" in spelling.places
            for spelling in (spelling_of(shape_of(cell)) for cell in sheet.column(at))
        ):
            continue
        if abs(_span(sheet, time, stamps) - span) <= max(_SPAN * span, NS):
            notes[:] = some
            return time, stamps
    return None


def _span(sheet: Sheet, time: Time, stamps: Stamps) -> int:
    """Return the time from the first row looked at to the last one."""
    rows = [cells for cells in sheet.dialect.sample if max(time.columns) < len(cells)]
    if not rows:
        return 0
    ends = [" ".join(row[at] for at in sorted(time.columns)) for row in (rows[0], rows[-1])]
    if time.kind == "text":
        cells = np.array([end.encode("utf-8", "replace") for end in ends])
    else:
        cells = np.array([sheet.dialect.number(end) or 0 for end in ends], "i8" if time.kind == "whole" else "f8")
    first, last = stamps.to_ns(cells).tolist()
    return int(last - first)


def _candidates(labels: Sequence[str], words: Sequence[set[str]], xyz: Sequence[int]) -> tuple[list[int], list[int]]:
    """List the columns named like times, the likeliest first, and those named like another sensor's."""
    own: list[tuple[bool, bool, bool, bool, int]] = []
    others: list[int] = []
    left = _own_clocks(labels, xyz)
    for at, said in enumerate(words):
        label = labels[at].lower()
        units_alone = bool(said) and said <= set(numbers.UNIT_WORDS)
        named = said & (TIMES | DIFFERENCES) or units_alone or _IN_TIME.search(label)
        if at in xyz or not named:
            continue
        if (said - _CLOCKS) & OTHER_SENSORS and not said & ACCELEROMETER:
            others.append(at)
        else:
            is_counter = bool(said & COUNTERS) and not said & (TIMES - {"t"})
            own.append((at in left, bool(said & DIFFERENCES), is_counter, "raw" in said, at))
    return [at for *_, at in sorted(own)], others


def _own_clocks(labels: Sequence[str], xyz: Sequence[int]) -> set[int]:
    """List of columns of one name those that are the times of other sensors: all but the nearest before the axes."""
    others = set()
    for label in {each for each in labels if each and labels.count(each) > 1}:
        same = [at for at, each in enumerate(labels) if each == label]
        near = [at for at in same if at < xyz[0]]
        others |= set(same) - {near[-1] if near else same[0]}
    return others


def time_in(sheet: Sheet, at: int, wish: Wish, notes: list[str]) -> Found:
    """Recognise how a column writes time.

    Raises
    ------
    RecordingError
        Where it is not understood, and needed.
    """
    if are_dates(sheet, at):
        return time_in_text(sheet, (at,), wish, notes)
    cells = [cells[at] if at < len(cells) else "" for cells in sheet.dialect.sample]
    stamps = numbers.recognise(sheet.name, sheet.label(at), cells, sheet.dialect, notes, rate_hz=sheet.rate_hz)
    if isinstance(stamps, ClockNumbers) and sheet.day_ns:
        stamps = replace(stamps, day_ns=sheet.day_ns)
    if stamps is None:
        if sheet.rate_hz is not None:
            return None, None
        example = next(filter(None, cells), "")
        raise RecordingError(
            f"The times of {sheet.name} such as {example!r} are not understood; write them as "
            "2024-01-31T23:59:59.999, as seconds or as epoch milliseconds, or give the sampling rate with --rate-hz."
        )
    return Time((at,), stamps.kind), stamps


def time_in_text(sheet: Sheet, columns: tuple[int, ...], wish: Wish, notes: list[str]) -> Found:
    """Recognise how columns write date and time side by side."""
    for beside in (half_beside(sheet, columns), None if wish.zone_said else has_zones(sheet, columns)):
        columns = columns if beside is None else (*columns, beside)
    cells = list(map(" ".join, zip(*(sheet.column(at) for at in sorted(columns)), strict=True)))
    header = [*sheet.dialect.above, *(sheet.label(at) for at in columns)]
    stamps = dates.recognise(
        sheet.name, cells, header, notes, order=wish.dates, zone_said=wish.zone_said, day=sheet.day_ns
    )
    if stamps is None:
        return None, None
    if stamps.is_local and not stamps.zone and not wish.zone_said:
        stamps = replace(stamps, zone=zone_beside(sheet, columns))
    return Time(columns, "text"), stamps


def are_dates(sheet: Sheet, at: int) -> bool:
    """Tell whether most cells of a column are a time of day or a date with one; digits run together are, if all are."""
    cells = [cell for cell in sheet.column(at) if cell]
    found = [spelling for cell in cells if (spelling := spelling_of(shape_of(cell))) is not None and spelling.has_clock]
    if len(found) <= _MOSTLY * len(cells):
        return False
    plain = [cell for cell in cells if re.fullmatch(r"\d+(?:\.\d*)?", cell)]
    if not plain:
        return True
    instants = read(np.array([cell.encode() for cell in plain]), Reading())
    return len(plain) == len(found) and all(found_.has_date for found_ in found) and bool((instants > 0).all())


def date_and_time(sheet: Sheet, columns: Iterable[int], xyz: Sequence[int]) -> tuple[int, int] | None:
    """Find a column of days and one of times of day."""
    days, clocks = [], []
    for at in columns:
        if at in xyz:
            continue
        cells = [cell for cell in sheet.column(at) if cell]
        named = bool(set(sensor_words(sheet.label(at))) & TIMES)
        if named and cells and all(re.fullmatch(r"\d{6}(?:\.\d*)?", cell) for cell in cells):
            clocks.append(at)
            continue
        found = [spelling for cell in cells if (spelling := spelling_of(shape_of(cell))) is not None]
        if not found or len(found) <= _MOSTLY * len(cells):
            continue
        plain = all(re.fullmatch(r"\d+(?:\.\d*)?", cell) for cell in cells)
        if all(each.has_date and not each.has_clock for each in found) and (not plain or named):
            days.append(at)
        elif all(each.has_clock and not each.has_date for each in found):
            clocks.append(at)
    return (days[0], clocks[0]) if days and clocks else None


def _parts(words: Sequence[set[str]]) -> tuple[int, ...] | None:
    """Find columns of year, month, day, hour, minute and second, or of the last three, and of milliseconds."""
    found = []
    for part in _PARTS:
        names = {part, f"{part}s", part[:3]} if part != "month" else {part, "mon"}
        at = next((at for at, said in enumerate(words) if said & names and len(said) == 1), None)
        if at is None and part not in _PARTS[:3]:
            return None
        found += [] if at is None else [at]
    if len(found) not in (len(_PARTS), len(_PARTS) - 3):
        return None
    after = words[found[-1] + 1] if found[-1] + 1 < len(words) else set()
    if after & _MILLISECONDS and len(after) == 1:
        found.append(found[-1] + 1)
    return tuple(found) if sorted(found) == found else None
