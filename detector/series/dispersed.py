"""The interval of a rate that itself rises and falls over the night.

Twitches come in spells. A count of them scatters more than counting alone says, and how much more shows in how the
counts of stretches of `BLOCK_S` differ. Those are taken for negative binomial: the rate of a stretch has a mean, which
is asked for, and a coefficient of variation, which is not known either. The answer is the mean's posterior, summed over
what that coefficient may be, so few stretches give a wide interval instead of one that trusts its own dispersion.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from detector.series.poisson import poisson_interval

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
    steps = [_SPREADS * spread * (2 * point / (_POINTS - 1) - 1) for point in range(_POINTS)]
    rates = [math.exp(middle + step) for step in steps]
    weights = [math.log(_BELIEF + variation) for variation in _VARIATION]
    likelihood = [
        [weight + _log_likelihood(alike, rate, variation) for rate in rates]
        for weight, variation in zip(weights, _VARIATION, strict=True)
    ]
    most = max(map(max, likelihood))
    # On the scale of logarithms, the prior that is flat in the root of the rate weighs each point by that root.
    posterior = [
        math.sqrt(rate) * math.fsum(math.exp(row[place] - most) for row in likelihood)
        for place, rate in enumerate(rates)
    ]
    tail = (1 - confidence) / 2
    below = [before + own / 2 for before, own in zip(itertools.accumulate([0.0, *posterior]), posterior, strict=False)]
    whole = math.fsum(posterior)
    return min(low, _where(below, tail * whole, rates)), max(high, _where(below, (1 - tail) * whole, rates))


def _log_likelihood(alike: Counter[tuple[int, float]], rate: float, variation: float) -> float:
    """Logarithm of the probability of the blocks, but for what hangs on the counts alone."""
    if not variation:
        return math.fsum(times * (count * math.log(rate) - rate * time) for (count, time), times in alike.items())
    shape = 1 / variation**2
    return math.fsum(
        times
        * (
            math.lgamma(count + shape)
            - math.lgamma(shape)
            + shape * math.log(shape / (shape + rate * time))
            + count * math.log(rate / (shape + rate * time))
        )
        for (count, time), times in alike.items()
    )


def _where(below: Sequence[float], wanted: float, rates: Sequence[float]) -> float:
    """Rate below which so much of the posterior lies."""
    at = min(max(bisect.bisect_left(below, wanted), 1), len(below) - 1)
    step = below[at] - below[at - 1]
    part = min(max((wanted - below[at - 1]) / step, 0.0), 1.0) if step else 0.0
    return rates[at - 1] + part * (rates[at] - rates[at - 1])


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
