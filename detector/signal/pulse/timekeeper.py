"""Whether a heart beat is there, how far the gate may go because of it, and what is told of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.begun import began, crowd_began, keep_spans
from detector.signal.pulse.fitting import shift_to_mean
from detector.signal.pulse.follow import (
    LIKE,
    accept,
    advance,
    begin_following,
    is_half,
    is_lost,
    may_be_final,
    next_beat,
    refined,
    remember,
)
from detector.signal.pulse.layout import BEATS, TEMPLATE
from detector.signal.pulse.learn import (
    begin_learning,
    begin_of,
    doubt_tail,
    fold,
    forget_tail,
    hear_tail,
    learn_mean,
    renew,
    size_up,
    take_away,
)
from detector.signal.pulse.search import LONG_S, SHORT_S, echo, search
from detector.signal.pulse.stream import clip_limit, is_crowded, sample_at
from detector.signal.pulse.suspected import EVEN_EVENTS, EVENT_AGO_S, LEAST_ECHO, WARY_AGO_S, is_wary
from detector.signal.pulse.unrest import note_bustle
from detector.signal.state import BEAT, HISTORY, PULSE

KNOWN_S = 20.0
"""What was followed for less was a rhythmic movement as likely as a heart: nothing is concluded from its loss."""
SIZED_EVERY = 8
YOUNG, RENEWED_EVERY = 16, 4
"""What is left of a beat is whitened anew with each of the first beats, later with some: it is a mean over thirty."""
STRETCH_S = 20.0
"""A pulse is told at least so often: heart rates change."""
LEAST_BEATS = 8
LOOK_EVERY, LOOK_EVERY_CALM = 4, 16
"""Ticks between two looks for a pulse where none is followed; and where nothing speaks for one."""
CALM_TICKS = 4
"""Where no event goes on and nothing speaks for a pulse, it is not looked after for so many ticks."""
LOOK_ECHO, LOOK_ECHO_CALM = 0.2, 0.25
"""Strength of the echo from which on a pulse is looked for while the gate does not wait for one: a search takes as long
as the filters do for half a minute. White noise reaches 0.2 in a look of fifty, 0.25 in one of a thousand."""
SETTLE_S = 0.5
"""A movement is over so long after its last loud moment."""
LEAST_S, LEAST_KNOWN_S = 6.5, 5.5
"""A pulse is looked for in so much, at least."""
LARGEST_G = 0.1
"""No heart beat moves a sensor more, above 5 Hz: the largest of 29 phones on chests has 0.04 g."""
SWAYS_G = 0.06
"""Nor, above 1.5 Hz, so much in the root mean square over several beats: that is a rhythmic movement."""
LEAST_STEPS = 1.2
"""A beat smaller than that may be the last bit that flips."""
DOUBT_BEATS, DOUBT_LIKE = 4, 0.55
"""After a movement a pulse is followed on if so many beats are so much like those before."""


@compiled
def keep_time(state: Any, params: Any, out: Any, found: int) -> int:
    """Look at the stream; gives how many detections there are now.

    Called at every tick, when the gate has passed all that it may.
    """
    pulse = state.pulse
    keep_spans(state, params)
    if pulse.disturbed > pulse.noticed:
        pulse.noticed = pulse.disturbed
        pulse.wait_from = state.sensed
        pulse.doubt = DOUBT_BEATS
        pulse.doubt_sum = 0.0
    if pulse.locked:
        found = _follow(state, params, out, found)
    elif state.index - pulse.looked >= _look_every(state, params) * params.tick or _ends_waiting(state, params):
        found = _look(state, params, out, found)
    calm_from = int(sample_at(pulse, params, pulse.loud_at) + SETTLE_S * params.rate_hz)
    pulse.free_to = min(calm_from, state.index)
    if not pulse.locked and pulse.wait_from >= 0:
        pulse.wait_from = max(pulse.wait_from, pulse.free_to)
        if state.index - pulse.wait_from >= params.pulse_patience:
            pulse.wait_from = -1
    pulse.suspected = is_wary(state, params, state.sensed, 0.0, 1.0)
    is_calm = not (pulse.locked or pulse.suspected or state.active or _speaks_for_one(state, params))
    state.calm_to = state.index + (CALM_TICKS * params.tick if is_calm else 0)
    return found


@compiled
def _speaks_for_one(state: Any, params: Any) -> bool:
    """Whether a pulse is likelier than elsewhere, while none is followed."""
    pulse = state.pulse
    if pulse.wait_from >= 0 or pulse.crowded or pulse.even >= EVEN_EVENTS:
        return True
    if state.index - pulse.event_at < EVENT_AGO_S * params.rate_hz:
        return True
    return bool(pulse.known and state.index - pulse.lost < WARY_AGO_S * params.rate_hz)


@compiled
def _look_every(state: Any, params: Any) -> int:
    """Ticks from one look for a pulse to the next."""
    return LOOK_EVERY if _speaks_for_one(state, params) else LOOK_EVERY_CALM


@compiled
def _ends_waiting(state: Any, params: Any) -> bool:
    """Whether the gate has waited for as long as it may."""
    wait_from = max(state.pulse.wait_from, state.pulse.free_to)
    return bool(state.pulse.wait_from >= 0 and state.index - wait_from >= params.pulse_patience)


@compiled
def reach(state: Any) -> int:
    """Index of the first sample that the gate must not pass yet."""
    pulse = state.pulse
    if pulse.locked:
        return int(state.sensed if pulse.doubt > 0 else max(state.sensed, pulse.covered_to))
    if pulse.wait_from >= 0:
        return int(max(state.sensed, pulse.free_to))
    return int(state.index)


@compiled
def _look(state: Any, params: Any, out: Any, found: int) -> int:
    """Look for a pulse where none is followed."""
    pulse = state.pulse
    pulse.looked = state.index
    if state.active and state.run.rhythmic > 0:  # a tremor, whose every third wave is no heart beat
        return found
    moved_to = pulse.begins_at + (pulse.noticed - pulse.begins) // params.slow_factor
    calm = min(max(pulse.loud_at + int(SETTLE_S * params.slow_hz), pulse.begins_at, moved_to), pulse.count)
    available = pulse.count - max(calm, pulse.count - int(LONG_S * params.slow_hz))
    least = LEAST_KNOWN_S if pulse.known else LEAST_S
    if available < int(least * params.slow_hz):
        return found
    long = available
    short = min(int(SHORT_S * params.slow_hz), available)
    peaks = np.zeros((2, 2))
    echo(pulse, params, pulse.count - long, pulse.count, peaks)
    pulse.echo_lag, pulse.echo = peaks[0, 0], peaks[0, 1]
    asked = LOOK_ECHO if _speaks_for_one(state, params) else LOOK_ECHO_CALM
    is_wanted = pulse.wait_from >= 0 or pulse.echo >= asked or pulse.even >= EVEN_EVENTS
    if not is_wanted and pulse.echo <= LEAST_ECHO:
        pulse.crowded = 0
        return found
    limit = clip_limit(pulse, pulse.count - long, pulse.count)
    pulse.crowded = is_crowded(pulse, params, pulse.count - long, pulse.count, limit)
    if pulse.crowded and crowd_began(pulse, params, limit):
        pulse.crowded = 0
    if not is_wanted:
        return found
    step_g = max(state.step_g[0], state.step_g[1], state.step_g[2])
    if limit > LARGEST_G or limit < LEAST_STEPS * step_g:
        return found
    template = np.empty((3, TEMPLATE))
    mask = np.empty((3, TEMPLATE))
    beats = np.empty(BEATS, np.int64)
    result = np.empty(4)
    number = search(pulse, params, pulse.count - short, pulse.count, template, mask, beats, result)
    if number == 0 and long > short:
        number = search(pulse, params, pulse.count - long, pulse.count, template, mask, beats, result)
    if number == 0:
        return found
    if _sways(state, sample_at(pulse, params, beats[0]), sample_at(pulse, params, beats[number - 1])):
        return found
    if began(pulse, params, beats, number, result[1]):
        return found
    begin_following(state, params, template, mask, beats, number, result[1])
    forget_tail(pulse)
    begin_learning(state, params)
    pulse.doubt = 0
    pulse.wait_from = -1
    pulse.told_from = max(pulse.at[0], pulse.told_from)
    pulse.told_beats = 0
    pulse.told_likeness = 0.0
    for i in range(number):  # the beat a stretch begins with is not counted: as many beats as intervals
        pulse.told_beats += _is_after(pulse, params, pulse.at[i], pulse.told_from)
        found = _tell_beat(pulse, params, pulse.at[i], out, found)
    advance(state, params)
    return found


@compiled
def _sways(state: Any, begin: float, end: float) -> bool:
    """Whether what recurs between two samples is too large for a heart beat."""
    offset = HISTORY - state.origin
    first, last = int(max(begin, state.segment)), int(min(end, state.index))
    energy = 0.0
    for axis in range(3):
        for t in range(first, last):
            energy += np.float64(state.plain[axis, t + offset]) ** 2
    return bool(energy > SWAYS_G * SWAYS_G * (last - first))


@compiled
def _follow(state: Any, params: Any, out: Any, found: int) -> int:
    """Place the beats that have come."""
    pulse = state.pulse
    if may_be_final(pulse, params):
        advance(state, params)
    while True:
        beat = next_beat(pulse, params, 1)
        if beat < 0:
            break
        found = place(state, params, beat, out, found)
        if pulse.beats % 8 == 0 and is_half(pulse):
            return lose(state, params, out, found)
    if is_lost(pulse, params):
        return lose(state, params, out, found)
    if pulse.doubt > 0 and pulse.doubt_sum < 0.0:
        return lose(state, params, out, found)
    if pulse.at[(pulse.placed - 1) % BEATS] - pulse.told_from > STRETCH_S * params.rate_hz:
        found = tell(state, params, out, found)
    return found


@compiled
def place(state: Any, params: Any, beat: int, out: Any, found: int) -> int:
    """Take a beat: the interval before it is known now."""
    pulse = state.pulse
    score = accept(state, params, beat)
    before = pulse.at[(pulse.placed - 1) % BEATS]
    at = sample_at(pulse, params, refined(pulse, beat))
    if score > LIKE:
        at += shift_to_mean(state, params, at)
    remember(pulse, at)
    hear_tail(state, params)
    fold(state, params)
    if pulse.learnt < YOUNG or pulse.beats % RENEWED_EVERY == 0:
        renew(state, params)
    take_away(state, params, before, at, state.sensed)
    is_wild = note_bustle(state, begin_of(state, params, before), begin_of(state, params, at))
    if score > LIKE and not is_wild:
        learn_mean(state, params, before, at)
        if pulse.learnt % SIZED_EVERY == 0:
            size_up(pulse)
    pulse.covered_to = begin_of(state, params, at)
    pulse.told_beats += 1
    pulse.told_likeness += score
    if pulse.doubt > 0 and at > pulse.noticed:
        pulse.doubt -= 1
        pulse.doubt_sum += score
        if pulse.doubt == 0 and pulse.doubt_sum < DOUBT_LIKE * DOUBT_BEATS:
            pulse.doubt = 1
            pulse.doubt_sum = -1.0
        elif pulse.doubt == 0:
            _learn_anew(state, params)
    return _tell_beat(pulse, params, at, out, found)


@compiled
def _learn_anew(state: Any, params: Any) -> None:
    """Learn the interval from the beats since the movement alone: the body lies otherwise now, or the sensor does."""
    pulse = state.pulse
    _put_back(state)
    first = pulse.placed
    while first > max(pulse.placed - BEATS, 0) and pulse.at[(first - 1) % BEATS] > pulse.noticed:
        first -= 1
    since = np.empty(BEATS)
    number = int(pulse.placed - first)
    for i in range(number):
        since[i] = pulse.at[(first + i) % BEATS]
    for i in range(number):
        pulse.at[i] = since[i]
    pulse.placed = number
    doubt_tail(pulse)
    begin_learning(state, params)


@compiled
def _is_after(pulse: Any, params: Any, at: float, beat: float) -> bool:
    """Whether a place is not that of the same beat, or of one before it."""
    return bool(at > beat + 0.3 * pulse.interval * params.slow_factor)


@compiled
def _tell_beat(pulse: Any, params: Any, at: float, out: Any, found: int) -> int:
    """Hand a beat out, unless it was before."""
    if not _is_after(pulse, params, at, pulse.told_beat):
        return found
    pulse.told_beat = at
    event = out[found]
    event.kind = BEAT
    event.onset = event.end = at
    return found + 1


@compiled
def tell(state: Any, params: Any, out: Any, found: int) -> int:
    """Hand out the stretch of pulse that has not been told yet."""
    pulse = state.pulse
    last = pulse.at[(pulse.placed - 1) % BEATS]
    beats = pulse.told_beats
    begin = pulse.told_from
    pulse.told_beats = 0
    likeness = pulse.told_likeness
    pulse.told_likeness = 0.0
    if beats < LEAST_BEATS:
        return found
    pulse.told_from = last
    event = out[found]
    event.onset = begin
    event.end = last
    event.kind = PULSE
    event.marks = 0
    event.family = -1
    event.dominant_hz = params.slow_hz / pulse.interval
    if last > begin:
        event.dominant_hz = params.rate_hz * beats / (last - begin)
    event.score = max(likeness / beats / 0.35, 1.0)
    event.p2p_g = pulse.p2p_g
    event.peak_g = 0.0
    for axis in range(3):
        event.direction[axis] = pulse.direction[axis]
        event.peak_g += pulse.peak[axis] ** 2
    event.snr = max(3.0 * event.peak_g / max(state.noise, 1e-30), 1.0)
    event.peak_g = np.sqrt(event.peak_g)
    return found + 1


@compiled
def lose(state: Any, params: Any, out: Any, found: int) -> int:
    """Follow the pulse no longer: tell what has not been told, and wait a while for it to be found again."""
    pulse = state.pulse
    found = tell(state, params, out, found)
    pulse.locked = 0
    if pulse.last - pulse.chain_from >= KNOWN_S * params.slow_hz:
        pulse.known = 1
        pulse.lost = state.index
    pulse.doubt = 0
    pulse.wait_from = max(state.sensed, pulse.noticed)
    _put_back(state)
    return found


@compiled
def _put_back(state: Any) -> None:
    """What the gate has not passed yet is as it was measured again."""
    pulse = state.pulse
    offset = HISTORY - state.origin
    for t in range(state.sensed, pulse.covered_to):
        for axis in range(3):
            state.moved[axis, t + offset] = state.plain[axis, t + offset]
    pulse.covered_to = min(pulse.covered_to, state.sensed)
