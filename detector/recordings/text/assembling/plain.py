"""Stamps with nothing to mend, as nearly all are: they need not be held as a whole to be laid on a line.

None is missing, none steps back by more than a late one does, no clock was set, none is read coarsely, and one offset
takes all of them to UTC. The steps of mending would change none of them, and so are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from detector.recordings.text.assembling import coarse, leaps, repair
from detector.recordings.text.source.kept import Since
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from detector.recordings.text.clocks.stamps import Stamps
    from detector.recordings.text.source.kept import Kept
    from detector.recordings.utc import Ns

    Floats = npt.NDArray[np.float64]

_LEAST = 64
"""Fewer rows are held in any case."""
_FEWEST_BITS = 16
"""No counter is narrower."""
_QUARTER_NS = 900 * NS
_MOST_QUARTERS = 10_000
"""A hundred days, by quarters of an hour."""


class Plain(NamedTuple):
    """Stamps with nothing to mend.

    Parameters
    ----------
    since_first
        In ns since the first one that is not left out.
    start_ns
        That one, in UTC where it is a date.
    middle_ns
        One from the middle.
    skipped
        First rows that are left out.
    """

    since_first: Floats
    start_ns: int
    middle_ns: float
    skipped: int


def plain(kept: Kept, stamps: Stamps, placed: Callable[[Ns, list[str]], Ns], notes: list[str]) -> Plain | None:
    """Take stamps as they are, None where there is anything to mend.

    Parameters
    ----------
    kept, stamps
        The stamps of a file, and how they were written.
    placed
        Turns them into UTC.
    notes
        Takes what the user should know.
    """
    rows = len(kept)
    if rows < _LEAST or kept.missing or kept.behind >= repair.DISORDER_NS or kept.most_step > leaps.SHORTEST_NS:
        return None
    if kept.back and -kept.least_step >= getattr(stamps, "unit_ns", NS) << _FEWEST_BITS - 1:
        return None  # a counter may have begun anew
    begin = kept.read(0, _LEAST)
    is_settled = not getattr(stamps, "differences", False) and np.array_equal(stamps.settle(begin, []), begin)
    if (not kept.back and coarse.may_be(rows, kept.turns)) or not is_settled:
        return None
    last_ns = int(kept.read(rows - 1)[0])
    told: list[str] = []
    shift = _shift(int(begin[0]), last_ns, placed, told, is_local=stamps.is_local)
    skipped = repair.left_over(begin, told)
    if shift is None or begin[skipped] == last_ns or (skipped and kept.back):
        return None
    if kept.back:
        repair.tell_disorder(kept.back, kept.least_step, told)
    notes += told
    start_ns = int(begin[skipped])
    middle = (skipped + rows) // 2
    middle_ns = float(kept.read(middle, middle + 1)[0] + shift)
    since_first = cast("Floats", Since(kept, skipped, rows, start_ns))
    return Plain(since_first, start_ns + shift, middle_ns, skipped)


def _shift(
    first_ns: int, last_ns: int, placed: Callable[[Ns, list[str]], Ns], notes: list[str], *, is_local: bool
) -> int | None:
    """Return what takes all times to UTC, None where it changes."""
    quarters = np.array([first_ns // _QUARTER_NS, last_ns // _QUARTER_NS + 1]) + np.array([-1, 1])  # some may be late
    if is_local:  # every zone has changed its clocks at a quarter of an hour
        if quarters[1] - quarters[0] > _MOST_QUARTERS:
            return None
        quarters = np.arange(*quarters)
    shifts = placed(quarters * _QUARTER_NS, notes) - quarters * _QUARTER_NS
    return int(shifts[0]) if np.all(shifts == shifts[0]) else None
