"""The learnt beat of a pulse: where it fits, what it looks like, and what is left when it is taken away."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.state import HISTORY, LANES

STEADY = 0.18
"""Beats come within so much of the interval of where they are expected: breathing alone shifts them by a tenth."""
SIZE_STEP = 0.1
LARGEST, LEAST = 1.6, 0.5
"""A beat is at most and at least so many times the mean beat."""
MEMORY_BEATS = 40.0
"""Beats the learnt shape is a mean of."""
IMPERFECT, IMPERFECT_ALONG = 0.06, 0.5
"""Share of a beat's energy that may stay when the learnt one is taken away: across its direction, and along it."""
COMPLETE = 0.7
"""Share of a beat's energy that must be there to place it."""


@compiled
def project(state: Any, onset: int, taps: Any, length: int, axis: int) -> float:
    """Output of a filter on one axis."""
    at = HISTORY + onset - state.origin
    total = 0.0
    for j in range(length):
        total += taps[j] * np.float64(state.moved[axis, at + j])
    return total


@compiled
def _along(state: Any, pulse: Any, onset: int, j: int) -> float:
    """Movement along the pulse's direction, `j` samples after an onset."""
    at = HISTORY + onset + j - state.origin
    moved = state.moved
    return np.float64(
        pulse.direction[0] * moved[0, at] + pulse.direction[1] * moved[1, at] + pulse.direction[2] * moved[2, at]
    )


@compiled
def expect(pulse: Any) -> tuple[int, int]:
    """Index of the next beat's onset, and how far it may be off."""
    expected = pulse.last + pulse.interval * (1.0 + pulse.missed)
    return int(expected), int(STEADY * pulse.interval * min(1.0 + 0.25 * pulse.missed, 2.0))


@compiled
def best_fit(state: Any, expected: int, slack: int, newest: int) -> tuple[float, int]:
    """Size and onset of the learnt beat where it fits best; the nearer to where it is expected, the better."""
    pulse = state.pulse
    best, best_size, best_onset = 0.0, 0.0, -1
    for onset in range(max(expected - slack, state.segment), expected + slack + 1):
        size = energy = 0.0
        for j in range(min(pulse.length, newest - onset + 1)):  # the end of the beat may not be there yet
            size += pulse.taps[j] * _along(state, pulse, onset, j)
            energy += pulse.taps[j] ** 2
        if energy < COMPLETE:
            break
        size /= energy
        off = (onset - expected) / slack
        value = size * (1.0 - 0.4 * off * off)
        if value > best:
            best, best_size, best_onset = value, size, onset
    return best_size, best_onset


@compiled
def beat_within(state: Any, first: int, last: int, newest: int) -> int:
    """Onset of the latest or the next beat if it moves samples between `first` and `last`, else -1.

    Call `keep_time` before.
    """
    pulse = state.pulse
    expected, slack = expect(pulse)
    if expected - slack <= last:
        size, onset = best_fit(state, expected, slack, newest)
        if size > LEAST * pulse.strength and first - pulse.length < onset <= last:
            return onset
    if first - pulse.length < pulse.last <= last and pulse.last >= state.segment:
        return int(pulse.last)
    return -1


@compiled
def subtract(state: Any, onset: int, newest: int) -> None:
    """Take the learnt beat away at an onset, scaled and shifted by parts of a sample to fit best.

    A shift by s changes a shape p by ``-s p'``: a least-squares fit of p and p' does both.
    """
    pulse = state.pulse
    length = pulse.length
    at = HISTORY + onset - state.origin
    slope_slope = fit = slope_fit = energy = 0.0
    for axis in range(3):
        for j in range(min(length, newest - onset + 1)):
            v = np.float64(state.moved[axis, at + j])
            slope = _slope(pulse.beat[axis], j, length)
            fit += pulse.beat[axis, j] * v
            energy += pulse.beat[axis, j] ** 2
            slope_fit += slope * v
            slope_slope += slope * slope
    size = min(max(fit / energy, 0.0), LARGEST * pulse.strength)
    bend = 0.0
    if slope_slope > 0.0:
        bend = min(max(slope_fit / slope_slope, -0.7 * size), 0.7 * size)
    for axis in range(3):
        for j in range(length):
            value = size * pulse.beat[axis, j] + bend * _slope(pulse.beat[axis], j, length)
            state.moved[axis, at + j] -= np.float32(value)


@compiled
def remainder(state: Any, x: float, y: float, z: float) -> float:
    """Square that a beat not quite taken away may leave in an output of this direction."""
    pulse = state.pulse
    size = np.sqrt(x * x + y * y + z * z)
    cosine = (x * pulse.direction[0] + y * pulse.direction[1] + z * pulse.direction[2]) / max(size, 1e-30)
    return np.float64(pulse.power * (IMPERFECT + (IMPERFECT_ALONG - IMPERFECT) * cosine * cosine))


@compiled
def _slope(taps: Any, j: int, length: int) -> float:
    """Central difference of a filter's taps, which are zero outside."""
    before = taps[j - 1] if j > 0 else 0.0
    after = taps[j + 1] if j < length - 1 else 0.0
    return 0.5 * (after - before)


@compiled
def learn_beat(state: Any, params: Any, onset: int) -> None:
    """A beat came where it was expected: learn its interval, and how it looks if nothing else moved."""
    pulse = state.pulse
    steps = 1.0 + pulse.missed
    interval = (onset - pulse.last) / steps
    pulse.interval += 0.2 * (interval - pulse.interval)
    pulse.interval_sum += steps * interval
    pulse.intervals += int(steps)
    pulse.beats += int(steps)
    pulse.last = onset
    pulse.missed = 0
    if abs(onset - state.last_onset) < 0.4 * params.rate_hz:
        return
    x = project(state, onset, pulse.taps, pulse.length, 0)
    y = project(state, onset, pulse.taps, pulse.length, 1)
    z = project(state, onset, pulse.taps, pulse.length, 2)
    size = np.sqrt(x * x + y * y + z * z)
    if size > LARGEST * pulse.strength:
        return
    pulse.weight = min(pulse.weight + 1.0, MEMORY_BEATS)
    step = 1.0 / (2.0 + pulse.weight)
    direction = pulse.direction
    direction[0] += step * (x / pulse.strength - direction[0])
    direction[1] += step * (y / pulse.strength - direction[1])
    direction[2] += step * (z / pulse.strength - direction[2])
    norm = np.sqrt(direction[0] ** 2 + direction[1] ** 2 + direction[2] ** 2)
    for axis in range(3):
        direction[axis] /= norm
    at = HISTORY + onset - state.origin
    for axis in range(3):
        for j in range(pulse.length):
            v = np.float64(state.moved[axis, at + j])
            pulse.beat[axis, j] += step * (v / pulse.strength - pulse.beat[axis, j])
    energy = 0.0
    for j in range(pulse.length):
        pulse.taps[j] += step * (_along(state, pulse, onset, j) / pulse.strength - pulse.taps[j])
        energy += pulse.taps[j] ** 2
    for j in range(pulse.length):
        pulse.taps[j] /= np.sqrt(energy)
    pulse.strength += max(step, SIZE_STEP) * (size - pulse.strength)
    g = pulse.form // LANES
    m = state.whitening[g]
    a, b, c = m[0] * x, m[1] * x + m[2] * y, m[3] * x + m[4] * y + m[5] * z
    power = (a * a + b * b + c * c) * state.bank_scale[g, pulse.form % LANES]
    pulse.power += max(step, SIZE_STEP) * (power - pulse.power)
