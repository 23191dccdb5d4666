"""A movement that is held: two jerks and another posture between them are one limb movement.

By the rule a limb movement lasts from when the foot is drawn up until it has been let go (WASM 2016: R. Ferri et al.,
Sleep Med. 26, 2016), and an accelerometer sees two jerks with gravity from elsewhere in between. So an event after
which gravity's direction has changed a little is held back, until it comes back or enough time has passed; whatever is
found meanwhile waits behind it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.movement.kinds import LIMB_MAX_S, LIMB_MIN_S, distance, posture_after
from detector.signal.state import BEAT, HELD, LIMB_MOVEMENT, MOVEMENT, SUDDEN, TRAIN, TWITCH

LEAST_G, MOST_G = 0.008, 0.3
"""Gravity changes by so much, half a degree to eighteen: less is breath and noise, and after more a limb lies anew."""
BACK = 0.35
"""It has come back where it differs by so much of the change at most, and was held still if it changed by as little."""
LONGEST_S = 5.5
"""A movement is held for so long at most."""
LATE_S = 1.5
"""What moves when that is over is waited for so much longer."""
PATIENCE_S, BUSY_PATIENCE_S = 9.5, 15.0
"""Nothing is held for longer after it ended, however far the gate stays behind because of a heart beat; or for the
second time where a run goes on, for a movement that turns the limb makes the gate wait for a heart beat."""


@compiled
def hold(state: Any, params: Any, newest: int, out: Any, first: int, found: int) -> int:
    """Hold back what a run that has just ended gave, or join it to what is held.

    Parameters
    ----------
    newest
        Index of the last sample that may be looked at.
    out, first, found
        Detections; the run's are those from `first` on; how many there are.

    Returns
    -------
    int
        How many there are now.
    """
    run = state.run
    if found == first:
        return found
    after = np.empty(3)
    posture_after(state, params, newest, after)
    change = distance(after, run.before)
    if state.held_count > 0 and _comes_back(state, params, after, out[found - 1].end):
        return _join(state, params, out, first, found)
    if state.held_count > 0 and change > LEAST_G:  # another posture again: the first one does not come back
        first += state.held_count
        found = _let_go_before(state, out, first - state.held_count, found)
    if state.held_count > 0:
        return queue(state, out, first, found)
    lasts = out[found - 1].end - out[first].onset
    is_moved = out[found - 1].kind in (TWITCH, TRAIN, LIMB_MOVEMENT, MOVEMENT) and LEAST_G < change < MOST_G
    if not is_moved or lasts > LIMB_MAX_S * params.rate_hz:
        return found
    state.held_until = run.last_busy + int(LONGEST_S * params.rate_hz)
    for axis in range(3):
        state.held_before[axis] = run.before[axis]
        state.held_after[axis] = after[axis]
    for i in range(first, found):
        state.held[i - first] = out[i]
    state.held_count = found - first
    return first


@compiled
def _comes_back(state: Any, params: Any, after: Any, end: float) -> bool:
    """Whether the run that has just ended takes gravity back to where it was before the event that is held."""
    change = distance(state.held_after, state.held_before)
    is_back = distance(after, state.held_before) < BACK * change
    is_still = distance(state.run.before, state.held_after) < BACK * change
    return bool(is_back and is_still and end - state.held[0].onset <= LIMB_MAX_S * params.rate_hz)


@compiled
def queue(state: Any, out: Any, first: int, found: int) -> int:
    """Let the detections from `first` on wait behind what is held, if anything is; gives how many there are now.

    Beats do not wait: they are no events.
    """
    if state.held_count == 0:
        return found
    waiting = 0
    for i in range(first, found):
        waiting += int(out[i].kind != BEAT)
    if state.held_count + waiting > HELD:
        return _let_go_before(state, out, first, found)
    kept = first
    for i in range(first, found):
        if out[i].kind == BEAT:
            out[kept] = out[i]
            kept += 1
        else:
            state.held[state.held_count] = out[i]
            state.held_count += 1
    return kept


@compiled
def release(state: Any, params: Any, out: Any, found: int) -> int:
    """Hand out what is held where its time is over; gives how many detections there are now."""
    if state.held_count == 0 or state.sensed <= state.held_until:
        return found
    if state.active and state.sensed <= state.held_until + LATE_S * params.rate_hz:
        return found
    return let_all_go(state, out, found)


@compiled
def release_late(state: Any, params: Any, out: Any, found: int) -> int:
    """Hand out what has been held for too long; gives how many detections there are now.

    Only to be called at samples that do not depend on how many come at a time: the gate may be anywhere.
    """
    patience_s = BUSY_PATIENCE_S if state.active else PATIENCE_S
    if state.held_count > 0 and state.index - state.held[0].end > patience_s * params.rate_hz:
        return let_all_go(state, out, found)
    return found


@compiled
def let_all_go(state: Any, out: Any, found: int) -> int:
    """Hand out what is held; gives how many detections there are now."""
    return _let_go_before(state, out, found, found)


@compiled
def _let_go_before(state: Any, out: Any, first: int, found: int) -> int:
    """Hand out what is held before the detections from `first` on; gives how many there are now."""
    number = state.held_count
    for i in range(found - 1, first - 1, -1):
        out[i + number] = out[i]
    for i in range(number):
        out[first + i] = state.held[i]
    state.held_count = 0
    return int(found + number)


@compiled
def _join(state: Any, params: Any, out: Any, first: int, found: int) -> int:
    """Make one limb movement of the first event that is held and the run's, told after what waited behind it."""
    joined = state.held[0]
    for i in range(first, found):
        event = out[i]
        joined.end = max(joined.end, event.end)
        joined.marks |= event.marks & ~SUDDEN  # letting go is sudden, too
        joined.score = max(joined.score, event.score)
        joined.snr = max(joined.snr, event.snr)
        joined.peak_g = max(joined.peak_g, event.peak_g)
        joined.p2p_g = max(joined.p2p_g, event.p2p_g)
    joined.kind = LIMB_MOVEMENT if joined.end - joined.onset >= LIMB_MIN_S * params.rate_hz else MOVEMENT
    joined.family = -1
    state.limb_end = int(joined.end)
    number = state.held_count
    for i in range(1, number):
        out[first + i - 1] = state.held[i]
    out[first + number - 1] = joined
    state.held_count = 0
    return int(first + number)
