"""Families: events of one shape and direction are taken for one motor unit that fires again.

A family's filter is learnt from its own events, so it fits better than any of the bank, and it knows the direction:
later events of the family are found at smaller amplitudes. All of it is online and depends on the samples alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.bank import LEAST_COLOUR, correlate, is_bounded, parabola, use_floor
from detector.signal.clipped import clipped_mean
from detector.signal.compiled import compiled
from detector.signal.state import FAMILIES, HISTORY, LANES

PRIOR = 400.0
"""Weight of the bank's shape in a family's filter, as a sum of squared signal-to-noise ratios: a shape of some 25 taps
over a mismatch of 6 % of its energy, where both err alike."""
EXTRA = 6
"""Taps that a family learns beyond the end of the bank's shape: what rings on."""
ALIKE = 0.90
ALIKE_NOISE = 0.8
"""An event is of a family if the family's filter explains so much of its energy, less where noise blurs it."""
EXCESS = 4.0
"""By how much noise lifts the largest of the bank's squares above the event's own."""
MATURE = 4
MATURE_FIT = 0.97
"""Events after which a family's filter finds events by itself, if it explains so much of their energy: strangers that
happen to be alike it explains less well."""
LISTEN_EVERY = 4
"""Blocks between looks at what the families answer to noise."""
LISTEN_CLIP = 4.0
LISTEN_MEAN = round(clipped_mean(LISTEN_CLIP, 1), 4)
"""A squared Gaussian of unit variance, clipped, has this mean."""
FORGET_S = 1800.0
"""Half-life of a family's claim to its place."""


@compiled
def mature_families(state: Any) -> int:
    """How many families look out for events by themselves."""
    count = 0
    for f in range(FAMILIES):
        if _is_mature(state, f):
            count += 1
    return count


@compiled
def _is_mature(state: Any, f: int) -> bool:
    """Whether a family finds events by itself."""
    return bool(
        state.family_count[f] >= MATURE and state.family_explained[f] >= MATURE_FIT * state.family_own[f],
    )


