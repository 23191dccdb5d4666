"""The first look at values that a file does not explain: their unit, their step, and how many are none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.step import Steps

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.units import Unit
    from detector.recordings.wish import Wish

_EVERY = 16
"""Of so many rows the length of one is kept, of a long file's those of fewer and fewer."""
_MOST_KEPT = 1 << 18


@dataclass(slots=True)
class Look:
    """Looks at all values in passing, whatever portions they come in."""

    rows: int = 0
    empty: int = 0
    _every: int = _EVERY
    _lengths: list[npt.NDArray[np.float64]] = field(default_factory=list)
    _steps: Steps = field(default_factory=Steps)
    _grid: units.Grid = field(default_factory=units.Grid)

    def add(self, values: npt.NDArray[np.float64]) -> None:
        """Take in acceleration in the file's unit, shape ``(n, 3)``."""
        self._grid.add(values)
        self._steps.add(values)
        with np.errstate(over="ignore", invalid="ignore"):
            lengths = np.sqrt(np.einsum("ij,ij->i", values, values))
        self.empty += int(np.count_nonzero(np.isnan(lengths)))
        self._lengths.append(lengths[-self.rows % self._every :: self._every].copy())
        self.rows += len(values)
        while self.rows > _MOST_KEPT * self._every:
            self._lengths = [np.concatenate(self._lengths)[::2]]
            self._every *= 2

    @property
    def median_length(self) -> float:
        """Median length of the vector, NaN where none is sound."""
        lengths = np.concatenate(self._lengths) if self._lengths else np.zeros(0)
        lengths = lengths[np.isfinite(lengths)]
        return float(np.median(lengths)) if len(lengths) else float("nan")

    def lsb_g(self, unit: Unit) -> float | None:
        """Return the sensor's step in g, None where there is none."""
        return units.resolution_g(self._grid, self._steps, unit)

    def unit(self, path_name: str, stated: Unit | None, wish: Wish, notes: list[str]) -> tuple[Unit, str]:
        """Choose the unit: the given one, else the stated one, else the one in which gravity has its length.

        Parameters
        ----------
        path_name
            Name of the file, for messages.
        stated
            What the file says.
        wish
            What the user says.
        notes
            Told where the values look otherwise, and of values that are none.

        Returns
        -------
        Unit, str
            The unit, and how it is known.

        Raises
        ------
        RecordingError
            Where nobody says it and gravity is not seen, or more than half of the rows hold no acceleration.
        """
        if self.empty > self.rows // 2:
            raise RecordingError(
                f"{path_name} has no acceleration in {self.empty} of {self.rows} rows, more than half; name other "
                "channels with --columns, or export the file again."
            )
        if self.empty:
            notes.append(f"{self.empty} row(s) hold no acceleration; they stay in place as not-a-number.")
        median = self.median_length
        recognised = units.recognise(median)
        unit, source = (wish.units, "given") if wish.units is not None else (stated, "stated in the file")
        if unit is None:
            if recognised is None:
                raise RecordingError(
                    f"The units of {path_name} are not stated, and the median length {median:.4g} of its acceleration "
                    "is not gravity in g (1), mg (1000) or m/s2 (9.81); give them with --units."
                )
            return recognised, f"recognised by gravity: median length {median:.4g}"
        if recognised is None:
            notes.append(
                f"The units are {source} as {unit}, but the median length {median:.4g} of the acceleration is not "
                "gravity: it may have been taken out, or the units be others."
            )
        elif recognised != unit:
            notes.append(
                f"The units are {source} as {unit}, but the median length {median:.4g} of the acceleration looks like "
                f"gravity in {recognised}."
            )
        return unit, source
