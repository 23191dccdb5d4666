"""What so many nights can show, before one starts.

Nights are made up that scatter and hang together as this person's do, or as people's usually do, and compared by the
model itself. As it works with logarithms, a true ratio only shifts its interval: nights of one ratio tell the chance
that a difference is seen for each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.summary.many.autoregressive import fit
from detector.summary.many.phases import LEVEL, Counted
from detector.summary.many.student import Floats

A_THEN_B = "a_then_b"
WEEKS = "weeks"
PAIRS = "pairs"
DESIGNS = (A_THEN_B, WEEKS, PAIRS)
"""One half of the nights and then the other; week by week in turns; of each two nights one, drawn by lot."""

LEAST_OWN = 14
"""Nights from which on one's own spread is taken for one's own."""
SEEN = 0.8
"""How sure one wants to be to see it."""
A_THIRD_LESS = 2 / 3

_USUAL_VARIATION = 0.5
_USUAL_RHO = 0.3
_USUAL_COUNT = 150.0
_USUAL_SHARE = 0.75
_WEEK = 7
_RUNS = 480
_ORDERS = 12
_SEED = 170


@dataclass(frozen=True, slots=True)
class Habit:
    """How a person's nights are.

    Parameters
    ----------
    spread
        Standard deviation of the logarithm of a night's rate, but for counting and labels.
    rho
        Correlation of a night with the next.
    count
        Twitches found in a night.
    share
        Of them, that are true.
    nights
        How many it rests on; 0: it is what is usual.
    """

    spread: float
    rho: float
    count: float
    share: float
    nights: int

    @property
    def variation(self) -> float:
        """Coefficient of variation of the nights' rates."""
        return math.sqrt(math.expm1(self.spread**2))


USUAL = Habit(math.sqrt(math.log1p(_USUAL_VARIATION**2)), _USUAL_RHO, _USUAL_COUNT, _USUAL_SHARE, 0)
"""A coefficient of variation of 0.5, a correlation of 0.3."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a number of nights in an order can show.

    Parameters
    ----------
    design
        One of `DESIGNS`.
    nights
        In all, half of them of each phase.
    factor
        Of a typical interval, whose ends are the ratio divided by it and times it.
    least_fall, least_rise
        Ratios that are seen in `SEEN` of such series: so far below 1, or above.
    edges
        By how much each made-up series' interval reaches past what is true, on the scale of logarithms, rising: a
        difference larger than that is seen.
    """

    design: str
    nights: int
    factor: float
    least_fall: float
    least_rise: float
    edges: tuple[float, ...]

    def chance(self, ratio: float) -> float:
        """How often a true ratio is seen: its interval leaves out 1, on the right side."""
        return float(np.mean(np.array(self.edges) < abs(math.log(ratio))))


def habit_of(nights: Counted) -> Habit:
    """Say how a person's nights are; what is usual where they are too few."""
    if len(nights) < LEAST_OWN or nights.found.sum() == 0:
        return USUAL
    true = nights.likely_true()
    found = fit(nights.logs(), np.ones((len(nights), 1)), nights.days, 0)
    labelled = int(nights.labelled.sum())
    share = (float((nights.yes + nights.unsure / 2).sum()) + 0.5) / (labelled + 1) if labelled else _USUAL_SHARE
    count = float(nights.found.mean())
    noise = _noise(count, share, nights.labelled.mean() if labelled else math.inf, float(true.mean()))
    spread = math.sqrt(max(float(found.spread[0]) ** 2 - noise, 0.1**2))
    return Habit(spread, min(max(float(found.rho[0]), 0.0), 0.8), count, share, len(nights))


def plan(habit: Habit, nights: int, design: str, *, level: float = LEVEL) -> Plan:
    """Say what so many nights can show.

    Parameters
    ----------
    habit
        Of the person.
    nights
        In all, an even number; half of them of each phase.
    design
        One of `DESIGNS`.
    level
        Of the interval.
    """
    random = np.random.default_rng(_SEED)
    tail = (1 - level) / 2
    lows, highs = [], []
    orders = _ORDERS if design == PAIRS else 1
    days = np.arange(nights)
    for _ in range(orders):
        phases = phases_of(design, nights, random)
        columns = np.column_stack([np.ones(nights), phases])
        posterior = fit(_made_up(habit, _RUNS // orders, nights, random), columns, days, 1).posterior
        lows.append(posterior.quantile(tail))
        highs.append(posterior.quantile(1 - tail))
    low, high = np.concatenate(lows), np.concatenate(highs)
    # A fall of some size is seen where the upper end lies by less than that above 0, a rise likewise: two views of one.
    edges = np.sort(np.concatenate([high, -low]))
    seen = float(np.quantile(edges, SEEN))
    return Plan(
        design, nights, math.exp(float(np.median(high - low)) / 2), math.exp(-seen), math.exp(seen), tuple(edges)
    )


def phases_of(design: str, nights: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Phases in the order of a design."""
    if design == A_THEN_B:
        return (np.arange(nights) >= nights // 2).astype(np.int64)
    if design == WEEKS:
        return np.arange(nights) // _WEEK % 2
    if design == PAIRS:
        first = random.integers(0, 2, (nights + 1) // 2)
        return np.column_stack([first, 1 - first]).ravel()[:nights]
    raise ValueError(f"no design is called {design!r}")


def plans(habit: Habit, nights: Sequence[int]) -> list[Plan]:
    """Every design with every number of nights."""
    return [plan(habit, each, design) for each in nights for design in DESIGNS]


def _made_up(habit: Habit, runs: int, nights: int, random: np.random.Generator) -> Floats:
    """Logarithms of rates as they would be counted and judged: 20 labels a night are as good as all (`labels`)."""
    normal = random.standard_normal((runs, nights))
    made = np.empty_like(normal)
    made[:, 0] = normal[:, 0]
    fresh = math.sqrt(1 - habit.rho**2)
    for night in range(1, nights):
        made[:, night] = habit.rho * made[:, night - 1] + fresh * normal[:, night]
    noise = _noise(habit.count, habit.share, math.inf, habit.count * habit.share)
    return habit.spread * made + math.sqrt(noise) * random.standard_normal((runs, nights))


def _noise(count: float, share: float, labels: float, true: float) -> float:
    """Variance of a night's logarithm that comes of counting, and of judging a sample of what was found."""
    counting = 1 / (true + 0.5)
    if labels >= count:
        return counting
    return counting + (1 - share) / share / (labels + 1) * (1 - labels / count)
