"""The kernel: samples in, finished detections out.

Samples are high-passed as they come. Every one passes the gate (`sensing`), at once where no heart beat is about, else
as soon as its beat is known (`pulse`); where the gate opens, a run of activity is followed to its end (`runs`), looked
at with the bank of matched filters and the learnt families (`bank`, `families`), and given a kind (`kinds`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled, entry
from detector.signal.gate import highpass, skip, slide, whiten
from detector.signal.matched.bank import census
from detector.signal.matched.families import LISTEN_EVERY, listen
from detector.signal.movement.held import let_all_go, queue, release, release_late
from detector.signal.movement.stretches import recall
from detector.signal.noise.step import find_step
from detector.signal.pulse.gaps import bridge, let_go
from detector.signal.pulse.stream import feed
from detector.signal.pulse.timekeeper import keep_time, reach, tell
from detector.signal.runs import close, follow
from detector.signal.sensing import sense
from detector.signal.state import BANK, BLOCK, BLOCKS, CUT, GATES, LANES, ROOM, SPAN, STRETCHES


@entry
def run(  # noqa: PLR0915 - one kernel for everything, see below
    xyz: Any, state_array: Any, params_array: Any, gap_s: float, out: Any
) -> tuple[int, int, bool]:
    """Take samples in, hand finished detections out; close what is open where a gap or the end follows.

    One kernel for both: another one would be compiled and loaded with nearly all of this one in it again.

    Parameters
    ----------
    xyz
        Acceleration in g, float32, shape ``(n, 3)``, C-contiguous.
    state_array, params_array
        One record each, of dtype `STATE` and `PARAMS`; the state is changed in place.
    gap_s
        Length of the gap that follows, 0 at the end; less than 0 where more samples follow. Else `xyz` must be empty.
    out
        Room for detections, dtype `DETECTION`, at least ``2 * ROOM``.

    Returns
    -------
    consumed, found : int
        Samples taken in and detections written.
    done : bool
        Whether all is done; else `out` is full, and the call is to be made again with the rest, even if there is none.
    """
    state = state_array[0]
    params = params_array[0]
    outputs = np.empty((GATES, 3, BLOCK), np.float32)
    squares = np.empty((GATES, BLOCK), np.float32)
    level = np.empty(BLOCK, np.float32)
    bank_outputs = np.empty((GATES, 3, LANES), np.float32)
    bank_squares = np.empty(BANK, np.float32)
    found = 0
    if gap_s >= 0.0:
        found = queue(state, out, 0, let_go(state, params, out, found))
        state.reach = state.index
    i = 0
    while found + ROOM <= out.shape[0]:
        if state.sensed < state.reach:
            found = _pass_gate(state, params, outputs, squares, level, bank_outputs, bank_squares, out, found)
            continue
        # The pulse is looked after at samples that do not depend on how many come at a time, when the gate has passed
        # all that it might until then.
        if state.ticked < state.index and state.index >= state.calm_to and state.index % params.tick == 0:
            state.ticked = state.index
            before = found
            found = queue(state, out, before, keep_time(state, params, out, found))
            found = release_late(state, params, out, found)
            state.reach = reach(state)
            continue
        if i >= xyz.shape[0]:
            break
        first = state.index
        if first - state.origin == SPAN:
            slide(state, params)
        if first % BLOCK == 0:
            find_step(state, params)
        most = min(BLOCK - first % BLOCK, max(state.calm_to - first, params.tick - first % params.tick))
        count = highpass(xyz, i, min(xyz.shape[0] - i, most), state, params)
        if count == 0:
            if state.sensed < first:
                before = found
                found = queue(state, out, before, let_go(state, params, out, found))
                state.reach = first
                continue
            found = let_all_go(state, out, found)
            if state.active:
                found = close(state, params, first - 1, CUT, out, found)
            skip(state)
            found = bridge(state, params, 0.0, out, found)
            state.sensed = state.reach = state.index
            i += 1
            continue
        state.index += count
        i += count
        feed(state, params, first, count)
        state.reach = reach(state)
    if gap_s >= 0.0 and state.sensed == state.reach:
        return i, _finish(state, params, gap_s, out, found), True
    return i, found, found + ROOM <= out.shape[0]


@compiled
def _pass_gate(
    state: Any,
    params: Any,
    outputs: Any,
    squares: Any,
    level: Any,
    bank_outputs: Any,
    bank_squares: Any,
    out: Any,
    found: int,
) -> int:
    """Let the gate pass the next samples, to the end of a block at most; gives how many detections there are now."""
    first = state.sensed
    if first % BLOCK == 0 and state.blocks_done == BLOCKS:
        is_new = state.settling == 2  # noqa: PLR2004 - see `STATE`
        whiten(state, params)
        if is_new:
            before = found
            found = queue(state, out, before, recall(state, params, out, found))
        if not state.settling:
            census(state, params, bank_outputs, bank_squares)
        if first % (LISTEN_EVERY * BLOCK) == 0:
            listen(state, params)
    count = min(state.reach - first, BLOCK - first % BLOCK)
    filled = sense(state, params, first, count, outputs, squares, level)
    state.sensed = first + count
    if filled:
        found = follow(state, params, first, count, squares, level, out, found)
    return release(state, params, out, found)


@compiled
def _finish(state: Any, params: Any, gap_s: float, out: Any, found: int) -> int:
    """Close what is open, and start the filters anew at the next sample; gives how many detections there are now."""
    found = let_all_go(state, out, found)
    if state.active:
        found = close(state, params, state.index - 1, CUT, out, found)
    if state.pulse.locked:
        found = tell(state, params, out, found)
    found = bridge(state, params, gap_s, out, found)
    state.restart = 1
    state.lost += state.thin_count
    _begin_stretch(state)
    state.thin_count = 0
    for axis in range(3):
        state.thin_sum[axis] = 0.0
    return found


@compiled
def _begin_stretch(state: Any) -> None:
    """Remember what was lost and missing before the next sample: the times of those after it follow from that."""
    last = state.stretches - 1
    if state.stretch_from[last] != state.index:
        last += 1
        if last == STRETCHES:
            last -= 1
            for i in range(last):
                state.stretch_from[i] = state.stretch_from[i + 1]
                state.stretch_lost[i] = state.stretch_lost[i + 1]
                state.stretch_missing_s[i] = state.stretch_missing_s[i + 1]
        state.stretches = last + 1
        state.stretch_from[last] = state.index
    state.stretch_lost[last] = state.lost
    state.stretch_missing_s[last] = state.missing_s


@entry
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
