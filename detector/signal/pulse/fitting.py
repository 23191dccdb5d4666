"""The mean interval of a beat, fitted to one beat piece by piece.

Breathing changes a beat's size, and the time of its second sound against that of its first. So the mean is not only
scaled as a whole: about each of some places along the interval its size and its shift are fitted on their own, and in
between they go over into each other. What they may become is held back where the mean hardly stands out of the noise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.layout import LEARNT, PHASES
from detector.signal.state import HISTORY

FIT = (0.3, 1.6)
"""A beat is between these shares of the mean one; half of what it differs is believed."""
APART_S = 0.2
"""So far apart are the places."""
PLACES = 12
SIZE, SHIFT_S = 0.5, 0.015
"""How much larger or smaller, and earlier or later, a sound is than in the mean, as standard deviations."""
ALIGNED_S, FURTHEST_S = 0.5, 0.05
"""A beat is aligned with the mean interval by the half second after its place, and is moved by 50 ms at most."""
COLOUR = 3.0
"""Neighbouring samples of noise are alike, so the variance of a sum of them is larger by this factor."""


@compiled
def subtract_mean(state: Any, params: Any, beat: float, begin: int, end: int, first: int) -> tuple[float, float]:
    """Subtract the fitted mean interval of a beat from samples ``max(begin, first)`` to ``end - 1``.

    Parameters
    ----------
    beat
        Place of the beat.
    begin, end
        The samples of its interval, which it is fitted to.
    first
        Index of the first sample to be changed.

    Returns
    -------
    whole, left : float
        Energy of the interval, and what is left of it if the mean is only scaled as a whole.
    """
    pulse = state.pulse
    offset = HISTORY - state.origin
    apart = APART_S * params.rate_hz
    sums = np.zeros((PLACES, 5))
    whole = along = energy = 1e-18
    for t in range(begin, end):
        since = t - beat + params.pulse_lead
        j = int(since)
        if not 1 <= j < LEARNT - 2:
            for axis in range(3):
                whole += np.float64(state.plain[axis, t + offset]) ** 2
            continue
        part = since - j
        mm = ms = ss = vm = vs = 0.0
        for axis in range(3):
            mean, slope = _mean_at(pulse.mean_beat[axis], j, part)
            v = np.float64(state.plain[axis, t + offset])
            whole += v * v
            along += v * mean
            energy += mean * mean
            v -= mean
            mm += mean * mean
            ms += mean * slope
            ss += slope * slope
            vm += v * mean
            vs += v * slope
        k = min(int(since / apart), PLACES - 2)
        share = min(since / apart - k, 1.0)
        for place in range(2):
            weight = share if place else 1.0 - share
            own = sums[k + place]
            own[0] += weight * mm
            own[1] += weight * ms
            own[2] += weight * ss
            own[3] += weight * vm
            own[4] += weight * vs
    size, shift = np.zeros(PLACES), np.zeros(PLACES)
    _solve(state, params, sums, size, shift)
    for t in range(max(begin, first), end):
        since = t - beat + params.pulse_lead
        j = int(since)
        if j >= LEARNT - 2:
            break
        k = min(int(since / apart), PLACES - 2)
        share = min(since / apart - k, 1.0)
        gain = 1.0 + (1.0 - share) * size[k] + share * size[k + 1]
        late = (1.0 - share) * shift[k] + share * shift[k + 1]
        for axis in range(3):
            mean, slope = _mean_at(pulse.mean_beat[axis], max(j, 1), since - j)
            moved = np.float64(state.plain[axis, t + offset]) - gain * mean - late * slope
            state.moved[axis, t + offset] = np.float32(moved)
    scale = 0.5 + 0.5 * min(max(along / energy, FIT[0]), FIT[1])
    return whole, whole - 2.0 * scale * along + scale * scale * energy


@compiled
def _solve(state: Any, params: Any, sums: Any, size: Any, shift: Any) -> None:
    """Fill how much larger and how many samples earlier a beat is about each place, by least squares with a prior."""
    noise = COLOUR * _noise(state) / 3.0
    least_size, least_shift = noise / SIZE**2, noise / (SHIFT_S * params.rate_hz) ** 2
    for k in range(PLACES):
        mm, ms, ss = sums[k, 0] + least_size, sums[k, 1], sums[k, 2] + least_shift
        determinant = mm * ss - ms * ms
        if determinant > 0.0:
            size[k] = (sums[k, 3] * ss - sums[k, 4] * ms) / determinant
            shift[k] = (sums[k, 4] * mm - sums[k, 3] * ms) / determinant
            size[k] = min(max(size[k], -2.0 * SIZE), 2.0 * SIZE)
            most = 2.0 * SHIFT_S * params.rate_hz
            shift[k] = min(max(shift[k], -most), most)


@compiled
def shift_to_mean(state: Any, params: Any, beat: float) -> float:
    """How many samples later than told a beat is at, by where it is most like the mean interval; 0 where that is far.

    The place of a beat comes from the slow stream, and is a few hundredths of a second off now and then.
    """
    pulse = state.pulse
    offset = HISTORY - state.origin
    begin = max(int(np.ceil(beat - params.pulse_lead)), state.segment)
    end = min(int(beat + ALIGNED_S * params.rate_hz), state.index)
    most = int(FURTHEST_S * params.rate_hz) + 1
    product = np.zeros(2 * most + 1)
    for t in range(begin, end):
        j = int(t - beat + params.pulse_lead + 0.5)
        if j < most or j + most >= LEARNT:
            continue
        for axis in range(3):
            v = np.float64(state.plain[axis, t + offset])
            for k in range(2 * most + 1):
                product[k] += v * pulse.mean_beat[axis, j + most - k]
    best = int(np.argmax(product))
    if not 0 < best < 2 * most or not product[best] > 0.0:
        return 0.0
    left, middle, right = product[best - 1], product[best], product[best + 1]
    curvature = left - 2.0 * middle + right
    return np.float64(best - most + (0.5 * (left - right) / curvature if curvature < 0.0 else 0.0))


@compiled
def _mean_at(mean: Any, j: int, part: float) -> tuple[float, float]:
    """Value and slope of the mean interval at ``j + part``, with `part` from 0 to 1."""
    value = (1.0 - part) * mean[j] + part * mean[j + 1]
    slope = 0.5 * ((1.0 - part) * (mean[j + 1] - mean[j - 1]) + part * (mean[j + 2] - mean[j]))
    return value, slope


@compiled
def _noise(state: Any) -> float:
    """Mean energy of a sample in the quietest phase; of the noise floor where none is known."""
    pulse = state.pulse
    least = np.inf
    for phase in range(PHASES):
        if pulse.seen[phase] > 0.0:
            least = min(least, pulse.noise[phase])
    return np.float64(least if least < np.inf else state.noise)
