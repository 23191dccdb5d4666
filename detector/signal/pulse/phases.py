"""The noise that is left at each phase of the beat, in place of the one noise floor."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.layout import BEATS, PHASES
from detector.signal.pulse.stream import sample_at

YOUNG, YOUNG_COST = 10, 2.0
"""A beat that has been seen fewer times is not well known yet: a threshold is so much higher."""
RECENT_S, MOVED_S, RECENT_COST = 900.0, 20.0, 1.4
"""And so it is where a pulse was followed so shortly ago, and is too faint now; and so shortly after the start or a
movement, where one may be there that has not been found: noise lifts its beats over the threshold."""
UNEVEN = 0.2
"""Breathing moves the interval by a tenth."""
TRUSTED = 0.8
"""So much of the interval after the last beat that is known is free of the next one."""


@compiled
def phase_of(params: Any, since: float) -> int:
    """Number of the phase that lies `since` samples after a beat."""
    return int(min(max((since + params.pulse_lead) / params.phase_length, 0.0), PHASES - 1.0))


@compiled
def beat_before(pulse: Any, params: Any, t: int) -> int:
    """Number of the latest beat that sample `t` belongs to, of those remembered."""
    number = pulse.placed - 1
    last = max(pulse.placed - BEATS, 0)
    while number > last and pulse.at[number % BEATS] - params.pulse_lead > t:
        number -= 1
    return int(number)


@compiled
def is_covered(pulse: Any, t: int) -> bool:
    """Whether sample `t` lies in an interval whose beat is known."""
    return bool(pulse.covered_from <= t < pulse.covered_to)


@compiled
def phase_at(state: Any, params: Any, t: int) -> int:
    """Number of the phase that sample `t` lies in; -1 where no beat is followed."""
    pulse = state.pulse
    if not is_covered(pulse, t):
        return -1
    return _phase(pulse, params, beat_before(pulse, params, t), t)


@compiled
def _phase(pulse: Any, params: Any, number: int, t: int) -> int:
    since = t - pulse.at[number % BEATS]
    if number == pulse.placed - 1 and since > TRUSTED * pulse.interval * params.slow_factor:
        return PHASES - 1  # the next beat may be there, and has not been placed
    return phase_of(params, since)


@compiled
def phases_of(state: Any, params: Any, g: int, begin: int, n: int, phases: Any) -> None:
    """Find the phases of outputs of a gate filter.

    Parameters
    ----------
    begin, n
        Index of the first output in the filter's stream, and how many there are.
    phases
        Filled: numbers of the phases, -1 where no beat is followed, shape ``(BLOCK,)``.
    """
    pulse = state.pulse
    factor = params.factor[g]
    number = beat_before(pulse, params, (begin + 1) * factor - 1)
    following = _begin_of_next(pulse, params, number)
    for c in range(n):
        t = (begin + c + 1) * factor - 1
        while t >= following:
            number += 1
            following = _begin_of_next(pulse, params, number)
        phases[c] = _phase(pulse, params, number, t) if is_covered(pulse, t) else -1


@compiled
def _begin_of_next(pulse: Any, params: Any, number: int) -> float:
    """Where the interval of a beat ends, as an index of samples."""
    if number + 1 >= pulse.placed:
        return np.inf
    return np.float64(pulse.at[(number + 1) % BEATS] - params.pulse_lead)


@compiled
def squares_by_phase(state: Any, params: Any, g: int, phases: Any, u: Any, r2: Any) -> int:
    """Whiten outputs of a gate filter by the noise of their phase; gives how many squares stand above the gate.

    Parameters
    ----------
    phases
        Of each output, see `phases_of`.
    u, r2
        Outputs, shape ``(3, BLOCK)``; their squared lengths, ``(BLOCK,)``, changed where a beat is followed.
    """
    whitening, loudest = state.pulse.whitening[g], state.pulse.loudest
    x, y, z = u[0], u[1], u[2]
    over = 0
    for c in range(len(phases)):
        if phases[c] >= 0:
            m = whitening[phases[c]]
            a = m[0] * x[c]
            b = m[1] * x[c] + m[2] * y[c]
            d = m[3] * x[c] + m[4] * y[c] + m[5] * z[c]
            r2[c] = a * a + b * b + d * d
            loudest = max(loudest, np.float64(r2[c]))
        over += r2[c] > params.gate
    state.pulse.loudest = loudest
    return over


@compiled
def tail_at(state: Any, params: Any, t: int) -> float:
    """How many times as high as in Gaussian noise a threshold must be at `t`."""
    pulse = state.pulse
    if phase_at(state, params, t) < 0:
        return 1.0
    return np.float64(pulse.tail * (YOUNG_COST if pulse.learnt < YOUNG else 1.0))


@compiled
def unfound_cost(state: Any, params: Any, t: int) -> float:
    """How many times as high a threshold must be at `t` because a faint pulse may be there that is not followed."""
    pulse = state.pulse
    if pulse.locked or is_covered(pulse, t):
        return 1.0
    is_recent = pulse.known and t - pulse.lost < RECENT_S * params.rate_hz
    moved = max(sample_at(pulse, params, pulse.loud_at), np.float64(state.movement_end), 0.0)
    return RECENT_COST if is_recent or t - moved < MOVED_S * params.rate_hz else 1.0


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
