"""What a run of activity is taken for: by its length, rhythm, polarisation, and whether the limb turned."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.describe import principal_share
from detector.signal.forms.likeness import fit_knock, fit_twitch, is_knock
from detector.signal.forms.trains import fit_train, is_train
from detector.signal.rhythm import TREMOR_HZ
from detector.signal.state import (
    GLITCH,
    HISTORY,
    JERK,
    LAGS,
    LIMB_MOVEMENT,
    MOVEMENT,
    NOTHING,
    TAP,
    TRAIN,
    TREMOR,
    TWITCH,
)

JERK_G = 0.15
"""No twitch and no train is larger, peak to peak. What is moves the limb: a muscle under the skin does not reach it
(0.2 mm in 75 ms are 0.04 g)."""
KNOCK_HZ = 18.0
"""Mean frequency above which so large a movement is a knock on the case: flesh is slower."""
BUZZ_HZ = 27.0
BUZZ_MAX_S = 1.2
"""A longer event that is quicker than this is a motor that buzzes, folded into the band."""
TURN_G = 0.05
"""Gravity's direction has changed by 3 degrees: the limb lies differently."""
LIMB_MAX_S = 10.0
LIMB_MIN_S = 0.5
"""A limb movement lasts 0.5 to 10 s (WASM 2016: R. Ferri et al., Sleep Med. 26, 2016)."""
TREMOR_S = (1.0, 2.0)
"""The rhythm of a run this long is that of the whole of it; in a longer one `stretches` looks for it window by window.
"""
RHYTHM = 0.55
"""Autocorrelation one period on from which a run is rhythmic."""
EARLY = 0.33
"""Centre of a run's energy, as a share of its length, before which it rings down from a knock."""
POLARISED = 0.75
"""Share of the energy along one axis: one muscle pulls one way, a mattress or a limb does not."""
TRAIN_HZ = 8.5
"""Mean frequency of a train of twitches, at least; a limb is slower."""


@compiled
def name_run(state: Any, params: Any, newest: int) -> int:
    """Kind of the run that has just ended, from the features that `runs` added up."""
    run = state.run
    span = run.last_busy - run.first_busy + 1
    is_short = span <= params.twitch_max
    if run.peak_level < params.threshold[0]:
        return TWITCH if is_short else NOTHING  # a weak twitch among noise that opened the gate
    goes_on = run.first_busy - state.movement_end < params.movement_rest
    hz = mean_frequency(run, params.rate_hz)
    share = polarisation(run)
    if is_short:
        return _name_short(state, params, newest, int(goes_on), hz, share)
    duration_s = span / params.rate_hz
    rhythm, rhythm_hz = find_rhythm(run, params)
    is_rhythmic = rhythm > RHYTHM and rhythm_hz > 0.0
    if duration_s <= BUZZ_MAX_S and (hz > BUZZ_HZ or (is_rhythmic and run.p2p_g > JERK_G)):
        return TAP
    turned = turn(state, params, newest) > TURN_G
    may_be_train = run.p2p_g < JERK_G and not (turned or goes_on) and share > POLARISED
    if may_be_train and is_train(fit_train(state, params, run.first_busy, run.last_busy, newest)):
        return TRAIN
    rings_down = run.moment < EARLY * run.total * span and (is_rhythmic or share < POLARISED)
    if is_rhythmic and TREMOR_S[0] <= duration_s < TREMOR_S[1] and not (turned or rings_down):
        run.dominant_hz = rhythm_hz
        return TREMOR
    if turned or goes_on or rings_down or duration_s > LIMB_MAX_S:
        return MOVEMENT
    if share > POLARISED and hz > TRAIN_HZ and run.p2p_g < JERK_G:
        return TRAIN
    return LIMB_MOVEMENT if duration_s >= LIMB_MIN_S else MOVEMENT


