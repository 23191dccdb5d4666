"""Units of acceleration: as stated, as given, or as gravity shows them; and their grid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from detector.errors import RecordingError
from firmware_bridge.samples import STANDARD_GRAVITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.recordings.step import Steps

Unit = Literal["g", "mg", "m/s2", "cm/s2", "mm/s2", "ft/s2", "ug"]
"""The units acceleration comes in."""

UNITS: tuple[Unit, ...] = get_args(Unit)

_GRAVITY: dict[Unit, float] = {
    "g": 1.0,
    "mg": 1000.0,
    "m/s2": STANDARD_GRAVITY,
    "cm/s2": 100 * STANDARD_GRAVITY,
    "mm/s2": 1000 * STANDARD_GRAVITY,
    "ft/s2": STANDARD_GRAVITY / 0.3048,
    "ug": 1e6,
}
_BY_GRAVITY: tuple[Unit, ...] = ("g", "mg", "m/s2")
"""Units that the length of gravity shows: another one must be stated."""
IMPOSSIBLE_G, FREE_G = 16.0, 0.5
"""No wearable measures a median length above the one; below the other there is none in it."""
TOLERANCE = 0.25
"""A cheap sensor's gain and offset are off by up to a tenth; handling adds as much again."""

_SPELLINGS: dict[str, Unit] = {
    **dict.fromkeys(("g", "gs", "gee", "gforce", "gunits", "gn", "g0"), "g"),
    **dict.fromkeys(("mg", "millig", "mgs", "mgn"), "mg"),
    **dict.fromkeys(("cm/s2", "cm/s/s", "cm/s**2", "cms-2", "cms2", "gal", "gals"), "cm/s2"),
    **dict.fromkeys(("mm/s2", "mm/s/s", "mm/s**2", "mms-2", "mms2"), "mm/s2"),
    **dict.fromkeys(("ft/s2", "ft/s/s", "fts-2"), "ft/s2"),
    **dict.fromkeys(("ug", "\u00b5g", "\u03bcg", "microg"), "ug"),
    **dict.fromkeys(
        ("m/sec2", "m/sec/sec", "metre/s2", "meters/s2", "meter/s2", "m/s\u00b2", "meters/second2"), "m/s2"
    ),
    **dict.fromkeys(("metres/second2", "meterspersecondsquared", "meters/sec2", "米/秒2"), "m/s2"),
    **dict.fromkeys(("m/s2", "m/s/s", "m/s**2", "ms2", "ms-2", "m.s-2", "m*s-2", "mps2", "m/ss", "mss"), "m/s2"),
}
_PLAIN = str.maketrans({" ": None, "_": None, "^": None, "\u00b2": "2", "\u207b": "-", "\u00b7": ".", "\u22c5": "."})
_DECIMALS: dict[Unit, int] = {"g": 4, "mg": 1}
"""Finest grid looked for, 0.1 mg: anything finer is below every sensor's noise. Whole m/s² is no sensor's grid."""
_SAME = 0.01
"""Steps that differ by less are one."""
_EXACT = 2.0**53
"""Float64 holds whole numbers below this exactly."""


def parse(text: str) -> Unit | None:
    """Return the unit a text spells, such as ``m/s²`` or ``mG``, or None where it spells none."""
    plain = text.strip().lower().translate(_PLAIN).replace("-force", "force").replace("milli-", "milli")
    plain = plain.replace("(", "").replace(")", "").replace("**", "")
    return _SPELLINGS.get(plain) or _SPELLINGS.get(plain.replace("sec", "s"))


def stated(header: str) -> Unit | None:
    """Return the unit stated in the name of a column: in brackets, or as what follows the axis."""
    for inner in re.findall(r"[(\[{]([^)\]}]*)[)\]}]", header):
        if unit := parse(inner):
            return unit
    if unit := parse(header.rsplit(maxsplit=1)[-1] if " " in header.strip() else ""):
        return unit if unit != "g" or not re.search(r"gyr", header, re.IGNORECASE) else None
    last = re.search(r"(?:^|[\s_.,:-])[xyz](?:[\s_-]?axis)?[\s_.,:-]+(.+)$", header.strip(), re.IGNORECASE)
    return parse(last.group(1)) if last else None


