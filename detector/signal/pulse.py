"""The pulse: recognised by its rhythm, learnt, and taken away where a twitch may hide in it.

An artery under the sensor, or the body rocked by the heart, moves it 45 to 100 times a minute, in the band of twitches.
Events of one shape and direction that come at steady intervals are beats. Once a few have been seen, each next one is
expected: what was learnt of the beats is subtracted, and only what stands out of the rest is a twitch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.beats import LEAST, STEADY, best_fit, expect, learn_beat, project
from detector.signal.compiled import compiled
from detector.signal.state import LANES, MEMORY, PULSE, TAPS

INTERVAL_S = (0.55, 1.5)
"""40 to 110 beats a minute."""
ALIKE = 0.6
"""Cosine between two beats' directions."""
SIZES = (0.55, 1.8)
CHAIN, CHAIN_KNOWN = 5, 3
"""Beats that prove a pulse; where one of this interval has been seen before, and so many beats alike."""
SILENCE_S = 6.0
"""Without a beat for so long the pulse is gone."""
STRETCH_S = 600.0
"""A pulse is reported at least so often."""
LEAST_BEATS = 8
WARY_S = 12.0
"""After a movement a pulse known from before shows in another direction: so long it is looked for by shape alone."""
WARY_FIT = 0.6
WARY_LARGEST = 2.5
WARY_P2P_G = 0.01
"""Where none is known yet, beats are smaller than this, peak to peak."""


@compiled
def keep_time(state: Any, params: Any, newest: int, out: Any, found: int) -> int:
    """Follow the beats up to `newest`; report the pulse if it has fallen silent or has gone on for long."""
    pulse = state.pulse
    if pulse.locked:
        _track(state, params, newest)
    if not pulse.locked:
        return found
    if pulse.missed * pulse.interval > SILENCE_S * params.rate_hz:
        return close_pulse(state, params, newest, out, found)
    if pulse.last - pulse.first > STRETCH_S * params.rate_hz:
        found = _report(state, params, out, found)
        pulse.first = pulse.last
        pulse.beats = 0
        pulse.intervals = 0
        pulse.interval_sum = 0.0
    return found


@compiled
def close_pulse(state: Any, params: Any, newest: int, out: Any, found: int) -> int:
    """Report the pulse, and forget its phase: a movement, a gap or the end."""
    pulse = state.pulse
    if pulse.locked and newest >= pulse.last:
        found = _report(state, params, out, found)
    pulse.locked = 0
    pulse.seen = 0
    return found


@compiled
def _report(state: Any, params: Any, out: Any, found: int) -> int:
    """Write a stretch of pulse to ``out[found]``."""
    pulse = state.pulse
    if pulse.beats < LEAST_BEATS or pulse.intervals < LEAST_BEATS // 2:
        return found
    event = out[found]
    event.onset = pulse.first
    event.end = pulse.last + pulse.interval
    event.kind = PULSE
    event.marks = 0
    event.family = -1
    event.score = max(pulse.power / params.threshold[0], 1.0)
    event.snr = max(pulse.power, 1.0)
    event.peak_g = 0.5 * pulse.strength * params.bank_p2p[pulse.form]
    event.p2p_g = pulse.strength * params.bank_p2p[pulse.form]
    event.dominant_hz = params.rate_hz * pulse.intervals / pulse.interval_sum
    for axis in range(3):
        event.direction[axis] = pulse.direction[axis]
    return found + 1


@compiled
def remember(state: Any, params: Any, onset: float, k: int, u: Any, square: float, newest: int) -> bool:
    """Keep an event that may be a beat; where it ends a chain of beats, the pulse is found.

    So it is, too, where it had been found before: a limb that has moved a little hands its beats on in another
    direction.
    """
    pulse = state.pulse
    if pulse.seen == MEMORY:
        for i in range(MEMORY - 1):
            pulse.onset[i] = pulse.onset[i + 1]
            for axis in range(3):
                pulse.vector[i, axis] = pulse.vector[i + 1, axis]
        pulse.seen -= 1
    i = pulse.seen
    pulse.onset[i] = onset
    for axis in range(3):
        pulse.vector[i, axis] = u[axis]
    pulse.seen = i + 1
    low, high = INTERVAL_S[0] * params.rate_hz, INTERVAL_S[1] * params.rate_hz
    for j in range(i - 1, -1, -1):
        interval = onset - pulse.onset[j]
        if interval > high:
            break
        if interval < low or not _alike(pulse, i, j):
            continue
        known = pulse.known and not pulse.locked and abs(interval - pulse.interval) < 0.25 * pulse.interval
        beats, mean = _chain(pulse, i, j)
        if beats >= (CHAIN_KNOWN if known else CHAIN):
            _lock(state, params, onset, k, mean, beats, square, newest)
            return True
    return False


