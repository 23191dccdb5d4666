"""Rhythms that began out of quiet: a heart was there before, a foot or a muscle that jerks once a second was not."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.layout import BEATS, SPANS, STREAM_KEPT
from detector.signal.pulse.stream import stream_place

SPAN_S = 2.0
"""Length of a stretch that is quiet or is not: longer than the slowest heart's interval."""
QUIET, STRETCHES = 0.4, 2
"""Before a rhythm began, so many stretches in a row stay below so much of its beats."""
LONGEST_S = 60.0
"""What goes on for longer may be a heart after all: a body can settle against its sensor without moving much."""
AFTER = 2.5
"""A rhythm is over so many intervals after its last beat."""


@compiled
def began(pulse: Any, params: Any, same_from: int, beats: Any, number: int, interval: float) -> bool:
    """Whether a chain of beats is a rhythm that began out of quiet; it is remembered then.

    Parameters
    ----------
    same_from
        Index in the stream from which on the sensor lay as it does now: a heart would have shown as it does now.
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
    first = _onset(pulse, params, same_from, beats, number, interval)
    if first < 0:
        return False
    pulse.begun_from, pulse.begun_to = first, int(last + AFTER * interval)
    return True


@compiled
def keep_spans(pulse: Any, params: Any) -> None:
    """Remember the largest size in each stretch that is whole by now."""
    length = int(SPAN_S * params.slow_hz)
    while (pulse.spans + 1) * length <= pulse.count:
        pulse.largest[pulse.spans % SPANS] = _largest(pulse, pulse.spans * length, (pulse.spans + 1) * length)
        pulse.spans += 1


@compiled
def _onset(pulse: Any, params: Any, same_from: int, beats: Any, number: int, interval: float) -> int:
    """Index in the stream at which what a chain of beats is of began; -1 where it may have been there before."""
    half = int(interval) // 2
    oldest = pulse.count - STREAM_KEPT
    sizes = np.empty(min(number, BEATS))
    for i in range(len(sizes)):
        beat = beats[number - 1 - i]
        sizes[i] = _largest(pulse, max(beat - half, oldest), beat + half)
    least = QUIET * np.sort(sizes)[len(sizes) // 2]
    length = int(SPAN_S * params.slow_hz)
    quiet = 0
    span = pulse.spans - 1
    while span > pulse.spans - SPANS and span * length >= same_from:
        quiet = quiet + 1 if pulse.largest[span % SPANS] < least else 0
        if quiet == STRETCHES:
            return int((span + STRETCHES) * length)
        span -= 1
    return -1


@compiled
def _largest(pulse: Any, first: int, last: int) -> float:
    """Length of the longest vector of the stream at the indices `first` to ``last - 1``."""
    at = stream_place(pulse, first)
    return np.float64(np.max(pulse.sizes[at : at + min(last, pulse.count) - first]))


@compiled
def is_begun(pulse: Any, params: Any, t: int) -> bool:
    """Whether sample `t` lies in a rhythm that began out of quiet."""
    return bool(pulse.begun_from <= pulse.begins_at + (t - pulse.begins) / params.slow_factor <= pulse.begun_to)
