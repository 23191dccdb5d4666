"""Stretches of time as sorted pairs that do not touch: int64, shape ``(k, 2)``, in ns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable

Spans = npt.NDArray[np.int64]


def spans_of(pairs: Iterable[tuple[int, int]]) -> Spans:
    """Join stretches that touch or overlap; empty ones are left out."""
    array = np.array([pair for pair in pairs if pair[1] > pair[0]], np.int64).reshape(-1, 2)
    if not len(array):
        return array
    array = array[np.argsort(array[:, 0], kind="stable")]
    reach = np.maximum.accumulate(array[:, 1])
    begins = np.concatenate([[True], array[1:, 0] > reach[:-1]])
    first = np.flatnonzero(begins)
    last = np.concatenate([first[1:] - 1, [len(array) - 1]])
    return np.stack([array[first, 0], reach[last]], axis=1)


def without(spans: Spans, others: Spans) -> Spans:
    """Return what of some stretches lies in none of the others."""
    if not len(spans) or not len(others):
        return spans
    edges = np.unique(np.concatenate([spans.ravel(), others.ravel()]))
    pieces = np.stack([edges[:-1], edges[1:]], axis=1)
    middles = pieces[:, 0] + (pieces[:, 1] - pieces[:, 0]) // 2
    kept = pieces[holds(spans, middles) & ~holds(others, middles)]
    return spans_of(map(tuple, kept.tolist()))


def both(spans: Spans, others: Spans) -> Spans:
    """Return what lies in both."""
    return without(spans, without(spans, others))


def holds(spans: Spans, moments: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which moments lie in one of the stretches; the end of each is outside."""
    if not len(spans):
        return np.zeros(len(moments), bool)
    at = np.searchsorted(spans[:, 0], moments, side="right") - 1
    return np.asarray((at >= 0) & (moments < spans[np.maximum(at, 0), 1]))


def seconds(spans: Spans) -> float:
    """How long all are together."""
    return float((spans[:, 1] - spans[:, 0]).sum() / NS)
