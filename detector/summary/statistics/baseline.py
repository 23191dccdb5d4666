"""Whether a night is unusual for this person: a band that the nights before it say it will lie in.

Logarithms of rates scatter about their mean like a normal distribution; tonight's lies within a t interval for one more
of them. The spread is taken for no less than counting alone makes it, so that seven nights that happen to be alike, or
in which next to nothing was counted, call no eighth unusual. Percentiles of one's own nights, or the median and its
deviation, flag 20 to 30 % of ordinary nights after a week, not the 5 % they mean to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.summary.statistics.phases import log_rates
from detector.summary.statistics.student import quantile

LEAST_NIGHTS = 7
"""From fewer one can't tell yet."""
_EMPTY = 0.5


@dataclass(frozen=True, slots=True)
class Band:
    """Where a night of so many hours lies, if it is like those before it.

    Parameters
    ----------
    low, middle, high
        Twitches an hour; a night outside of low and high, both ends included, is unusual.
    nights
        How many it rests on.
    """

    low: float
    middle: float
    high: float
    nights: int

    def place(self, per_hour: float) -> str:
        """Where a night of that rate lies: ``"below"``, ``"within"`` or ``"above"``."""
        if per_hour < self.low:
            return "below"
        return "above" if per_hour > self.high else "within"


def band(counts: npt.ArrayLike, hours: npt.ArrayLike, tonight_hours: float, level: float = 0.95) -> Band | None:
    """Say where a night will lie.

    Parameters
    ----------
    counts, hours
        Of each night before it; a count may be an estimate, such as of those that are true.
    tonight_hours
        In how many hours tonight's twitches would be found: fewer make a wider band where twitches are few.
    level
        The share of ordinary nights within it.

    Returns
    -------
    Band or None
        None where the nights before are too few.
    """
    counts, hours = np.asarray(counts, np.float64), np.asarray(hours, np.float64)
    nights = len(counts)
    if nights < LEAST_NIGHTS:
        return None
    logs = log_rates(counts, hours)
    rate = (counts.sum() + _EMPTY) / hours.sum()
    counting = 1 / (rate * tonight_hours + _EMPTY)
    wide = quantile((1 + level) / 2, nights - 1) * math.sqrt(max(float(logs.var(ddof=1)), counting) * (1 + 1 / nights))
    middle = float(logs.mean())
    # The half that was added to the counts is taken off again: what is shown is a plain rate.
    low, centre, high = (max(math.exp(middle + step) - _EMPTY / tonight_hours, 0.0) for step in (-wide, 0.0, wide))
    return Band(low, centre, high, nights)