@compiled
def _name_short(state: Any, params: Any, newest: int, goes_on: int, hz: float, share: float) -> int:
    """Kind of a run no longer than a twitch."""
    run = state.run
    knocks = run.p2p_g > JERK_G and (hz > KNOCK_HZ or _knocks(state, params, newest))
    if run.marks & GLITCH or knocks:
        if not run.marks & GLITCH:
            run.marks |= JERK
        return TAP
    if run.p2p_g > JERK_G:
        run.marks |= JERK
        return MOVEMENT
    return MOVEMENT if goes_on or share < POLARISED else TWITCH


@compiled
def _knocks(state: Any, params: Any, newest: int) -> bool:
    """Whether a knock on the case explains the run better than a twitch does."""
    run = state.run
    twitch, _, _ = fit_twitch(state, params, run.first_busy, newest, run.direction)
    return is_knock(fit_knock(state, params, run.first_busy, newest, run.direction), twitch)


@compiled
def limit_size(out: Any, first: int, end: int) -> None:
    """Make movements of the twitches and trains in ``out[first:end]`` that are larger than a muscle's can be."""
    for i in range(first, end):
        event = out[i]
        if event.kind in (TWITCH, TRAIN) and event.p2p_g > JERK_G:
            event.kind = MOVEMENT
            event.marks |= JERK
            event.family = -1


@compiled
def polarisation(run: Any) -> float:
    """Share of the run's energy along its main axis, less the noise; 1 where noise has too large a say."""
    noise = run.noise * (run.added - run.first_busy) / 3.0
    second = run.second.copy()
    for k in (0, 3, 5):
        second[k] = max(second[k] - noise, 0.0)
    if second[0] + second[3] + second[5] < 6.0 * noise:
        return 1.0
    return principal_share(second)


@compiled
def mean_frequency(run: Any, rate_hz: float) -> float:
    """Frequency of the sine whose differences would be as large as the run's, less those of white noise."""
    noise = run.noise * (run.added - run.first_busy)
    energy = run.bent - noise
    if energy <= 0.5 * noise:  # noise would have too large a say
        return 0.0
    cosine = 1.0 - 0.5 * max(run.bend - 2.0 * noise, 0.0) / energy
    return np.float64(np.arccos(max(cosine, -1.0)) / (2.0 * np.pi) * rate_hz)


@compiled
def turn(state: Any, params: Any, newest: int) -> float:
    """Distance, in g, between gravity before the run and after it."""
    after = np.empty(3)
    posture_after(state, params, newest, after)
    return distance(after, state.run.before)


@compiled
def distance(a: Any, b: Any) -> float:
    """Distance between two directions of gravity, in g."""
    return np.float64(np.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2))


@compiled
def posture_after(state: Any, params: Any, newest: int, after: Any) -> None:
    """Fill `after` with the mean acceleration after the run: gravity."""
    offset = HISTORY - state.origin
    first = min(max(state.run.last_busy + 1, newest - params.posture), newest)
    for axis in range(3):
        total = 0.0
        for i in range(first, newest + 1):
            total += np.float64(state.raw[axis, i + offset])
        after[axis] = total / (newest - first + 1)


@compiled
def find_rhythm(run: Any, params: Any) -> tuple[float, float]:
    """Largest autocorrelation within the periods of a tremor, and its frequency in Hz (0 where there is no peak)."""
    product = run.product
    stream_hz = params.rate_hz / params.factor[1]
    best, best_hz = 0.0, 0.0
    if not product[0] > 0.0:
        return best, best_hz
    for lag in range(2, LAGS - 1):
        hz = stream_hz / lag
        left, middle, right = product[lag - 1], product[lag], product[lag + 1]
        if (
            TREMOR_HZ[0] <= hz <= TREMOR_HZ[1] + 2.0
            and middle >= left
            and middle > right
            and middle > best * product[0]
        ):
            best = middle / product[0]
            curvature = left - 2.0 * middle + right
            best_hz = stream_hz / (lag + (0.5 * (left - right) / curvature if curvature < 0.0 else 0.0))
    return best, best_hz
