"""How far two who mark the same night agree, second by second, and how far their rates differ.

Where events are rare, nearly every second holds none of either, and Cohen's kappa is low although both say the same
nearly always. So it never stands alone: positive agreement says how much of what one marks the other does, and Gwet's
AC1 (Gwet 2008, Br J Math Stat Psychol 61:29) is robust to how rare events are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.scoring.spans import Spans, holds
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

BIN_NS = NS
RATE_BIN_S = 300
_LEAST_OBSERVED = 0.5


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement on bins of a second.

    Parameters
    ----------
    bins
        Seconds that both have seen.
    both, only_reference, only_found
        Seconds with an event of both, or of one alone.
    positive
        Seconds marked by both over the mean of those marked by each; None where nobody marked any.
    kappa
        Cohen's.
    ac1
        Gwet's AC1.
    """

    bins: int
    both: int
    only_reference: int
    only_found: int
    positive: float | None
    kappa: float | None
    ac1: float | None


@dataclass(frozen=True, slots=True)
class RateBias:
    """Events less marks, in each five minutes.

    Parameters
    ----------
    bins
        Five minutes that were observed for the most part.
    mean, low, high
        Events more than marks per 5 min, and the limits within which 95 % of the differences lie (Bland and Altman
        1986); None with fewer than two bins.
    """

    bins: int
    mean: float | None
    low: float | None
    high: float | None


def agreement(reference: tuple[Integers, Integers], found: tuple[Integers, Integers], observed: Spans) -> Agreement:
    """Compare onsets and ends (ns) of two in the time observed."""
    if not len(observed):
        return Agreement(0, 0, 0, 0, None, None, None)
    start_ns = int(observed[0, 0])
    count = int((observed[-1, 1] - start_ns) // BIN_NS)
    seen = holds(observed, start_ns + np.arange(count) * BIN_NS + BIN_NS // 2)
    one, other = (_taken(each, start_ns, count)[seen] for each in (reference, found))
    a, b, c = int((one & other).sum()), int((one & ~other).sum()), int((~one & other).sum())
    n = int(seen.sum())
    marked = 2 * a + b + c
    kappa = ac1 = None
    if n:
        same = (n - b - c) / n
        p, q = (a + b) / n, (a + c) / n
        by_chance = p * q + (1 - p) * (1 - q)
        kappa = (same - by_chance) / (1 - by_chance) if by_chance < 1 else None
        mean = (p + q) / 2
        ac1 = (same - 2 * mean * (1 - mean)) / (1 - 2 * mean * (1 - mean))
    return Agreement(n, a, b, c, 2 * a / marked if marked else None, kappa, ac1)


def _taken(spans: tuple[Integers, Integers], start_ns: int, count: int) -> npt.NDArray[np.bool_]:
    first = np.clip((spans[0] - start_ns) // BIN_NS, 0, count)
    last = np.clip((np.maximum(spans[1] - 1, spans[0]) - start_ns) // BIN_NS + 1, 0, count)
    edges = np.zeros(count + 1, np.int64)
    np.add.at(edges, first, 1)
    np.add.at(edges, last, -1)
    return np.asarray(np.cumsum(edges)[:-1] > 0)


def rate_bias(reference_ns: Integers, found_ns: Integers, observed: Spans) -> RateBias:
    """Compare how many fall into each five minutes of which most was observed."""
    if not len(observed):
        return RateBias(0, None, None, None)
    start_ns = int(observed[0, 0])
    width = RATE_BIN_S * NS
    count = int((observed[-1, 1] - start_ns) // width)
    edges = start_ns + np.arange(count + 1) * width
    seen_ns = np.zeros(count)
    for begin, end in observed.tolist():
        seen_ns += np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin), 0, None)
    enough = seen_ns >= _LEAST_OBSERVED * width
    apart = (np.histogram(found_ns, edges)[0] - np.histogram(reference_ns, edges)[0])[enough] if count else np.empty(0)
    if len(apart) < 2:  # noqa: PLR2004 - one says nothing of a spread
        return RateBias(len(apart), None, None, None)
    mean, half = float(apart.mean()), 1.96 * float(apart.std(ddof=1))
    return RateBias(len(apart), mean, mean - half, mean + half)
