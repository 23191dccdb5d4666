"""How one's nights in two phases differ: the ratio of twitches an hour, and what it may be.

The model: ``log((count + 1/2) / hours) ~ phase`` with errors of which each is like the one before (`autoregressive`).
They scatter by no less than counting alone makes them: nights without a twitch, or with one each, would else be alike
beyond doubt, and how long each was recorded a difference. Where a sample of each night's events was judged, the count
is the number of true ones, which is not known: the model is worked out for draws of it (`labels`), and their posteriors
are pooled. What a reviewer was unsure of gives bounds.
A phase is any set of nights: those before and after a date, or those with something and without it, in any order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.summary.statistics.autoregressive import Fit, fit
from detector.summary.statistics.labels import Counts, true_counts
from detector.summary.statistics.student import Floats

LEVEL = 0.95
_MOST_LOG = 700.0
_EMPTY = 0.5
"""Added to a count before its logarithm is taken, so that a night without twitches has one."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Nights in the order of their days; an entry of each array is a night.

    Parameters
    ----------
    days
        Number of the day of the night's evening; they rise, and some may be missing.
    found
        Twitches that were found.
    hours
        Time in which they would have been, above 0.
    labelled, yes, unsure
        How many of them were judged, a random sample or all; of those, how many are true, and of how many nobody knew.
    """

    days: Counts
    found: Counts
    hours: Floats
    labelled: Counts
    yes: Counts
    unsure: Counts

    @classmethod
    def of(
        cls,
        days: npt.ArrayLike,
        found: npt.ArrayLike,
        hours: npt.ArrayLike,
        labelled: npt.ArrayLike | None = None,
        yes: npt.ArrayLike | None = None,
        unsure: npt.ArrayLike | None = None,
    ) -> Counted:
        """Make it of what can be made an array; without labels all that was found counts as true.

        Raises
        ------
        ValueError
            Where the lengths differ, days do not rise, hours are not above 0 or more is judged than was found.
        """
        counts = np.asarray(found, np.int64)
        judged = counts if labelled is None else np.asarray(labelled, np.int64)
        made = cls(
            np.asarray(days, np.int64),
            counts,
            np.asarray(hours, np.float64),
            judged,
            judged if yes is None else np.asarray(yes, np.int64),
            np.zeros_like(counts) if unsure is None else np.asarray(unsure, np.int64),
        )
        columns = (made.days, made.found, made.hours, made.labelled, made.yes, made.unsure)
        if len({each.shape for each in columns}) != 1 or made.days.ndim != 1:
            raise ValueError("each column has one entry a night")
        if np.any(np.diff(made.days) <= 0):
            raise ValueError("the days of nights rise: two nights of one day are one")
        if not np.all((made.hours > 0) & np.isfinite(made.hours)):
            raise ValueError("a rate needs hours above 0")
        if np.any((made.labelled > made.found) | (made.yes + made.unsure > made.labelled) | (made.yes < 0)):
            raise ValueError("no more can be judged than was found, and no more be true than was judged")
        return made

    def __len__(self) -> int:
        return len(self.days)

    def only(self, chosen: npt.NDArray[np.bool_]) -> Counted:
        """Pick nights."""
        return Counted(
            self.days[chosen],
            self.found[chosen],
            self.hours[chosen],
            self.labelled[chosen],
            self.yes[chosen],
            self.unsure[chosen],
        )

    def likely_true(self) -> Floats:
        """How many of each night's twitches are true, by its own labels: an unsure one is half of one."""
        rest = self.found - self.labelled
        share = (self.yes + self.unsure / 2 + 0.5) / (self.labelled + 1)
        return np.asarray(self.yes + self.unsure / 2 + rest * share, np.float64)

    def rates(self) -> Floats:
        """True twitches an hour of each night, as `likely_true`."""
        return np.asarray(self.likely_true() / self.hours, np.float64)

    def logs(self) -> Floats:
        """Logarithm of each night's rate, as the model takes it."""
        return log_rates(self.likely_true(), self.hours)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Twitches an hour in the nights of phase 1 over those in the nights of phase 0.

    Parameters
    ----------
    ratio, low, high
        Median and interval.
    level
        Of the interval.
    nights
        How many of phase 0 and of phase 1.
    rho
        How alike a night and the next are: their correlation.
    spread
        Standard deviation of a night's logarithm.
    unsure
        Whether the interval holds bounds for what a reviewer was unsure of.
    """

    ratio: float
    low: float
    high: float
    level: float
    nights: tuple[int, int]
    rho: float
    spread: float
    unsure: bool

    @property
    def differs(self) -> bool:
        """Whether the interval leaves out that the phases are alike."""
        return self.low > 1 or self.high < 1


def log_rates(counts: npt.ArrayLike, hours: npt.ArrayLike) -> Floats:
    """Logarithm of ``(count + 1/2) / hours``."""
    return np.asarray(np.log((np.asarray(counts, np.float64) + _EMPTY) / np.asarray(hours, np.float64)), np.float64)


def counting_variance(counts: npt.ArrayLike) -> Floats:
    """Variance that counting alone gives the logarithms of nights with so many; of the last axis.

    Parameters
    ----------
    counts
        Of each night; several series, each a row, have a variance each.
    """
    return np.asarray(1 / (np.asarray(counts, np.float64).mean(-1) + _EMPTY), np.float64)


def ratio_of(nights: Counted, phase: npt.ArrayLike, level: float = LEVEL) -> Ratio:
    """Compare the nights of phase 1 with those of phase 0.

    Whether they may be compared at all, `conditions` says.

    Parameters
    ----------
    nights
        Of both phases.
    phase
        Of each night: 0 or 1.
    level
        Of the interval.

    Raises
    ------
    ValueError
        Where a phase has no night, or there are fewer than three.
    """
    phases = np.asarray(phase, np.int64)
    if not np.all((phases == 0) | (phases == 1)):
        raise ValueError("a phase is 0 or 1")
    unsure = bool(nights.unsure.any())
    # The ratio is lowest if what nobody was sure of was true in phase 0 alone, and highest if in phase 1 alone.
    ends = [
        _fit(nights, phases, nights.yes + nights.unsure * (phases == each)) for each in ((0, 1) if unsure else (0,))
    ]
    tail = (1 - level) / 2
    pooled = [each.posterior.pooled() for each in ends]
    middle = sum(float(each.quantile(0.5)[0]) for each in pooled) / len(pooled)
    return Ratio(
        ratio=_factor(middle),
        low=_factor(pooled[0].quantile(tail)[0]),
        high=_factor(pooled[-1].quantile(1 - tail)[0]),
        level=level,
        nights=(int((phases == 0).sum()), int((phases == 1).sum())),
        rho=float(np.mean([each.rho.mean() for each in ends])),
        spread=float(np.mean([each.spread.mean() for each in ends])),
        unsure=unsure,
    )


def _fit(nights: Counted, phases: npt.NDArray[np.int64], yes: Counts) -> Fit:
    counts = true_counts(nights.found, nights.labelled, yes, phases)
    design = np.column_stack([np.ones(len(phases)), phases])
    return fit(log_rates(counts, nights.hours), design, nights.days, 1, least=counting_variance(counts))


def _factor(log: float) -> float:
    """The factor of a logarithm; of nights that are decades apart it may be larger than any number."""
    return math.exp(min(max(log, -_MOST_LOG), _MOST_LOG))