@compiled
def _alike(pulse: Any, i: int, j: int) -> bool:
    """Whether two events have about the same direction and size."""
    product = size_i = size_j = 0.0
    for axis in range(3):
        product += pulse.vector[i, axis] * pulse.vector[j, axis]
        size_i += pulse.vector[i, axis] ** 2
        size_j += pulse.vector[j, axis] ** 2
    size_i, size_j = np.sqrt(size_i), np.sqrt(size_j)
    ratio = size_i / size_j
    # Filters that fit neighbouring lobes of a beat answer with opposite signs.
    return bool(abs(product) > ALIKE * size_i * size_j and SIZES[0] < ratio < SIZES[1])


@compiled
def _chain(pulse: Any, i: int, j: int) -> tuple[int, float]:
    """Follow events back from i and j at the same interval, at most one beat missing in between."""
    beats = 2
    span, steps = pulse.onset[i] - pulse.onset[j], 1.0
    last = j
    missing = 0
    expected = span
    at = pulse.onset[j]
    while True:
        at -= expected
        best, best_off = -1, STEADY * expected
        for m in range(last - 1, -1, -1):
            off = abs(pulse.onset[m] - at)
            if off < best_off and _alike(pulse, i, m):
                best, best_off = m, off
        if best < 0:
            missing += 1
            if missing > 1:
                return beats, span / steps
            continue
        beats += 1
        span += pulse.onset[last] - pulse.onset[best]
        steps += 1.0 + missing
        missing = 0
        expected = span / steps
        last = best
        at = pulse.onset[best]


@compiled
def _lock(
    state: Any, params: Any, onset: float, k: int, interval: float, beats: int, square: float, newest: int
) -> None:
    """A pulse is there: begin to learn it."""
    pulse = state.pulse
    size = 0.0
    for axis in range(3):
        size += pulse.vector[pulse.seen - 1, axis] ** 2
    size = np.sqrt(size)
    pulse.interval = interval
    pulse.last = int(onset)
    if not pulse.locked:
        pulse.locked = 1
        pulse.first = int(onset - (beats - 1) * interval)
        pulse.beats = beats
        pulse.intervals = beats - 1
        pulse.interval_sum = (beats - 1) * interval
    pulse.strength = size
    pulse.power = square
    for axis in range(3):
        pulse.direction[axis] = pulse.vector[pulse.seen - 1, axis] / size
    pulse.weight = pulse.missed = 0
    if not pulse.known:
        pulse.known = 1
        pulse.form = k
        pulse.length = min(params.bank_length[1], TAPS)
        for j in range(pulse.length):
            pulse.taps[j] = params.bank_taps[k // LANES, j * LANES + k % LANES]
    else:
        _place(state, params, int(onset), newest)
    for axis in range(3):
        for j in range(pulse.length):
            pulse.beat[axis, j] = pulse.direction[axis] * pulse.taps[j]
    pulse.seen = 0


@compiled
def _place(state: Any, params: Any, onset: int, newest: int) -> None:
    """Find the known shape about an onset that another filter gave, and with it the direction it has now."""
    pulse = state.pulse
    best = 0.0
    reach = 2 * params.reach
    for at in range(max(onset - reach, state.segment), onset + reach + 1):
        if at + pulse.length > newest + 1:
            break
        x = project(state, at, pulse.taps, pulse.length, 0)
        y = project(state, at, pulse.taps, pulse.length, 1)
        z = project(state, at, pulse.taps, pulse.length, 2)
        size = np.sqrt(x * x + y * y + z * z)
        if size > best:
            best = size
            pulse.last = at
            pulse.strength = size
            pulse.direction[0], pulse.direction[1], pulse.direction[2] = x / size, y / size, z / size


@compiled
def is_wary(state: Any, params: Any, onset: int, square: float, p2p_g: float, newest: int) -> bool:
    """Whether an event shortly after a movement, or at the very beginning, may be a beat not yet placed."""
    pulse = state.pulse
    since = onset - max(state.movement_end, state.segment)
    if pulse.locked or since > WARY_S * params.rate_hz:
        return False
    if not pulse.known:
        return bool(onset - state.segment < WARY_S * params.rate_hz and p2p_g < WARY_P2P_G)
    g = pulse.form // LANES
    m = state.whitening[g]
    length = min(pulse.length, newest - onset + 1)
    x = project(state, onset, pulse.taps, length, 0)
    y = project(state, onset, pulse.taps, length, 1)
    z = project(state, onset, pulse.taps, length, 2)
    a, b, c = m[0] * x, m[1] * x + m[2] * y, m[3] * x + m[4] * y + m[5] * z
    own = (a * a + b * b + c * c) * state.bank_scale[g, pulse.form % LANES]
    return bool(own > WARY_FIT * square and x * x + y * y + z * z < (WARY_LARGEST * pulse.strength) ** 2)


@compiled
def _track(state: Any, params: Any, newest: int) -> None:
    """Find each beat that must have come by now, and learn from it."""
    pulse = state.pulse
    while pulse.missed * pulse.interval <= SILENCE_S * params.rate_hz:
        expected, slack = expect(pulse)
        if expected + slack + pulse.length > newest:
            return
        size, onset = best_fit(state, expected, slack, newest)
        if size > LEAST * pulse.strength:
            learn_beat(state, params, onset)
        else:
            pulse.missed += 1
