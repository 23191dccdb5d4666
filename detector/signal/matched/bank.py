"""The bank of matched filters, applied where the gate opened: which shape, when, how large, and how surely."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.noise.floor import AXES, CLIP, FLOOR_MEAN
from detector.signal.state import BANK, GATES, HISTORY, LANES, MAX_LAGS

LEAST_COLOUR = 0.1
"""No noise has less in one of the bank's bands than so much of what white noise has there."""
HEARD = 0.9
"""Share of the whitened power that must be the noise's own for it to tell its colour."""


class Match(NamedTuple):
    """What the bank makes of a movement: where and how its best filter answers."""

    onset: int
    """Index of the sample at which that filter begins."""
    shape: int
    """Number of the filter in the bank."""
    square: float
    """Whitened square of its output, at the maximum of a parabola through its neighbours in time."""
    shift: float
    """How far past `onset` that maximum lies, in samples."""


@compiled
def correlate(moved: Any, at: int, taps: Any, length: int, out: Any) -> None:
    """Outputs of several filters for one onset.

    Parameters
    ----------
    moved
        Samples, shape ``(3, n)``.
    at
        Place of the onset in `moved`.
    taps
        Tap after tap, `LANES` filters each, shape ``(TAPS * LANES,)``.
    length
        Taps in use, a multiple of 4.
    out
        Filled, shape ``(3, LANES)``.
    """
    rows_x, rows_y, rows_z = moved[0][at : at + length], moved[1][at : at + length], moved[2][at : at + length]
    sum_x, sum_y, sum_z = out[0], out[1], out[2]
    for k in range(LANES):
        sum_x[k] = sum_y[k] = sum_z[k] = 0.0
    for j in range(0, length, 4):
        t = taps[j * LANES : (j + 4) * LANES]
        x0, x1, x2, x3 = rows_x[j], rows_x[j + 1], rows_x[j + 2], rows_x[j + 3]
        y0, y1, y2, y3 = rows_y[j], rows_y[j + 1], rows_y[j + 2], rows_y[j + 3]
        z0, z1, z2, z3 = rows_z[j], rows_z[j + 1], rows_z[j + 2], rows_z[j + 3]
        for k in range(LANES):  # filters in the inner loop: the compiler does them all at once
            t0, t1, t2, t3 = t[k], t[LANES + k], t[2 * LANES + k], t[3 * LANES + k]
            sum_x[k] += t0 * x0 + t1 * x1 + t2 * x2 + t3 * x3
            sum_y[k] += t0 * y0 + t1 * y1 + t2 * y2 + t3 * y3
            sum_z[k] += t0 * z0 + t1 * z1 + t2 * z2 + t3 * z3


@compiled
def squares(state: Any, params: Any, at: int, u: Any, out: Any) -> None:
    """Whitened squares of all filters of the bank for one onset: chi-square with three degrees of freedom in noise.

    Parameters
    ----------
    at
        Place of the onset in the look-back.
    u, out
        Filled: outputs, shape ``(GATES, 3, LANES)``; squares, shape ``(BANK,)``.
    """
    for g in range(GATES):  # half of the filters are whitened as the gate's short filter is, half as its long one
        correlate(state.moved, at, params.bank_taps[g], params.bank_length[g], u[g])
        m = state.whitening[g]
        m0, m1, m2, m3, m4, m5 = m[0], m[1], m[2], m[3], m[4], m[5]
        x, y, z = u[g, 0], u[g, 1], u[g, 2]
        scale = state.bank_scale[g]
        square = out[g * LANES : (g + 1) * LANES]
        for k in range(LANES):
            a = m0 * x[k]
            b = m1 * x[k] + m2 * y[k]
            c = m3 * x[k] + m4 * y[k] + m5 * z[k]
            square[k] = (a * a + b * b + c * c) * scale[k]


