"""The best chain of beats through a row of scores, by dynamic programming.

As in D. P. W. Ellis, Beat tracking by dynamic programming, J. New Music Research 36, 2007: the value of a beat is its
own score and that of the best chain that ends one interval before, less a penalty for an interval that is not the usual
one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled

_LOGARITHMS = np.log(np.maximum(np.arange(1024), 1.0))
"""Of all intervals there are: the longest is some 200 samples of the stream."""


@compiled
def penalties(interval: float, weight: float, low: float, high: float) -> tuple[Any, int]:
    """Penalty of each interval between `low` and `high` times the usual one; and the first of them."""
    first = max(int(low * interval), 1)
    last = min(int(high * interval) + 1, len(_LOGARITHMS) - 1)
    table = np.empty(last - first + 1)
    usual = np.log(interval)
    for i in range(last - first + 1):
        off = _LOGARITHMS[first + i] - usual
        table[i] = weight * off * off
    return table, first


@compiled
def best_chain(scores: Any, begin: int, end: int, interval: float, weight: float, width: float, beats: Any) -> int:
    """Find the best chain through ``scores[begin:end]``, from one end to the other.

    Parameters
    ----------
    interval, weight, width
        The usual interval; the penalty's weight; intervals differ from the usual one by at most this share.
    beats
        Filled with places, in order.

    Returns
    -------
    int
        How many there are; the first ones are left out where `beats` is too short.
    """
    table, first = penalties(interval, weight, 1.0 - width, 1.0 + width)
    last = first + len(table) - 1
    value = np.empty(end - begin)
    for t in range(min(last, end - begin)):
        value[t] = scores[begin + t]
    # Beats less than the shortest interval apart do not wait for each other: the compiler does several at once.
    for t in range(last, end - begin, first):
        size = min(first, end - begin - t)
        best_value = value[t : t + size]
        best_value[:] = -1e30
        for d in range(first, last + 1):
            before, penalty = value[t - d : t - d + size], table[d - first]
            for k in range(size):
                best_value[k] = max(best_value[k], before[k] - penalty)
        for k in range(size):
            best_value[k] += scores[begin + t + k]
    at, best = -1, -1e30
    for t in range(max(end - begin - last, 0), end - begin):
        if value[t] > best:
            best, at = value[t], t
    count = 0
    while at >= 0 and count < len(beats):
        beats[count] = begin + at
        count += 1
        at = _beat_before(value, at, table, first)
    for i in range(count // 2):
        beats[i], beats[count - 1 - i] = beats[count - 1 - i], beats[i]
    return count


@compiled
def _beat_before(value: Any, at: int, table: Any, first: int) -> int:
    """Place of the beat before the one at `at` in the best chain; -1 where there is none."""
    if at < first + len(table) - 1:
        return -1
    best, before = -1e30, -1
    for i in range(len(table)):
        v = value[at - first - i] - table[i]
        if v > best:
            best, before = v, at - first - i
    return before
