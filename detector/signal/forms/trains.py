"""Whether a movement is a train: one form of a twitch, again and again, always the same way round.

The best positive sum of copies of one form is built up greedily (orthogonal matching pursuit, Y. Pati et al., Asilomar
1993): the copy that explains most is added, and the sizes of all are fitted again. A limb that shakes swings both ways,
which no such sum explains.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.describe import principal_axis
from detector.signal.state import FORM_TAPS, HISTORY, TWITCH_FORMS

EVERY = 9
"""One form of so many is tried: they are ordered by length, and a train needs no finer ones."""
MOST, MOST_S = 16, 3.5
"""Most copies, and the longest movement that is looked at."""
APART_S = 0.05
"""Two copies closer than this would be one."""
LEAST, LEAST_SHARE = 3.5, 0.02
"""A copy stands so many times the noise's deviation high, and explains so much of the movement, at least."""
SWEEPS = 3
"""How often all sizes are fitted again after one was added."""
ALIKE = 0.5
"""Every twitch is so large, as a share of the largest: the swings of a limb grow and fade."""
TWITCHES, LEFT, SHARE, UNEVEN = 3, 0.13, 0.97, 0.12
"""A train has so many twitches at least, which leave at most so much of the energy along the main axis and have so much
of the whole there; in even intervals it is a rhythm."""


class Train(NamedTuple):
    """The best train that a movement can be taken for."""

    twitches: int
    """How many it has."""
    left: float
    """Share of the energy along the main axis that it leaves."""
    share: float
    """Share of the movement's energy that lies along that axis."""
    unevenness: float
    """Coefficient of variation of the intervals."""


@compiled
def fit_train(state: Any, params: Any, first: int, last: int, newest: int) -> Train:
    """Take the movement from the sample `first` to `last` for a train, as well as it goes.

    Parameters
    ----------
    newest
        Index of the last sample that may be looked at.
    """
    span = last + 1 - first
    if span > MOST_S * params.rate_hz:
        return Train(0, 1.0, 0.0, 0.0)
    lead = params.near
    start = max(first - lead, state.segment)
    count = min(last + 2 * lead, newest) + 1 - start
    place = HISTORY + start - state.origin
    x, y, z = principal_axis(state.moved, place, place + count - 1)
    along = np.zeros(count + FORM_TAPS)  # what comes after it is taken to be nothing
    total = 0.0
    for i in range(count):
        vx, vy, vz = (
            np.float64(state.moved[0, place + i]),
            np.float64(state.moved[1, place + i]),
            np.float64(state.moved[2, place + i]),
        )
        along[i] = x * vx + y * vy + z * vz
        total += vx * vx + vy * vy + vz * vz
    energy = 0.0
    for i in range(count):
        energy += along[i] * along[i]
    variance = state.run.noise / 3.0
    share = (energy - count * variance) / max(total - 3.0 * count * variance, energy * 1e-6)
    best = Train(0, 1.0, share, 0.0)
    for k in range(0, TWITCH_FORMS, EVERY):
        answer, own = _compare(params, along, count, k)
        for sign in (1.0, -1.0):
            found, left, unevenness = _pursue(params, sign * answer, own, energy, variance)
            left = max(left - count * variance, 0.0) / max(energy - count * variance, energy * 1e-6)
            if left < best.left:
                best = Train(found, left, share, unevenness)
    return best


@compiled
def _compare(params: Any, along: Any, count: int, k: int) -> tuple[Any, Any]:
    """Correlate one form, of unit energy, with the movement at each place, and with itself at each lag."""
    length = 0
    while length < params.form_window and params.twitch_in_use[length] > k:
        length += 1
    own = np.zeros(length)
    for lag in range(length):
        for i in range(length - lag):
            own[lag] += np.float64(params.twitch_taps[i, k]) * np.float64(params.twitch_taps[i + lag, k])
    size = np.sqrt(own[0])
    answer = np.empty(count)
    for at in range(count):
        v = 0.0
        for i in range(length):
            v += along[at + i] * np.float64(params.twitch_taps[i, k])
        answer[at] = v / size
    return answer, own / own[0]


@compiled
def _pursue(params: Any, answer: Any, own: Any, energy: float, variance: float) -> tuple[int, float, float]:
    """Fit copies of one form; gives how many large ones there are, the energy left, and how uneven their intervals.

    Parameters
    ----------
    answer, own
        As `_compare` gives them; `answer` is used up.
    """
    places = np.zeros(MOST, np.int64)
    sizes = np.zeros(MOST)
    apart = max(int(APART_S * params.rate_hz), 1)
    left = energy
    found = 0
    while found < MOST:
        at, most = -1, max(LEAST * np.sqrt(variance), np.sqrt(LEAST_SHARE * energy), ALIKE * sizes.max())
        for i in range(len(answer)):
            if answer[i] > most and _is_free(places, found, i, apart):
                at, most = i, answer[i]
        if at < 0:
            break
        places[found] = at
        found += 1
        for _ in range(SWEEPS):
            for j in range(found):
                left += _change(answer, own, places[j], max(answer[places[j]], -sizes[j]), sizes, j)
        if sizes[:found].min() < ALIKE * sizes.max():  # it only mended the form of another
            found -= 1
            left += _change(answer, own, places[found], -sizes[found], sizes, found)
            break
    return found, left, _unevenness(places[:found])


@compiled
def _change(answer: Any, own: Any, place: int, change: float, sizes: Any, j: int) -> float:
    """Change the size of copy `j`; gives by how much the energy that is left changes."""
    sizes[j] += change
    difference = np.float64(change * change - 2.0 * change * answer[place])
    for i in range(max(place - len(own) + 1, 0), min(place + len(own), len(answer))):
        answer[i] -= change * own[abs(i - place)]
    return difference


@compiled
def _is_free(places: Any, found: int, at: int, apart: int) -> bool:
    """Whether no copy lies within `apart` samples of a place."""
    free = True
    for j in range(found):
        free = free and abs(places[j] - at) >= apart
    return free


@compiled
def _unevenness(places: Any) -> float:
    """Coefficient of variation of the intervals between places."""
    if len(places) < TWITCHES:
        return 0.0
    steps = np.diff(np.sort(places)).astype(np.float64)
    mean = steps.sum() / len(steps)
    squares = 0.0
    for step in steps:
        squares += (step - mean) ** 2
    return np.float64(np.sqrt(squares / len(steps)) / mean)


@compiled
def is_train(train: Train) -> bool:
    """Whether a movement is a train."""
    return bool(train.twitches >= TWITCHES and train.left < LEFT and train.share > SHARE and train.unevenness > UNEVEN)
