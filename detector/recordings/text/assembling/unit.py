"""The unit of the acceleration, and everything that is odd about its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units

if TYPE_CHECKING:
    from detector.recordings.text.scan import Scan
    from detector.recordings.units import Unit
    from detector.recordings.wish import Wish


_FREE = (
    " Where gravity has been taken out of it (linear acceleration), --units m/s2 or --units g reads it; better export "
    "the acceleration with gravity."
)
_STILL_S, _STILL_SHARE = 30.0, 0.05
_MOST_G = 256.0
"""No accelerometer measures more."""
_MIDDLE = (0.38, 0.64)
"""At rest the three axes of an acceleration in mg are seldom all within, and those of counts of 10 bits always."""


def choose(
    name: str, scan: Scan, stated: Unit | None, stated_words: str, wish: Wish, notes: list[str], *, counted: bool
) -> tuple[Unit, str]:
    """Choose the unit: given, else stated, else the one in which gravity has its length; gives how it is known, too.

    Parameters
    ----------
    name
        Name of the file.
    scan
        What a pass over it found.
    stated, stated_words
        The unit stated in the file, and what stands in its place.
    wish
        What the user says.
    notes
        Takes what the user should know.
    counted
        Whether the values were counts and are in g by now.

    Raises
    ------
    RecordingError
        Where it cannot be known, or what is stated is impossible.
    """
    length = scan.median_length
    if counted:
        _check(length, "g", notes, "by the counts in a g")
        return "g", "from counts"
    recognised = units.recognise(length)
    unit, source = (wish.units, "given") if wish.units is not None else (stated, "stated in the header")
    if unit is not None:
        if units.in_g(length, unit) > units.IMPOSSIBLE_G and wish.units is None:
            looks = (
                f"looks like gravity in {recognised}" if recognised else "is no gravity in it: they may be raw counts"
            )
            if recognised is None:
                raise RecordingError(
                    f"The header of {name} states {unit}, but the median length {length:.5g} of its acceleration "
                    f"{looks}; give the counts in a g with --counts-per-g, or the unit with --units."
                )
        fits = abs(units.in_g(length, unit) - 1) <= units.TOLERANCE
        if recognised not in (None, unit) and not fits:
            notes.append(
                f"The units are {source} as {unit}, but the median length {length:.4g} of the acceleration "
                f"looks like gravity in {recognised}."
            )
        else:
            _check(units.in_g(length, unit), unit, notes, source)
        return unit, source
    if recognised is None or (recognised == "mg" and _are_offset(scan)):
        raise RecordingError(_unknown(name, scan, length))
    if stated_words and units.parse(stated_words) is None:
        notes.append(
            f"The header states {stated_words!r}, which is no unit known here: {recognised} was taken by gravity."
        )
    return recognised, f"recognised by gravity: median length {length:.4g}"


def _check(length_g: float, unit: Unit, notes: list[str], source: str) -> None:
    """Tell of an acceleration without gravity, or with one that is impossible."""
    if not np.isfinite(length_g):
        return
    if length_g < units.FREE_G:
        notes.append(
            f"There is no gravity in the acceleration: its median length is {length_g:.3g} g ({unit}, {source}). "
            "Posture cannot be told."
        )
    elif abs(length_g - 1) > units.TOLERANCE:
        notes.append(
            f"The median length of the acceleration is {length_g:.4g} g, which is no gravity: check the unit ({unit}, "
            f"{source}) and the sensor."
        )


def _are_offset(scan: Scan) -> bool:
    """Tell whether whole numbers are counts around an offset: each axis stays near the middle of what 10 bits hold."""
    middle = (scan.least + scan.most) / 2000
    return scan.whole and bool(np.all(scan.least >= 0) and np.all((middle > _MIDDLE[0]) & (middle < _MIDDLE[1])))


def tell_impossible(scan: Scan, unit: Unit, notes: list[str]) -> None:
    """Tell of values that no accelerometer measures, as those are that stand for missing ones."""
    most = max(float(np.max(scan.most)), -float(np.min(scan.least)))
    if np.isfinite(most) and units.in_g(most, unit) > _MOST_G:
        notes.append(
            f"Its values reach {units.in_g(most, unit):.4g} g, which no accelerometer measures: they may stand for "
            "missing ones, and disturb the detection."
        )


def _unknown(name: str, scan: Scan, length: float) -> str:
    if _are_offset(scan):
        return (
            f"The units of {name} are not stated, and the whole numbers of its acceleration, from {scan.least.min():g} "
            f"to {scan.most.max():g}, look like raw counts around an offset; give the counts in a g with "
            "--counts-per-g and the count of 0 g, such as 512, with --zero-count, or the unit with --units."
        )
    if scan.whole and length > 4:  # noqa: PLR2004 - g
        offset = ""
        if scan.least.min() >= 0:
            offset = " (none is negative: give the count of 0 g, such as 127, with --zero-count, too)"
        return (
            f"The units of {name} are not stated, and its acceleration, whole numbers of median length {length:.4g}, "
            "is not gravity in mg (1000): they look like raw counts; give the counts in a g with --counts-per-g"
            f"{offset}, or the unit with --units."
        )
    return (
        f"The units of {name} are not stated, and the median length {length:.4g} of its acceleration "
        "is not gravity in g (1), mg (1000) or m/s2 (9.81); give them with --units, or the counts in a g with "
        "--counts-per-g."
        f"{_FREE if units.in_g(length, 'm/s2') < units.FREE_G else ''}"
    )


def tell_stuck(scan: Scan, notes: list[str]) -> None:
    """Tell of axes that never move."""
    stuck = [axis for axis, low, high in zip("xyz", scan.least, scan.most, strict=True) if low == high]
    if stuck:
        verb = "change" if len(stuck) > 1 else "changes"
        notes.append(f"{' and '.join(stuck)} never {verb} in the whole file: the sensor or the export is at fault.")


def tell_frozen(scan: Scan, notes: list[str], rate_hz: float) -> None:
    """Tell of axes that do not move any more from somewhere on to the end of the file."""
    for axis, until, low, high in zip("xyz", scan.moves_until, scan.least, scan.most, strict=True):
        still = scan.rows - until
        if low != high and still > max(_STILL_S * rate_hz, _STILL_SHARE * scan.rows):
            notes.append(
                f"{axis} does not change any more in the last {still / rate_hz:.4g} s: the sensor lies quite still, or "
                "has stopped."
            )


def tell_held(scan: Scan, notes: list[str], rate_hz: float) -> None:
    """Tell of values that are held from a slower sensor."""
    if scan.held > 1:
        notes.append(
            f"Each value is held for about {scan.held:.3g} rows: the sensor measures at some {rate_hz / scan.held:.3g} "
            "Hz, and twitches are seen at that rate only."
        )
