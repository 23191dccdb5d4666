"""A rate and how well so many events pin it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detector.series.dispersed import rate_interval
from detector.series.poisson import poisson_interval

_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per observed hour, with the interval that 95 % of such intervals hold the true rate in.

    That of twitches and trains is made for rates that rise and fall over the night, see `detector.series.dispersed`:
    it covers the mean over all such nights, which one night pins down less well than its own count. Without blocks, as
    for runs of events, it is that of counting alone, for events that come independently of each other.

    Parameters
    ----------
    count
        Events counted.
    per_hour
        Their number per observed hour.
    low_per_hour, high_per_hour
        Ends of the interval.
    """

    count: int
    per_hour: float
    low_per_hour: float
    high_per_hour: float


def rate_per_hour(
    count: int, seconds: float, confidence: float = 0.95, blocks: Sequence[tuple[int, float]] = ()
) -> Rate | None:
    """Rate of so many events in so much observed time.

    Parameters
    ----------
    count
        Events, at least 0.
    seconds
        Observed time in s.
    confidence
        See `poisson_interval`.
    blocks
        The same count and time by stretches; see `detector.series.dispersed.blocks_of`. Empty where that is not known.

    Returns
    -------
    Rate or None
        None where nothing was observed.
    """
    if seconds <= 0:
        return None
    total = sum(length for _, length in blocks)
    if len(blocks) > 1 and total > 0:
        scale = seconds / total  # a minute may lie astride the edge of a block
        low, high = rate_interval([(number, length * scale) for number, length in blocks], confidence)
    else:
        low, high = (end / seconds for end in poisson_interval(count, confidence))
    return Rate(count, count * _HOUR_S / seconds, low * _HOUR_S, high * _HOUR_S)
