"""Which event is which mark: one to one, as many pairs as there can be, and of those the closest.

On a line an order-preserving pairing is always among the best, in number and in distance. So marks and events are cut
into clusters that no pair can reach across; a cluster of one and one is plain, a small one is solved by dynamic
programming, and a large one by taking from the left the first that is in reach, which gives as many pairs as any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

_MOST_CELLS = 400


def match(reference_ns: Integers, found_ns: Integers, tolerance_ns: int) -> Integers:
    """Pair moments one to one.

    Parameters
    ----------
    reference_ns, found_ns
        Ascending, in ns, int64.
    tolerance_ns
        How far apart a pair may lie, this included.

    Returns
    -------
    ndarray
        int64, shape ``(pairs, 2)``: which of the first, and which of the second; ascending.
    """
    both = np.concatenate([reference_ns, found_ns])
    order = np.argsort(both, kind="stable")
    cuts = np.flatnonzero(np.diff(both[order]) > tolerance_ns) + 1
    is_reference = order < len(reference_ns)
    ends = [*cuts.tolist(), len(both)]
    before = np.concatenate([[0], np.cumsum(is_reference)]).tolist()
    references, found = reference_ns.tolist(), found_ns.tolist()
    pairs: list[tuple[int, int]] = []
    begin = 0
    for end in ends:
        first, last = before[begin], before[end]
        first_found, last_found = begin - first, end - last
        begin = end
        size = (last - first) * (last_found - first_found)
        if size == 0:
            continue
        if size == 1:  # they are neighbours in one cluster
            pairs.append((first, first_found))
            continue
        some, others = references[first:last], found[first_found:last_found]
        solve = _closest if size <= _MOST_CELLS else _from_the_left
        pairs += [(first + one, first_found + other) for one, other in solve(some, others, tolerance_ns)]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _from_the_left(references: list[int], found: list[int], tolerance_ns: int) -> list[tuple[int, int]]:
    pairs = []
    one = other = 0
    while one < len(references) and other < len(found):
        apart = found[other] - references[one]
        if abs(apart) <= tolerance_ns:
            pairs.append((one, other))
            one += 1
            other += 1
        elif apart < 0:
            other += 1
        else:
            one += 1
    return pairs


def _closest(references: list[int], found: list[int], tolerance_ns: int) -> list[tuple[int, int]]:
    """Solve by dynamic programming: most pairs first, least distance then."""
    wide = len(found) + 1
    # Number of pairs (negative) and distance of the best of the first so many of each.
    best = [[(0, 0)] * wide for _ in range(len(references) + 1)]
    for one, reference in enumerate(references):
        row, above = best[one + 1], best[one]
        for other, moment in enumerate(found):
            value = min(above[other + 1], row[other])
            apart = abs(moment - reference)
            if apart <= tolerance_ns:
                count, distance = above[other]
                value = min(value, (count - 1, distance + apart))
            row[other + 1] = value
    pairs = []
    one, other = len(references), len(found)
    while one and other:
        here = best[one][other]
        if here == best[one - 1][other]:
            one -= 1
        elif here == best[one][other - 1]:
            other -= 1
        else:
            one -= 1
            other -= 1
            pairs.append((one, other))
    return pairs[::-1]
