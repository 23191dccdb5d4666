"""The first look at a whole file: everything that must be known before its first sample can be given out.

A file is read twice. The first pass checks every row and keeps its time stamp (beyond some nights in a temporary file),
because rate and gaps follow from all stamps together; a file that is wrong in its last hour is refused before a night
is begun. The second pass hands out the samples in blocks: that costs a third of a second a night, where keeping them
would take the more memory, the longer the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from detector.errors import RecordingError
from detector.recordings.step import Steps
from detector.recordings.text.source import kernel
from detector.recordings.text.stepped import Stepped
from detector.recordings.timing.utc import MISSING
from detector.recordings.units import Grid

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.text.clocks.stamps import Stamps
    from detector.recordings.text.table import Block, Table

    Floats = npt.NDArray[np.float64]

_FEW = 5
_FEW_SHARE = 0.01
"""Up to five rows or one in a hundred may be damaged; values said to be missing do not count."""
_HOPELESS = 1000
"""Damaged rows after which a mostly damaged file is not read to its end."""
_HELD_ROWS, _LEAST_HELD, _LEAST_RUNS, _STRAY = 1 << 13, 32, 8, 0.1
"""Rows looked at for values that are held, rows and runs that show it, and the share of other runs."""
_TOGETHER = 1.8
"""Axes that change at once where a new value comes."""
_LENGTHS = 1 << 16
_EVERY = 16
_MOST_LENGTHS = 1 << 19
"""Vector lengths kept for the median: the first 65536, and every 16th of all, or as many less as there are too many."""


class Witness(Protocol):
    """Looks at every block in passing."""

    def see(self, block: Block) -> None:
        """Take note of a block."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a file has found.

    Parameters
    ----------
    rows
        Number of rows.
    stamps
        The first stamp of each in ns, `MISSING` where it cannot be read; None where the file has no times.
    broken
        Rows whose acceleration or stamp is missing or unreadable.
    missing
        Those of them that only say that their acceleration is missing.
    median_length
        Median length of the acceleration vector in the file's unit, NaN where no row is sound.
    grid
        The grid of the values.
    steps
        Their steps, which may be coarser, or no decimals.
    least, most
        The least and the largest value of each axis.
    whole
        Whether all values are whole numbers.
    moves_until
        Number of the last row after which each axis does not change any more.
    held
        Rows for which a value is held, where a slower sensor's are repeated; 1 where they are not.
    unwritten
        NUL bytes in the file.
    left_out
        Lines among its rows that are none.
    last_unreadable
        Number of the last row whose acceleration is unreadable, -1 for none.
    empty
        Numbers of the rows in which all three axes are said to be missing, rising.
    """

    rows: int
    stamps: Stepped | None
    broken: int
    missing: int
    median_length: float
    grid: Grid
    steps: Steps
    least: Floats
    most: Floats
    whole: bool
    moves_until: tuple[int, int, int]
    held: float
    unwritten: int
    left_out: int
    last_unreadable: int
    empty: npt.NDArray[np.int64]


def scan(table: Table, written: Stamps | None, block_rows: int, witness: Witness | None = None) -> Scan:
    """Read a table from end to end.

    Raises
    ------
    RecordingError
        Where more than five rows and more than one in a hundred are unreadable or have no time.
    """
    stamps = Stepped()
    values = _Values()
    grid = Grid()
    steps = Steps()
    empty: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)]
    rows = damaged = missing = unwritten = left_out = 0
    first_damaged = last_unreadable = -1
    for block in table.blocks(block_rows):
        bad = block.unreadable
        if bad.any():
            last_unreadable = block.first + int(np.flatnonzero(bad)[-1])
        absent = values.add(block.xyz)
        if written is not None:
            ns = written.to_ns(block.stamps[0])
            stamps.add(ns)
            bad = bad | (ns == MISSING)
        if absent.any():
            nothing = np.isnan(block.xyz).all(axis=1) & ~block.unreadable
            empty.append(np.flatnonzero(nothing) + block.first)
            bad = bad & ~nothing
        if bad.any():
            if first_damaged < 0:
                first_damaged = block.first + int(np.argmax(bad))
            damaged += int(np.count_nonzero(bad))
        missing += int(np.count_nonzero(absent & ~bad))
        grid.add(block.xyz)
        steps.add(block.xyz)
        unwritten += block.unwritten
        left_out += block.left_out
        if witness is not None:
            witness.see(block)
        rows += len(block.xyz)
        if damaged > _HOPELESS and damaged > rows // 2:
            break
    if damaged > max(_FEW, rows * _FEW_SHARE):
        raise RecordingError(
            f"{table.name} has unreadable values or no time in {damaged} of {rows} rows, the first on line "
            f"{table.line_of(first_damaged)}; repair or export the file again."
        )
    return Scan(
        rows,
        stamps if len(stamps) else None,
        damaged + missing,
        missing,
        values.median_length(),
        grid,
        steps,
        values.least,
        values.most,
        values.whole,
        values.moves_until(),
        values.held(),
        unwritten,
        left_out,
        last_unreadable,
        np.concatenate(empty),
    )


class _Values:
    """What the values of a file are like, whatever they are measured in."""

    def __init__(self) -> None:
        self.least, self.most = np.full(3, np.inf), np.full(3, -np.inf)
        self.whole = True
        self._rows = 0
        self._last = np.full(3, np.nan)
        self._moves_until = [0, 0, 0]
        self._first_rows: list[Floats] = []
        self._first_lengths: list[Floats] = []
        self._sparse_lengths: list[Floats] = []
        self._every, self._sparse = _EVERY, 0

    def add(self, xyz: Floats) -> npt.NDArray[np.bool_]:
        """Take in the values of a block; gives of which rows any is missing."""
        lengths, absent = np.empty(len(xyz)), np.empty(len(xyz), np.bool_)
        self.whole = bool(kernel.survey(xyz, self.least, self.most, lengths, absent)) and self.whole
        if self._rows < _HELD_ROWS:
            self._first_rows.append(xyz[: _HELD_ROWS - self._rows].copy())
        if self._rows < _LENGTHS:
            self._first_lengths.append(lengths[: _LENGTHS - self._rows])
        some = lengths[-self._rows % self._every :: self._every].copy()
        self._sparse_lengths.append(some)
        self._sparse += len(some)
        while self._sparse > _MOST_LENGTHS:
            self._every *= 2
            self._sparse_lengths = [np.concatenate(self._sparse_lengths)[::2].copy()]
            self._sparse = len(self._sparse_lengths[0])
        self._see_last(xyz)
        self._rows += len(xyz)
        return absent

    def _see_last(self, xyz: Floats) -> None:
        """Note where each axis has changed for the last time; missing values are no change."""
        for axis in range(3):
            column = xyz[-2:, axis] if len(xyz) > 1 else xyz[:, axis]
            if len(column) > 1 and column[0] != column[1] and not np.isnan(column).any():
                self._last[axis], self._moves_until[axis] = column[1], self._rows + len(xyz) - 1
                continue
            column = xyz[:, axis]
            known = np.flatnonzero(~np.isnan(column))
            if not len(known):
                continue
            last = column[known[-1]]
            other = known[column[known] != last]
            if len(other):
                self._moves_until[axis] = self._rows + int(other[-1]) + 1
            elif last != self._last[axis]:
                self._moves_until[axis] = self._rows + int(known[0])
            self._last[axis] = last

    def moves_until(self) -> tuple[int, int, int]:
        """Number of the last row after which each axis does not change any more."""
        x, y, z = self._moves_until
        return x, y, z

    def median_length(self) -> float:
        """Median length of the vector, NaN where no row is sound."""
        parts = self._first_lengths if self._rows <= _LENGTHS else self._sparse_lengths
        kept = np.concatenate(parts) if parts else np.zeros(0)
        kept = kept[np.isfinite(kept)]
        return float(np.median(kept)) if len(kept) else float("nan")

    def held(self) -> float:
        """Rows for which a value is held."""
        return _held(np.concatenate(self._first_rows)) if self._first_rows else 1.0


def _held(xyz: Floats) -> float:
    """Return for how many rows a value is held: always for two or more, and for about as many each time."""
    xyz = xyz[~np.isnan(xyz).any(axis=1)]
    if len(xyz) < _LEAST_HELD:
        return 1.0
    changes = np.diff(xyz, axis=0) != 0
    change = changes.any(axis=1)
    runs = np.diff(np.flatnonzero(np.concatenate(([True], change, [True]))))[1:-1]
    if len(runs) < _LEAST_RUNS or not change.any() or np.mean(runs == 1) > _STRAY:
        return 1.0
    if np.mean(changes[change].sum(axis=1)) < _TOGETHER:  # a coarse sensor at rest repeats itself axis by axis
        return 1.0
    usual = float(np.median(runs))
    times = np.maximum(np.rint(runs / usual), 1)  # twice as long where two values are the same
    near = np.abs(runs - times * usual) <= max(1.0, usual / 4)
    return float(np.sum(runs) / np.sum(times)) if np.mean(near) >= 1 - _STRAY else 1.0
