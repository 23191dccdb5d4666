"""Several people: what holds of all of them, and how sure that is.

Events of one person are alike, so intervals come from drawing people, and not events, with replacement (Efron and
Tibshirani 1993, chapter 8). With fewer than five there is nothing to draw from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.scoring.compare import Counts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from detector.scoring.compare import Comparison

LEAST_PEOPLE = 5
DRAWS = 2000
SEED = 19

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pooled:
    """All nights of all people together.

    Parameters
    ----------
    people, nights
        How many.
    counts
        Added up.
    false_per_quiet_hour
        Over the quiet hours of all; None without any.
    intervals
        95 % by bootstrap over people, by the names of the figures; empty with fewer than `LEAST_PEOPLE`.
    """

    people: int
    nights: int
    counts: Counts
    false_per_quiet_hour: float | None
    intervals: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class _Sum:
    counts: Counts
    false_in_quiet: int
    quiet_s: float

    def __add__(self, other: _Sum) -> _Sum:
        return _Sum(
            self.counts + other.counts, self.false_in_quiet + other.false_in_quiet, self.quiet_s + other.quiet_s
        )

    @property
    def false_per_quiet_hour(self) -> float | None:
        return self.false_in_quiet * 3600 / self.quiet_s if self.quiet_s > 0 else None


_FIGURES: dict[str, Callable[[_Sum], float | None]] = {
    "sensitivity": lambda each: each.counts.sensitivity,
    "precision": lambda each: each.counts.precision,
    "f1": lambda each: each.counts.f1,
    "false_per_quiet_hour": lambda each: each.false_per_quiet_hour,
}


def pool(nights: Mapping[str, Sequence[Comparison]]) -> Pooled:
    """Put the nights of people together.

    Parameters
    ----------
    nights
        By person.
    """
    each = [_added([_Sum(one.counts, one.false_in_quiet, one.quiet_s) for one in some]) for some in nights.values()]
    whole = _added(each)
    intervals: dict[str, Interval] = {}
    if len(each) >= LEAST_PEOPLE:
        drawn = np.random.default_rng(SEED).integers(0, len(each), (DRAWS, len(each)))
        sums = [_added([each[which] for which in draw]) for draw in drawn.tolist()]
        for name, figure in _FIGURES.items():
            values = [value for value in map(figure, sums) if value is not None]
            if values:
                low, high = np.percentile(values, [2.5, 97.5])
                intervals[name] = float(low), float(high)
    count = sum(map(len, nights.values()))
    return Pooled(len(each), count, whole.counts, whole.false_per_quiet_hour, intervals)


def _added(sums: Sequence[_Sum]) -> _Sum:
    return sum(sums, _Sum(Counts(0, 0, 0), 0, 0.0))