def common(path_name: str, words: Sequence[str], given: Unit | None) -> Unit | None:
    """Return the unit that the axes state, None where they state none, or another is given.

    Raises
    ------
    RecordingError
        Where they state different ones.
    """
    known = [unit for unit in map(parse, words) if unit is not None]
    if given is None and len(set(known)) > 1:
        raise RecordingError(
            f"The axes of {path_name} are stated in different units, {', '.join(dict.fromkeys(known))}: export them in "
            "one, or give it with --units."
        )
    return known[0] if len(known) == len(words) and len(set(known)) == 1 else None


def recognise(median_length: float) -> Unit | None:
    """Return the unit in which the median length of the acceleration vector is gravity, None where none fits."""
    return next((unit for unit in _BY_GRAVITY if abs(in_g(median_length, unit) - 1) <= TOLERANCE), None)


def in_g(length: float, unit: Unit) -> float:
    """Return a length of some unit in g."""
    return length / _GRAVITY[unit]


def bracketed(header: str) -> str:
    """Return what stands in brackets at the end of the name of a column, where that may be a unit; else nothing."""
    inner = re.search(r"[(\[{\uff08]([^)\]}\uff09]*)[)\]}\uff09]\W*$", header)
    text = inner.group(1).strip() if inner else ""
    return "" if text.lower() in ("", "x", "y", "z") else text


def to_g(values: npt.NDArray[np.float64], unit: Unit) -> npt.NDArray[np.float32]:
    """Convert acceleration to g.

    The product is taken in float64 and rounded once, so that whole mg become the very numbers that a decoder of the
    same sensor gives.
    """
    with np.errstate(over="ignore"):  # a wild value becomes infinite: the detector knows what to do with that
        if unit in ("mg", "ug"):  # whole mg become the very numbers that a decoder of the same sensor gives
            return (values * (1e-3 if unit == "mg" else 1e-6)).astype(np.float32)
        if unit != "g":
            return (values / _GRAVITY[unit]).astype(np.float32)
        return values.astype(np.float32)


class Grid:
    """Finds the largest step of which all values are whole multiples.

    Feed values in any portions with `add`; the result does not depend on how they were cut.
    """

    def __init__(self) -> None:
        self._decimals: int | None = 0
        self._step = 0

    def add(self, values: npt.NDArray[np.float64]) -> None:
        """Take in values as they stand in the file, NaN allowed."""
        if self._decimals is None:
            return
        finite = values[np.abs(values) < _EXACT / 10 ** max(_DECIMALS.values())]
        while self._decimals is not None and finite.size:
            scaled = finite * 10.0**self._decimals
            whole = np.rint(scaled)
            if np.all(np.abs(scaled - whole) <= 1e-9 * np.maximum(np.abs(scaled), 1)):
                if self._step != 1:
                    self._step = int(np.gcd(np.gcd.reduce(whole.astype(np.int64).ravel()), self._step))
                return
            self._step *= 10
            self._decimals = self._decimals + 1 if self._decimals < max(_DECIMALS.values()) else None

    def lsb_g(self, unit: Unit) -> float | None:
        """Return the step in g, None where there is none coarse enough to be a sensor's."""
        finest = _DECIMALS.get(unit)
        if self._decimals is None or finest is None or self._decimals > finest or self._step == 0:
            return None
        return float(self._step / (10**self._decimals * (1000 if unit == "mg" else 1)))


def resolution_g(grid: Grid, steps: Steps, unit: Unit) -> float | None:
    """Return the sensor's step in g: the grid's where that is the step that is seen, else what is seen of it.

    None where neither knows one.
    """
    exact = grid.lsb_g(unit)
    found = steps.find() / _GRAVITY[unit]
    if found == 0.0:
        return exact
    return exact if exact is not None and abs(found / exact - 1.0) < _SAME else found
