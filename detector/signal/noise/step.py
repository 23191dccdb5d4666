"""The sensor's quantisation step, found from the samples, and what it means for the noise floor.

A quiet sensor whose values lie on steps flips between two of them, and a flip is no Gaussian noise: rare, and as large
as the step. By Hoeffding's lemma (J. Amer. Stat. Assoc. 58, 1963) what filters make of flips, however rare, has no
heavier tails than what they make of Gaussian noise with the variance of a flip at its most frequent: a quarter of the
square of the step. The noise floor is never taken to be less than that.

`detector.recordings.step` finds the step of a whole file; this is its twin for samples as they come.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.state import BLOCK, FLAT_ENERGY, HISTORY

FLIP = 0.25
"""Largest variance of a bit that flips."""
STEPS = 1.6
"""A movement of fewer steps of the sensor may be its last bit that flickers."""
LARGEST_G = 0.13
"""No sensor has coarser steps: 8 bits over 32 g."""
ROUNDING = 2.0**-22
"""Error of a difference of two float32 values, scaled by somebody, over the larger."""
FINEST = 16.0
"""A step is at least so many such errors."""
REACH = 16.0
"""Differences of more steps say nothing: an error of the step adds up."""
OFF = 0.08
"""A difference is a multiple of the step to so much of the step."""
FEW = 4
"""Fewer differences do not overthrow a step; those of so many steps still tell it exactly."""
DIVISORS = 4
"""The smallest difference of a block may be so many steps."""
SHARE = (0.9, 0.65)
"""Share of the differences that are multiples: between neighbours; between plateaus, which are never quite clean."""
STILL = 0.5
"""Share of samples that equal the one before them, from which on a difference is worth more."""
STILL_WEIGHT = 8.0
KNOWN = 16.0
"""Hits from which on a step is known."""
MOST = 4096.0
"""Hits that are remembered."""
GROW = 1.02
HASTY, EVERY = 64, 16
"""So many blocks are looked at at first; later each of so many, and where nothing is known yet but samples repeat."""


@compiled
def find_step(state: Any, params: Any) -> None:
    """Look at the block that has just been filled, and renew what follows from the step."""
    block = state.index // BLOCK
    if params.resolution_g > 0.0 or block == 0:
        for axis in range(3):
            state.step_g[axis] = params.resolution_g
    else:
        at = HISTORY + state.index - state.origin - BLOCK
        every = block <= HASTY or block % EVERY == 0
        looked = False
        for axis in range(3):
            if every or (state.step_g[axis] == 0.0 and _still(state.raw[axis], at) > BLOCK // 4):
                state.step_g[axis] = _look(state, axis, at) * params.thinning
                looked = True
        if not looked:
            return
    others = _least_known(state.step_g)
    for axis in range(3):
        step_g = state.step_g[axis] if state.step_g[axis] > 0.0 else others
        state.floor_min[axis] = max(FLIP * step_g * step_g / params.thinning, FLAT_ENERGY)


@compiled
def _least_known(step_g: Any) -> float:
    """The smallest step that is known, 0 where none is: an axis that has not flipped yet is like the others."""
    least = np.inf
    for axis in range(3):
        if step_g[axis] > 0.0:
            least = min(least, np.float64(step_g[axis]))
    return least if least < np.inf else 0.0


@compiled
def is_flicker(state: Any, x: float, y: float, z: float, p2p_g: float) -> bool:
    """Whether a movement along a direction of length 1 is so small that it may be the last bit that flickers."""
    step = state.step_g
    x, y, z = x * step[0], y * step[1], z * step[2]
    return bool(p2p_g < STEPS * np.sqrt(x * x + y * y + z * z))


@compiled
def _still(ring: Any, at: int) -> int:
    """How many samples of a block equal the one before them."""
    count = 0
    for i in range(at + 1, at + BLOCK):
        count += ring[i] == ring[i - 1]
    return count


@compiled
def _look(state: Any, axis: int, at: int) -> float:
    """Weigh the differences of one block of one axis; gives the step, 0 where none is known."""
    ring = state.raw[axis]
    between = np.empty(BLOCK)
    largest = 0.0
    for i in range(BLOCK - 1):
        value, after = np.float64(ring[at + i]), np.float64(ring[at + i + 1])
        between[i] = abs(after - value)
        largest = max(largest, abs(value))
    error = ROUNDING * largest
    plateaus = np.empty(BLOCK)
    level, levels, still, changes = 0.0, 0, 0, 0
    for i in range(BLOCK - 1):
        if between[i] <= error:
            still += 1
            if i > 0 and between[i - 1] <= error:
                value = np.float64(ring[at + i])
                if levels > 0 and abs(value - level) > error:
                    plateaus[changes] = abs(value - level)
                    changes += 1
                level = value
                levels += 1
    n = 0
    for i in range(BLOCK - 1):
        if error < between[i] <= LARGEST_G:
            between[n] = between[i]
            n += 1
    weight = STILL_WEIGHT if still >= STILL * BLOCK else 1.0
    _weigh(state, axis, 0, between[:n], error, weight)
    if still >= STILL * BLOCK:
        _weigh(state, axis, 1, plateaus[:changes], error, weight)
    return max(_known(state, axis, 0), _known(state, axis, 1))


@compiled
def _known(state: Any, axis: int, kind: int) -> float:
    """The smallest difference that recurs, as a multiple of the unit; 0 where too little has been seen."""
    if state.step_hits[axis, kind] < KNOWN:
        return 0.0
    unit = state.step_unit[axis, kind]
    return np.float64(unit * max(np.rint(state.step_least[axis, kind] / unit), 1.0))


@compiled
def _weigh(state: Any, axis: int, kind: int, between: Any, error: float, weight: float) -> None:
    """Take differences into what is known of the step."""
    unit = state.step_unit[axis, kind]
    share = SHARE[kind]
    if unit > 0.0:
        hits, judged, least = _multiples(between, unit, kind)
        if judged >= FEW and hits < share * judged:
            other = _propose(between, error, kind)
            if 0.0 < other < unit:  # a finer one explains them
                state.step_unit[axis, kind] = unit = other
                state.step_hits[axis, kind] = state.step_misses[axis, kind] = 0.0
                hits, judged, least = _multiples(between, unit, kind)
                state.step_least[axis, kind] = least
    else:
        unit = _propose(between, error, kind)
        if unit == 0.0:
            return
        hits, judged, least = _multiples(between, unit, kind)
        state.step_unit[axis, kind] = unit
        state.step_least[axis, kind] = least
        state.step_hits[axis, kind] = state.step_misses[axis, kind] = 0.0
    if hits > 0:
        state.step_least[axis, kind] = min(least, GROW * state.step_least[axis, kind])
    state.step_hits[axis, kind] += weight * hits
    state.step_misses[axis, kind] += weight * (judged - hits)
    total = state.step_hits[axis, kind] + state.step_misses[axis, kind]
    if state.step_hits[axis, kind] < share * total - weight:
        state.step_unit[axis, kind] = state.step_hits[axis, kind] = state.step_misses[axis, kind] = 0.0
    elif total > MOST:
        state.step_hits[axis, kind] *= 0.5
        state.step_misses[axis, kind] *= 0.5


@compiled
def _propose(between: Any, error: float, kind: int) -> float:
    """Find the step that explains a block's differences, 0 where there is none.

    It is the smallest difference between neighbours or a fraction of it; between plateaus the most common one.
    """
    n = between.shape[0]
    if n == 0:
        return 0.0
    first = np.float64(np.sort(between)[n // 2]) if kind == 1 else np.float64(np.min(between))
    for divisor in range(1, DIVISORS + 1):
        unit = first / divisor
        if unit < FINEST * error:
            return 0.0
        hits, judged, _ = _multiples(between, unit, kind)
        if hits >= SHARE[kind] * judged:
            return _refine(between, unit)
    return 0.0


@compiled
def _multiples(between: Any, unit: float, kind: int) -> tuple[int, int, float]:
    """How many differences are whole multiples of a step, of how many that can be judged; the smallest of those."""
    hits, judged, least = 0, 0, np.inf
    for v in between:
        ratio = v / unit
        if ratio > REACH + 0.5 or (kind == 1 and ratio < OFF):
            continue
        judged += 1
        whole = np.rint(ratio)
        if whole >= 1.0 and abs(ratio - whole) <= OFF:
            hits += 1
            least = min(least, v)
    return hits, judged, least


@compiled
def _refine(between: Any, unit: float) -> float:
    """Fit the step to the differences that are a few of it."""
    above, below = 0.0, 0.0
    for v in between:
        whole = np.rint(v / unit)
        if 1.0 <= whole <= FEW and abs(v / unit - whole) <= OFF:
            above += whole * v
            below += whole * whole
    return above / below if below > 0.0 else unit
