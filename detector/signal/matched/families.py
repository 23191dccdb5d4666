"""Families: events of one shape and direction are taken for one motor unit that fires again.

A family's filter is learnt from its own events, so it fits better than any of the bank, and it knows the direction:
later events of the family are found at smaller amplitudes. All of it is online and depends on the samples alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.matched.bank import LEAST_COLOUR, correlate, is_bounded, use_floor
from detector.signal.matched.matching import (
    HALF,
    PARTS,
    aim,
    aligned,
    answer,
    astray,
    best_match,
    between,
    cut_out,
    peak_between,
)
from detector.signal.noise.clipped import clipped_mean
from detector.signal.state import FAMILIES, HISTORY, LANES, TAPS

PRIOR = 400.0
"""Weight of the bank's shape in a family's filter, as a sum of squared signal-to-noise ratios: a shape of some 25 taps
over a mismatch of 6 % of its energy, where both err alike."""
LEAD_S = 0.04
"""How long before the beginning of the bank's shape a family learns, in s: some events begin before it."""
EXTRA = 6
"""Taps that a family learns beyond the end of the bank's shape: what rings on."""
ALIKE = 0.88
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
FACED = 600.0
"""Sum of squared signal-to-noise ratios that a direction is the mean of: sure to 3 degrees, it follows a turn."""
MOST_USUAL = 1.15
"""However much more than the bank a family explains of its events, no more is asked of the next: where the bank
explains little, what it explains is mostly chance."""
FEW = 3
"""Events from which on a family may be found to be another one."""
SAME = 0.95
"""Two families are one if one's filter explains so much of the other; less by what noise takes from either."""
ASTRAY, PARTED = 9.0, 2.5
"""And if their directions are no more apart than chance has them, as the square of a sine: over the sum of their
events' squared signal-to-noise ratios, as directions are means; and over that of one event, as two halves of what noise
spreads lie apart."""
WIDE, TURNS = 14.0, 0.01
"""Most of an event's square that lies across its family's direction: what noise puts there, and a share of its own."""
COARSE = 0.06
"""A shape of a few samples differs by where they fall: so much less is explained for each unit of `family_bend`."""
LAG = 4
"""Samples that the filters of one unit's families may lie apart."""


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
) -> tuple[int, int, int, float, float]:
    """Find the family whose filter answers best to onsets from `first` to `last`, and where: see `best_match`.

    Parameters
    ----------
    only_mature
        1 to ask those only that find events by themselves.
    """
    asked = np.zeros(FAMILIES, np.bool_)
    for f in range(FAMILIES):
        asked[f] = _is_mature(state, f) if only_mature else state.family_count[f] > 0
    f, onset, part, z2, shift = best_match(state, params, asked, first - lead(params), last - lead(params), newest)
    return f, onset + lead(params), part, z2, shift


@compiled
def lead(params: Any) -> int:
    """Samples before the bank's onset that a family learns: the bank's shapes begin later than some events."""
    return max(int(LEAD_S * params.rate_hz), 2)


