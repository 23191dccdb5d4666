"""Following a heart beat that has been found: each next beat is placed as it comes."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.chain import penalties
from detector.signal.pulse.layout import BEATS, SCORES, TEMPLATE
from detector.signal.pulse.search import HALF, WEIGHT, template_length
from detector.signal.pulse.stream import sample_at, stream_place
from detector.signal.pulse.template import TINY, likeness_along, scale

EARLIEST, LATEST = 0.55, 1.65
"""The next beat comes between these shares of the interval."""
FLOOR = 0.1
"""A place that is less like a beat than this is worth nothing to a chain."""
FINAL = 0.65
"""A beat is final once the best chain goes on for so much of the interval."""
LIKE = 0.3
"""Beats less like the template are not learnt from."""
INTERVAL_STEP, STEADY = 0.2, 1.35
"""The interval follows those of the beats; longer ones than that are two."""
MEMORY_BEATS = 30.0
KEPT = 0.35
"""The pulse is lost where its latest beats are less like the template than this, in the mean."""
LEFT, CLEAR = 0.78, 0.7
"""And where more of the energy stays when the mean interval is taken away, unless beats are much like the template:
then the energy is noise."""
SURE = 0.75
"""Before a gap a beat is placed with too little after it; then it must be so much like a beat as the latest were."""
SILENCE_S = 4.0


@compiled
def begin_following(
    state: Any, params: Any, template: Any, mask: Any, beats: Any, number: int, interval: float
) -> None:
    """Take over what was found: `number` beats, as indices in the stream."""
    pulse = state.pulse
    pulse.locked = 1
    pulse.interval = interval
    pulse.length = template_length(params, interval)
    for axis in range(3):
        for j in range(TEMPLATE):
            pulse.template[axis, j] = template[axis, j]
            pulse.mask[axis, j] = mask[axis, j]
    pulse.beats = number
    pulse.last = beats[number - 1]
    for i in range(SCORES):
        pulse.scores[i] = 0.5
    pulse.chain_from = pulse.next = beats[0]
    pulse.value[: stream_place(pulse, pulse.next)] = 0.0  # no chain goes on from before
    pulse.placed = 0
    for i in range(number):
        remember(pulse, sample_at(pulse, params, beats[i]))


@compiled
def remember(pulse: Any, at: float) -> None:
    """Keep the place of a beat."""
    pulse.at[pulse.placed % BEATS] = at
    pulse.placed += 1


@compiled
def advance(state: Any, params: Any) -> None:
    """Extend the chains of beats to all of the stream whose beats are there as a whole."""
    pulse = state.pulse
    end = pulse.count - pulse.length + params.slow_lead + 1
    if pulse.next >= end:
        return
    table, low = penalties(pulse.interval, WEIGHT, EARLIEST, LATEST)
    likeness, best, step = np.empty(low), np.empty(low), np.empty(low)
    while pulse.next < end:
        n = min(low, end - pulse.next)
        place = stream_place(pulse, pulse.next)
        likeness_along(pulse.stream, place - params.slow_lead, pulse.template, pulse.mask, pulse.length, likeness[:n])
        intervals = min(len(table), place + 1 - low)  # no longer ones than there is room before
        _best_before(pulse.value[: place + n], table[: max(intervals, 0)], low, best[:n], step[:n])
        for k in range(n):
            pulse.likeness[place + k] = likeness[k]
            pulse.value[place + k] = likeness[k] - FLOOR + best[k]
            pulse.step[place + k] = step[k]
        pulse.next += n


@compiled
def _best_before(value: Any, penalty: Any, low: int, best: Any, step: Any) -> None:
    """Find the best chain that each of the last places of `value` may go on with.

    Places less than the shortest interval, `low`, apart do not wait for each other: the compiler does several at once.

    Parameters
    ----------
    penalty
        Of intervals of `low` and more samples.
    best, step
        Filled: what that chain is worth, and the interval; 0 where there is none worth more.
    """
    n = len(best)
    first = len(value) - n
    for k in range(n):
        best[k] = step[k] = 0.0
    for i in range(len(penalty)):
        d, cost = low + i, penalty[i]
        before = value[first - d : first - d + n]
        for k in range(n):
            v = before[k] - cost
            step[k] = d if v > best[k] else step[k]
            best[k] = max(v, best[k])


@compiled
def may_be_final(pulse: Any, params: Any) -> bool:
    """Whether enough has come for the beat after the last one to be final."""
    return bool(pulse.count - pulse.length + params.slow_lead - pulse.last > pulse.interval)


@compiled
def next_beat(pulse: Any, params: Any, settled: int) -> int:
    """Index in the stream of the first beat after the last one, of the best chain there is; -1 where none is final.

    Parameters
    ----------
    settled
        1: only a final beat counts; 0: the best there is.
    """
    interval = pulse.interval
    newest = pulse.next - 1
    if settled and not may_be_final(pulse, params):
        return -1
    best, at = -1e30, -1
    for t in range(max(pulse.chain_from, newest - int(LATEST * interval) - 1), newest + 1):
        v = pulse.value[stream_place(pulse, t)]
        if v > best:
            best, at = v, t
    beat = -1
    while at > pulse.last + EARLIEST * interval:
        beat = at
        step = pulse.step[stream_place(pulse, at)]
        if step == 0:
            break
        at -= step
    if beat < 0 or (beat > newest - FINAL * interval and (settled or not _is_sure(pulse, beat))):
        return -1
    return beat


@compiled
def _is_sure(pulse: Any, beat: int) -> bool:
    """Whether a place is nearly as much like a beat as the latest beats were: what comes before a beat is not."""
    return bool(pulse.likeness[stream_place(pulse, beat)] * SCORES > SURE * np.sum(pulse.scores))


@compiled
def refined(pulse: Any, beat: int) -> float:
    """Place of a beat between two samples of the stream, by the parabola through its likeness and its neighbours'."""
    at = stream_place(pulse, beat)
    left, middle, right = (
        np.float64(pulse.likeness[at - 1]),
        np.float64(pulse.likeness[at]),
        np.float64(pulse.likeness[at + 1]),
    )
    curvature = left - 2.0 * middle + right
    if curvature < 0.0 and left <= middle and right <= middle:
        return beat + 0.5 * (left - right) / curvature
    return np.float64(beat)


