"""Rhythms that began out of quiet: a heart was there before, a foot or a muscle that jerks once a second was not."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.layout import BEATS, SPANS, STREAM_KEPT
from detector.signal.pulse.stream import sample_at, stream_place
from detector.signal.state import HISTORY

SPAN_S = 2.0
"""Length of a stretch that is quiet or is not: longer than the slowest heart's interval."""
QUIET, STRETCHES = 0.4, 2
"""Before a rhythm began, so many stretches in a row stay below so much of its beats."""
ALIKE_G = 0.05
"""Gravity's direction differs by less, 3 degrees, where the sensor lies as it did; breath moves it by 1 to 20 mg."""
LONGEST_S = 60.0
"""What goes on for longer may be a heart after all: a body can settle against its sensor without moving much."""
AFTER = 2.5
"""A rhythm is over so many intervals after its last beat."""


@compiled
def began(pulse: Any, params: Any, beats: Any, number: int, interval: float) -> bool:
    """Whether a chain of beats is a rhythm that began out of quiet; it is remembered then.

    Parameters
    ----------
    beats, number, interval
        Indices in the stream of the chain's beats, how many there are, and their interval.
    """
    last = beats[number - 1]
    if beats[0] <= pulse.begun_to:  # it goes on
        if last - pulse.begun_from > LONGEST_S * params.slow_hz:
            pulse.begun_to = pulse.begun_from = -1
            return False
        pulse.begun_to = max(pulse.begun_to, int(last + AFTER * interval))
        return True
    first = _onset(pulse, params, _middle_beat(pulse, beats, number, interval))
    if first < 0:
        return False
    pulse.begun_from, pulse.begun_to = first, int(last + AFTER * interval)
    return True


@compiled
def keep_spans(state: Any, params: Any) -> None:
    """Remember the largest size in each stretch that is whole by now, and how the sensor lay at its end."""
    pulse = state.pulse
    length = int(SPAN_S * params.slow_hz)
    while (pulse.spans + 1) * length <= pulse.count:
        k = pulse.spans % SPANS
        end = (pulse.spans + 1) * length
        pulse.largest[k] = _largest(pulse, end - length, end)
        last = min(max(int(sample_at(pulse, params, end)), state.segment), state.index)
        first = max(last - params.posture, state.segment)
        for axis in range(3):
            total = 0.0
            for i in range(first, last):
                total += np.float64(state.raw[axis, HISTORY + i - state.origin])
            pulse.gravity[k, axis] = total / max(last - first, 1)
        pulse.spans += 1


@compiled
def crowd_began(pulse: Any, params: Any, size: float) -> bool:
    """Whether what stands out of the noise again and again, up to `size`, began out of quiet; it is remembered then."""
    first = _onset(pulse, params, size)
    if first < 0 or pulse.count - first > LONGEST_S * params.slow_hz:
        return False
    pulse.begun_from = first
    pulse.begun_to = max(pulse.begun_to, int(pulse.count + SPAN_S * params.slow_hz))
    return True


@compiled
def _middle_beat(pulse: Any, beats: Any, number: int, interval: float) -> float:
    """Size of a chain's beats, the median."""
    half = int(interval) // 2
    oldest = pulse.count - STREAM_KEPT
    sizes = np.empty(min(number, BEATS))
    for i in range(len(sizes)):
        beat = beats[number - 1 - i]
        sizes[i] = _largest(pulse, max(beat - half, oldest), beat + half)
    return np.float64(np.sort(sizes)[len(sizes) // 2])


@compiled
def _onset(pulse: Any, params: Any, size: float) -> int:
    """Index in the stream at which what is of this size began; -1 where it may have been there before."""
    least = QUIET * size
    length = int(SPAN_S * params.slow_hz)
    quiet = 0
    span = pulse.spans - 1
    while span > pulse.spans - SPANS and span * length >= pulse.begins_at and _lay_alike(pulse, span):
        quiet = quiet + 1 if pulse.largest[span % SPANS] < least else 0
        if quiet == STRETCHES:
            return int((span + STRETCHES) * length)
        span -= 1
    return -1


@compiled
def _lay_alike(pulse: Any, span: int) -> bool:
    """Whether the sensor lay in a stretch as it does now: a heart would have shown as it does now."""
    total = 0.0
    for axis in range(3):
        now = np.float64(pulse.gravity[(pulse.spans - 1) % SPANS, axis])
        total += (now - np.float64(pulse.gravity[span % SPANS, axis])) ** 2
    return bool(total < ALIKE_G * ALIKE_G)


@compiled
def _largest(pulse: Any, first: int, last: int) -> float:
    """Length of the longest vector of the stream at the indices `first` to ``last - 1``."""
    at = stream_place(pulse, first)
    return np.float64(np.max(pulse.sizes[at : at + min(last, pulse.count) - first]))


@compiled
def is_begun(pulse: Any, params: Any, t: int) -> bool:
    """Whether sample `t` lies in a rhythm that began out of quiet."""
    return bool(pulse.begun_from <= pulse.begins_at + (t - pulse.begins) / params.slow_factor <= pulse.begun_to)
