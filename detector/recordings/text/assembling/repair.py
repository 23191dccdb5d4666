"""Stamps that are missing, wild or left over, mended or complained of before the line of time is laid through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.text.assembling.leaps import why_back
from detector.recordings.timing.utc import MISSING
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.text.table import Table
    from detector.recordings.timing.utc import Ns

DISORDER_NS = NS
"""Stamps out of order by less have only been written late."""
_LEFT_OVER_ROWS = 2
_LEFT_OVER_NS = 60 * NS
"""The first two rows may stand that far before the rest: loggers empty an old buffer into a new file."""


_DAY_NS = 86_400 * NS
LEAP_NS = 30 * _DAY_NS
"""No battery lasts longer in one recording with a gap so long."""
_MOST_SETS = 10


def mend(stamps: Ns, notes: list[str]) -> Ns:
    """Replace missing stamps, and single ones far off both neighbours, by the line between their neighbours."""
    steps = np.diff(stamps)
    if not len(steps) or (stamps.min() != MISSING and steps.min() > -DISORDER_NS):
        return stamps
    at = np.flatnonzero(stamps != MISSING)
    if not len(at):
        return np.zeros_like(stamps)
    is_wild = wild(stamps[at])
    if is_wild.any():
        notes.append(f"{np.count_nonzero(is_wild)} time stamp(s) far from their neighbours were ignored.")
    at = at[~is_wild]
    if len(at) == len(stamps):
        return stamps
    origin = int(stamps[at[0]])
    between = np.interp(np.arange(len(stamps)), at, (stamps[at] - origin).astype(np.float64))
    mended = origin + np.rint(between).astype(np.int64)
    mended[at] = stamps[at]
    return mended


def wild(stamps: Ns) -> npt.NDArray[np.bool_]:
    """Tell which stamps jump away from the one before by more than disorder, and the next one jumps back."""
    found = np.zeros(len(stamps), np.bool_)
    if len(stamps) > _LEFT_OVER_ROWS:
        steps = np.diff(stamps)
        there, back = steps[:-1], steps[1:]
        off = (np.minimum(there, back) < -DISORDER_NS) & (np.abs(there + back) < DISORDER_NS)
        found[1:-1] = off & ~np.concatenate(([False], off[:-1]))
    return found


def left_over(stamps: Ns, notes: list[str]) -> int:
    """Return how many of the first rows belong to an older log and are to be left out: 0, 1 or 2."""
    steps = np.diff(stamps[: _LEFT_OVER_ROWS + 1])
    away = np.flatnonzero((steps < -DISORDER_NS) | (steps > _LEFT_OVER_NS))
    rows = int(away[-1]) + 1 if len(away) else 0
    if rows == 0 or len(stamps) - rows <= _LEFT_OVER_ROWS:
        return 0
    notes.append(f"The first {f'{rows} rows are' if rows > 1 else 'row is'} left over from an older log and left out.")
    return rows


def set_clock(stamps: Ns, table: Table, first_row: int, notes: list[str]) -> Ns:
    """Count back from where a clock was set: rows before a leap that no recording has are put right before it."""
    leaps = np.flatnonzero(np.diff(stamps) > LEAP_NS) + 1
    if not len(leaps):
        return stamps
    usual = int(np.median(np.diff(stamps)))
    stamps = stamps.copy()
    for at in leaps[:_MOST_SETS].tolist():
        leap = int(stamps[at] - stamps[at - 1])
        notes.append(
            f"The clock was set on line {table.line_of(first_row + at)} of the file, {leap / _DAY_NS:.4g} days "
            "ahead: the rows before are taken to end there, and were counted back."
        )
        stamps[:at] += leap - usual
    return stamps


def check_order(stamps: Ns, table: Table, first_row: int, notes: list[str], *, is_local: bool = False) -> None:
    """Tolerate stamps that step back a little.

    Raises
    ------
    RecordingError
        Where time goes back by a second or more.
    """
    steps = np.diff(stamps)
    if steps.min() >= 0:
        return
    back = int(np.count_nonzero(steps < 0))
    behind = np.maximum.accumulate(stamps) - stamps
    if behind.max() >= DISORDER_NS:
        row = int(np.argmax(behind >= DISORDER_NS))
        why = why_back(-int(steps[row - 1]), is_local=is_local)
        raise RecordingError(
            f"The times of {table.name} go back by {behind[row] / NS:.4g} s on line {table.line_of(first_row + row)}"
            f"{f', {why}' if why else '; cut the file there and read its parts one by one'}."
        )
    tell_disorder(back, int(steps.min()), notes)


def tell_disorder(back: int, least_ns: int, notes: list[str]) -> None:
    """Tell how many stamps step back, and the farthest step."""
    notes.append(f"{back} time stamp(s) step back, by at most {-least_ns / 1e6:.3g} ms; the order of rows holds.")
