"""What a run of activity is taken for: by its length, rhythm, polarisation, and whether the limb lies differently after."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.describe import principal_share
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
"""A short movement this large, peak to peak, moves the limb: a muscle under the skin does not reach it (0.2 mm in 75 ms
are 0.04 g)."""
TAP_HZ = 27.0
"""Mean frequency above which a short event is a knock on the case, not flesh."""
TAP_MAX_S = 1.2
TURN_G = 0.05
"""Gravity's direction has changed by 3 degrees: the limb lies differently."""
LIMB_MAX_S = 10.0
LIMB_MIN_S = 0.5
"""A limb movement lasts 0.5 to 10 s (WASM 2016: R. Ferri et al., Sleep Med. 26, 2016)."""
TREMOR_HZ = (3.2, 14.0)
"""Tremor of multiple sclerosis lies between 3.5 and 13 Hz (S. Teufl et al., Front. Neurol. 2021)."""
TREMOR_MIN_S = 1.0
RHYTHM = 0.55
"""Autocorrelation one period on from which a run is rhythmic."""
EARLY = 0.33
"""Centre of a run's energy, as a share of its length, before which it rings down from a knock."""
POLARISED = 0.85
"""Share of the energy along one axis: one muscle pulls one way."""


@compiled
def name_run(state: Any, params: Any, newest: int) -> int:
    """Kind of the run that has just ended, from the features that `runs` added up."""
    run = state.run
    span = run.last_busy - run.first_busy + 1
    duration_s = span / params.rate_hz
    is_short = span <= params.twitch_max
    if run.peak_level < params.threshold[0]:
        return NOTHING if not is_short else TWITCH
    if is_short and run.marks & GLITCH:
        return TAP
    if not is_short and duration_s <= TAP_MAX_S and mean_frequency(run, params.rate_hz) > TAP_HZ:
        return TAP
    if is_short and run.p2p_g > JERK_G:
        run.marks |= JERK
        return MOVEMENT
    if run.first_busy - state.movement_end < params.movement_rest:
        return MOVEMENT  # a movement goes on
    if is_short:
        return TWITCH
    if duration_s > LIMB_MAX_S or turn(state, params, newest) > TURN_G:
        rhythm, hz = find_rhythm(run, params)
        if rhythm > RHYTHM and hz > 0.0 and turn(state, params, newest) <= TURN_G:
            return TREMOR
        return MOVEMENT
    rhythm, hz = find_rhythm(run, params)
    if rhythm > RHYTHM and hz > 0.0:
        if run.moment / run.total < EARLY * span:
            return MOVEMENT  # the mattress rings down
        if duration_s >= TREMOR_MIN_S:
            run.dominant_hz = hz
            return TREMOR
    if principal_share(run.second) > POLARISED:
        return TRAIN
    return LIMB_MOVEMENT if duration_s >= LIMB_MIN_S else MOVEMENT


@compiled
def mean_frequency(run: Any, rate_hz: float) -> float:
    """Frequency of the sine whose differences would be as large as the run's, less those of white noise."""
    noise = run.noise * (run.added - run.first_busy)
    energy = run.bent - noise
    if energy <= noise:  # noise would have too large a say
        return 0.0
    cosine = 1.0 - 0.5 * max(run.bend - 2.0 * noise, 0.0) / energy
    return np.float64(np.arccos(max(cosine, -1.0)) / (2.0 * np.pi) * rate_hz)


@compiled
def turn(state: Any, params: Any, newest: int) -> float:
    """Distance, in g, between gravity before the run and after it."""
    run = state.run
    offset = HISTORY - state.origin
    first = min(max(run.last_busy + 1, newest - params.posture), newest)
    total = 0.0
    for axis in range(3):
        after = 0.0
        for i in range(first, newest + 1):
            after += np.float64(state.raw[axis, i + offset])
        step = after / (newest - first + 1) - run.before[axis]
        total += step * step
    return np.float64(np.sqrt(total))


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
