"""The interval of a rate that itself rises and falls over the night.

Twitches come in spells. A count of them scatters more than counting alone says, and how much more shows in how the
counts of stretches of `BLOCK_S` differ. Those are taken for negative binomial: the rate of a stretch has a mean, which
is asked for, and a coefficient of variation, which is not known either. The answer is the mean's posterior, summed over
what that coefficient may be, so few stretches give a wide interval instead of one that trusts its own dispersion.
"""

from __future__ import annotations

import bisect
import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from detector.series.poisson import poisson_interval

Floats = npt.NDArray[np.float64]

BLOCK_S = 1200.0
"""Rates that change every few minutes are seen whole in it, wherever it begins; a night still has two dozen of them."""

_VARIATION = (0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0)
"""Coefficients of variation that are weighed, from block to block."""
_BELIEF = 0.2
"""Weight of each before any count is seen: this and itself. Flat ones cover less than they say at 20 an hour."""
_POINTS = 121
_SPREADS = 4.5
_MOST_SPREAD = 2.5


def rate_interval(blocks: Sequence[tuple[int, float]], confidence: float = 0.95) -> tuple[float, float]:
    """Interval of the mean rate behind counts in stretches of one night.

    It is never narrower than the exact one of counting alone.

    Parameters
    ----------
    blocks
        Count and observed time of each stretch of `BLOCK_S`, in any unit of time; times above 0.
    confidence
        Between 0 and 1.

    Returns
    -------
    low, high
        Rates per that unit.
    """
    count = sum(number for number, _ in blocks)
    total = math.fsum(time for _, time in blocks)
    low, high = (end / total for end in poisson_interval(count, confidence))
    if len(blocks) < 2:  # noqa: PLR2004 - one tells nothing of how they differ
        return low, high
    alike = Counter(blocks)
    effective = math.fsum(time**2 for _, time in blocks) / total**2
    spread = min(math.sqrt(1 / (count + 0.5) + _VARIATION[-1] ** 2 * effective), _MOST_SPREAD)
    middle = math.log((count + 0.5) / total)
    rates = np.exp(middle + _SPREADS * spread * np.linspace(-1, 1, _POINTS))
    likelihood = np.array(
        [math.log(_BELIEF + variation) + _log_likelihood(alike, rates, variation) for variation in _VARIATION]
    )
    # On the scale of logarithms, the prior that is flat in the root of the rate weighs each point by that root.
    posterior = np.sqrt(rates) * np.exp(likelihood - likelihood.max()).sum(axis=0)
    tail = (1 - confidence) / 2
    below = np.cumsum(posterior) - posterior / 2
    whole = float(posterior.sum())
    return min(low, _where(below, tail * whole, rates)), max(high, _where(below, (1 - tail) * whole, rates))


def _log_likelihood(alike: Counter[tuple[int, float]], rates: Floats, variation: float) -> Floats:
    """Logarithm of the probability of the blocks at each rate, but for what hangs on the counts alone."""
    counts = np.array([count for count, _ in alike], np.float64)
    seconds = np.array([time for _, time in alike], np.float64)
    times = np.array(list(alike.values()), np.float64)
    if not variation:
        return np.asarray((times @ counts) * np.log(rates) - rates * (times @ seconds))
    shape = 1 / variation**2
    of_counts = times @ np.array([math.lgamma(count + shape) - math.lgamma(shape) for count in counts.tolist()])
    at_each = np.log(shape + np.outer(rates, seconds)) @ (times * (shape + counts))
    return np.asarray(of_counts + times.sum() * shape * math.log(shape) + (times @ counts) * np.log(rates) - at_each)


def _where(below: Floats, wanted: float, rates: Floats) -> float:
    """Rate below which so much of the posterior lies."""
    return float(np.interp(wanted, below, rates))


def blocks_of(moments_s: Sequence[float], observed: Sequence[tuple[float, float]]) -> list[tuple[int, float]]:
    """Sort events and observed time into stretches of `BLOCK_S`.

    Parameters
    ----------
    moments_s
        When each event came, in s.
    observed
        Pairs of a moment in s and of how many seconds from there on were observed, of about a minute at most.

    Returns
    -------
    list of (int, float)
        Count and observed seconds of each stretch that was observed, in the order of time. An event at the edge of what
        was observed belongs to the nearest stretch.
    """
    seconds: defaultdict[int, float] = defaultdict(float)
    for moment_s, length_s in sorted(observed):
        if length_s > 0:
            seconds[int(moment_s // BLOCK_S)] += length_s
    places = sorted(seconds)
    counts: Counter[int] = Counter()
    for moment_s in moments_s if places else ():
        place = moment_s / BLOCK_S - 0.5
        at = bisect.bisect_left(places, place)
        counts[min(places[max(at - 1, 0) : at + 1], key=lambda other: abs(other - place))] += 1
    return [(counts[place], seconds[place]) for place in places]
