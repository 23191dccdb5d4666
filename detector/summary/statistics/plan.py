"""What so many nights can show, before one starts.

Nights are made up that scatter and hang together as this person's do, or as people's usually do; of the twitches found
in each, 20 are judged, and the nights are compared by the model itself. As it works with logarithms, a true ratio only
shifts its interval: nights without a difference tell the chance that one is seen, for each size of it.

Each series is made up in two steps: what the difference of its phases is by chance, which is normal and known, and all
else about it, which says how wide the interval is. The first is summed over, the second drawn: few series are enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from detector.summary.statistics.autoregressive import fit
from detector.summary.statistics.labels import DRAWS, LABELS, draw_true
from detector.summary.statistics.phases import LEVEL, Counted, counting_variance, log_rates
from detector.summary.statistics.student import Floats, Mixture

A_THEN_B = "a_then_b"
WEEKS = "weeks"
PAIRS = "pairs"
DESIGNS = (A_THEN_B, WEEKS, PAIRS)
"""One half of the nights and then the other; week by week in turns; of each two nights one, drawn by lot."""

PLANNED = (14, 28, 42, 56)
"""Nights of which is told what they could show."""
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
_RUNS = 240
_ORDERS = 12
_DRAWS = 4
"""Sets of true counts for each series: the mean width of many intervals needs fewer than one's ends do."""
_STEPS = tuple(NormalDist().inv_cdf((step + 0.5) / 15) for step in range(15))
"""Normal numbers that stand for equal shares of all."""
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
        By how much the intervals of made-up series reach past what is true, on the scale of logarithms, rising: a
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
    orders = _ORDERS if design == PAIRS else 1
    wide, edges = [], []
    for _ in range(orders):
        phases = phases_of(design, nights, random)
        made = _made_up(habit, phases, _RUNS // orders, random)
        low, high = _ends(made, phases, level)
        wide.append(high - low)
        # A fall of some size is seen where the upper end lies by less than that above 0, a rise likewise: two views.
        edges.append(np.add.outer(np.concatenate([high, -low]), made.by_chance * np.array(_STEPS)))
    every = np.sort(np.concatenate([each.ravel() for each in edges]))
    seen = float(np.quantile(every, SEEN))
    factor = math.exp(float(np.median(np.concatenate(wide))) / 2)
    return Plan(design, nights, factor, math.exp(-seen), math.exp(seen), tuple(every.tolist()))


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


def plans(habit: Habit) -> list[Plan]:
    """Every design with every number of nights in `PLANNED`; one week and then another is the first design."""
    return [plan(habit, each, design) for each in PLANNED for design in DESIGNS if design != WEEKS or each > 2 * _WEEK]


def four_weeks(found: Sequence[Plan]) -> Plan:
    """Of `plans`, the one that is told in words: 14 nights and then 14."""
    return next(each for each in found if each.nights == 4 * _WEEK and each.design == A_THEN_B)


@dataclass(frozen=True, slots=True)
class _MadeUp:
    """Series of nights in which the phases do not differ, neither in truth nor by how their rates happen to scatter.

    Parameters
    ----------
    logs
        Of rates, of shape ``(series, draws, nights)``.
    least
        Variance that counting alone gives them, of shape ``(series, draws)``.
    by_chance
        Standard deviation of the difference that scattered rates make, on the scale of logarithms.
    """

    logs: Floats
    least: Floats
    by_chance: float


def _made_up(habit: Habit, phases: npt.NDArray[np.int64], runs: int, random: np.random.Generator) -> _MadeUp:
    """Make nights up, count them and judge `LABELS` of each.

    That the phases' rates differ by chance shifts an interval and leaves its width: by generalised least squares it is
    taken off, for what is left does not depend on it.
    """
    days = np.arange(len(phases))
    alike = habit.rho ** np.abs(np.subtract.outer(days, days))
    design = np.column_stack([np.ones(len(phases)), phases])
    weighed = np.linalg.solve(alike, design)
    variance = np.linalg.inv(design.T @ weighed)
    scattered = random.standard_normal((runs, len(phases))) @ np.linalg.cholesky(alike).T
    scattered -= scattered @ weighed @ variance @ design.T
    rates = np.exp(habit.spread * scattered - habit.spread**2 / 2)
    true = random.poisson(habit.count * habit.share * rates)
    false = random.poisson(habit.count * (1 - habit.share), true.shape)
    labelled = np.minimum(true + false, LABELS)
    yes = random.hypergeometric(true, false, labelled)
    counts = draw_true(true + false, labelled, yes, phases, _DRAWS, random)
    return _MadeUp(log_rates(counts, 1.0), counting_variance(counts), habit.spread * math.sqrt(variance[1, 1]))


def _ends(made: _MadeUp, phases: npt.NDArray[np.int64], level: float) -> tuple[Floats, Floats]:
    """Return both ends of the interval of each series, its draws pooled."""
    runs, draws, nights = made.logs.shape
    design = np.column_stack([np.ones(nights), phases])
    logs, least = made.logs.reshape(-1, nights), made.least.ravel()
    parts = fit(logs, design, np.arange(nights), 1, least=least).posterior
    means = parts.means.reshape(runs, draws, -1)
    # Few draws lie closer together than the many of a comparison do.
    middle = means.mean(1, keepdims=True)
    means = middle + (means - middle) * math.sqrt((1 - 1 / DRAWS) / (1 - 1 / draws))
    weights, scales = (each.reshape(runs, -1) for each in (parts.weights / draws, parts.scales))
    posterior = Mixture(weights, means.reshape(runs, -1), scales, parts.freedom)
    tail = (1 - level) / 2
    return posterior.quantile(tail), posterior.quantile(1 - tail)


def _noise(count: float, share: float, labels: float, true: float) -> float:
    """Variance of a night's logarithm that comes of counting, and of judging a sample of what was found."""
    counting = 1 / (true + 0.5)
    if labels >= count:
        return counting
    return counting + (1 - share) / share / (labels + 1) * (1 - labels / count)
