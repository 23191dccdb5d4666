"""The noise that is left at each phase of the beat, in place of the one noise floor."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.layout import BEATS, PHASES
from detector.signal.pulse.learn import beat_before, phase_of

YOUNG, YOUNG_COST = 10, 2.0
"""A beat that has been seen fewer times is not well known yet: a threshold is so much higher."""
RECENT_S, RECENT_COST = 900.0, 1.4
"""And so it is where a pulse was followed so shortly ago, and is too faint now: noise lifts its beats over the
threshold."""
UNEVEN = 0.2
"""Breathing moves the interval by a tenth."""
TRUSTED = 0.8
"""So much of the interval after the last beat that is known is free of the next one."""


@compiled
def phase_at(state: Any, params: Any, t: int) -> int:
    """Number of the phase that sample `t` lies in; -1 where no beat is followed."""
    pulse = state.pulse
    if not pulse.covered_from <= t < pulse.covered_to:
        return -1
    return _phase(pulse, params, beat_before(pulse, params, t), t)


@compiled
def _phase(pulse: Any, params: Any, number: int, t: int) -> int:
    since = t - pulse.at[number % BEATS]
    if number == pulse.placed - 1 and since > TRUSTED * pulse.interval * params.slow_factor:
        return PHASES - 1  # the next beat may be there, and has not been placed
    return phase_of(params, since)


@compiled
def squares_by_phase(state: Any, params: Any, g: int, begin: int, n: int, u: Any, r2: Any) -> int:
    """Whiten outputs of a gate filter by the noise of their phase; gives how many squares stand above the gate.

    Parameters
    ----------
    begin, n
        Index of the first output in the filter's stream, and how many there are.
    u, r2
        Outputs, shape ``(3, BLOCK)``; their squared lengths, ``(BLOCK,)``, changed where a beat is followed.
    """
    pulse = state.pulse
    factor = params.factor[g]
    number = beat_before(pulse, params, (begin + 1) * factor - 1)
    over = 0
    for c in range(n):
        t = (begin + c + 1) * factor - 1
        while number + 1 < pulse.placed and pulse.at[(number + 1) % BEATS] - params.pulse_lead <= t:
            number += 1
        if pulse.covered_from <= t < pulse.covered_to:
            m = pulse.whitening[g, _phase(pulse, params, number, t)]
            a = m[0] * u[0, c]
            b = m[1] * u[0, c] + m[2] * u[1, c]
            d = m[3] * u[0, c] + m[4] * u[1, c] + m[5] * u[2, c]
            r2[c] = a * a + b * b + d * d
            pulse.loudest = max(pulse.loudest, np.float64(r2[c]))
        over += r2[c] > params.gate
    return over


@compiled
def tail_at(state: Any, params: Any, t: int) -> float:
    """How many times as high as in Gaussian noise a threshold must be at `t`."""
    pulse = state.pulse
    if phase_at(state, params, t) < 0:
        is_recent = pulse.known and state.index - pulse.lost < RECENT_S * params.rate_hz
        return RECENT_COST if is_recent and not pulse.locked else 1.0
    return np.float64(pulse.tail * (YOUNG_COST if pulse.learnt < YOUNG else 1.0))


@compiled
def noise_at(state: Any, params: Any, t: int) -> float:
    """Mean energy of a sample of noise at `t`."""
    phase = phase_at(state, params, t)
    return np.float64(state.noise if phase < 0 else state.pulse.noise[phase])


@compiled
def use_whitening_at(state: Any, params: Any, t: int) -> None:
    """Whiten by the noise at sample `t` from now on, until the next call."""
    phase = phase_at(state, params, t)
    for g in range(len(state.whitening)):
        for k in range(6):
            state.whitening[g, k] = state.floor_whitening[g, k] if phase < 0 else state.pulse.whitening[g, phase, k]


@compiled
def is_uneven(state: Any, params: Any, t: int) -> bool:
    """Whether a beat about sample `t` came out of turn: then it, or its neighbour, may have been misplaced."""
    pulse = state.pulse
    if phase_at(state, params, t) < 0:
        return False
    number = beat_before(pulse, params, t)
    usual = pulse.interval * params.slow_factor
    for k in range(max(number - 1, pulse.placed - BEATS, 0), min(number + 1, pulse.placed - 1)):
        share = (pulse.at[(k + 1) % BEATS] - pulse.at[k % BEATS]) / usual
        if not 1.0 - UNEVEN < share < 1.0 + UNEVEN:
            return True
    return False
