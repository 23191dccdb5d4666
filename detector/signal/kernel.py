"""The kernel: samples in, finished detections out.

Every sample passes the gate (`gate`); where it opens, a run of activity is followed to its end (`runs`), looked at
with the bank of matched filters and the learnt families (`bank`, `families`), and given a kind (`kinds`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.bank import census
from detector.signal.compiled import compiled
from detector.signal.families import LISTEN_EVERY, listen
from detector.signal.gate import highpass, sense, skip, slide, whiten
from detector.signal.pulse import close_pulse, keep_time
from detector.signal.runs import close, follow
from detector.signal.state import BANK, BLOCK, BLOCKS, CUT, GATES, LANES, ROOM, SPAN
from detector.signal.stretches import recall


@compiled
def run(xyz: Any, state_array: Any, params_array: Any, out: Any) -> tuple[int, int]:
    """Take samples in, hand finished detections out.

    Parameters
    ----------
    xyz
        Acceleration in g, float32, shape ``(n, 3)``, C-contiguous.
    state_array, params_array
        One record each, of dtype `STATE` and `PARAMS`; the state is changed in place.
    out
        Room for detections, dtype `DETECTION`, at least ``2 * ROOM``.

    Returns
    -------
    consumed, found : int
        Samples taken in (fewer than n where `out` is full: call again with the rest) and detections written.
    """
    state = state_array[0]
    params = params_array[0]
    outputs = np.empty((GATES, 3, BLOCK), np.float32)
    squares = np.empty((GATES, BLOCK), np.float32)
    level = np.empty(BLOCK, np.float32)
    bank_outputs = np.empty((GATES, 3, LANES), np.float32)
    bank_squares = np.empty(BANK, np.float32)
    found = 0
    i = 0
    while i < xyz.shape[0] and found + ROOM <= out.shape[0]:
        first = state.index
        if first - state.origin == SPAN:
            slide(state, params)
        if first % BLOCK == 0 and state.blocks_done == BLOCKS:
            is_new = state.settling == 2  # noqa: PLR2004 - see `STATE`
            whiten(state, params)
            if is_new:
                found = recall(state, params, out, found)
            if not state.settling:
                census(state, params, bank_outputs, bank_squares)
            if first % (LISTEN_EVERY * BLOCK) == 0:
                listen(state, params)
            found = keep_time(state, params, first - 1, out, found)
        count = highpass(xyz, i, min(xyz.shape[0] - i, BLOCK - first % BLOCK), state, params)
        if count == 0:
            if state.active:
                found = close(state, params, first - 1, CUT, out, found)
            skip(state)
            i += 1
            continue
        state.index += count
        i += count
        filled = sense(state, params, first, count, outputs, squares, level)
        if filled:
            found = follow(state, params, first, count, squares, level, out, found)
    return i, found


@compiled
def finish(state_array: Any, params_array: Any, out: Any) -> int:
    """Close what is open, and start the filters anew at the next sample: a gap or the end follows.

    Returns
    -------
    int
        Detections written to `out`.
    """
    state = state_array[0]
    params = params_array[0]
    found = 0
    if state.active:
        found = close(state, params, state.index - 1, CUT, out, found)
    found = close_pulse(state, params, state.index - 1, out, found)
    state.restart = 1
    state.thin_count = 0
    for axis in range(3):
        state.thin_sum[axis] = 0.0
    return found


@compiled
def thin(xyz: Any, state_array: Any, factor: int, out: Any) -> int:
    """Average each `factor` samples to one; a rest is kept for the next call.

    Parameters
    ----------
    xyz, out
        Shapes ``(n, 3)`` and ``(n // factor + 1, 3)``, float32.

    Returns
    -------
    int
        Rows of `out` filled.
    """
    state = state_array[0]
    filled = 0
    for i in range(xyz.shape[0]):
        for axis in range(3):
            state.thin_sum[axis] += float(xyz[i, axis])
        state.thin_count += 1
        if state.thin_count == factor:
            for axis in range(3):
                out[filled, axis] = state.thin_sum[axis] / factor
                state.thin_sum[axis] = 0.0
            state.thin_count = 0
            filled += 1
    return filled
