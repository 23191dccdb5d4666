"""A table before its columns are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.text.dialect import Dialect


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table before its columns are told apart.

    Parameters
    ----------
    name
        Name of the file, for messages.
    dialect
        How it is written.
    names
        Names of its columns, None where it has none.
    last
        The cells of some of its last rows.
    rate_hz
        The rate that is given, or stands in the header; None for neither.
    day_ns
        The day that the header states, in ns since 1970-01-01; None for none.
    """

    name: str
    dialect: Dialect
    names: tuple[str, ...] | None
    last: tuple[tuple[str, ...], ...]
    rate_hz: float | None
    day_ns: int | None

    def column(self, index: int) -> list[str]:
        """Return the first cells of a column, and some of its last ones."""
        return [cells[index] if index < len(cells) else "" for cells in (*self.dialect.sample, *self.last)]

    def values(self, index: int) -> npt.NDArray[np.float64]:
        """Return the first numbers of a column, NaN where a cell holds none."""
        cells = (cells[index] if index < len(cells) else "" for cells in self.dialect.sample)
        found = (self.dialect.number(cell) for cell in cells)
        return np.array([np.nan if number is None else number for number in found])

    def label(self, index: int) -> str:
        """Return the name of a column, else nothing."""
        return self.names[index] if self.names and index < len(self.names) else ""

    def called(self, index: int) -> str:
        """Return the name of a column in words."""
        return self.label(index) or f"column {index + 1}"
