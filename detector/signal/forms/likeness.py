"""How much of a short event each kind of movement explains, and how long it lasts by the twitches that explain it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.state import BUZZ_FORMS, DOWN_FORMS, HISTORY, KNOCK_FORMS, TWITCH_FORMS

STEP_S = 0.02
"""What has any phase is tried at onsets so far apart."""
KNOCK, KNOCK_MORE = 0.985, 8.0
"""What so many times as much of is explained by a knock as by a twitch is a knock; by so much more than noise does by
chance, which is as likely to favour one of so many forms as another."""
UNLIKELY = -12.0
"""What is less likely than the best form, as a logarithm, has no say in how long the event lasts."""
MISFIT = 0.002
"""No form is the event's own: what it explains is known to within this share of it, beside the noise."""


@compiled
def _along(state: Any, at: int, count: int, direction: Any) -> Any:
    """Movement along a direction from the sample `at` on, float32, shape ``(count,)``."""
    along = np.zeros(count, np.float32)
    place = HISTORY + at - state.origin
    for axis in range(3):
        share = np.float32(direction[axis])
        for i in range(count):
            along[i] += share * state.moved[axis, place + i]
    return along


@compiled
def _output(along: Any, lag: int, taps: Any, in_use: Any, count: int, out: Any) -> None:
    """Fill `out` with the products of the forms with what begins at `lag`; of each tap the first `in_use` forms."""
    for k in range(out.shape[0]):
        out[k] = 0.0
    for i in range(count):
        v = along[lag + i]
        row = taps[i]
        for k in range(in_use[i]):
            out[k] += v * row[k]


@compiled
def _energy(taps: Any, in_use: Any, count: int, out: Any) -> None:
    """Fill `out` with the energy of each form within its first `count` taps."""
    for k in range(out.shape[0]):
        out[k] = 0.0
    for i in range(count):
        row = taps[i]
        for k in range(in_use[i]):
            out[k] += row[k] * row[k]


@compiled
def _window(state: Any, params: Any, at: int, newest: int) -> tuple[int, int, int]:
    """Where forms are laid beside an event: the first place, the number of places, and how many taps there is room for.

    An event's onset is known to within `form_reach` samples, both ways.
    """
    low = max(at - params.form_reach, state.segment)
    after = at + params.form_reach
    return low, after + 1 - low, min(params.form_window, newest + 1 - after)


@compiled
def fit_twitch(state: Any, params: Any, at: int, newest: int, direction: Any) -> tuple[float, float, float]:
    """Compare an event with the forms of twitches.

    Parameters
    ----------
    at
        Index of its onset, about.
    newest
        Index of the last sample that may be looked at.
    direction
        Of the movement, a unit vector.

    Returns
    -------
    explained : float
        Energy that the best form explains, over the noise's variance.
    onset, end : float
        Indices at which it begins and is over: means over all forms and places, each weighed by its likelihood.
    """
    low, lags, count = _window(state, params, at, newest)
    onset = end = 0.0
    if count < params.form_reach:  # there is too little to tell
        return 0.0, onset, end
    along = _along(state, low, lags - 1 + count, direction)
    energy = np.empty(TWITCH_FORMS, np.float32)
    _energy(params.twitch_taps, params.twitch_in_use, count, energy)
    gain = np.empty((lags, TWITCH_FORMS), np.float32)
    best = 0.0
    for lag in range(lags):
        row = gain[lag]
        _output(along, lag, params.twitch_taps, params.twitch_in_use, count, row)
        for k in range(TWITCH_FORMS):
            row[k] = row[k] * row[k] / energy[k]
            best = max(best, np.float64(row[k]))
    variance = state.run.noise / 3.0
    doubt = 2.0 * (variance + MISFIT * best)
    total = 0.0
    for lag in range(lags):
        for k in range(TWITCH_FORMS):
            fit = (np.float64(gain[lag, k]) - best) / doubt
            if fit > UNLIKELY:
                weight = math.exp(fit)
                total += weight
                onset += weight * (lag - params.twitch_late[k])
                end += weight * (lag + params.twitch_lasts[k])
    return best / variance, low + onset / total, low + end / total


