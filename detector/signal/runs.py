"""Runs of activity: from the gate's opening until the signal has stayed in the noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.describe import describe
from detector.signal.movement.clonus import listen_for_beats
from detector.signal.movement.held import hold, queue
from detector.signal.movement.kinds import JERK_G, TURN_G, limit_size, name_run, turn
from detector.signal.movement.stretches import LOOK_BACK, begin_run, end_tremor, hear, tell
from detector.signal.movement.sudden import START_S, look_at_start, sharpness, squared_length
from detector.signal.pulse.phases import noise_at, use_whitening_at
from detector.signal.state import GATES, HISTORY, LAGS, LIMB_MOVEMENT, MOVEMENT, NOTHING, TRAIN, TREMOR, TWITCH
from detector.signal.twitches import find_twitches

BUSY = 5.0
"""A sample above so many times the mean noise energy belongs to an event; 0.2 % of noise does."""
ONSET = 2.5
"""A run begins where three samples' mean energy comes above so many times the mean noise energy."""
ONSET_SHARE = 0.01
"""It begins at a tenth of its peak's amplitude, if that is above the noise."""
SHADE = 0.1
"""The filters ring on after a strong movement: less than so much of its level is taken for that."""
BATCH = 64
"""Samples whose features are added up at a time."""


@compiled
def follow(state: Any, params: Any, first: int, count: int, squares: Any, level: Any, out: Any, found: int) -> int:
    """Follow the gate through the samples `first` to ``first + count - 1``.

    Parameters
    ----------
    squares, level
        As `gate.sense` fills them.
    out, found
        Detections, and how many there are.

    Returns
    -------
    int
        How many there are now.
    """
    run = state.run
    for i in range(count):
        t = first + i
        if not state.active:
            if level[i] <= params.gate or (t < state.shade_end and level[i] <= state.shade):
                continue
            before = found
            found = queue(state, out, before, _open(state, params, t, out, found))
        if level[i] > max(params.gate, SHADE * run.peak_level):
            run.last_over = t
            if level[i] > run.peak_level:
                run.peak_level = level[i]
                run.peak_at = t
                run.peak_gate = _speaker(params, squares, first, t, level[i])
        e = squared_length(state.moved, t + HISTORY - state.origin)
        if e > BUSY * max(run.noise, noise_at(state, params, t)):
            run.last_busy = t
            if e > run.energy:
                run.energy = e
                run.energy_at = t
        if t - run.energy_at == params.half_window:  # while the peak's surroundings are still in the look-back
            _describe(state, params, t)
        if t - run.added >= 2 * BATCH:
            _add_up(state, params, run.added + BATCH)
        if run.started < 0 and t - run.first_busy >= START_S * params.rate_hz:
            look_at_start(state, params, t)
        if (t + 1) % params.beat_hop == 0:
            listen_for_beats(state, params, t)
        if (t + 1) % params.hop == 0:
            before = found
            found = queue(state, out, before, hear(state, params, t, t, out, found))
        is_long = run.last_busy - run.first_busy > params.twitch_max
        if t - max(run.last_over, run.last_busy) >= (params.long_release if is_long else params.release):
            before = found
            found = hold(state, params, t, out, before, close(state, params, t, 0, out, found))
    return found


