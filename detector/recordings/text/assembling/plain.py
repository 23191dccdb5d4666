"""Stamps with nothing to mend, as nearly all are: they need not be held as a whole to be laid on a line.

None is missing, none steps back by more than a late one does, and no clock was set. The steps of mending would change
none of them, and so are left out. Those of a clock that is read coarsely are spread as they are read, and those of a
zone whose clocks change are taken to UTC and kept again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from detector.recordings.text.assembling import coarse, leaps, repair
from detector.recordings.timing.kept import Since
from detector.recordings.timing.utc import LocalClock
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from detector.recordings.text.clocks.stamps import Stamps
    from detector.recordings.text.stepped import Stepped
    from detector.recordings.timing.kept import Rows
    from detector.recordings.timing.utc import Ns

    Floats = npt.NDArray[np.float64]

_LEAST = 64
"""Fewer rows are held in any case."""
_FEWEST_BITS = 16
"""No counter is narrower."""
_QUARTER_NS = 900 * NS
_MOST_QUARTERS = 10_000
"""A hundred days, by quarters of an hour."""
_DAY_NS = 86_400 * NS
"""No zone sets its clocks by so much."""


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


def plain(
    kept: Stepped, stamps: Stamps, placed: Callable[[Ns, list[str]], Ns], notes: list[str], zone: str = ""
) -> Plain | None:
    """Take stamps as they are, None where there is anything to mend.

    Parameters
    ----------
    kept, stamps
        The stamps of a file, and how they were written.
    placed
        Turns them into UTC.
    notes
        Takes what the user should know.
    zone
        Name of the zone by which it does so, where it does by one.
    """
    if len(kept) < _LEAST or kept.missing:
        return None
    begin = kept.read(0, _LEAST)
    if getattr(stamps, "differences", False) or not np.array_equal(stamps.settle(begin, []), begin):
        return None
    told: list[str] = []
    placed(begin[:1], told)
    shift = _shift(kept, placed, is_local=stamps.is_local)
    may_turn = shift is None or kept.behind >= repair.DISORDER_NS
    if zone and may_turn and -kept.least_step < _DAY_NS > kept.most_step:
        kept, shift = kept.turned(LocalClock(zone).to_utc), 0
    if shift is None or not _is_in_order(kept, getattr(stamps, "unit_ns", NS)):
        return None
    rows: Rows = kept
    if not kept.back and coarse.may_be(len(kept), kept.turns):
        rows = coarse.spread_out(kept, told, shift)
    begin = rows.read(0, _LEAST)
    skipped = repair.left_over(begin, told)
    start_ns, last_ns = int(begin[skipped]), int(rows.read(len(rows) - 1)[0])
    if start_ns == last_ns or (skipped and kept.back):
        return None
    if kept.back:
        repair.tell_disorder(kept.back, kept.least_step, told)
    notes += told
    middle = (skipped + len(rows)) // 2
    middle_ns = float(rows.read(middle, middle + 1)[0] + shift)
    since_first = cast("Floats", Since(rows, skipped, len(rows), start_ns))
    return Plain(since_first, start_ns + shift, middle_ns, skipped)


def _is_in_order(kept: Stepped, unit_ns: int) -> bool:
    """Tell whether stamps go on as those of one clock do that nobody sets."""
    if kept.behind >= repair.DISORDER_NS or kept.most_step > leaps.SHORTEST_NS:
        return False
    return not kept.back or -kept.least_step < unit_ns << _FEWEST_BITS - 1  # a counter may have begun anew


def _shift(kept: Stepped, placed: Callable[[Ns, list[str]], Ns], *, is_local: bool) -> int | None:
    """Return what takes all times to UTC, None where it changes."""
    ends = sorted((int(kept.read(0, 1)[0]), int(kept.read(len(kept) - 1)[0])))
    quarters = np.array([ends[0] // _QUARTER_NS - 1, ends[1] // _QUARTER_NS + 2])  # some may be late
    if is_local:  # every zone has changed its clocks at a quarter of an hour
        if quarters[1] - quarters[0] > _MOST_QUARTERS:
            return None
        quarters = np.arange(*quarters)
    shifts = placed(quarters * _QUARTER_NS, []) - quarters * _QUARTER_NS
    return int(shifts[0]) if np.all(shifts == shifts[0]) else None
