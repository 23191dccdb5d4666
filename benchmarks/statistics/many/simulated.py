"""Many nights of people who are made up: what their rates do is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import signal, stats

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_BEFORE = 60
_LONG_BEFORE = 300
_SLOW_RHO = 0.97
_OUTLIER = 5.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of person and of comparison.

    Parameters
    ----------
    before, after
        Nights of each phase.
    per_hour
        Twitches.
    variation, rho
        Coefficient of variation of the nights' rates, and the correlation of one with the next.
    ratio
        True one.
    gamma
        Rates are gamma distributed, not lognormal.
    outliers
        Share of nights with five times as many.
    missing
        Share of nights that were not recorded.
    slow
        Standard deviation of a drift that wanders (a correlation of 0.97 from night to night), of logarithms.
    line
        How much nights rise each day by themselves, of logarithms.
    """

    before: int = 14
    after: int = 14
    per_hour: float = 25.0
    variation: float = 0.5
    rho: float = 0.3
    ratio: float = 1.0
    gamma: bool = False
    outliers: float = 0.0
    missing: float = 0.0
    slow: float = 0.0
    line: float = 0.0

    @property
    def nights(self) -> int:
        """Of both phases."""
        return self.before + self.after

    @property
    def phase(self) -> Ints:
        """Of each night."""
        return np.repeat([0, 1], [self.before, self.after])

    def of(self, nights: int) -> Cell:
        """The same with so many nights in each phase."""
        return replace(self, before=nights, after=nights)


class Nights(NamedTuple):
    """Twitches counted in observed hours, a row for each person; and the days, the same for all."""

    counts: Ints
    hours: Floats
    days: Ints


def people(cell: Cell, count: int, random: np.random.Generator) -> Nights:
    """Make people up."""
    days = np.arange(cell.nights)
    if cell.missing:
        span = round(cell.nights / (1 - cell.missing))
        days = np.sort(random.choice(span, cell.nights, replace=False))
    logs = log_rates(cell, count, int(days[-1]) + 1, random)[:, days] + np.log(cell.ratio) * cell.phase
    if cell.outliers:
        logs += np.log(_OUTLIER) * (random.random(logs.shape) < cell.outliers)
    hours = random.uniform(5, 8, logs.shape)
    return Nights(random.poisson(cell.per_hour * hours * np.exp(logs)), hours, days)


def log_rates(cell: Cell, count: int, days: int, random: np.random.Generator) -> Floats:
    """Logarithms of nights' rates over their mean, day by day."""
    normal = chain(cell.rho, count, days, _BEFORE, random)
    if cell.gamma:
        shape = 1 / cell.variation**2
        chance = np.clip(stats.norm.cdf(normal), 1e-9, 1 - 1e-9)
        logs = np.log(stats.gamma.ppf(chance, shape, scale=1 / shape))
    else:
        spread = np.sqrt(np.log1p(cell.variation**2))
        logs = spread * normal - spread**2 / 2
    if cell.slow:
        logs = logs + cell.slow * chain(_SLOW_RHO, count, days, _LONG_BEFORE, random)
    return np.asarray(logs + cell.line * (np.arange(days) - days / 2), np.float64)


def chain(rho: float, count: int, days: int, before: int, random: np.random.Generator) -> Floats:
    """Normal numbers of which each hangs together with the one before."""
    fresh = np.sqrt(1 - rho**2) * random.standard_normal((count, days + before))
    return np.asarray(signal.lfilter([1.0], [1.0, -rho], fresh, axis=1)[:, before:], np.float64)
