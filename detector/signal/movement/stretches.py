"""Tremor within a run of activity: where its rhythm begins and ends, and what is told of it while the run goes on."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.describe import describe
from detector.signal.movement.clonus import is_clonus
from detector.signal.movement.sudden import is_sudden
from detector.signal.rhythm import BEGINS, GOES_ON, rhythm
from detector.signal.state import CLONUS, HISTORY, LAGS, LIMB_MOVEMENT, MOVEMENT, SUDDEN, TREMOR

DRIFT = 1.3
"""From window to window a tremor's frequency changes by no larger factor."""
EVIDENCE = 0.6
"""Two windows of an even swing, or five of a ragged one, are a tremor."""
LEAST_HZ = 3.3
"""Mean frequency of a tremor, at least; hands that play with a thing shake it more slowly."""
LOUDER = 5.0
"""The peak of a tremor is so many times as strong as the noise, at least."""
AXES = 3.0
LOOK_BACK = 480
"""A run is looked at so many samples back, at most: two seconds at the highest rate."""


@compiled
def begin_run(state: Any, params: Any, first: int, t: int) -> None:
    """Let the run begin at index `first`: nothing has been added up, and there is no strongest sample yet.

    Parameters
    ----------
    first
        Index of the run's first sample.
    t
        Index of the newest sample.
    """
    run = state.run
    offset = HISTORY - state.origin
    oldest = t - LOOK_BACK
    run.first_busy = first
    run.added = max(first, oldest)
    run.energy_at = t
    run.peak_level = run.energy = 0.0
    run.described = run.started = -1
    before = max(first - params.posture, state.segment, oldest)
    for axis in range(3):
        total = 0.0
        for i in range(before, max(first, before) + 1):
            total += np.float64(state.raw[axis, i + offset])
        run.before[axis] = total / (max(first, before) - before + 1)
    run.total = run.moment = run.bend = run.bent = 0.0
    run.sharpest = run.over = run.over_moment = 0.0
    for k in range(6):
        run.second[k] = 0.0
    for k in range(LAGS):
        run.product[k] = 0.0


@compiled
def hear(state: Any, params: Any, end: int, t: int, out: Any, found: int) -> int:
    """Look for a rhythm in the window that ends with the sample `end`, and tell what it completes.

    Parameters
    ----------
    end
        Index of the window's last sample, the last of one of the long filter's stream.
    t
        Index of the newest sample.
    out, found
        Detections, and how many there are.

    Returns
    -------
    int
        How many there are now.
    """
    run = state.run
    factor = params.factor[1]
    last = (end + 1) // factor - 1
    first = (last - params.window + 1) * factor
    if first < run.first_busy - factor and run.rhythmic == 0:
        return found
    strength, hz = _listen(state, params, last, GOES_ON if run.rhythmic > 0 else BEGINS)
    goes_on = run.rhythmic > 0 and hz < DRIFT * run.rhythm_hz and run.rhythm_hz < DRIFT * hz
    if strength > 0.0 and (goes_on or not run.tremor):
        if not goes_on:
            run.rhythmic = 0
            run.rhythm_sum = 0.0
            run.evidence = 0.0
            run.rhythm_first = max(first, run.first_busy)
        run.rhythmic += 1
        run.evidence += strength - GOES_ON
        run.rhythm_hz = hz
        run.rhythm_sum += hz
        run.rhythm_last = end
        is_plain = run.evidence >= EVIDENCE and run.rhythm_sum >= LEAST_HZ * run.rhythmic
        is_plain = is_plain and end + 1 - run.rhythm_first >= params.tremor_min
        if is_plain and not run.tremor:
            found = _begin_tremor(state, params, t, out, found)
        if run.tremor and end + 1 - run.first_busy >= params.piece:
            cut = end + 1 - params.overlap
            found = tell(state, params, TREMOR, cut, 0, out, found)
            begin_run(state, params, cut, t)
            run.rhythmic = 1
            run.rhythm_sum = hz
    elif run.rhythmic > 0 and end - run.rhythm_last >= params.patience:
        if run.tremor:
            found = end_tremor(state, params, t, out, found)
        run.rhythmic = 0
    return found


@compiled
def _listen(state: Any, params: Any, last: int, least: float) -> tuple[float, float]:
    """Rhythm of the window that ends with the sample `last` of the long filter's stream."""
    factor = params.factor[1]
    at = HISTORY + last - params.window + 1 - state.origin // factor
    if factor > 1:
        return rhythm(state.streams[1], at, params.window, params.rate_hz / factor, least)
    return rhythm(state.moved, at, params.window, params.rate_hz, least)