@compiled
def fit_knock(state: Any, params: Any, at: int, newest: int, direction: Any) -> float:
    """Energy of an event that the best form of a knock explains, over the noise's variance; see `fit_twitch`."""
    # What a knock is taken for may begin well before or after it.
    low = max(at - 2 * params.form_reach, state.segment)
    count = params.knock_window
    last = min(at + 2 * params.form_reach, newest + 1 - count)
    if last < low:
        return 0.0
    along = _along(state, low, last - low + count, direction)
    in_use = np.full(count, KNOCK_FORMS)
    row = np.empty(KNOCK_FORMS, np.float32)
    best = 0.0
    for lag in range(last - low + 1):
        _output(along, lag, params.knock_taps, in_use, count, row)
        for k in range(KNOCK_FORMS):
            best = max(best, np.float64(row[k]) * np.float64(row[k]))
    return np.float64(best / (state.run.noise / 3.0))


@compiled
def _fit_pairs(
    state: Any, params: Any, at: int, newest: int, directions: Any, taps: Any, forms: int, most: int
) -> float:
    """Energy that the best form of any phase explains along `directions`, each with a size and phase of its own."""
    step = max(int(STEP_S * params.rate_hz), 1)
    low, lags, count = _window(state, params, at, newest)
    if count < 2 * params.form_reach:
        return 0.0
    in_use = np.full(count, 2 * forms)
    norm = np.empty(2 * most, np.float32)
    _energy(taps, in_use, count, norm)
    cross = np.zeros(most, np.float32)
    for i in range(count):
        row = taps[i]
        for k in range(forms):
            cross[k] += row[k] * row[forms + k]
    out = np.empty(2 * most, np.float32)
    gain = np.zeros((lags, most))
    for d in range(directions.shape[0]):
        along = _along(state, low, lags - 1 + count, directions[d])
        for lag in range(0, lags, step):
            _output(along, lag, taps, in_use, count, out)
            for k in range(forms):
                s, c = np.float64(out[k]), np.float64(out[forms + k])
                ss, cc, sc = np.float64(norm[k]), np.float64(norm[forms + k]), np.float64(cross[k])
                within = ss * cc - sc * sc
                if within > 1e-6 * ss * cc:
                    gain[lag, k] += (cc * s * s - 2.0 * sc * s * c + ss * c * c) / within
    best = 0.0
    for lag in range(0, lags, step):
        for k in range(forms):
            best = max(best, gain[lag, k])
    return np.float64(best / (state.run.noise / 3.0))


@compiled
def fit_ring_down(state: Any, params: Any, at: int, newest: int) -> float:
    """Energy of an event that the best ring-down explains, over the noise's variance; see `fit_twitch`."""
    axes = np.zeros((3, 3))
    axes[0, 0] = axes[1, 1] = axes[2, 2] = 1.0
    return _fit_pairs(state, params, at, newest, axes, params.down_taps, DOWN_FORMS, DOWN_FORMS)


@compiled
def fit_buzz(state: Any, params: Any, at: int, newest: int, direction: Any) -> float:
    """Energy of an event that the best buzz explains, over the noise's variance; see `fit_twitch`."""
    one = np.empty((1, 3))
    one[0, 0], one[0, 1], one[0, 2] = direction[0], direction[1], direction[2]
    return _fit_pairs(state, params, at, newest, one, params.buzz_taps, params.buzz_forms, BUZZ_FORMS)


@compiled
def energy_along(state: Any, params: Any, at: int, newest: int, direction: Any) -> float:
    """Energy of an event along its direction, over the noise's variance and less the noise."""
    low = max(at - params.form_reach, state.segment)
    count = min(params.form_window, newest + 1 - low)
    along = _along(state, low, count, direction)
    whole = 0.0
    for i in range(count):
        whole += np.float64(along[i]) * np.float64(along[i])
    return np.float64(whole / (state.run.noise / 3.0) - count)


@compiled
def is_knock(knock: float, twitch: float) -> bool:
    """Whether a knock on the case explains an event better than a twitch does."""
    return knock > KNOCK * twitch + KNOCK_MORE
