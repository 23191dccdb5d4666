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
    plain, place = state.plain, HISTORY - state.origin
    # Each of the samples `low` to `high - 1` lies between two of the mean interval, all of them by the same part.
    since = begin - beat + params.pulse_lead
    low = min(begin + max(1 - int(since), 0), end)
    high = min(end, begin + LEARNT - 2 - int(since))
    n = max(high - low, 0)
    part = since - int(since)
    whole = along = energy = 1e-18
    for axis in range(3):
        whole += _energy(plain[axis][begin + place : low + place]) + _energy(plain[axis][low + n + place : end + place])
    mean, slope = np.empty((3, n)), np.empty((3, n))
    first_j = int(since) + low - begin
    for axis in range(3):
        _mean_between(pulse.mean_beat[axis][first_j - 1 : first_j + n + 2], part, mean[axis], slope[axis])
    at = np.empty(n)  # where a sample lies among the places
    for i in range(n):
        at[i] = (since + (low - begin + i)) / (APART_S * params.rate_hz)
    sums = np.zeros((PLACES, 5))
    x, y, z = (
        plain[0][low + place : low + n + place],
        plain[1][low + place : low + n + place],
        plain[2][low + place : low + n + place],
    )
    for i in range(n):
        vx, vy, vz = np.float64(x[i]), np.float64(y[i]), np.float64(z[i])
        mx, my, mz = mean[0, i], mean[1, i], mean[2, i]
        sx, sy, sz = slope[0, i], slope[1, i], slope[2, i]
        mm = mx * mx + my * my + mz * mz
        vm = vx * mx + vy * my + vz * mz
        whole += vx * vx + vy * vy + vz * vz
        along += vm
        energy += mm
        ms = mx * sx + my * sy + mz * sz
        ss = sx * sx + sy * sy + sz * sz
        vs = vx * sx + vy * sy + vz * sz - ms
        vm -= mm
        k = min(int(at[i]), PLACES - 2)
        share = min(at[i] - k, 1.0)
        for side in range(2):
            weight = share if side else 1.0 - share
            own = sums[k + side]
            own[0] += weight * mm
            own[1] += weight * ms
            own[2] += weight * ss
            own[3] += weight * vm
            own[4] += weight * vs
    size, shift = np.zeros(PLACES), np.zeros(PLACES)
    _solve(state, params, sums, size, shift)
    gain, late = np.empty(n), np.empty(n)
    for i in range(n):
        k = min(int(at[i]), PLACES - 2)
        share = min(at[i] - k, 1.0)
        gain[i] = 1.0 + (1.0 - share) * size[k] + share * size[k + 1]
        late[i] = (1.0 - share) * shift[k] + share * shift[k + 1]
    skipped = min(max(first - low, 0), n)
    for axis in range(3):
        own, out = plain[axis][low + place :], state.moved[axis][low + place :]
        for i in range(skipped, n):
            out[i] = np.float32(np.float64(own[i]) - gain[i] * mean[axis, i] - late[i] * slope[axis, i])
    scale = 0.5 + 0.5 * min(max(along / energy, FIT[0]), FIT[1])
    return whole, whole - 2.0 * scale * along + scale * scale * energy


@compiled
def _energy(samples: Any) -> float:
    """Sum of the squares of samples."""
    total = 0.0
    for v in samples:
        total += np.float64(v) ** 2
    return total


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
    j = int(begin - beat + params.pulse_lead + 0.5)
    skipped = max(most - j, 0)
    n = min(end - begin, LEARNT - most - j)
    for axis in range(3):
        plain = state.plain[axis][begin + offset : begin + offset + n]
        for i in range(skipped, n):
            v = np.float64(plain[i])
            near = pulse.mean_beat[axis][j + i - most : j + i + most + 1]
            for k in range(2 * most + 1):
                product[k] += v * near[k]
    best = int(np.argmax(product))
    if not 0 < best < 2 * most or not product[best] > 0.0:
        return 0.0
    left, middle, right = product[best - 1], product[best], product[best + 1]
    curvature = left - 2.0 * middle + right
    return np.float64(most - best - (0.5 * (left - right) / curvature if curvature < 0.0 else 0.0))


@compiled
def _mean_between(around: Any, part: float, value: Any, slope: Any) -> None:
    """Fill values and slopes of the mean interval at ``j + part``, with `part` from 0 to 1, for a row of `j`.

    Parameters
    ----------
    around
        The mean from one before the first `j` to two after the last.
    value, slope
        Filled.
    """
    for i in range(len(value)):
        value[i] = (1.0 - part) * around[i + 1] + part * around[i + 2]
        slope[i] = 0.5 * ((1.0 - part) * (around[i + 2] - around[i]) + part * (around[i + 3] - around[i + 1]))


@compiled
def _noise(state: Any) -> float:
    """Mean energy of a sample in the quietest phase; of the noise floor where none is known."""
    pulse = state.pulse
    least = np.inf
    for phase in range(PHASES):
        if pulse.seen[phase] > 0.0:
            least = min(least, pulse.noise[phase])
    return np.float64(least if least < np.inf else state.noise)
