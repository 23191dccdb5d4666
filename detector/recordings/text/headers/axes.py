"""The three axes of the accelerometer among columns with names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.text.words import (
    ACCELEROMETER,
    COUNTERS,
    DIFFERENCES,
    NO_MEANING,
    OTHER_SENSORS,
    RAW,
    SUMMARIES,
    TIMES,
    WITHOUT_GRAVITY,
    sensor_words,
    split_glued,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_XYZ = 3
_CLOSE = 0.5
_TIME_WORDS = frozenset(("min", "msec", "millisec", "sec", "seconds", "milliseconds", "ms", "millis", "hour", "minute"))
_TIME_UNITS = frozenset(("s", "sec", "ms", "msec", "us", "\u00b5s", "ns", "min"))
_ANATOMICAL = {"ml": "x", "v": "y", "vt": "y", "ap": "z"}
"""Sideways, upwards and forwards, as gait is measured."""
_BRACKETS = re.compile(r"[(\[{\uff08]([^)\]}\uff09]*)[)\]}\uff09]")


def named_axes(
    name: str, header: Sequence[str], notes: list[str], values_of: Callable[[int], Floats]
) -> tuple[int, int, int]:
    """Choose the triple of columns whose names are most like an accelerometer's.

    Parameters
    ----------
    name
        Name of the file.
    header
        Names of the columns.
    notes
        Takes what the user should know.
    values_of
        Gives the first numbers of a column, NaN where a cell holds none.

    Raises
    ------
    RecordingError
        Where there is none.
    """
    triples: dict[str, dict[str, int]] = {}
    for index, cell in enumerate(header):
        if found := axis_of(cell):
            sensor, axis = found
            triples.setdefault(sensor, {}).setdefault(axis, index)
    if not any(len(axes) == _XYZ and _rank(s) is not None for s, axes in triples.items()):
        triples |= _numbered(header)
    # Sorting is stable: of equals, the first in the file.
    whole = [s for s, axes in triples.items() if len(axes) == _XYZ and _rank(s) is not None]
    whole = [s for s in whole if any(np.isfinite(values_of(at)).any() for at in triples[s].values())] or whole
    if not whole:
        return _unnamed(name, header, notes, values_of)

    def order(sensor: str) -> tuple[int, bool, bool, bool]:
        states = units.stated(header[triples[sensor]["x"]]) is not None
        is_raw = bool(set(sensor.split()) & RAW)
        return _rank(sensor) or 0, is_raw, is_raw and not states, not lonely and not _has_gravity(triples[sensor])

    def _has_gravity(axes: dict[str, int]) -> bool:
        """Tell of several accelerometers of equal names the one that has gravity in it; of one it says nothing."""
        length = _length([values_of(at) for at in axes.values()])
        unit = units.stated(header[axes["x"]])
        return units.recognise(length) is not None if unit is None else abs(units.in_g(length, unit) - 1) < _CLOSE

    lonely = len(whole) == 1

    ranked = sorted(whole, key=order)
    best = ranked[0]
    chosen = triples[best]
    equals = [s for s in ranked[1:] if _rank(s) == _rank(best)]
    if equals:
        others = ", ".join(header[triples[s]["x"]] for s in equals)
        notes.append(f"The file holds several accelerometers: {header[chosen['x']]} was read, {others} left out.")
    elif any(set(s.split()) & WITHOUT_GRAVITY for s in ranked[1:]):
        others = ", ".join(header[triples[s]["x"]] for s in ranked[1:] if set(s.split()) & WITHOUT_GRAVITY)
        notes.append(f"{header[chosen['x']]} was read and {others}, without gravity, left out.")
    if set(best.split()) & WITHOUT_GRAVITY:
        notes.append("The header says that gravity is taken out of the acceleration: posture cannot be told.")
    return chosen["x"], chosen["y"], chosen["z"]


def _unnamed(
    name: str, header: Sequence[str], notes: list[str], values_of: Callable[[int], Floats]
) -> tuple[int, int, int]:
    """Take three columns with gravity where no names tell of an accelerometer.

    Raises
    ------
    RecordingError
        Where there are none.
    """
    found = _three_with_gravity(header, values_of)
    if found is not None:
        notes.append(
            f"No column is named like the axis of an accelerometer: {', '.join(header[at] for at in found)} were "
            "taken, for the length of their vector is that of gravity."
        )
        return found
    words = {word for cell in header for word in words_of(cell)}
    joined = {re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in header}
    if (words | joined) & SUMMARIES:
        raise RecordingError(
            f"{name} holds counts or summaries (its columns: {', '.join(header)}), not the acceleration itself; "
            "export the raw data of the recording."
        )
    raise RecordingError(
        f"{name} has no columns that are named like the axes of an accelerometer (its columns: "
        f"{', '.join(header)}); name them acc_x, acc_y and acc_z."
    )


def _length(axes: Sequence[Floats]) -> float:
    """Return the median length of vectors, NaN where there are none."""
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.sqrt(sum(axis**2 for axis in axes))
    lengths = lengths[np.isfinite(lengths)]
    return float(np.median(lengths)) if len(lengths) else float("nan")


def _three_with_gravity(header: Sequence[str], values_of: Callable[[int], Floats]) -> tuple[int, int, int] | None:
    """Find the only three columns that may be axes, which neighbour each other and have gravity in them."""
    words = [set(sensor_words(cell)) for cell in header]
    if any(said & SUMMARIES for said in words):
        return None
    free = [
        at
        for at, said in enumerate(words)
        if said
        and not said & (TIMES | DIFFERENCES | COUNTERS | OTHER_SENSORS)
        and not said & _TIME_WORDS
        and np.isfinite(values_of(at)).mean() > _CLOSE
        and len(np.unique(values_of(at))) > _XYZ
    ]
    if len(free) != _XYZ or free[2] - free[0] != _XYZ - 1:
        return None
    with_gravity = units.recognise(_length([values_of(at) for at in free])) is not None
    return (free[0], free[1], free[2]) if with_gravity else None


def _numbered(header: Sequence[str]) -> dict[str, dict[str, int]]:
    """Find accelerometers whose axes have numbers for names, from 0 or from 1."""
    found: dict[str, dict[int, int]] = {}
    for index, cell in enumerate(header):
        *words, last = sensor_words(cell) or [""]
        if last.isdecimal() and set(words) & ACCELEROMETER:
            found.setdefault(" ".join(words), {}).setdefault(int(last), index)
    return {
        sensor: dict(zip("xyz", (axes[number] for number in sorted(axes)), strict=True))
        for sensor, axes in found.items()
        if sorted(axes) in ([0, 1, 2], [1, 2, 3])
    }


def axis_of(cell: str) -> tuple[str, str] | None:
    """Split the name of a column into its sensor and its axis, None where it names no axis."""
    if any(inner.strip().lower() in _TIME_UNITS for inner in _BRACKETS.findall(cell)):
        return None  # such as X[s], which is the time of a plot
    words = words_of(_BRACKETS.sub(_inner, cell))
    for at, word in enumerate(words):
        found = _axis(word)
        if found is None:
            continue
        axis, sensor = found
        before = [*words[:at], *sensor]
        # What follows the axis may be the unit, as in acc_x_mg; what stands before it is the sensor, as in g_x.
        after = words[at + 1 :]
        while after and (units.parse(" ".join(after)) or after[0] in ("g", "mg", "ms", "m", "s")):
            after = [] if units.parse(" ".join(after)) else after[1:]
        split = [part for each in (*before, *after) for part in (split_glued(each) or [each])]
        return " ".join(dict.fromkeys(part for part in split if part not in NO_MEANING)), axis
    return None


def _inner(match: re.Match[str]) -> str:
    """Keep of what stands in brackets an axis, and words that tell sensors apart; a unit says nothing of a sensor."""
    inner = match.group(1)
    if units.parse(inner) is not None or inner.strip().lower() == "g":
        return " "
    words = words_of(inner)
    kept = [
        w
        for w in words
        if w in ("x", "y", "z") or (len(w) > 1 and w in ACCELEROMETER | WITHOUT_GRAVITY | RAW | {"total"})
    ]
    return f" {' '.join(kept)} "


def _axis(word: str) -> tuple[str, list[str]] | None:
    """Return the axis of a word such as ``x``, ``ax``, ``accelx`` or ``xacc``, and the other words in it."""
    if word in ("x", "y", "z"):
        return word, []
    if word in _ANATOMICAL:
        return _ANATOMICAL[word], []
    parts = split_glued(word)
    if parts is None or len(parts) < 2 or parts[-1] not in ("x", "y", "z"):  # noqa: PLR2004 - a sensor and an axis
        return None
    return parts[-1], parts[:-1]


def _rank(sensor: str) -> int | None:
    """Rank a sensor by its name, best first; None where it is no accelerometer."""
    words = set(sensor.split())
    if words & ACCELEROMETER:
        if words & WITHOUT_GRAVITY:
            return 4
        return 1 if words & {"gravity", "grav"} and "total" not in words else 0
    if words & OTHER_SENSORS or words & WITHOUT_GRAVITY:
        return None
    return 2 if not words - RAW else 3
