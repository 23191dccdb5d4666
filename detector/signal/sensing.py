"""The gate's filters over the samples, whitened by the noise there is: of the sensor, or of what is left of a beat."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.gate import filter_piece, listen_to_noise, square
from detector.signal.pulse.learn import gather
from detector.signal.pulse.phases import phases_of, squares_by_phase
from detector.signal.state import BLOCK, BLOCKS, GATES


@compiled
def sense(state: Any, params: Any, first: int, count: int, u: Any, r2: Any, level: Any) -> bool:
    """Run the gate's filters over the samples with indices `first` to ``first + count - 1``.

    Parameters
    ----------
    u, r2, level
        Filled with each filter's output, shape ``(GATES, 3, BLOCK)``; its whitened square, ``(GATES, BLOCK)``,
        chi-square with three degrees of freedom in noise; and the largest square that is complete at each sample,
        ``(BLOCK,)``.

    Returns
    -------
    bool
        Whether `level` has been filled: not where the gate stays shut and no event goes on.
    """
    over = 0
    pulse = state.pulse
    phases = np.empty(BLOCK, np.int64)
    follows = pulse.covered_from < first + count and first < pulse.covered_to
    for g in range(GATES):
        begin, n = filter_piece(state, params, g, first, count, u[g])
        if n == 0:
            continue
        opened = square(u[g], state.floor_whitening[g], r2[g], n, params.gate)
        listen_to_noise(state, params, g, begin, n, u[g], r2[g])
        if follows:
            phases_of(state, params, g, begin, n, phases)
            gather(state, g, phases[:n], u[g])
            opened = squares_by_phase(state, params, g, phases[:n], u[g], r2[g])
        over += opened
    if state.blocks_done < BLOCKS or (over == 0 and not state.active):
        return False
    for i in range(count):
        level[i] = 0.0
    for g in range(GATES):
        factor = params.factor[g]
        begin = first // factor
        for c in range((first + count) // factor - begin):
            t = (begin + c + 1) * factor - 1
            if t >= state.ready:
                level[t - first] = max(level[t - first], r2[g, c])
    return True
