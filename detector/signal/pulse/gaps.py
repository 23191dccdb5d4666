"""The pulse at a gap: beats are placed as well as they can be before it, and followed on after a short one."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.fitting import subtract_mean
from detector.signal.pulse.follow import advance, next_beat, remember
from detector.signal.pulse.layout import BEATS
from detector.signal.pulse.learn import FEW, begin_of
from detector.signal.pulse.stream import fill, restart_stream, sample_at
from detector.signal.pulse.timekeeper import lose, place

OUTLIVED_S = 5.0
"""A pulse is still followed after so long a gap."""


@compiled
def let_go(state: Any, params: Any, out: Any, found: int) -> int:
    """Prepare for the gate to pass all there is: a gap or the end follows. Beats are placed as well as they can be."""
    pulse = state.pulse
    if pulse.locked:
        advance(state, params)
        while True:
            beat = next_beat(pulse, params, 0)
            if beat < 0:
                break
            found = place(state, params, beat, out, found)
        _take_last_away(state, params)
        pulse.covered_to = state.index
        pulse.doubt = 0
    return found


@compiled
def _take_last_away(state: Any, params: Any) -> None:
    """Subtract the mean interval from what there is of the latest beat, before the next one is known."""
    pulse = state.pulse
    if pulse.learnt < FEW:
        return
    last = pulse.at[(pulse.placed - 1) % BEATS]
    end = min(begin_of(state, params, last + pulse.interval * params.slow_factor), state.index)
    subtract_mean(state, params, last, begin_of(state, params, last), end, state.sensed)


@compiled
def bridge(state: Any, params: Any, seconds: float, out: Any, found: int) -> int:
    """Samples are missing: a pulse goes on through a short gap, and is forgotten in a long one."""
    pulse = state.pulse
    if pulse.locked and seconds <= OUTLIVED_S:
        fill(pulse, int(np.rint(seconds * params.slow_hz)))
        # Where the last beat would lie if the samples had been counted on.
        restart_stream(pulse, state.index)
        remember(pulse, sample_at(pulse, params, pulse.last))
        pulse.covered_from = pulse.covered_to = state.index
        pulse.told_from += pulse.at[(pulse.placed - 1) % BEATS] - pulse.at[(pulse.placed - 2) % BEATS]
    elif pulse.locked:
        found = lose(state, params, out, found)
    if not pulse.locked:
        state.calm_to = state.index
        pulse.wait_from = state.index
        pulse.disturbed = pulse.noticed = state.index
    return found
