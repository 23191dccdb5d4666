"""Two rates beside each other, both of which rise and fall over the night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detector.series.dispersed import posterior_of
from detector.series.rates import Rate, rate_per_hour

LEAST_EVENTS = 3
"""Of fewer together nothing is told of their ratio."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Two rates, and the one over the other.

    Parameters
    ----------
    one, other
        Events per hour, each of its own time, with their 95 % intervals.
    ratio
        The one over the other; None where the other is 0, or both are so few that nothing can be told.
    low, high
        Its 95 % interval; `high` is None where there is no upper end, and both where nothing can be told.
    """

    one: Rate
    other: Rate
    ratio: float | None
    low: float | None
    high: float | None


def beside(
    one: Sequence[tuple[int, float]], other: Sequence[tuple[int, float]], confidence: float = 0.95
) -> Beside | None:
    """Hold two rates beside each other, each given as the count and the observed seconds of its stretches.

    The interval is that of the two posteriors of `detector.series.dispersed`, taken to be independent: where spells
    come to both at once it is wider than need be.

    Returns
    -------
    Beside or None
        None where there is no time of one of them.
    """
    blocks = [[(count, seconds) for count, seconds in each if seconds > 0] for each in (one, other)]
    rates = [rate_per_hour(sum(c for c, _ in each), sum(s for _, s in each), blocks=each) for each in blocks]
    if rates[0] is None or rates[1] is None:
        return None
    if rates[0].count + rates[1].count < LEAST_EVENTS:
        return Beside(rates[0], rates[1], None, None, None)
    (upper, upper_weights), (lower, lower_weights) = map(posterior_of, blocks)
    logs = np.subtract.outer(np.log(upper), np.log(lower)).ravel()
    weights = np.multiply.outer(upper_weights, lower_weights).ravel()
    order = np.argsort(logs)
    below = np.cumsum(weights[order]) - weights[order] / 2
    tail = (1 - confidence) / 2
    low, high = np.exp(np.interp([tail, 1 - tail], below, logs[order])).tolist()
    return Beside(
        rates[0],
        rates[1],
        rates[0].per_hour / rates[1].per_hour if rates[1].count else None,
        low if rates[0].count else 0.0,
        high if rates[1].count else None,
    )