@compiled
def best_family(
    state: Any, params: Any, first: int, last: int, newest: int, only_mature: int
) -> tuple[int, int, float, float]:
    """Find the family whose filter answers best to onsets `first` to `last`.

    Parameters
    ----------
    only_mature
        1 to ask those only that find events by themselves.

    Returns
    -------
    family, onset, z2, shift : int, int, float, float
        Its place (-1 where there is none), the onset, the squared output over the noise's variance at the maximum of a
        parabola through its neighbours in time, and how far past the onset that lies.
    """
    length = 0
    asked = np.zeros(FAMILIES, np.bool_)
    for f in range(FAMILIES):
        asked[f] = _is_mature(state, f) if only_mature else state.family_count[f] > 0
        if asked[f]:
            length = max(length, state.family_length[f])
    best, best_f, best_onset = 0.0, -1, first
    if length == 0:
        return best_f, best_onset, best, 0.0
    length = (length + 3) // 4 * 4
    u = np.empty((FAMILIES // LANES, 3, LANES), np.float32)
    towards = np.empty((FAMILIES, 3))  # direction times the inverse covariance, scaled so that noise gives 1
    for f in range(FAMILIES):
        if asked[f]:
            _aim(state, params, f, towards[f])
    for onset in range(first, last + 1):
        for h in range(FAMILIES // LANES):
            correlate(state.moved, HISTORY + onset - state.origin, state.family_taps[h], length, u[h])
        for f in range(FAMILIES):
            if not asked[f] or onset + state.family_length[f] > newest + 1:
                continue
            h, c = f // LANES, f % LANES
            z = towards[f, 0] * u[h, 0, c] + towards[f, 1] * u[h, 1, c] + towards[f, 2] * u[h, 2, c]
            if z > 0.0 and z * z > best:
                best, best_f, best_onset = z * z, f, onset
    if best_f < 0 or best_onset + 1 + state.family_length[best_f] > newest + 1 or best_onset <= state.segment:
        return best_f, best_onset, best, 0.0
    left = _answer(state, towards, best_f, best_onset - 1)
    right = _answer(state, towards, best_f, best_onset + 1)
    value, shift = parabola(left, best, right)
    return best_f, best_onset, value, shift


@compiled
def _answer(state: Any, towards: Any, f: int, onset: int) -> float:
    """Squared output of one family's filter."""
    at = HISTORY + onset - state.origin
    z = 0.0
    for axis in range(3):
        u = 0.0
        for j in range(state.family_length[f]):
            u += np.float64(state.family_taps[f // LANES, j * LANES + f % LANES] * state.moved[axis, at + j])
        z += towards[f, axis] * u
    return z * z


@compiled
def _aim(state: Any, params: Any, f: int, towards: Any) -> None:
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
def listen(state: Any, params: Any) -> None:
    """Compare what the mature families answer to noise with what their nearest bank filter would."""
    onset = state.sensed - params.bank_length[1]
    if state.active or onset < state.ready or onset < state.pulse.covered_to or mature_families(state) == 0:
        return
    use_floor(state)
    u = np.empty((3, LANES), np.float32)
    towards = np.empty(3)
    for h in range(FAMILIES // LANES):
        correlate(state.moved, HISTORY + onset - state.origin, state.family_taps[h], params.bank_length[1], u)
        for c in range(LANES):
            f = h * LANES + c
            if not _is_mature(state, f):
                continue
            _aim(state, params, f, towards)
            z = towards[0] * u[0, c] + towards[1] * u[1, c] + towards[2] * u[2, c]
            state.family_heard[f] += 1.0
            step = max(LISTEN_EVERY * params.census_step, 1.0 / state.family_heard[f])
            if is_bounded(state, state.family_shape[f] // LANES):
                state.family_noise[f] = max(state.family_noise[f], 1.0)
                continue
            heard = state.family_noise[f] * (1.0 + step * (min(z * z, LISTEN_CLIP) / LISTEN_MEAN - 1.0))
            state.family_noise[f] = max(heard, LEAST_COLOUR)


@compiled
def adopt(state: Any, params: Any, onset: int, k: int, r2: float, first: int, last: int, newest: int) -> int:
    """Give an event to its family, or make it the first of a new one.

    Parameters
    ----------
    onset, k, r2
        As the bank found it: index, filter, square.
    first, last
        Onsets to try the families at.

    Returns
    -------
    int
        Number of the family.
    """
    f, at, z2, _ = best_family(state, params, first, last, newest, 0)
    if f < 0 or not _explains(z2, r2):
        f, at, z2 = _make_room(state, params, newest), onset, max(r2 - EXCESS, 1.0)
        state.family_count[f] = 0
        state.family_number[f] = state.next_family
        state.next_family += 1
        state.family_shape[f] = k
        state.family_best[f] = 0.0
        state.family_noise[f] = 1.0
        state.family_heard[f] = 50.0  # so much the bank's word weighs
        state.family_explained[f] = 0.0
        state.family_own[f] = 0.0
        state.family_weight[f] = 0.0
        state.family_power[f] = 0.0
        state.family_length[f] = min(params.bank_taps_of[k] + EXTRA, params.bank_length[1])
        for j in range(params.bank_length[1]):
            state.family_sum[f, j] = 0.0
            state.family_taps[f // LANES, j * LANES + f % LANES] = params.bank_taps[k // LANES, j * LANES + k % LANES]
        for axis in range(3):
            state.family_vector[f, axis] = 0.0
    elif state.family_count[f] > 0:
        state.family_explained[f] += z2
        state.family_own[f] += max(r2 - EXCESS, 1.0)
    if r2 > state.family_best[f]:
        state.family_best[f] = r2
        state.family_shape[f] = k
        state.family_length[f] = min(params.bank_taps_of[k] + EXTRA, params.bank_length[1])
    _learn(state, params, f, at, z2, newest)
    state.family_count[f] += 1
    state.family_last[f] = newest
    return int(state.family_number[f])


@compiled
def family_of(state: Any, params: Any, r2: float, first: int, last: int, newest: int) -> int:
    """Tell the number of the family an event is of, and learn nothing; -1 where it is of none."""
    f, _, z2, _ = best_family(state, params, first, last, newest, 0)
    return int(state.family_number[f]) if f >= 0 and _explains(z2, r2) else -1


@compiled
def _explains(z2: float, r2: float) -> bool:
    """Whether a family's filter explains enough of what the bank found."""
    own = max(r2 - EXCESS, 1.0)
    return bool(z2 >= (ALIKE - ALIKE_NOISE / np.sqrt(own)) * own)


@compiled
def _make_room(state: Any, params: Any, newest: int) -> int:
    """Place of a new family: a free one, or that of the one with the fewest and oldest events."""
    least, place = np.inf, 0
    for f in range(FAMILIES):
        if state.family_count[f] == 0:
            return f
        age_s = (newest - state.family_last[f]) / params.rate_hz
        claim = state.family_count[f] * 0.5 ** (age_s / FORGET_S)
        if claim < least:
            least, place = claim, f
    return place


@compiled
def _learn(state: Any, params: Any, f: int, onset: int, z2: float, newest: int) -> None:
    """Add an event to its family's direction and shape: a mean weighted by the squared signal-to-noise ratio."""
    at = HISTORY + onset - state.origin
    length = state.family_length[f]
    known = min(length, newest + 1 - onset)  # later samples are there or not, depending on how they came
    vector = np.zeros(3)
    for axis in range(3):
        for j in range(known):
            vector[axis] += state.family_taps[f // LANES, j * LANES + f % LANES] * state.moved[axis, at + j]
    size = np.sqrt(vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2)
    for axis in range(3):
        state.family_vector[f, axis] += size * vector[axis]
    total = np.sqrt(
        state.family_vector[f, 0] ** 2 + state.family_vector[f, 1] ** 2 + state.family_vector[f, 2] ** 2,
    )
    direction = state.family_direction[f]
    for axis in range(3):
        direction[axis] = state.family_vector[f, axis] / total
    state.family_weight[f] += z2
    state.family_power[f] += size * size
    k = state.family_shape[f]
    energy = 0.0
    for j in range(length):
        along = 0.0
        if j < known:
            along = (
                direction[0] * state.moved[0, at + j]
                + direction[1] * state.moved[1, at + j]
                + direction[2] * state.moved[2, at + j]
            )
        state.family_sum[f, j] += size * along
        tap = (
            state.family_sum[f, j] / state.family_power[f]
            + PRIOR / state.family_weight[f] * params.bank_taps[k // LANES, j * LANES + k % LANES]
        )
        state.family_work[j] = tap
        energy += tap * tap
    scale = 1.0 / np.sqrt(energy)
    for j in range(params.bank_length[1]):
        state.family_taps[f // LANES, j * LANES + f % LANES] = scale * state.family_work[j] if j < length else 0.0