@compiled
def scan(state: Any, params: Any, middle: int, reach: int, first: int, last: int, newest: int) -> Match:
    """Try the bank at onsets about `middle`, on and on while it answers more at the edge.

    Parameters
    ----------
    middle, reach
        Index of the onset to begin with, and how far about it to try at least.
    first, last
        No onset before or after these is tried.
    newest
        Index of the last sample there is; a filter that needs later ones is left out.

    Returns
    -------
    Match
        The largest square.
    """
    u = np.empty((GATES, 3, LANES), np.float32)
    table = np.zeros((MAX_LAGS, BANK), np.float32)
    low, high = max(middle - reach, first), min(middle + reach, last)
    best, best_onset, best_k = np.float32(0.0), middle, 0
    onset = low
    while onset <= high:
        row = table[onset - first]
        squares(state, params, HISTORY + onset - state.origin, u, row)
        for k in range(BANK):
            if row[k] > best and onset + params.bank_taps_of[k] <= newest + 1:
                best, best_onset, best_k = row[k], onset, k
        onset += 1
        if onset > high and best_onset == high and high < last:
            high += 1
    while best_onset == low and low > first:
        low -= 1
        row = table[low - first]
        squares(state, params, HISTORY + low - state.origin, u, row)
        for k in range(BANK):
            if row[k] > best and low + params.bank_taps_of[k] <= newest + 1:
                best, best_onset, best_k = row[k], low, k
    at = best_onset - first
    if low < best_onset < high:
        left, right = np.float64(table[at - 1, best_k]), np.float64(table[at + 1, best_k])
        square, shift = parabola(left, np.float64(best), right)
        return Match(best_onset, best_k, square, shift)
    return Match(best_onset, best_k, np.float64(best), 0.0)


@compiled
def parabola(left: float, middle: float, right: float) -> tuple[float, float]:
    """Maximum of the parabola through three points a step apart: its value, and its place past the middle one."""
    curvature = left - 2.0 * middle + right
    if curvature < 0.0 and left <= middle and right <= middle:
        shift = 0.5 * (left - right) / curvature
        return middle - 0.25 * (left - right) * shift, shift
    return middle, 0.0


@compiled
def use_floor(state: Any) -> None:
    """Whiten by the noise floor from now on, until the next call."""
    for g in range(GATES):
        for k in range(6):
            state.whitening[g, k] = state.floor_whitening[g, k]


@compiled
def census(state: Any, params: Any, u: Any, row: Any) -> None:
    """Compare the bank's outputs in noise with what white noise would give: the noise's colour."""
    onset = state.sensed - params.bank_length[1]
    if state.active or onset < state.ready or onset < state.pulse.covered_to:
        return
    use_floor(state)
    squares(state, params, HISTORY + onset - state.origin, u, row)
    state.census += 1.0
    step = max(params.census_step, 1.0 / state.census)
    for g in range(GATES):
        state.heard[g] = _whitened_power(state, g)
    for k in range(BANK):
        if is_bounded(state, k // LANES):  # what is heard is no Gaussian noise: it says nothing of the colour
            state.colour[k] = max(state.colour[k], 1.0)
        else:
            ratio = np.float64(row[k]) * (FLOOR_MEAN / AXES)  # over its clipped mean
            state.colour[k] = max(state.colour[k] * (1.0 + step * (min(ratio, CLIP) - 1.0)), LEAST_COLOUR)
        state.bank_scale[k // LANES, k % LANES] = 1.0 / (params.bank_gain[k] * state.colour[k])


@compiled
def is_bounded(state: Any, g: int) -> bool:
    """Whether the noise floor is held up by a bound rather than by noise: coarse steps, or an axis that is flat."""
    return bool(state.heard[g] < HEARD * AXES)


@compiled
def _whitened_power(state: Any, g: int) -> float:
    """Mean square that the noise's own covariance gives after whitening: 3, less where the floor is bounded."""
    m, covariance = state.floor_whitening[g], state.covariance[g]
    m0, m1, m2 = np.float64(m[0]), np.float64(m[1]), np.float64(m[2])
    m3, m4, m5 = np.float64(m[3]), np.float64(m[4]), np.float64(m[5])
    xx, xy, xz = covariance[0], covariance[1], covariance[2]
    yy, yz, zz = covariance[3], covariance[4], covariance[5]
    power = m0 * m0 * xx
    power += m1 * m1 * xx + m2 * m2 * yy + 2.0 * m1 * m2 * xy
    power += m3 * m3 * xx + m4 * m4 * yy + m5 * m5 * zz + 2.0 * (m3 * m4 * xy + m3 * m5 * xz + m4 * m5 * yz)
    return np.float64(power * FLOOR_MEAN * state.boost[g])
