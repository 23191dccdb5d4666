"""Matching between samples: what a family's filter answers at onsets that fall between two samples.

At 52 Hz a movement of 17 Hz is only three samples long: half a sample off, a filter explains four fifths of its own
event. A filter's answers are themselves a movement of the same frequencies, so what it answers in between follows from
those at the samples around. No filter needs to be stored twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.matched.bank import correlate, parabola
from detector.signal.state import FAMILIES, HISTORY, LANES

PARTS = 16
"""Places between two samples."""
HALF = 5
"""Samples to each side that a value in between is made of."""
BETWEEN = np.empty((PARTS, 2 * HALF))
"""Weights of those samples, one row a place: a windowed sinc."""
NEEDED = 0.75
"""Share of a filter's taps for which there must be samples: its end says little."""
for _part in range(PARTS):
    _away = np.arange(1 - HALF, 1 + HALF) - _part / PARTS
    BETWEEN[_part] = np.sinc(_away) * np.sinc(_away / HALF)
    BETWEEN[_part] /= BETWEEN[_part].sum()


@compiled
def aim(state: Any, params: Any, f: int, towards: Any) -> None:
    """Weights of the axes of a filter for a known direction: whitened twice, of unit variance in noise."""
    k = state.family_shape[f]
    m = state.whitening[k // LANES]
    x, y, z = state.family_direction[f, 0], state.family_direction[f, 1], state.family_direction[f, 2]
    a = m[0] * x
    b = m[1] * x + m[2] * y
    c = m[3] * x + m[4] * y + m[5] * z
    size = np.sqrt((a * a + b * b + c * c) * params.bank_gain[k] * state.colour[k] * state.family_noise[f])
    towards[0] = (m[0] * a + m[1] * b + m[3] * c) / size
    towards[1] = (m[2] * b + m[4] * c) / size
    towards[2] = m[5] * c / size


@compiled
def cut_out(state: Any, first: int, count: int, newest: int) -> Any:
    """Copy samples, with zeros for those before the latest gap and those that are not sure to be there yet."""
    part = np.zeros((3, count), np.float32)
    place = HISTORY - state.origin
    low, high = max(first, state.segment, -place), min(first + count, newest + 1)
    for axis in range(3):
        for i in range(low, high):
            part[axis, i - first] = state.moved[axis, i + place]
    return part


@compiled
def best_match(
    state: Any, params: Any, asked: Any, first: int, last: int, newest: int
) -> tuple[int, int, int, float, float]:
    """Find which of the families asked answers best to onsets from `first` to `last`, and where.

    Parameters
    ----------
    asked
        Which families to ask, shape ``(FAMILIES,)``.

    Returns
    -------
    family, onset, part, z2, shift : int, int, int, float, float
        Its place (-1 where none answers), the sample before the onset, how many `PARTS` of a sample later the onset is,
        the squared output over the noise's variance at its maximum, and how far past ``onset`` that lies.
    """
    length = 0
    towards = np.empty((FAMILIES, 3))
    for f in range(FAMILIES):
        if asked[f]:
            length = max(length, state.family_length[f])
            aim(state, params, f, towards[f])
    best, best_f, best_onset, best_part, best_shift = 0.0, -1, first, 0, 0.0
    if length == 0 or last < first:
        return best_f, best_onset, best_part, best, best_shift
    length = (length + 3) // 4 * 4
    low, count = first - HALF, last - first + 1 + 2 * HALF
    part = cut_out(state, low, count + length, newest)
    answers = np.zeros((FAMILIES, count))
    u = np.empty((3, LANES), np.float32)
    for h in range(FAMILIES // LANES):
        if not np.any(asked[h * LANES : (h + 1) * LANES]):
            continue
        for i in range(count):
            correlate(part, i, state.family_taps[h], length, u)
            for c in range(LANES):
                t = towards[h * LANES + c]
                if asked[h * LANES + c]:
                    answers[h * LANES + c, i] = t[0] * u[0, c] + t[1] * u[1, c] + t[2] * u[2, c]
    for f in range(FAMILIES):
        if not asked[f]:
            continue
        peak, at = 0.0, -1
        needed = round(NEEDED * state.family_length[f])
        for onset in range(first, min(last, newest + 1 - needed) + 1):
            if answers[f, onset - low] > peak:
                peak, at = answers[f, onset - low], onset
        if at >= 0:
            value, parts, shift = peak_between(answers[f], at - low)
            if value * value > best:
                best, best_f, best_shift = value * value, f, shift
                best_onset, best_part = at + parts // PARTS, parts % PARTS
                best_shift = at + shift - best_onset
    return best_f, best_onset, best_part, best, best_shift


@compiled
def peak_between(values: Any, at: int) -> tuple[float, int, float]:
    """Find the maximum about a sample that is no smaller than its neighbours.

    Returns
    -------
    value, parts, shift : float, int, float
        The maximum, and how far past the sample it lies: in `PARTS` of a sample, and in samples.
    """
    best, best_parts = values[at], 0
    for parts in range(1 - PARTS, PARTS):
        value = between(values, at, parts)
        if value > best:
            best, best_parts = value, parts
    value, shift = parabola(between(values, at, best_parts - 1), best, between(values, at, best_parts + 1))
    return value, best_parts, (best_parts + shift) / PARTS


@compiled
def between(values: Any, at: int, parts: int) -> float:
    """Value so many `PARTS` of a sample past a sample; what lies outside counts as 0."""
    base, row = at + parts // PARTS, BETWEEN[parts % PARTS]
    value = 0.0
    for m in range(2 * HALF):
        i = base + m + 1 - HALF
        if 0 <= i < values.shape[0]:
            value += row[m] * np.float64(values[i])
    return value


@compiled
def aligned(state: Any, onset: int, part: int, length: int, newest: int) -> Any:
    """Samples from an onset between two samples on, as they would be had it been a sample: shape ``(3, length)``."""
    cut = cut_out(state, onset - HALF, length + 2 * HALF, newest)
    moved = np.empty((3, length))
    for axis in range(3):
        for j in range(length):
            moved[axis, j] = between(cut[axis], j + HALF, part)
    return moved


@compiled
def answer(state: Any, f: int, moved: Any) -> Any:
    """Output of a family's filter along each axis, for samples as `aligned` gives them."""
    u = np.zeros(3)
    for axis in range(3):
        for j in range(state.family_length[f]):
            u[axis] += state.family_taps[f // LANES, j * LANES + f % LANES] * moved[axis, j]
    return u


@compiled
def astray(state: Any, params: Any, f: int, onset: int, part: int, newest: int) -> float:
    """Squared output of a family's filter across the family's direction: chi-square of two degrees in its events."""
    k = state.family_shape[f]
    m = state.whitening[k // LANES]
    moved = aligned(state, onset, part, state.family_length[f], newest)
    u = answer(state, f, moved)
    a = m[0] * u[0]
    b = m[1] * u[0] + m[2] * u[1]
    c = m[3] * u[0] + m[4] * u[1] + m[5] * u[2]
    towards = np.empty(3)
    aim(state, params, f, towards)
    z = towards[0] * u[0] + towards[1] * u[1] + towards[2] * u[2]
    square = (a * a + b * b + c * c) / (params.bank_gain[k] * state.colour[k] * state.family_noise[f])
    return float(square - z * z)
