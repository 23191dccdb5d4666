"""The noise floor where it is young or far too high: a start in movement, and quiet after a long movement.

The floor of `gate` follows slowly, so that an event cannot lift it. That is of no use where it was first measured in
movement. Two things help: a first floor that cannot be noise is replaced by an assumed one, above which the movement
shows as what it is; and the latest few seconds are always measured as the first ones were, and taken for the floor
where nearly all of them lie far below it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.noise.clipped import mean_over_clipped_mean
from detector.signal.rhythm import BEGINS, rhythm
from detector.signal.state import BLOCKS, GATES, HISTORY

AXES = 3.0
CLIP = 2.0
"""The noise floor follows an output's energy up to so many times itself; a movement cannot deafen the detector."""
FLOOR_MEAN = round(mean_over_clipped_mean(CLIP), 4)
"""Mean of the noise's energy over what the floor settles at, which is clipped; to four digits, so that no machine's
last bit makes other events of the same samples."""
MOST_G = 0.025
"""No sensor that can show a twitch has more noise than this, rms per axis, and no body at rest moves so much."""
ASSUMED_G = 0.005
"""Noise assumed where what was measured is none: real wearables have 1 to 5 mg."""
LEAST_SHARE = 0.003
"""Share of a tremor's energy that is taken for noise, at least."""
FALL = 0.33
"""All but one of the latest stretches lie so far below the floor: 1 in 10^9 in white noise, of which each holds nine
degrees of freedom. Noise along one axis alone holds three, and is as rarely below a third of that."""
RHYTHMIC_SHARE = 0.5
FAR = 4.0
"""The level is far above the floor from here on, as a power."""


@compiled
def roll(state: Any, params: Any, g: int, energy: float) -> None:
    """Measure the latest stretches as the first were, and let the floor fall to them where they lie far below it."""
    state.block_sum[g] += energy
    state.block_count[g] += 1
    if state.block_count[g] < params.block_length:
        return
    mean = state.block_mean[g]
    mean[state.block_done[g] % BLOCKS] = state.block_sum[g] / params.block_length
    state.block_done[g] += 1
    state.block_sum[g] = 0.0
    state.block_count[g] = 0
    covariance = state.covariance[g]
    fall = FALL * _axes_of(covariance) / AXES
    limit = fall * FLOOR_MEAN * (covariance[0] + covariance[3] + covariance[5])
    above = 0
    for k in range(BLOCKS):
        above += mean[k] >= limit
    if above > 1:
        return
    variance = median_variance(state, params, g)
    if variance < fall * (covariance[0] + covariance[3] + covariance[5]) / AXES:
        begin_anew(state, params, g, variance)
        state.fell = 1  # `settle` reads it: what is renewed within a block would depend on how the samples come


@compiled
def _axes_of(covariance: Any) -> float:
    """How many axes the noise is spread over, 1 to 3: the square of the trace over the sum of squares."""
    c = covariance
    trace = c[0] + c[3] + c[5]
    squares = c[0] ** 2 + c[3] ** 2 + c[5] ** 2 + 2.0 * (c[1] ** 2 + c[2] ** 2 + c[4] ** 2)
    return np.float64(trace * trace / squares) if squares > 0.0 else AXES


@compiled
def median_variance(state: Any, params: Any, g: int) -> float:
    """Clipped mean variance of a filter's output along an axis: of the median of the latest stretches."""
    ordered = np.sort(state.block_mean[g])
    median = 0.5 * (ordered[(BLOCKS - 1) // 2] + ordered[BLOCKS // 2])
    return np.float64(max(median / AXES, least_variance(state) * params.gate_gain[g]) / FLOOR_MEAN)


@compiled
def least_variance(state: Any) -> float:
    """Least noise variance of a sample along an axis, the mean over the axes."""
    return np.float64((state.floor_min[0] + state.floor_min[1] + state.floor_min[2]) / AXES)


@compiled
def begin_anew(state: Any, params: Any, g: int, variance: float) -> None:
    """Begin a filter's floor with this variance, the same along all axes."""
    covariance = state.covariance[g]
    for k in range(6):
        covariance[k] = 0.0
    covariance[0] = covariance[3] = covariance[5] = variance
    state.recent[g] = 1.0
    state.floor_step[g] = 1.0 / (BLOCKS * params.block_length)


@compiled
def settle(state: Any, params: Any) -> None:
    """Where a block begins: judge a first floor, and say whether one is known and whether a movement goes on."""
    if state.settling == 2:  # noqa: PLR2004 - see `STATE`
        _judge(state, params)
    elif state.settling == 1:
        is_calm = state.active == 0 and state.sensed - max(state.shade_end, state.ready) > params.calm
        if state.fell or is_calm:
            state.settling = 0
    state.fell = 0
    run = state.run
    if state.settling:
        run.noise = state.noise  # an assumed floor that was too low must not keep a run from ending
    hold = state.active > 0 and run.rhythmic > 1
    if hold and not state.hold:
        for g in range(GATES):
            state.recent[g] = 1.0  # it took the tremor's beginning for growing noise
    state.hold = 1 if hold else 0
    far = _level(state, params) > MOST_G * MOST_G
    for g in range(GATES):
        far = far or state.recent[g] > FAR
    goes_on = state.active > 0 and run.last_busy - run.first_busy > params.twitch_max
    state.moving = 1 if far or goes_on else 0


@compiled
def _level(state: Any, params: Any) -> float:
    """Larger of the two floors, as variance of a sample of white noise along an axis, in g squared."""
    most = 0.0
    for g in range(GATES):
        covariance = state.covariance[g]
        trace = covariance[0] + covariance[3] + covariance[5]
        most = max(most, FLOOR_MEAN * trace / (AXES * params.gate_gain[g]))
    return most


@compiled
def _judge(state: Any, params: Any) -> None:
    """Take the first floor, or assume one where it was measured in a movement."""
    state.settling = 0
    share = _noise_share(state, params)
    is_moving = _level(state, params) > MOST_G * MOST_G
    if not is_moving and share == 1.0:
        return
    state.settling = 1
    for g in range(GATES):
        white = params.gate_gain[g] / FLOOR_MEAN
        variance = share * state.covariance[g, 0]
        if (is_moving and share == 1.0) or variance > ASSUMED_G * ASSUMED_G * white:
            variance = ASSUMED_G * ASSUMED_G * white
            quietest = state.block_mean[g].min() / (AXES * FLOOR_MEAN)
            if share == 1.0 and quietest < MOST_G * MOST_G * white:
                variance = max(variance, quietest)  # the movement left room for a noisier sensor's noise
        begin_anew(state, params, g, max(variance, least_variance(state) * white))
        state.floor_step[g] = params.floor_step


@compiled
def _noise_share(state: Any, params: Any) -> float:
    """Share of the energy so far that is no tremor; 1 where there is none."""
    factor = params.factor[1]
    first = -(-state.segment // factor)
    end = state.sensed // factor
    windows = rhythmic = 0
    total = 0.0
    hop = params.hop // factor
    while first + params.window <= end:
        at = HISTORY + first - state.origin // factor
        if factor > 1:
            strength, _ = rhythm(state.streams[1], at, params.window, params.rate_hz / factor, BEGINS)
        else:
            strength, _ = rhythm(state.moved, at, params.window, params.rate_hz, BEGINS)
        windows += 1
        if strength > 0.0:
            rhythmic += 1
            total += strength
        first += hop
    if windows == 0 or rhythmic < RHYTHMIC_SHARE * windows:
        return 1.0
    return np.float64(max(0.5 * (1.0 - total / rhythmic), LEAST_SHARE))
