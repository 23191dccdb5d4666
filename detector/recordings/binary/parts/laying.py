"""From the stamps that a device writes with its blocks to pieces of constant rate.

A device stamps a block every second or so, to a fraction of a millisecond; between the stamps its samples are evenly
spaced, at a rate that is not the nominal one and drifts with temperature (one AX3 leaves the straight line through its
stamps by 60 ms in five minutes). So time is laid through the means of the stamps of some five seconds each: it follows
the drift within milliseconds, has no steps at the edges of blocks, and one stray stamp moves it little.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.timing.times import BLOCK_S, Piece
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]

WINDOW_S = 5.0
"""Stamps of so long a time make one point of the line."""
_BENT_NS = 300_000
"""Points that lie so near to a straight line need no corner of their own."""
_OFF = 0.1
"""A stretch's rate is the device's to a tenth, whatever its few stamps say."""


@dataclass(slots=True)
class Line:
    """Gathers stamps and lays pieces through them.

    Parameters
    ----------
    period_ns
        Nominal sampling period.
    """

    period_ns: float
    _rows: array[float] = field(default_factory=lambda: array("d"))
    _times: array[float] = field(default_factory=lambda: array("d"))
    _points: list[int] = field(default_factory=list)
    _begins: list[int] = field(default_factory=list)
    _causes: list[GapCause] = field(default_factory=list)
    _periods: list[float] = field(default_factory=list)
    _origin: int | None = None

    @property
    def stretches(self) -> int:
        """Number of stretches begun so far."""
        return len(self._begins)

    def begin(self, row: int, cause: GapCause = GapCause.MISSING_IN_FILE) -> None:
        """Begin a stretch: samples are missing before a row, for a reason that does not matter for the first."""
        self._begins.append(row)
        self._points.append(0)
        self._causes.append(cause)

    def add(self, rows: Indices, times_ns: Indices) -> None:
        """Take in stamps of the stretch that was begun last.

        Parameters
        ----------
        rows
            Rows that are stamped, rising; they may lie a little outside the stretch.
        times_ns
            Their stamps, in ns.
        """
        if not len(rows):
            return
        if self._origin is None:
            self._origin = int(times_ns[0])
        passed = np.diff(rows)
        if (passed > 0).any():
            self._periods.append(float(np.median((np.diff(times_ns)[passed > 0]) / passed[passed > 0])))
        window = (rows - rows[0]) // max(1, round(WINDOW_S * NS / self.period_ns))
        firsts = np.flatnonzero(np.diff(window, prepend=-1))
        sizes = np.diff(firsts, append=len(rows))
        self._rows.frombytes((np.add.reduceat(rows.astype(np.float64), firsts) / sizes).tobytes())
        self._times.frombytes((np.add.reduceat((times_ns - self._origin).astype(np.float64), firsts) / sizes).tobytes())
        self._points[-1] += len(firsts)

    def pieces(self, end: int, shift_ns: int = 0) -> list[Piece]:
        """Lay all rows.

        Parameters
        ----------
        end
            Number of rows.
        shift_ns
            Added to all times: what brings local time to UTC.

        Returns
        -------
        list of Piece
            In the order of the rows. A stretch that would begin before the one before it ends, because the device's
            clock was set back, begins one period after that.
        """
        rows, times = np.frombuffer(self._rows), np.frombuffer(self._times)
        usual = self._usual_period()
        bounds = np.cumsum([0, *self._points])
        pieces: list[Piece] = []
        for number, first in enumerate(self._begins):
            until = self._begins[number + 1] if number + 1 < len(self._begins) else end
            mine = slice(bounds[number], bounds[number + 1])
            if until <= first or mine.start == mine.stop:
                continue
            at, ns = _corners(rows[mine], times[mine], first, until, usual)
            ns += (self._origin or 0) + shift_ns
            self._append(pieces, at, ns, usual, self._causes[number])
        return pieces

    def _usual_period(self) -> float:
        """Return the middle period of the file: for stretches too short to have one."""
        periods = np.array(self._periods)
        near = periods[np.abs(periods / self.period_ns - 1) < _OFF]
        return float(np.median(near)) if len(near) else self.period_ns

    @staticmethod
    def _append(pieces: list[Piece], at: Indices, ns: Indices, usual: float, cause: GapCause) -> None:
        start_ns = int(ns[0])
        after_gap = bool(pieces)
        if after_gap:
            start_ns = max(start_ns, pieces[-1].end_ns + round(usual))
        moved = start_ns - int(ns[0])
        for first, until, target in zip(at[:-1].tolist(), at[1:].tolist(), ns[1:].tolist(), strict=True):
            count = until - first
            period = (target + moved - start_ns) / count
            period = min(max(period, usual * (1 - _OFF)), usual * (1 + _OFF))
            pieces.append(Piece(first, count, start_ns, NS / period, after_gap, cause))
            start_ns, after_gap = pieces[-1].end_ns, False


def _corners(rows: Floats, times: Floats, first: int, until: int, usual: float) -> tuple[Indices, Indices]:
    """Whole rows at which the line through a stretch's points bends, its two ends among them, and their times."""
    at = np.empty(len(rows) + 2, np.int64)
    at[0], at[-1] = first, until
    at[1:-1] = np.clip(np.rint(rows), first, until)
    if not (at[1:] > at[:-1]).all():
        at = np.unique(at)
    late = rows * -usual  # with the times what is left is small, and can be drawn out beyond the points
    late += times
    if len(rows) == 1:
        lateness = np.full(len(at), late[0])
    else:
        lateness = np.interp(at, rows, late)
        for outside, one, other in ((at < rows[0], 0, 1), (at > rows[-1], -1, -2)):
            slope = (late[other] - late[one]) / (rows[other] - rows[one])
            lateness[outside] = late[one] + slope * (at[outside] - rows[one])
    kept = _needed(at, lateness, BLOCK_S * NS / usual)
    return at[kept], np.rint(lateness[kept] + usual * at[kept]).astype(np.int64)


def _needed(at: Indices, late: Floats, longest: float) -> list[int]:
    """Choose corners such that none left out lies off the line, nor two lie further apart than `longest` rows."""
    kept = [0]
    xs, ys = at.data, late.data  # as lists they would take ten times the memory
    low, high = -np.inf, np.inf
    i = 1
    while i < len(xs):
        x0, y0 = xs[kept[-1]], ys[kept[-1]]
        run = xs[i] - x0
        slope = (ys[i] - y0) / run
        if i - kept[-1] > 1 and (run > longest or not low <= slope <= high):
            kept.append(i - 1)
            low, high = -np.inf, np.inf
            continue
        low = max(low, (ys[i] - y0 - _BENT_NS) / run)
        high = min(high, (ys[i] - y0 + _BENT_NS) / run)
        i += 1
    if kept[-1] != len(xs) - 1:
        kept.append(len(xs) - 1)
    return kept
