"""Rhythms that began out of quiet: a heart was there before, a foot or a muscle that jerks once a second was not."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.layout import BEATS
from detector.signal.pulse.stream import stream_place

QUIET, INTERVALS = 0.4, 4
"""Before a rhythm began, so many intervals in a row stay below so much of its beats."""
LONGEST_S = 60.0
"""What goes on for longer may be a heart after all: a body can settle against its sensor without moving much."""
AFTER = 2.5
"""A rhythm is over so many intervals after its last beat."""


@compiled
def began(pulse: Any, params: Any, calm: int, beats: Any, number: int, interval: float) -> bool:
    """Whether a chain of beats is a rhythm that began out of quiet; it is remembered then.

    Parameters
    ----------
    calm
        Index in the stream from which on nothing larger moves.
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
    first = _onset(pulse, calm, beats, number, interval)
    if first < 0:
        return False
    pulse.begun_from, pulse.begun_to = first, int(last + AFTER * interval)
    return True


@compiled
def _onset(pulse: Any, calm: int, beats: Any, number: int, interval: float) -> int:
    """Index in the stream at which what a chain of beats is of began; -1 where it may have been there before."""
    step = int(interval)
    sizes = np.empty(min(number, BEATS))
    for i in range(len(sizes)):
        sizes[i] = _largest(pulse, max(beats[number - 1 - i] - step // 2, calm), beats[number - 1 - i] + step // 2)
    least = QUIET * np.sort(sizes)[len(sizes) // 2]
    end = beats[number - 1] + step // 2
    quiet = 0
    while end - step >= calm:
        quiet = quiet + 1 if _largest(pulse, end - step, end) < least else 0
        end -= step
        if quiet == INTERVALS:
            return int(end + INTERVALS * step)
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
