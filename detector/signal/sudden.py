"""Whether a movement begins suddenly: at once as strong as it gets, by a quick first swing, out of rest.

A rise time tells little: the acceleration of a smooth movement of half a second rises as fast as that of a spasm, and
the envelope of what goes on for longer has its peak anywhere. Three measures together tell more: how strong the first
movement is, compared with the whole; how quick it is; and how still it was before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.state import HISTORY

QUICK_S, EARLY_S, START_S = 0.15, 0.3, 0.4
"""The first swing's frequency is taken from so much; its strength from so much; its largest sample from so much."""
BEFORE_S, MARGIN_S, LEAST_S = 1.0, 0.05, 0.5
"""It was still for so long before, up to so much before the onset; a shorter look at that says nothing."""
STILL = 0.1
"""What was so much smaller than the movement's beginning was stillness."""
EARLY, QUICK, BEFORE, LEVEL = 2.59, 2.05, -2.86, 10.54
"""Weights of the logarithms of the early strength, the frequency in Hz and the unrest before, and the sum from which on
a movement is sudden: a logistic regression on simulated spasms, simulated turns, and the changes of posture of two
people, none of whom any benchmark uses."""


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
    run.early = run.early_hz = 0.0
    if before - oldest < LEAST_S * rate_hz or last <= first:
        return
    offset = HISTORY - state.origin
    moved = state.moved
    quiet = 0.0
    for at in range(oldest + offset, before + offset):
        quiet += _energy(moved, at)
    n_quick, n_early = int(np.rint(QUICK_S * rate_hz)), int(np.rint(EARLY_S * rate_hz))
    count = min(int(np.rint(START_S * rate_hz)), last + 1 - first)
    largest = swing = bend = 0.0
    for i in range(count):
        at = first + offset + i
        e = _energy(moved, at)
        largest = max(largest, e)
        if i < n_early:
            run.early += e
        if i < min(n_quick, count - 1):
            swing += e
            for axis in range(3):
                bend += (np.float64(moved[axis, at + 1]) - np.float64(moved[axis, at])) ** 2
    run.early -= run.noise * min(n_early, count)
    n = min(n_quick, count - 1)
    bend = max(bend - 2.0 * run.noise * n, 0.0)  # white noise's differences have twice its energy
    swing = max(swing - run.noise * n, 0.25 * swing)
    if swing > 0.0 and largest > 0.0:
        run.early_hz = np.arcsin(min(0.5 * np.sqrt(bend / swing), 1.0)) / np.pi * rate_hz
        run.unrest = np.sqrt(quiet / (before - oldest) / largest)


@compiled
def is_sudden(state: Any, params: Any) -> bool:
    """Whether the run, whose energy has been added up, began suddenly."""
    run = state.run
    span = run.last_busy + 1 - run.first_busy
    if run.started != run.first_busy or span < START_S * params.rate_hz:
        look_at_start(state, params, run.last_busy)
    count = run.added - run.first_busy
    total = max(run.total - run.noise * count, run.early)
    if not (run.early > 0.0 and run.early_hz > 0.0 and run.unrest < np.inf):
        return False
    n_early = min(int(np.rint(EARLY_S * params.rate_hz)), max(span, 1))
    early = run.early / n_early / (total / max(count, n_early))
    level = EARLY * np.log(early) + QUICK * np.log(run.early_hz) + BEFORE * np.log(max(run.unrest, STILL))
    return bool(level > LEVEL)


@compiled
def _energy(moved: Any, at: int) -> float:
    """Squared length of a sample."""
    x, y, z = np.float64(moved[0, at]), np.float64(moved[1, at]), np.float64(moved[2, at])
    return x * x + y * y + z * z
