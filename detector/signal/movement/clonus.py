"""Clonus: a row of beats of 5 to 8 Hz that dies out, whatever the movement that it is a part of is called.

A tremor goes on as it is; a bed that has been pushed dies out within a few swings, most of them slower. In between lies
what is looked for: five beats or more, in windows that agree with themselves one beat on, each a little weaker, evenly,
from the beginning on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.state import HISTORY

CLONUS_HZ = (4.6, 8.6)
"""Beats a second: ankle clonus has 5 to 8."""
LAGS_HZ = (4.3, 9.0)
"""A peak of the correlation is looked for in these."""
WINDOW_S = 0.6
"""A window holds three beats at least."""
BAND_S = 0.06
"""Second differences over so much let pass what has some 8 Hz: the limb's own swing of 2 Hz keeps a quarter."""
AGREES, MEAN_AGREES = 0.5, 0.66
"""Correlation one beat on from which a window belongs to the row; and its mean over the row."""
SWING = -0.2
"""Correlation half a beat on, at most."""
DRIFT = 1.25
"""From window to window the frequency changes by no larger factor."""
MISSES = 3
"""So many windows on a window that agrees joins the row still."""
LEAST_BEATS = 5.0
FADED = 0.5
"""Natural logarithm of how much weaker the last window is than the loudest: a factor of 1.6."""
EVENLY = -0.9
"""Correlation of the windows' logarithmic strength with time, from the loudest on, at most."""
FADES = (0.03, 0.5)
"""Change of the logarithm by a beat: less is a tremor that wanes, more is a thing that was pushed."""
LATEST, LATEST_S = 0.5, 0.9
"""The loudest window lies in the first half of the row, and within so much of its beginning."""
BEFORE = 0.6
"""Logarithm of how much louder a window of the run before the row is than the row's loudest, at most: a row that
follows something larger is what that left swinging."""


@compiled
def listen_for_beats(state: Any, params: Any, t: int) -> None:
    """Look whether the window that ends with the sample `t`, the newest, begins a row of beats or goes on with one.

    To be called at indices that do not depend on how many samples come at a time.
    """
    run = state.run
    count = int(np.rint(WINDOW_S * params.rate_hz))
    band = max(int(np.rint(BAND_S * params.rate_hz)), 1)
    first = t - count + 1
    if first < run.beats_from:
        return
    strength, hz, size = _beat(state, params, first, count, band)
    run.beats_top = max(run.beats_top, size)
    if strength < AGREES:
        return
    is_near = t - run.beats_last <= MISSES * params.beat_hop
    if not (run.beats > 0 and is_near and hz < DRIFT * run.beats_hz and run.beats_hz < DRIFT * hz):
        judge_beats(run, params)
        run.beats_before = run.beats_top
        run.beats = 0
        run.beats_first = first
        run.beats_agree = run.beats_hz_sum = 0.0
    run.beats += 1
    run.beats_last = t
    run.beats_hz = hz
    run.beats_hz_sum += hz
    run.beats_agree += strength
    level = np.log(size)
    if run.beats == 1 or level > run.beats_loudest:
        run.beats_loudest = level
        run.beats_loudest_at = t
        for k in range(6):
            run.beats_sums[k] = 0.0
    since = (t - run.beats_loudest_at) / params.rate_hz
    fallen = level - run.beats_loudest
    run.beats_fallen = fallen
    sums = run.beats_sums
    sums[0] += 1.0
    sums[1] += since
    sums[2] += fallen
    sums[3] += since * since
    sums[4] += since * fallen
    sums[5] += fallen * fallen


@compiled
def judge_beats(run: Any, params: Any) -> None:
    """Remember where the latest row of beats lay if it was a clonus."""
    if run.beats == 0:
        return
    hz = run.beats_hz_sum / run.beats
    length = run.beats_last + 1 - run.beats_first
    rate_hz = params.rate_hz
    late = run.beats_loudest_at - (run.beats_first + WINDOW_S * rate_hz)
    is_late = late > LATEST * (length - WINDOW_S * rate_hz) or late > LATEST_S * rate_hz
    follows = np.log(run.beats_before) - run.beats_loudest > BEFORE
    sums = run.beats_sums
    n = sums[0]
    along, down = n * sums[3] - sums[1] * sums[1], n * sums[5] - sums[2] * sums[2]
    across = n * sums[4] - sums[1] * sums[2]
    if (
        n < 3.0  # noqa: PLR2004 - two points always lie on a line
        or is_late
        or follows
        or length * hz < LEAST_BEATS * rate_hz
        or run.beats_agree < MEAN_AGREES * run.beats
        or -run.beats_fallen < FADED
        or not across < EVENLY * np.sqrt(max(along * down, 0.0))
    ):
        return
    fades = -across / along / hz
    if FADES[0] <= fades <= FADES[1]:
        run.clonus_at = (run.beats_loudest_at + run.beats_last) // 2


@compiled
def is_clonus(state: Any, params: Any, end: int) -> bool:
    """Whether a clonus lies in what the run tells from its beginning to the sample before `end`."""
    run = state.run
    judge_beats(run, params)
    late = int(np.rint(WINDOW_S * params.rate_hz))  # windows end after what is in them
    return bool(run.first_busy <= run.clonus_at < end + late)


@compiled
def _beat(state: Any, params: Any, first: int, count: int, band: int) -> tuple[float, float, float]:
    """Correlation of a window one beat on (0 where there is no beat), its frequency in Hz, and the window's rms."""
    offset = HISTORY - state.origin + first
    x = np.empty((3, count))
    energy = np.zeros(count)
    for axis in range(3):
        row = state.moved[axis]
        mean = 0.0
        for i in range(count):
            at = offset + i
            v = 2.0 * np.float64(row[at - band]) - np.float64(row[at]) - np.float64(row[at - 2 * band])
            x[axis, i] = v
            mean += v
        mean /= count
        for i in range(count):
            x[axis, i] -= mean
            energy[i] += x[axis, i] * x[axis, i]
    total = 0.0
    for i in range(count):
        total += energy[i]
    if not total > 0.0:
        return 0.0, 0.0, 0.0
    shortest, longest = max(int(params.rate_hz / LAGS_HZ[1]), 2), int(np.ceil(params.rate_hz / LAGS_HZ[0]))
    r = np.zeros(longest + 2)
    head = tail = total
    for lag in range(1, longest + 2):
        head -= energy[count - lag]
        tail -= energy[lag - 1]
        if lag < shortest // 2:
            continue
        product = 0.0
        for axis in range(3):
            row = x[axis]
            for i in range(count - lag):
                product += row[i] * row[i + lag]
        r[lag] = product / np.sqrt(max(head * tail, 1e-300))
    best = 0
    for lag in range(shortest, longest + 1):
        if r[lag] >= r[lag - 1] and r[lag] > r[lag + 1] and (best == 0 or r[lag] > r[best]):
            best = lag
    if best == 0 or r[int(np.rint(0.5 * best))] > SWING:
        return 0.0, 0.0, np.float64(np.sqrt(total / count))
    curvature = r[best - 1] - 2.0 * r[best] + r[best + 1]
    period = best + (0.5 * (r[best - 1] - r[best + 1]) / curvature if curvature < 0.0 else 0.0)
    hz = params.rate_hz / period
    if not CLONUS_HZ[0] <= hz <= CLONUS_HZ[1]:
        return 0.0, 0.0, np.float64(np.sqrt(total / count))
    return np.float64(r[best]), np.float64(hz), np.float64(np.sqrt(total / count))