@compiled
def longest(params: Any) -> int:
    """Most taps of a family's filter."""
    return int(min(params.bank_length[1] + (lead(params) + 3) // 4 * 4, TAPS))


@compiled
def listen(state: Any, params: Any) -> None:
    """Compare what the mature families answer to noise with what their nearest bank filter would."""
    onset = state.sensed - longest(params)
    if state.active or onset < state.ready or onset < state.pulse.covered_to or mature_families(state) == 0:
        return
    use_floor(state)
    u = np.empty((3, LANES), np.float32)
    towards = np.empty(3)
    for h in range(FAMILIES // LANES):
        correlate(state.moved, HISTORY + onset - state.origin, state.family_taps[h], longest(params), u)
        for c in range(LANES):
            f = h * LANES + c
            if not _is_mature(state, f):
                continue
            aim(state, params, f, towards)
            z = towards[0] * u[0, c] + towards[1] * u[1, c] + towards[2] * u[2, c]
            state.family_heard[f] += 1.0
            step = max(LISTEN_EVERY * params.census_step, 1.0 / state.family_heard[f])
            if is_bounded(state, state.family_shape[f] // LANES):
                state.family_noise[f] = max(state.family_noise[f], 1.0)
                continue
            heard = state.family_noise[f] * (1.0 + step * (min(z * z, LISTEN_CLIP) / LISTEN_MEAN - 1.0))
            state.family_noise[f] = max(heard, LEAST_COLOUR)


@compiled
def adopt(
    state: Any, params: Any, onset: int, shift: float, k: int, r2: float, first: int, last: int, newest: int
) -> int:
    """Give an event to its family, or make it the first of a new one.

    Parameters
    ----------
    onset, shift, k, r2
        As the bank found it: index, how far past it, filter, square.
    first, last
        Onsets to try the families at.

    Returns
    -------
    int
        Number of the family.
    """
    f, at, part, z2, _ = best_family(state, params, first, last, newest, 0)
    if f < 0 or not _is_of(state, params, f, at, part, z2, r2, newest):
        f = _make_room(state, params, newest)
        _begin(state, params, f, onset, k, newest)
        at, part = _place(state, params, f, onset, newest)
        z2 = max(r2 - EXCESS, 1.0)
    else:
        state.family_explained[f] += z2
        state.family_own[f] += max(r2 - EXCESS, 1.0)
        if r2 > state.family_best[f]:
            state.family_shape[f] = k
            state.family_offset[f] = round(PARTS * (lead(params) + onset - at + shift)) - part
            state.family_length[f] = min(lead(params) + params.bank_taps_of[k] + EXTRA, longest(params))
    state.family_best[f] = max(state.family_best[f], r2)
    _learn(state, params, f, at, part, z2, newest)
    state.family_count[f] += 1
    state.family_last[f] = newest
    return int(state.family_number[merge(state, params, f)])


@compiled
def _begin(state: Any, params: Any, f: int, onset: int, k: int, newest: int) -> None:
    """Make a family that knows a shape of the bank, and the direction of its first event."""
    state.family_count[f] = 0
    state.family_number[f] = state.next_family
    state.next_family += 1
    state.family_shape[f] = k
    state.family_offset[f] = PARTS * lead(params)
    state.family_best[f] = 0.0
    state.family_noise[f] = 1.0
    state.family_heard[f] = 50.0  # so much the bank's word weighs
    state.family_explained[f] = 0.0
    state.family_own[f] = 0.0
    state.family_weight[f] = 0.0
    state.family_faced[f] = 0.0
    state.family_power[f] = 0.0
    state.family_length[f] = min(lead(params) + params.bank_taps_of[k] + EXTRA, longest(params))
    for j in range(TAPS):
        i = j - lead(params)
        tap = params.bank_taps[k // LANES, i * LANES + k % LANES] if i >= 0 else np.float32(0.0)
        state.family_sum[f, j] = 0.0
        state.family_taps[f // LANES, j * LANES + f % LANES] = tap
    moved = cut_out(state, onset, params.bank_taps_of[k], newest)
    size = 0.0
    for axis in range(3):
        along = 0.0
        for j in range(params.bank_taps_of[k]):
            along += np.float64(params.bank_taps[k // LANES, j * LANES + k % LANES] * moved[axis, j])
        state.family_vector[f, axis] = 0.0
        state.family_direction[f, axis] = along
        size += along * along
    for axis in range(3):
        state.family_direction[f, axis] /= np.sqrt(size)


@compiled
def _place(state: Any, params: Any, f: int, onset: int, newest: int) -> tuple[int, int]:
    """Where a family's event lies about the onset of the bank: the sample before it, and parts of a sample."""
    asked = np.zeros(FAMILIES, np.bool_)
    asked[f] = True
    first = onset - lead(params)
    found, at, part, _, _ = best_match(state, params, asked, first - 1, first + 1, newest)
    return (at + lead(params), part) if found >= 0 else (onset, 0)


@compiled
def family_of(state: Any, params: Any, r2: float, first: int, last: int, newest: int) -> int:
    """Tell the number of the family an event is of, and learn nothing; -1 where it is of none."""
    f, at, part, z2, _ = best_family(state, params, first, last, newest, 0)
    is_of = f >= 0 and _is_of(state, params, f, at, part, z2, r2, newest)
    return int(state.family_number[f]) if is_of else -1


@compiled
def _is_of(state: Any, params: Any, f: int, at: int, part: int, z2: float, r2: float, newest: int) -> bool:
    """Whether an event has a family's direction, and the family's filter explains enough of what the bank found."""
    if astray(state, params, f, at - lead(params), part, newest) > WIDE + z2 * (TURNS + ASTRAY / state.family_faced[f]):
        return False
    own = max(r2 - EXCESS, 1.0)
    usual = (state.family_explained[f] + PRIOR) / (state.family_own[f] + PRIOR)
    least = min(usual, MOST_USUAL) * (ALIKE - ALIKE_NOISE / np.sqrt(own) - COARSE * min(state.family_bend[f], 2.0))
    return bool(z2 >= least * own)


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
def _learn(state: Any, params: Any, f: int, onset: int, part: int, z2: float, newest: int) -> None:
    """Add an event to its family's direction and shape: a mean weighted by the squared signal-to-noise ratio.

    The event is moved by parts of a sample first, so that all of them lie alike.
    """
    length = state.family_length[f]
    moved = aligned(state, onset - lead(params), part, length, newest)
    vector = answer(state, f, moved)
    size = np.sqrt(vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2)
    state.family_faced[f] += z2
    kept = min(1.0, FACED / state.family_faced[f])  # a sensor turns in the night: what is long ago counts no more
    state.family_faced[f] *= kept
    for axis in range(3):
        state.family_vector[f, axis] = kept * (state.family_vector[f, axis] + size * vector[axis])
    total = np.sqrt(
        state.family_vector[f, 0] ** 2 + state.family_vector[f, 1] ** 2 + state.family_vector[f, 2] ** 2,
    )
    direction = state.family_direction[f]
    for axis in range(3):
        direction[axis] = state.family_vector[f, axis] / total
    state.family_weight[f] += z2
    state.family_power[f] += size * size
    for j in range(length):
        along = direction[0] * moved[0, j] + direction[1] * moved[1, j] + direction[2] * moved[2, j]
        state.family_sum[f, j] += size * along
    _form(state, params, f)


@compiled
def _form(state: Any, params: Any, f: int) -> None:
    """Make a family's filter of what its events have in common, and of the bank's shape as far as that is unsure."""
    k, length = state.family_shape[f], state.family_length[f]
    taps = np.zeros(TAPS)
    for j in range(params.bank_taps_of[k]):
        taps[j] = params.bank_taps[k // LANES, j * LANES + k % LANES]
    energy = bend = 0.0
    for j in range(length):
        tap = state.family_sum[f, j] / state.family_power[f]
        tap += PRIOR / state.family_weight[f] * between(taps, j, -state.family_offset[f])
        bend += (tap - (state.family_work[j - 1] if j > 0 else 0.0)) ** 2
        state.family_work[j] = tap
        energy += tap * tap
    state.family_bend[f] = bend / energy
    scale = 1.0 / np.sqrt(energy)
    for j in range(TAPS):
        state.family_taps[f // LANES, j * LANES + f % LANES] = scale * state.family_work[j] if j < length else 0.0


@compiled
def merge(state: Any, params: Any, f: int) -> int:
    """Let a family and the one most like it be one, if they are as alike as one unit's would be; gives its place."""
    if state.family_count[f] < FEW:
        return f
    best, other, parts = 0.0, -1, 0
    for g in range(FAMILIES):
        if g != f and state.family_count[g] >= FEW and _face_alike(state, f, g):
            alike, shift = _alike(state, f, g)
            unsure = _unsure(state, f) + _unsure(state, g)
            coarse = COARSE * max(state.family_bend[f], state.family_bend[g])
            if alike > best and alike >= SAME - unsure - coarse:
                best, other, parts = alike, g, shift
    if other < 0:
        return f
    into, gone = f, other
    if state.family_weight[other] > state.family_weight[f]:
        into, gone, parts = other, f, -parts
    for j in range(TAPS):
        state.family_work[j] = between(state.family_sum[gone], j, parts)
    for j in range(TAPS):
        state.family_sum[into, j] += state.family_work[j]
    for axis in range(3):
        state.family_vector[into, axis] += state.family_vector[gone, axis]
    state.family_power[into] += state.family_power[gone]
    state.family_weight[into] += state.family_weight[gone]
    state.family_faced[into] += state.family_faced[gone]
    state.family_explained[into] += state.family_explained[gone]
    state.family_own[into] += state.family_own[gone]
    state.family_count[into] += state.family_count[gone]
    state.family_last[into] = max(state.family_last[into], state.family_last[gone])
    state.family_count[gone] = 0
    _form(state, params, into)
    return into


@compiled
def _unsure(state: Any, f: int) -> float:
    """Share of the energy of a family's filter that is noise: that of each tap, less what the bank's shape holds."""
    weight = state.family_weight[f]
    return float(state.family_length[f] * weight / (weight + PRIOR) ** 2)


@compiled
def _face_alike(state: Any, f: int, g: int) -> bool:
    """Whether the directions of two families differ by no more than noise makes them."""
    cosine = 0.0
    for axis in range(3):
        cosine += state.family_direction[f, axis] * state.family_direction[g, axis]
    unsure = ASTRAY * (1.0 / state.family_faced[f] + 1.0 / state.family_faced[g])
    events = state.family_count[f] + state.family_count[g]
    parted = PARTED * events / (state.family_weight[f] + state.family_weight[g])
    return bool(cosine > 0.0 and 1.0 - cosine * cosine <= parted + unsure)


@compiled
def _alike(state: Any, f: int, g: int) -> tuple[float, int]:
    """Tell how much of one family's filter another's explains, and how far the second lies later.

    Returns
    -------
    alike, parts : float, int
        0 to 1, and the shift in `PARTS` of a sample: what of `g` lies there lies at the beginning of `f`.
    """
    length = max(state.family_length[f], state.family_length[g])
    lags = np.zeros(2 * (LAG + HALF) + 1)
    for i in range(lags.shape[0]):
        lag = i - LAG - HALF
        for j in range(max(0, -lag), min(length, length - lag)):
            a = np.float64(state.family_taps[f // LANES, j * LANES + f % LANES])
            b = np.float64(state.family_taps[g // LANES, (j + lag) * LANES + g % LANES])
            lags[i] += a * b
    top = HALF
    for i in range(HALF, HALF + 2 * LAG + 1):
        if lags[i] > lags[top]:
            top = i
    value, parts, _ = peak_between(lags, top)
    return value * value, parts + PARTS * (top - LAG - HALF)