@compiled
def accept(state: Any, params: Any, beat: int) -> float:
    """Take a beat for the next one and learn its form; gives its likeness."""
    pulse = state.pulse
    distance = beat - pulse.last
    score = np.float64(pulse.likeness[stream_place(pulse, beat)])
    pulse.last = beat
    pulse.beats += 1
    pulse.scores[pulse.beats % SCORES] = score
    if score > LIKE:
        if distance < STEADY * pulse.interval:
            share = min(max(distance / pulse.interval, 0.8), 1.25)
            pulse.interval += INTERVAL_STEP * (share - 1.0) * pulse.interval
        _learn_form(pulse, params, beat)
    return score


@compiled
def _learn_form(pulse: Any, params: Any, beat: int) -> None:
    """Move the template towards a beat."""
    length, mask = pulse.length, pulse.mask
    at = stream_place(pulse, beat) - params.slow_lead
    energy = TINY
    for axis in range(3):
        for j in range(length):
            energy += mask[axis, j] * np.float64(pulse.stream[axis, at + j]) ** 2
    size = np.sqrt(energy)
    step = 1.0 / min(pulse.beats, MEMORY_BEATS)
    for axis in range(3):
        for j in range(length):
            v = mask[axis, j] * np.float64(pulse.stream[axis, at + j]) / size
            pulse.template[axis, j] += step * (v - pulse.template[axis, j])
    scale(pulse.template, length)


@compiled
def is_lost(pulse: Any, params: Any) -> bool:
    """Whether what is followed is no pulse, or not any more."""
    total = 0.0
    for i in range(SCORES):
        total += pulse.scores[i]
    is_left = pulse.left > LEFT and total < CLEAR * SCORES
    return bool(total < KEPT * SCORES or is_left or pulse.next - pulse.last > (SILENCE_S + 1.0) * params.slow_hz)


@compiled
def is_half(pulse: Any) -> bool:
    """Whether every other beat is missed: the middle of the latest intervals is much like a beat."""
    own = between = 0.0
    interval = pulse.interval
    beat = pulse.last
    for _ in range(SCORES):
        step = pulse.step[stream_place(pulse, beat)]
        if step == 0 or beat - step <= pulse.origin - 1000 or beat - step < pulse.chain_from:
            return False
        best = 0.0
        for t in range(beat - step + int(0.38 * interval), beat - step + int(0.62 * interval) + 1):
            best = max(best, np.float64(pulse.likeness[stream_place(pulse, t)]))
        between += best
        own += np.float64(pulse.likeness[stream_place(pulse, beat)])
        beat -= step
    return bool(between > HALF * own)
