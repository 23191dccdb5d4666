"""Tables in which sensors take turns in rows, and a column names the sensor."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
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

    import numpy.typing as npt

    from detector.recordings.text.columns.sheet import Sheet
    from detector.recordings.wish import Wish

_MOST = 24
"""More different words name no sensors."""
_TAKE_TURNS = 0.02
"""Rows that differ from the one before in their word: less often it is a label of what somebody does."""
_LEAST, _NEARLY = 4, 0.9
_FAR, _RARE = 8.0, 0.01
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
        named = bool(label & (_NAMES - {"channel"}))
        often = Counter({word: count for word, count in words.items() if count > _RARE * len(cells)})
        if is_numeric and not (all(map(str.isdecimal, often)) and (named or _differ(sheet, at, often))):
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
            chosen = _accelerometer(
                sheet, at, often if is_numeric else words, notes, is_numeric=is_numeric, named=bool(label & _NAMES)
            )
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
    gravity = _with_gravity(sheet, at, known) if len(known) > 1 else set(known)
    known.sort(key=lambda word: (bool(set(sensor_words(word)) & WITHOUT_GRAVITY), word not in gravity))  # stable
    others = sorted(set(words) - set(known[:1]))
    if known and (_several_sensors(words) or named or len(known) == len(words)):
        notes.append(f"Sensors take turns in its rows: those of {known[0]} were read, {', '.join(others)} left out.")
        return known[0]
    if not (named or is_numeric) or _increases(sheet, at):
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


def _of_word(sheet: Sheet, at: int, word: str) -> npt.NDArray[np.float64]:
    """Return the numbers of the rows of one word, NaN where a cell holds none, without those of the word itself."""
    rows = [cells for cells in sheet.dialect.sample if at < len(cells) and cells[at] == word]
    width = sheet.dialect.width
    found = [
        [sheet.dialect.number(cells[i]) if i < len(cells) and i != at else None for i in range(width)] for cells in rows
    ]
    return np.array(found, np.float64).reshape(len(rows), width)


def _with_gravity(sheet: Sheet, at: int, words: Sequence[str]) -> set[str]:
    """List the words in whose rows three neighbours have the length of gravity."""
    found = set()
    for word in words:
        values = _of_word(sheet, at, word)
        for first in range(values.shape[1] - 2):
            with np.errstate(over="ignore", invalid="ignore"):
                lengths = np.sqrt((values[:, first : first + 3] ** 2).sum(axis=1))
            lengths = lengths[np.isfinite(lengths)]
            if len(lengths) and units.recognise(float(np.median(lengths))) is not None:
                found.add(word)
    return found


def _differ(sheet: Sheet, at: int, words: Counter[str]) -> bool:
    """Tell whether rows of one number differ from those of another far more than among themselves, in three columns."""
    groups = [_of_word(sheet, at, word) for word, count in words.items() if count > _LEAST]
    if len(groups) < 2 or sum(map(len, groups)) < _NEARLY * len(sheet.dialect.sample):  # noqa: PLR2004
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # columns without numbers
        middles = np.array([np.nanmedian(group, axis=0) for group in groups])
        within = np.max([np.nanmedian(np.abs(g - m), axis=0) for g, m in zip(groups, middles, strict=True)], axis=0)
        apart = np.nanmax(middles, axis=0) - np.nanmin(middles, axis=0)
    return int(np.count_nonzero(apart > np.maximum(_FAR * within, 1e-9))) > 2  # noqa: PLR2004 - x, y, z


def _increases(sheet: Sheet, at: int) -> bool:
    values: Sequence[float] = [
        n for cells in sheet.dialect.sample if at < len(cells) and (n := sheet.dialect.number(cells[at])) is not None
    ]
    return len(values) > 1 and all(b >= a for a, b in pairwise(values))
