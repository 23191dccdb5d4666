"""Whether a movement begins suddenly: out of rest, at once, along one way, and as strongly and sharply as it gets.

A rise time tells little: the acceleration of a smooth movement of half a second rises as fast as that of a spasm, and
the envelope of what goes on for longer has its peak anywhere. Eight measures together tell more. Three are of how
strong the beginning is beside the rest; one of whether the sharpest bend lies in it; one of whether it goes along one
line, as a limb that is thrown does and one that is moved at will, or a bed, does not; the others are its rise, how
quick the whole is, and how still it was before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.describe import principal_share
from detector.signal.state import HISTORY

SHARP_S, EARLY_S, START_S = 0.15, 0.3, 0.4
"""The sharpest bend is looked for in the first so much; the early strength and its way are of so much; the start's mean
energy and its largest sample are of so much."""
BEFORE_S, MARGIN_S, LEAST_S = 1.0, 0.05, 0.5
"""It was still for so long before, up to so much before the onset; a shorter look at that says nothing."""
RISEN = 0.1
"""A movement rises from this share of its largest sample, along the direction of that."""
UNREST, EARLY, SHARP, ONE_WAY, QUICK, CENTRE, LATE, RISE = -2.71, 1.58, 2.03, 20.3, 3.81, -8.98, 0.71, -0.83
LEVEL = 28.51
"""Weights of the measures, and the sum from which on a movement is sudden: a logistic regression on two families of
simulated spasms and turns, and the changes of posture of two people, none of whom any benchmark uses."""
STILL, WEAK, SMOOTH, SLOW_HZ, OVER, BRIEF_S = 0.1, 0.02, 0.03, 0.5, 0.003, 0.01
MANY, FAST_HZ, MORE, LONG_S = 50.0, 30.0, 20.0, 0.4
"""Bounds of the measures: beyond them they say nothing more."""


@compiled
def look_at_start(state: Any, params: Any, last: int) -> None:
    """Measure the beginning of the run, whose samples up to `last` are its own."""
    run = state.run
    first = run.first_busy
    run.started = first
    rate_hz = params.rate_hz
    before = first - int(np.rint(MARGIN_S * rate_hz))
    oldest = max(before - int(np.rint(BEFORE_S * rate_hz)), state.segment)
    run.unrest = np.inf
    run.early = run.start = run.start_sharp = run.start_share = run.rise = 0.0
    if before - oldest < LEAST_S * rate_hz or last <= first:
        return
    offset = HISTORY - state.origin
    moved = state.moved
    quiet = 0.0
    for at in range(oldest + offset, before + offset):
        quiet += squared_length(moved, at)
    n_early = int(np.rint(EARLY_S * rate_hz))
    count = min(int(np.rint(START_S * rate_hz)), last + 1 - first)
    largest = 0.0
    peak = 0
    second = np.zeros(6)
    for i in range(count):
        at = first + offset + i
        x, y, z = np.float64(moved[0, at]), np.float64(moved[1, at]), np.float64(moved[2, at])
        e = x * x + y * y + z * z
        run.start += e
        if e > largest:
            largest, peak = e, i
        if i < n_early:
            run.early += e
            second[0] += x * x
            second[1] += x * y
            second[2] += x * z
            second[3] += y * y
            second[4] += y * z
            second[5] += z * z
        if i < int(np.rint(SHARP_S * rate_hz)) + 2:
            run.start_sharp = max(run.start_sharp, sharpness(moved, at))
    if not largest > 0.0:
        return
    run.start -= run.noise * count
    run.early -= run.noise * min(n_early, count)
    for k in (0, 3, 5):
        second[k] = max(second[k] - run.noise * min(n_early, count) / 3.0, 0.0)
    run.start_share = min(principal_share(second), 1.0)
    run.unrest = np.sqrt(quiet / (before - oldest) / largest)
    top = first + offset + peak
    at = top
    while at > first + offset and _product(moved, at, top) > RISEN * largest:
        at -= 1
    run.rise = (top - at) / rate_hz


@compiled
def is_sudden(state: Any, params: Any) -> bool:
    """Whether the run, whose energy has been added up, began suddenly."""
    run = state.run
    rate_hz = params.rate_hz
    span = run.last_busy + 1 - run.first_busy
    if run.started != run.first_busy or span < START_S * rate_hz:
        look_at_start(state, params, run.last_busy)
    count = max(run.added - run.first_busy, 1)
    total = run.total - run.noise * count
    if not (run.early > 0.0 and run.start > 0.0 and run.unrest < np.inf and run.over > 0.0 and total > 0.0):
        return False
    n_early = min(int(np.rint(EARLY_S * rate_hz)), max(span, 1))
    n_start = min(int(np.rint(START_S * rate_hz)), max(span, 1))
    bend = max(run.bend - 2.0 * run.noise * count, 0.05 * run.bend)  # white noise's differences have twice its energy
    whole_hz = np.arcsin(min(0.5 * np.sqrt(bend / total), 1.0)) / np.pi * rate_hz
    late = max(total - run.start, 0.0) / max(count - n_start, 1) / (run.start / n_start)
    sharp = np.sqrt(run.start_sharp / max(run.start_sharp, run.sharpest, 1e-30))
    level = (
        UNREST * _log(run.unrest, STILL, 1.0)
        + EARLY * _log(run.early / n_early / (total / count), WEAK, MANY)
        + SHARP * _log(sharp, SMOOTH, 1.0)
        + ONE_WAY * run.start_share
        + QUICK * _log(whole_hz, SLOW_HZ, FAST_HZ)
        + CENTRE * (run.over_moment / run.over / count)
        + LATE * _log(late if count > n_start + 3 else 0.0, OVER, MORE)
        + RISE * _log(run.rise, BRIEF_S, LONG_S)
    )
    return bool(level > LEVEL)


@compiled
def sharpness(moved: Any, at: int) -> float:
    """Squared length of the second difference that ends with a sample."""
    total = 0.0
    for axis in range(3):
        v = np.float64(moved[axis, at]) - 2.0 * np.float64(moved[axis, at - 1]) + np.float64(moved[axis, at - 2])
        total += v * v
    return total


@compiled
def _log(value: float, low: float, high: float) -> float:
    """Logarithm of what is kept within bounds."""
    return np.float64(np.log(min(max(value, low), high)))


@compiled
def _product(moved: Any, at: int, other: int) -> float:
    """Scalar product of two samples."""
    total = 0.0
    for axis in range(3):
        total += np.float64(moved[axis, at]) * np.float64(moved[axis, other])
    return total


@compiled
def squared_length(moved: Any, at: int) -> float:
    """Squared length of a sample."""
    return _product(moved, at, at)
