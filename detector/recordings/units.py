"""Units of acceleration: as stated, as given, or as gravity shows them; and their grid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from firmware_bridge.samples import STANDARD_GRAVITY

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.step import Steps

Unit = Literal["g", "mg", "m/s2"]
"""The units acceleration comes in."""

UNITS: tuple[Unit, ...] = get_args(Unit)

_GRAVITY: dict[Unit, float] = {"g": 1.0, "mg": 1000.0, "m/s2": STANDARD_GRAVITY}
_TOLERANCE = 0.25
"""A cheap sensor's gain and offset are off by up to a tenth; handling adds as much again."""

_SPELLINGS: dict[str, Unit] = {
    **dict.fromkeys(("g", "gs", "gee", "gforce", "gunits", "gn", "g0"), "g"),
    **dict.fromkeys(("mg", "millig", "mgs", "mgn"), "mg"),
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
    return _SPELLINGS.get(text.strip().lower().translate(_PLAIN).replace("-force", "force").replace("milli-", "milli"))


def stated(header: str) -> Unit | None:
    """Return the unit stated in the name of a column: in brackets, or as what follows the axis."""
    for inner in re.findall(r"[(\[{]([^)\]}]*)[)\]}]", header):
        if unit := parse(inner):
            return unit
    last = re.search(r"(?:^|[\s_.,:-])[xyz](?:[\s_-]?axis)?[\s_.,:-]+(.+)$", header.strip(), re.IGNORECASE)
    return parse(last.group(1)) if last else None


def recognise(median_length: float) -> Unit | None:
    """Return the unit in which the median length of the acceleration vector is gravity, None where none fits."""
    for unit, gravity in _GRAVITY.items():
        if abs(median_length / gravity - 1) <= _TOLERANCE:
            return unit
    return None


def to_g(values: npt.NDArray[np.float64], unit: Unit) -> npt.NDArray[np.float32]:
    """Convert acceleration to g.

    The product is taken in float64 and rounded once, so that whole mg become the very numbers that a decoder of the
    same sensor gives.
    """
    with np.errstate(over="ignore"):  # a wild value becomes infinite: the detector knows what to do with that
        if unit == "mg":
            return (values * 1e-3).astype(np.float32)
        if unit == "m/s2":
            return (values / STANDARD_GRAVITY).astype(np.float32)
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
