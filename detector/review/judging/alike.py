"""What snippets look like, in a few numbers, and an order in which neighbours look alike.

The numbers are the first cosines of the stretch around the onset, axis by axis, without the two slowest, which are
gravity and breathing; scaled to length 1, so that two events are as alike as their product says. They depend on one
event alone: those of different nights can be held against one another.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from detector.summary.snippets import BEFORE_S, MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.summary.snippets import Snippets

POINTS = 64
COSINES = 24
SLOWEST = 2
FEATURES = 3 * (COSINES - SLOWEST)
_FROM_S, _TO_S = -0.15, 0.5
_ONE = 127
_MOST_AT_ONCE = 1000
"""A chain of neighbours looks at all the others each time: more are halved first, by what sets them apart most."""
_FEW = 200
"""Events that are described at once, for the sake of memory."""


def features(snippets: Snippets) -> npt.NDArray[np.int8]:
    """Describe what each event looks like.

    Returns
    -------
    ndarray
        int8, shape ``(events, FEATURES)``; the square root of the sum of squares is 127 or so, or 0 of what is flat.
    """
    found = np.zeros((len(snippets.count), FEATURES), np.int8)
    kinds = np.stack([snippets.count.astype(np.float64), snippets.step_s.astype(np.float64)], axis=1)
    first = snippets.first
    for kind in np.unique(kinds, axis=0):
        count = int(kind[0])
        if not count:
            continue
        every = np.flatnonzero((kinds == kind).all(axis=1))
        looked_at = np.concatenate([axis * count + _looked_at(count, float(kind[1])) for axis in range(3)])
        for mine in np.split(every, range(_FEW, len(every), _FEW)):
            waves = snippets.values[first[mine][:, None] + looked_at].reshape(-1, 3, POINTS).astype(np.float32)
            waves[waves == MISSING] = 0
            waves -= waves.mean(axis=2, keepdims=True)
            told = (waves @ _cosines()).reshape(len(mine), -1)
            length = np.sqrt((told**2).sum(axis=1, keepdims=True))
            found[mine] = np.rint(_ONE * told / np.maximum(length, 1e-9))
    return found


def _looked_at(count: int, step_s: float) -> npt.NDArray[np.int64]:
    """Which points of a snippet are looked at: those around the onset, or of a long event all."""
    if count * step_s > BEFORE_S + 2 * _TO_S + 0.5:
        return np.linspace(0, count - 1, POINTS).round().astype(np.int64)
    at_s = BEFORE_S + np.linspace(_FROM_S, _TO_S, POINTS)
    return np.clip((at_s / step_s).round().astype(np.int64), 0, count - 1)


@cache
def _cosines() -> npt.NDArray[np.float32]:
    """The cosines, tapered at both ends, shape ``(POINTS, COSINES - SLOWEST)``."""
    at = (np.arange(POINTS) + 0.5) / POINTS
    taper = np.minimum(1.0, np.minimum(at, 1 - at) * 6)
    waves = np.cos(np.pi * at[:, None] * np.arange(SLOWEST, COSINES)) * taper[:, None]
    return np.asarray(waves, np.float32)


def ranks(looks: npt.NDArray[np.int8], groups: Sequence[object]) -> npt.NDArray[np.int32]:
    """Number the events so that, in the order of their numbers, neighbours of one group look alike.

    Parameters
    ----------
    looks
        As of `features`.
    groups
        What each event belongs to; only within a group is a number compared with another.
    """
    rank = np.zeros(len(looks), np.int32)
    members: dict[object, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    for indices in members.values():
        mine = np.array(indices)
        rank[mine[_chain(looks[mine])]] = np.arange(len(mine))
    return rank


def _chain(looks: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """Order rows so that each is followed by the one most like it of those that are left."""
    many = len(looks)
    if many < 3:  # noqa: PLR2004 - nothing to order
        return np.arange(many)
    if many > _MOST_AT_ONCE:
        order = np.argsort(_along(_unit(looks)), kind="stable")
        halves = order[: many // 2], order[many // 2 :]
        return np.concatenate([half[_chain(looks[half])] for half in halves])
    unit = _unit(looks)
    left = np.ones(many, bool)
    here = int(np.argmin(_along(unit)))
    chain = [here]
    left[here] = False
    for _ in range(many - 1):
        like = unit @ unit[here]
        like[~left] = -np.inf
        here = int(np.argmax(like))
        left[here] = False
        chain.append(here)
    return np.array(chain)


def _unit(looks: npt.NDArray[np.int8]) -> npt.NDArray[np.float32]:
    return np.asarray(looks / np.float32(_ONE), np.float32)


def _along(unit: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return how far rows lie along what they differ in most."""
    return np.asarray(unit @ _main_axis(unit), np.float32)


def _main_axis(unit: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return along what the rows differ most, nearly: any line that tells them apart will do."""
    mean = unit.mean(axis=0)
    spread = unit.T @ unit - len(unit) * np.outer(mean, mean)
    axis = np.asarray(spread[:, int(np.argmax(np.diag(spread)))], np.float32)
    for _ in range(20):
        along = spread @ axis
        axis = np.asarray(along / max(float(np.sqrt(along @ along)), 1e-12), np.float32)
    return axis
