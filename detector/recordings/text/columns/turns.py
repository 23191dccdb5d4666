"""Tables in which sensors take turns in rows, and a column names the sensor."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.text.headers.axes import axis_of
from detector.recordings.text.table import Only
from detector.recordings.text.words import (
    ACCELEROMETER,
    OTHER_SENSORS,
    WITHOUT_GRAVITY,
    sensor_words,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.text.columns.sheet import Sheet
    from detector.recordings.wish import Wish

_MOST = 24
"""More different words name no sensors."""
_TAKE_TURNS = 0.02
"""Rows that differ from the one before in their word: less often it is a label of what somebody does."""
_NAMES = {"sensor", "device", "type", "stream", "source", "channel", "id", "name", "mac", "address", "node", "kind"}


def find_turns(sheet: Sheet, wish: Wish, notes: list[str]) -> tuple[Only | None, Sheet]:
    """Find the column that names the sensor of a row, and which word is the accelerometer's.

    Raises
    ------
    RecordingError
        Where the sensor that the user wants is none of them, or it cannot be told which is the accelerometer.
    """
    width = max(len(cells) for cells in sheet.dialect.sample)
    for at in range(min(width, _MOST)):
        cells = [cells[at] if at < len(cells) else "" for cells in sheet.dialect.sample]
        words = Counter(cell for cell in cells if cell)
        if not 1 < len(words) <= _MOST:
            continue
        changes = sum(a != b for a, b in pairwise(cells))
        if changes < _TAKE_TURNS * len(cells) and not _several_sensors(words):
            continue
        is_numeric = any(sheet.dialect.number(word) is not None for word in words)
        label = set(words_of(sheet.label(at)))
        if is_numeric and not (label & (_NAMES - {"channel"}) and all(map(str.isdecimal, words))):
            continue
        if axis_of(sheet.label(at)) is not None:
            continue
        if wish.sensor is not None:
            chosen = next((word for word in words if word.casefold() == wish.sensor.casefold()), None)
            if chosen is None:
                raise RecordingError(
                    f"{sheet.name} has no sensor {wish.sensor!r} in {sheet.called(at)}, but {', '.join(sorted(words))}."
                )
        else:
            chosen = _accelerometer(sheet, at, words, notes, is_numeric=is_numeric, named=bool(label & _NAMES))
        if chosen is not None:
            rows = tuple(cells for cells in sheet.dialect.sample if at < len(cells) and cells[at] == chosen)
            last = tuple(cells for cells in sheet.last if at < len(cells) and cells[at] == chosen)
            return Only(at, (chosen,)), replace(sheet, dialect=replace(sheet.dialect, sample=rows), last=last)
    if wish.sensor is not None:
        raise RecordingError(f"{sheet.name} has no column that names sensors; leave --sensor out.")
    return None, sheet


def _several_sensors(words: Counter[str]) -> bool:
    kinds = [set(sensor_words(word)) for word in words]
    return any(kind & ACCELEROMETER - {"a"} for kind in kinds) and any(
        kind & (OTHER_SENSORS - {"g", "m", "w", "q"}) and not kind & ACCELEROMETER for kind in kinds
    )


def _accelerometer(
    sheet: Sheet, at: int, words: Counter[str], notes: list[str], *, is_numeric: bool, named: bool
) -> str | None:
    """Choose the word of the accelerometer, the one with gravity first; None where the words name no sensors."""
    known = [word for word in words if set(sensor_words(word)) & ACCELEROMETER]
    known.sort(key=lambda word: bool(set(sensor_words(word)) & WITHOUT_GRAVITY))  # stable
    others = sorted(set(words) - set(known[:1]))
    if known and (_several_sensors(words) or named):
        notes.append(f"Sensors take turns in its rows: those of {known[0]} were read, {', '.join(others)} left out.")
        return known[0]
    if not named or _increases(sheet, at):
        return None
    if is_numeric:
        raise RecordingError(
            f"Sensors {', '.join(sorted(words))} take turns in the rows of {sheet.name} ({sheet.called(at)}); say "
            "which is the accelerometer with --sensor."
        )
    first = next(iter(words))
    notes.append(
        f"Sensors take turns in its rows: those of {first} were read, {', '.join(w for w in words if w != first)} left "
        "out; choose with --sensor."
    )
    return first


def _increases(sheet: Sheet, at: int) -> bool:
    values: Sequence[float] = [
        n for cells in sheet.dialect.sample if at < len(cells) and (n := sheet.dialect.number(cells[at])) is not None
    ]
    return len(values) > 1 and all(b >= a for a, b in pairwise(values))
