"""Unrest around an event: a beat or a twitch is short, and a body that stirs does so for a second and more.

One whole interval of the pulse before an event and one after it are compared with the intervals of late. A whole
interval holds one beat, wherever it begins; what it holds more is movement.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.layout import BUSTLE
from detector.signal.state import HISTORY

RESTLESS = 1.5
"""An interval that moves so many times as much as the median of those of late holds more than its beat: one in thirty
of those next to a twitch of 20 mg does."""
WILD = 3.0
"""One that moves so many times as much is of a movement, or a large twitch lies in it."""
BEFORE_S, AFTER_S = 0.1, 0.45
"""An event lies between so long before its onset and so long after it."""
LEAST = 4
"""Fewer intervals say nothing."""


@compiled
def forget_bustle(pulse: Any) -> None:
    """Nothing is known of how much an interval moves."""
    pulse.bustle_count = 0


@compiled
def note_bustle(state: Any, first: int, last: int) -> bool:
    """Remember how much moved from sample `first` to the one before `last`, an interval of the pulse.

    Returns
    -------
    bool
        Whether it moved so much that nothing is to be learnt from it.
    """
    pulse = state.pulse
    if last <= first:
        return True
    own = _mean_size(state, first, last)
    wild = pulse.bustle_count >= LEAST and own > WILD * _usual(pulse)
    pulse.bustle[pulse.bustle_count % BUSTLE] = own
    pulse.bustle_count += 1
    return bool(wild)


@compiled
def _usual(pulse: Any) -> float:
    """Median of how much the intervals of late moved."""
    known = np.sort(pulse.bustle[: min(pulse.bustle_count, BUSTLE)])
    return np.float64(known[len(known) // 2])


@compiled
def is_restless(state: Any, params: Any, onset: int) -> bool:
    """Whether the interval before an event that begins at sample `onset`, or the one after it, moves more than usual.

    Only to be asked where a beat is followed: the samples after the event are there then, for the gate stays so far
    behind, however many come at a time.
    """
    pulse = state.pulse
    if pulse.bustle_count < LEAST:
        return False
    most = RESTLESS * _usual(pulse)
    interval = int(pulse.interval * params.slow_factor)
    last = onset - int(BEFORE_S * params.rate_hz)
    if last - interval >= state.segment and _mean_size(state, last - interval, last) > most:
        return True
    first = onset + int(AFTER_S * params.rate_hz)
    return bool(first + interval <= state.index and _mean_size(state, first, first + interval) > most)


@compiled
def _mean_size(state: Any, first: int, last: int) -> float:
    """Mean length of the high-passed samples `first` to ``last - 1``: one strong moment counts less than in a power."""
    offset = HISTORY - state.origin
    total = 0.0
    for t in range(first, last):
        x, y, z = (
            np.float64(state.plain[0, t + offset]),
            np.float64(state.plain[1, t + offset]),
            np.float64(state.plain[2, t + offset]),
        )
        total += np.sqrt(x * x + y * y + z * z)
    return total / (last - first)