@compiled
def _speaker(params: Any, squares: Any, first: int, t: int, level: float) -> int:
    """Which of the gate's filters gave this level."""
    for g in range(GATES):
        factor = params.factor[g]
        if (t + 1) % factor == 0 and squares[g, (t + 1) // factor - 1 - first // factor] == level:
            return g
    return 0


@compiled
def _open(state: Any, params: Any, t: int, out: Any, found: int) -> int:
    """Begin a run: find where the movement began before the filters answered."""
    run = state.run
    state.active = 1
    run.trigger = run.last_over = t
    run.noise = noise_at(state, params, t)
    run.rhythmic = run.tremor = run.rest = run.beats = 0
    run.clonus_at = -1
    run.beats_top = 0.0
    run.rhythm_first = run.rhythm_last = t
    run.rhythm_hz = run.rhythm_sum = run.evidence = 0.0
    offset = HISTORY - state.origin
    # Where the gate could not open before: the movement is told from its first sample on, not only from now.
    is_first = state.settling == 1 and t - state.ready < params.window * params.factor[1]
    earliest = max(t - (LOOK_BACK if is_first else params.look_back), state.segment)
    onset = strongest = t
    energy = 0.0
    quiet = 0
    while onset - quiet > earliest:
        total = 0.0
        for k in range(3):
            at = max(onset - quiet - k, earliest)
            e = squared_length(state.moved, at + offset)
            total += e
            if e > energy and onset >= t - params.look_back:
                energy = e
                strongest = at
        if total >= 3.0 * ONSET * run.noise:
            onset -= quiet + 1
            quiet = 0
        elif is_first and quiet < params.release:
            quiet += 1
        else:
            break
    if is_first and onset <= earliest + params.release:
        onset = state.segment
    begin_run(state, params, onset, t)
    run.beats_from = onset
    run.energy = energy
    run.energy_at = strongest
    run.last_busy = max(strongest, onset)
    if is_first:
        end = (onset // params.hop + 1) * params.hop - 1
        while end < t:
            found = hear(state, params, end, t, out, found)
            end += params.hop
    return found


@compiled
def _add_up(state: Any, params: Any, end: int) -> None:
    """Add up the features of the samples before `end` that have not been."""
    run = state.run
    offset = HISTORY - state.origin
    moved = state.moved
    for t in range(run.added, end):
        at = t + offset
        x, y, z = np.float64(moved[0, at]), np.float64(moved[1, at]), np.float64(moved[2, at])
        e = x * x + y * y + z * z
        run.total += e
        run.moment += e * (t - run.first_busy)
        run.sharpest = max(run.sharpest, sharpness(moved, at))
        if e > run.noise:
            run.over += e - run.noise
            run.over_moment += (e - run.noise) * (t - run.first_busy)
        second = run.second
        second[0] += x * x
        second[1] += x * y
        second[2] += x * z
        second[3] += y * y
        second[4] += y * z
        second[5] += z * z
        for axis in range(3):
            v, before = np.float64(moved[axis, at]), np.float64(moved[axis, at - 1])
            run.bend += (v - before) * (v - before)
            run.bent += 0.5 * (v * v + before * before)
        if (t + 1) % params.factor[1] == 0:
            c = HISTORY + (t + 1) // params.factor[1] - 1 - state.origin // params.factor[1]
            if params.factor[1] > 1:
                _correlate(state.streams[1], c, run.product)
            else:
                _correlate(moved, c, run.product)
    run.added = max(run.added, end)


@compiled
def _correlate(stream: Any, c: int, product: Any) -> None:
    """Add a sample's products with those before it."""
    for lag in range(LAGS):
        total = 0.0
        for axis in range(3):
            total += np.float64(stream[axis, c]) * np.float64(stream[axis, c - lag])
        product[lag] += total


@compiled
def close(state: Any, params: Any, newest: int, marks: int, out: Any, found: int) -> int:
    """Finish the run: nothing, one event or several, into ``out[found:]``.

    Parameters
    ----------
    newest
        Index of the last sample that may be looked at.
    marks
        Flags to set.

    Returns
    -------
    int
        Detections there are now.
    """
    state.active = 0
    run = state.run
    state.shade = SHADE * run.peak_level
    state.shade_end = newest + params.shade
    run.last_busy = min(run.last_busy, newest)
    use_whitening_at(state, params, run.peak_at)
    if run.last_busy - run.trigger > params.unrest:
        state.pulse.disturbed = newest
    before = found
    if run.tremor:
        if run.last_busy - run.rhythm_last <= params.patience:
            if run.described != run.energy_at:
                _describe(state, params, newest)
            _add_up(state, params, run.last_busy + 1)
            found = tell(state, params, TREMOR, run.last_busy + 1, marks, out, found)
            state.movement_end = run.last_busy
            return found
        if run.described < 0:
            _describe(state, params, newest)
        found = end_tremor(state, params, newest, out, found)
    if run.rest and run.last_busy - run.first_busy < params.patience:
        return found  # the tremor's tail
    found = _finish(state, params, newest, marks, out, found)
    limit_size(out, before, found)
    return found


@compiled
def _finish(state: Any, params: Any, newest: int, marks: int, out: Any, found: int) -> int:
    """Give what is left of the run its kind, and write it to ``out[found:]``; gives how many there are now."""
    run = state.run
    is_short = run.last_busy - run.first_busy <= params.twitch_max
    is_weak = run.peak_level < params.strong
    if is_short and is_weak:
        return find_twitches(state, params, newest, marks, out, found)
    _add_up(state, params, run.last_busy + 1)
    if run.described != run.energy_at:
        _describe(state, params, newest)
    kind = name_run(state, params, newest)
    if kind == NOTHING:
        return found
    if kind == TWITCH or (is_weak and kind not in (TRAIN, TREMOR)):
        return find_twitches(state, params, newest, marks, out, found)
    is_slight = kind == MOVEMENT and is_short and run.p2p_g < JERK_G
    if is_short:
        _sharpen_onset(state)
    found = tell(state, params, kind, run.last_busy + 1, marks, out, found)
    if kind == LIMB_MOVEMENT:
        state.limb_end = run.last_busy
    if kind == MOVEMENT and not is_slight:
        state.movement_end = run.last_busy
        if turn(state, params, newest) > TURN_G:
            state.pulse.disturbed = newest
    return found


@compiled
def _describe(state: Any, params: Any, newest: int) -> None:
    """Describe the half window on either side of the strongest sample."""
    run = state.run
    first = max(run.energy_at - params.half_window, run.first_busy)
    last = min(run.energy_at + params.half_window, max(run.last_busy, run.energy_at))
    describe(state, params, run, first, min(last, newest))
    run.described = run.energy_at


@compiled
def _sharpen_onset(state: Any) -> None:
    """Move the onset up to where the energy reaches `ONSET_SHARE` of its peak: noise before it may have led too far."""
    run = state.run
    offset = HISTORY - state.origin
    while run.first_busy < run.energy_at:
        total = 0.0
        for k in range(3):
            total += squared_length(state.moved, run.first_busy + k + offset)
        if total >= 3.0 * ONSET_SHARE * run.energy:
            break
        run.first_busy += 1
