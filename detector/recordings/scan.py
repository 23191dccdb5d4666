"""The first look at a whole file: everything that must be known before its first sample can be given out.

A file is read twice. The first pass checks every row and keeps eight bytes of each, its time stamp (a night at 100 Hz
is 23 MB), because rate and gaps follow from all stamps together; a file that is wrong in its last hour is refused
before a night is begun. The second pass hands out the samples in blocks: that costs two seconds a night, where keeping
them would more than double the memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from detector.errors import RecordingError
from detector.recordings.stamps import MISSING
from detector.recordings.units import Grid

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.stamps import Ns, Stamps
    from detector.recordings.table import Block, Table

_FEW = 5
_FEW_SHARE = 0.01
"""Up to five rows or one in a hundred may be broken."""
_HOPELESS = 1000
"""Broken rows after which a mostly broken file is not read to its end."""
_LENGTHS = 1 << 16
_EVERY = 16
"""Vector lengths kept for the median: the first 65536, and every 16th of all."""


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
        Their first stamp in ns, `MISSING` where it cannot be read; None where the file has no times.
    broken
        Rows whose acceleration or stamp is missing or unreadable.
    median_length
        Median length of the acceleration vector in the file's unit, NaN where no row is sound.
    grid
        The grid of the values.
    """

    rows: int
    stamps: Ns | None
    broken: int
    median_length: float
    grid: Grid


def scan(table: Table, written: Stamps | None, block_rows: int, witness: Witness | None = None) -> Scan:
    """Read a table from end to end.

    Raises
    ------
    RecordingError
        Where more than five rows and more than one in a hundred are broken.
    """
    stamps: list[Ns] = []
    first_lengths: list[npt.NDArray[np.float64]] = []
    sparse_lengths: list[npt.NDArray[np.float64]] = []
    grid = Grid()
    rows = broken = 0
    first_broken = -1
    for block in table.blocks(block_rows):
        bad = np.isnan(block.xyz).any(axis=1)
        if written is not None:
            ns = written.to_ns(block.stamps[0])
            stamps.append(ns)
            bad |= ns == MISSING
        if bad.any():
            if first_broken < 0:
                first_broken = block.first + int(np.argmax(bad))
            broken += int(np.count_nonzero(bad))
        grid.add(block.xyz)
        with np.errstate(over="ignore", invalid="ignore"):
            lengths = np.sqrt(np.einsum("ij,ij->i", block.xyz, block.xyz))
        if rows < _LENGTHS:
            first_lengths.append(lengths[: _LENGTHS - rows])
        sparse_lengths.append(lengths[-rows % _EVERY :: _EVERY])
        if witness is not None:
            witness.see(block)
        rows += len(block.xyz)
        if broken > _HOPELESS and broken > rows // 2:
            break
    if broken > max(_FEW, rows * _FEW_SHARE):
        raise RecordingError(
            f"{table.path.name} has missing or unreadable values in {broken} of {rows} rows, the first on line "
            f"{table.line_of(first_broken)}; repair or export the file again."
        )
    kept = np.concatenate(first_lengths if rows <= _LENGTHS else sparse_lengths) if rows else np.zeros(0)
    kept = kept[np.isfinite(kept)]
    median = float(np.median(kept)) if len(kept) else float("nan")
    return Scan(rows, np.concatenate(stamps) if stamps else None, broken, median, grid)
