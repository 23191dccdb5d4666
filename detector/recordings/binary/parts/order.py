"""Blocks that a device counts and that do not stand in a file as they were recorded: swapped by a copy, or repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Indices = npt.NDArray[np.int64]


def arrange(number: Indices, ns: Indices, content: Indices) -> tuple[Indices, int, int]:
    """Put blocks in the order of their numbers, where their times say the same, and each once.

    Parameters
    ----------
    number
        What the device counts.
    ns
        Their times: of a device that began to count anew, or whose clock was set, they say otherwise.
    content
        A sum of what is in each, so that only copies count as repeated.

    Returns
    -------
    ndarray, int, int
        Which blocks in which order; how many were moved, and how many left out.
    """
    order = np.arange(len(number))
    if not (np.diff(number) <= 0).any():
        return order, 0, 0
    by_number = np.argsort(number, kind="stable")
    back = np.count_nonzero(np.diff(ns) < 0)
    if np.count_nonzero(np.diff(ns[by_number]) < 0) < back:
        order = by_number
    keys = np.stack([number, ns, content], axis=1)[order]
    again = np.zeros(len(order), np.bool_)
    again[1:] = (keys[1:] == keys[:-1]).all(axis=1)
    order = order[~again]
    return order, int(np.count_nonzero(order != np.sort(order))), int(again.sum())


def words(what: str, moved: int, repeated: int) -> list[str]:
    """Tell what was put in order.

    Parameters
    ----------
    what
        What they are called, such as ``block``.
    moved, repeated
        How many.
    """
    notes = []
    if moved:
        notes.append(f"{moved} {what}(s) are not in the order in which they were recorded; they were sorted.")
    if repeated:
        notes.append(f"{repeated} {what}(s) are there twice; of each the first was read.")
    return notes
