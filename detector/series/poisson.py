"""The exact interval of a count."""

from __future__ import annotations

import math
from collections.abc import Callable

_STEPS = 100
_PRECISION = 1e-13


def poisson_interval(count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact central interval for the mean of a Poisson count.

    The ends are the means at which a count of this size or larger, and of this size or smaller, has half of the
    probability left over (F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28:437-442, 1936):
    halves of the chi-square quantiles with ``2 count`` and ``2 count + 2`` degrees of freedom. Both are solved for
    by Newton's method on the logarithm of the tail. That logarithm is concave, so after one step the iteration
    comes nearer from one side only; the tail is summed from its largest term on.

    Parameters
    ----------
    count
        What was counted, at least 0.
    confidence
        Between 0 and 1.

    Returns
    -------
    low, high
        Means; relative accuracy 1e-11, as the tests hold against ``scipy.stats.chi2``.

    Raises
    ------
    ValueError
        Where the count is negative or the confidence not between 0 and 1.
    """
    if count < 0:
        raise ValueError(f"a count is at least 0, got {count}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    wanted = math.log((1 - confidence) / 2)
    spread = math.sqrt(count + 1)
    low = 0.0 if count == 0 else _solve(_log_upper_tail, count, wanted, max(count - spread, count / 2))
    return low, _solve(_log_lower_tail, count, wanted, count + spread)


def _solve(log_tail: Callable[[int, float], tuple[float, float]], count: int, wanted: float, mean: float) -> float:
    for _ in range(_STEPS):
        value, slope = log_tail(count, mean)
        following = max(mean - (value - wanted) / slope, mean / 4)  # a mean is positive
        if abs(following - mean) <= _PRECISION * mean:
            return following
        mean = following
    return mean


def _log_lower_tail(count: int, mean: float) -> tuple[float, float]:
    """Logarithm of P(at most `count`), and its derivative by the mean."""
    total = term = 1.0
    for k in range(count, 0, -1):
        term *= k / mean
        total += term
        if term < total * _PRECISION and k < mean:
            break
    return _log_probability(count, mean) + math.log(total), -1 / total


def _log_upper_tail(count: int, mean: float) -> tuple[float, float]:
    """Logarithm of P(at least `count`), and its derivative by the mean."""
    total = term = 1.0
    k = count
    while term >= total * _PRECISION or k < mean:
        k += 1
        term *= mean / k
        total += term
    return _log_probability(count, mean) + math.log(total), count / (mean * total)


def _log_probability(count: int, mean: float) -> float:
    return count * math.log(mean) - mean - math.lgamma(count + 1)
