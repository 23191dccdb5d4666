"""What else may make two phases of nights differ: said beside a ratio, which knows nothing of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from detector.summary.statistics.autoregressive import fit
from detector.summary.statistics.phases import Counted, counting_variance

LAST_NIGHTS = 3
"""The nights before a date that are looked at, and that may be left out."""
_WORST = 0.6
"""By how many standard deviations of the nights before they are above those: of starts after three nights of the worst
sixth 82 to 97 % lie above it, of starts at any time 22 to 30 % (``python -m benchmarks statistics``)."""
_ALIKE = math.log(1.05)
"""Nights that are no more than this above those before them are like them, however alike those were."""
_LEAST_BEFORE = LAST_NIGHTS + 4
_CONFOUNDED = 0.5
"""Difference of the shares of nights with something else, from which on it and the phases cannot be told apart."""
_LONGEST_GAP_DAYS = 14
_UNEVEN = 2.0
_FEW = 2.0
_DRIFT_LEVEL = 0.95
_LEAST_FOR_A_DRIFT = 20
_MONTH = 30.0


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to keep in mind.

    Parameters
    ----------
    what
        ``"after_worst"``: it began after nights worse than those before; ``"together"``: something else changed too;
        ``"many"``: several comparisons are made; ``"drift"``: the nights rise or fall within the phases; ``"gap"``:
        a long time without nights; ``"uneven"``: one phase's nights are further apart; ``"few"``: hardly any twitches.
    size
        Of ``"after_worst"``: the last nights over those before, as a factor; ``"many"``: the chance that one of them
        at least seems to differ where nothing does; ``"drift"``: the factor a month; ``"gap"``: days; ``"uneven"``:
        a factor; ``"few"``: twitches a night.
    count
        Of ``"many"``: the comparisons; of ``"after_worst"``: the nights that may be left out.
    names
        Of ``"together"``: what changed.
    """

    what: str
    size: float = math.nan
    count: int = 0
    names: tuple[str, ...] = field(default=())


def cautions(
    nights: Counted,
    phase: npt.ArrayLike,
    *,
    before: Counted | None = None,
    others: Mapping[str, AbstractSet[int]] | None = None,
    comparisons: int = 1,
) -> tuple[Caution, ...]:
    """Say what to keep in mind.

    Parameters
    ----------
    nights
        That are compared.
    phase
        Of each, 0 or 1.
    before
        All of one's nights before the date, of which the last come right before it, those too that are not compared;
        the ones of phase 0 unless given. Looked at only where phase 1 follows phase 0 as a whole.
    others
        By name, the days on which something else was used, such as the other treatments of a diary.
    comparisons
        How many are made at once.
    """
    phases = np.asarray(phase, np.int64)
    found: list[Caution | None] = []
    if is_one_switch(phases):
        found.append(after_worst(before if before is not None else nights.only(phases == 0)))
    found.append(_together(nights, phases, others or {}))
    if comparisons > 1:
        found.append(Caution("many", 1 - 0.95**comparisons, comparisons))
    found += [_drift(nights, phases), *_spacing(nights, phases), _few(nights)]
    return tuple(each for each in found if each is not None)


def is_one_switch(phase: npt.ArrayLike) -> bool:
    """Whether all nights of phase 0 come before all of phase 1."""
    return bool(np.all(np.diff(np.asarray(phase, np.int64)) >= 0))


def after_worst(before: Counted) -> Caution | None:
    """Say whether the last nights before a date are worse than those before them.

    Someone begins with something when it is bad, and after bad nights come more usual ones, whatever is done.
    """
    if len(before) < _LEAST_BEFORE:
        return None
    logs = before.logs()
    rest, last = logs[:-LAST_NIGHTS], logs[-LAST_NIGHTS:]
    above = float(last.mean() - rest.mean())
    if above <= max(_WORST * float(rest.std(ddof=1)), _ALIKE):
        return None
    return Caution("after_worst", math.exp(above), LAST_NIGHTS)


def _together(nights: Counted, phases: npt.NDArray[np.int64], others: Mapping[str, AbstractSet[int]]) -> Caution | None:
    names = []
    for name, days in others.items():
        used = np.array([int(day) in days for day in nights.days])
        shares = [float(used[phases == each].mean()) if (phases == each).any() else 0.0 for each in (0, 1)]
        if abs(shares[1] - shares[0]) >= _CONFOUNDED:
            names.append(name)
    return Caution("together", count=len(names), names=tuple(names)) if names else None


def _drift(nights: Counted, phases: npt.NDArray[np.int64]) -> Caution | None:
    """The slope within the phases, by the model of the ratio with that slope as what is asked for."""
    if len(nights) < _LEAST_FOR_A_DRIFT:
        return None
    design = np.column_stack([np.ones(len(nights)), (nights.days - nights.days.mean()) / _MONTH])
    if 0 < phases.sum() < len(phases):
        design = np.column_stack([design, phases])
    least = counting_variance(nights.likely_true())
    slope = fit(nights.logs(), design, nights.days, 1, may_drift=False, least=least).posterior
    tail = (1 - _DRIFT_LEVEL) / 2
    if slope.quantile(tail)[0] < 0 < slope.quantile(1 - tail)[0]:
        return None
    return Caution("drift", math.exp(slope.quantile(0.5)[0]))


def _spacing(nights: Counted, phases: npt.NDArray[np.int64]) -> list[Caution]:
    found = []
    gaps = np.diff(nights.days)
    if len(gaps) and gaps.max() > _LONGEST_GAP_DAYS:
        found.append(Caution("gap", float(gaps.max())))
    if is_one_switch(phases):
        apart = [float(np.diff(nights.days[phases == each]).mean()) for each in (0, 1) if (phases == each).sum() > 1]
        if len(apart) > 1 and max(apart) >= _UNEVEN * min(apart):
            found.append(Caution("uneven", max(apart) / min(apart)))
    return found


def _few(nights: Counted) -> Caution | None:
    mean = float(nights.likely_true().mean()) if len(nights) else math.inf
    return Caution("few", mean) if mean < _FEW else None
