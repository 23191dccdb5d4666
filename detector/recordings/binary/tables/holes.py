"""Rows of a table that hold nothing: time without samples, where rows are all that tells the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.timing.times import Piece
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

_OFTEN = 20
"""Where more than one row of so many begins a hole the rows are another, faster sensor's."""


def is_hole(xyz: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Tell which rows hold none of the axes."""
    return np.asarray(np.isnan(xyz).all(axis=1))


@dataclass(slots=True)
class Holes:
    """Takes in which rows are holes, some rows at a time, and lays the others."""

    rows: int = 0
    _edges: list[int] = field(default_factory=list)
    """Rows at which a hole begins or ends, in turn."""

    def add(self, holes: npt.NDArray[np.bool_]) -> None:
        """Take in the rows that come next."""
        inside = len(self._edges) % 2 == 1
        changed = np.flatnonzero(np.diff(holes, prepend=inside)) + self.rows
        self._edges += changed.tolist()
        self.rows += len(holes)

    def laid(self, name: str, rate_hz: float) -> list[Piece]:
        """Lay what is between the holes by a rate, from 0 ns on.

        Raises
        ------
        RecordingError
            Where there are too many holes for a recording.
        """
        if len(self._edges) // 2 * _OFTEN > self.rows:
            raise RecordingError(
                f"{name} has rows without acceleration in {len(self._edges) // 2} places among {self.rows} rows: "
                "another sensor is faster; name other channels with --columns, or export the file again."
            )
        ends = [*self._edges, self.rows] if len(self._edges) % 2 == 0 else self._edges
        pieces: list[Piece] = []
        kept = begin = 0
        for i in range(0, len(ends), 2):
            if ends[i] > begin:
                after = bool(pieces)
                pieces.append(Piece(kept, ends[i] - begin, round(begin * NS / rate_hz), rate_hz, after))
                kept += ends[i] - begin
            begin = ends[i + 1] if i + 1 < len(ends) else self.rows
        return pieces
