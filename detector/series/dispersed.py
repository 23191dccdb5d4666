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
    return mixed_interval([[count for count, _ in blocks]], [time for _, time in blocks], confidence)


def mixed_interval(
    draws: Sequence[Sequence[int]], times: Sequence[float], confidence: float = 0.95
) -> tuple[float, float]:
    """Interval of the mean rate where the counts are not known either, but draws of what they may be.

    Parameters
    ----------
    draws
        Counts of all stretches, one row for each draw; all draws weigh the same.
    times
        Observed time of each stretch, in any unit; times above 0.
    confidence
        Between 0 and 1.

    Returns
    -------
    low, high
        Rates per that unit; never narrower than those of counting alone, were the counts known to be the mean draw's.
    """
    totals = [sum(counts) for counts in draws]
    count = math.fsum(totals) / len(totals)
    total = math.fsum(times)
    low, high = (end / total for end in poisson_interval(round(count), confidence))
    if len(times) < 2 and len(draws) == 1:  # noqa: PLR2004 - one tells nothing of how they differ
        return low, high
    rates, posterior = _mixed(draws, times)
    below = np.concatenate([[0.0], np.cumsum(posterior)[:-1]]) + posterior / 2
    tail = (1 - confidence) / 2
    ends = np.interp([tail, 1 - tail], below, rates)
    if sum(each == 0 for each in totals) > (1 - confidence) / 2 * len(totals):
        ends[0] = 0.0
    return min(low, float(ends[0])), max(high, float(ends[1]))


def posterior_of(blocks: Sequence[tuple[int, float]]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return what the mean rate behind counts may be, and how much each weighs; the weights add up to 1."""
    return _mixed([[count for count, _ in blocks]], [time for _, time in blocks])


def _mixed(
    draws: Sequence[Sequence[int]], times: Sequence[float]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    totals = [sum(counts) for counts in draws]
    count = math.fsum(totals) / len(totals)
    total = math.fsum(times)
    variations = _VARIATION if len(times) > 1 else _VARIATION[:1]
    effective = math.fsum(time**2 for time in times) / total**2
    unknown = math.fsum((each - count) ** 2 for each in totals) / len(totals) / (count + 0.5) ** 2
    spread = min(math.sqrt(1 / (count + 0.5) + variations[-1] ** 2 * effective + unknown), _MOST_SPREAD)
    rates = (count + 0.5) / total * np.exp(spread * np.linspace(-_SPREADS, _SPREADS, _POINTS))
    likelihood = _log_likelihood(np.array(draws, np.int64), np.array(times, np.float64), rates, variations)
    # On the scale of logarithms, the prior that is flat in the root of the rate weighs each point by that root.
    each = np.sqrt(rates) * np.exp(likelihood - likelihood.max(axis=(0, 2), keepdims=True)).sum(axis=0)
    return rates, (each / each.sum(axis=1, keepdims=True)).mean(axis=0)


def _log_likelihood(
    draws: npt.NDArray[np.int64],
    times: npt.NDArray[np.float64],
    rates: npt.NDArray[np.float64],
    variations: Sequence[float],
) -> npt.NDArray[np.float64]:
    """Logarithm of the probability of each draw and variation, weighed, but for what hangs on the counts alone.

    Returns
    -------
    ndarray
        Shape ``(variations, draws, rates)``.
    """
    expected = times[:, None] * rates
    counted = draws.sum(axis=1)[:, None] * np.log(rates)
    rows = []
    for variation in variations:
        if not variation:
            row = counted - expected.sum(axis=0)
        else:
            shape = 1 / variation**2
            every = [math.lgamma(count + shape) - math.lgamma(shape) for count in range(int(draws.max()) + 1)]
            alone = np.array(every)[draws].sum(axis=1)[:, None]
            logs = np.log1p(expected / shape)
            row = counted + alone - draws @ (logs + math.log(shape)) - shape * logs.sum(axis=0)
        rows.append(row + math.log(_BELIEF + variation))
    return np.array(rows)


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