@compiled
def recall(state: Any, params: Any, out: Any, found: int) -> int:
    """Tell a tremor that was over before the first noise floor was known; gives how many detections there are now."""
    run = state.run
    factor = params.factor[1]
    newest = state.sensed - 1
    hz = total = evidence = 0.0
    begin = end = count = 0
    last = params.hop * (state.segment // params.hop + 1) // factor - 1
    while last < state.sensed // factor:
        first = last - params.window + 1
        if first * factor >= state.segment:
            strength, now_hz = _listen(state, params, last, GOES_ON if count > 0 else BEGINS)
            if strength > 0.0:
                if count == 0 or now_hz > DRIFT * hz or hz > DRIFT * now_hz:
                    count, total, evidence, begin = 0, 0.0, 0.0, first * factor
                count += 1
                evidence += strength - GOES_ON
                hz = now_hz
                total += hz
                end = (last + 1) * factor
            elif count > 0 and evidence >= EVIDENCE:
                break
            else:
                count, evidence = 0, 0.0
        last += params.hop // factor
    oldest = newest - LOOK_BACK + params.look_back
    is_plain = evidence >= EVIDENCE and total >= LEAST_HZ * count and end - begin >= params.tremor_min
    if not is_plain or end <= oldest or newest - end <= params.patience // 2:  # it may go on: a run tells it
        return found
    describe(state, params, run, max(begin, oldest), end - 1)
    noise = state.block_mean[0].min() / params.gate_gain[0]
    if run.peak_g * run.peak_g < LOUDER * noise:
        return found
    run.first_busy = state.segment if begin - state.segment <= params.patience else begin
    run.peak_level = AXES * run.peak_g * run.peak_g / noise
    run.rhythmic, run.rhythm_sum = count, total
    state.movement_end = end - 1
    return tell(state, params, TREMOR, end, 0, out, found)


@compiled
def _begin_tremor(state: Any, params: Any, t: int, out: Any, found: int) -> int:
    """Let the run begin with its tremor; a longer movement before it is told for itself."""
    run = state.run
    run.tremor = 1
    if run.rhythm_first - run.first_busy <= params.patience:
        return found
    half = params.half_window
    oldest = t - LOOK_BACK + params.look_back
    if run.energy_at >= run.rhythm_first or run.described < 0:  # the strongest sample is of the tremor
        low = max(run.rhythm_first - 2 * half, run.first_busy, oldest)
        describe(state, params, run, min(low, run.rhythm_first - 1), run.rhythm_first - 1)
    found = tell(state, params, MOVEMENT, run.rhythm_first, 0, out, found)
    begin_run(state, params, run.rhythm_first, t)
    return found


@compiled
def end_tremor(state: Any, params: Any, t: int, out: Any, found: int) -> int:
    """Tell the tremor that has ended; the run goes on with what follows."""
    run = state.run
    end = run.rhythm_last + 1
    found = tell(state, params, TREMOR, end, 0, out, found)
    state.movement_end = run.rhythm_last
    begin_run(state, params, end, t)
    run.rhythmic = run.tremor = 0
    run.rest = 1
    return found


@compiled
def tell(state: Any, params: Any, kind: int, end: int, marks: int, out: Any, found: int) -> int:
    """Write the run from its beginning to the sample before `end` to ``out[found]``; gives how many there are now."""
    run = state.run
    event = out[found]
    event.onset = run.first_busy
    event.end = end
    event.kind = kind
    event.marks = marks | run.marks
    if is_clonus(state, params, end):
        event.marks |= CLONUS
    if (kind in (LIMB_MOVEMENT, MOVEMENT) or event.marks & CLONUS) and is_sudden(state, params):
        event.marks |= SUDDEN
    event.family = -1
    event.score = max(run.peak_level / params.threshold[0], 1.0)
    event.snr = max(run.peak_level, 1.0)
    event.peak_g = run.peak_g
    event.p2p_g = run.p2p_g
    event.dominant_hz = run.dominant_hz
    if kind == TREMOR and run.rhythmic > 0:
        event.dominant_hz = run.rhythm_sum / run.rhythmic
    for axis in range(3):
        event.direction[axis] = run.direction[axis]
    return found + 1
