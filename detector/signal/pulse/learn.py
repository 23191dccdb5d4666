"""The whole interval of a beat: its mean, which is taken away, and the noise of what is left at each of its phases.

On real chests subtraction halves a beat but leaves 30 to 90 % above the noise between beats, along the beat's own axes;
so the gate's outputs are whitened by a covariance that depends on the time since the beat.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.gate import filter_piece, lower_triangle
from detector.signal.pulse.fitting import shift_to_mean, subtract_mean
from detector.signal.pulse.layout import BEATS, LEARNT, PHASES
from detector.signal.pulse.phases import beat_before, phases_of
from detector.signal.pulse.unrest import forget_bustle, note_bustle
from detector.signal.state import BLOCK, GATES, HISTORY

MEMORY = 30.0
"""Intervals the mean and the noise are means of."""
FEW = 3
MOST = 3.0
"""One interval's energy counts at most so many times the mean."""
ROUND = 0.2
"""So much of the noise is taken to be the same along all axes: it is known from a few beats."""
BETWEEN = 0.7
"""The noise is nowhere less than so much of the middle phase's."""
LEFT_STEP = 0.1
SENSOR, LEAST_BEAT = 0.78, 0.5
"""So much of the quietest phase is noise that no beat explains; where a beat adds less to that, nothing is
concluded."""
MOST_SIZE, MOST_SHIFT_S = 1.0, 0.04
"""What is left of a beat is put down to a beat at most so much larger or smaller, and so much earlier or later."""
FEW_COST = 6.0
"""A covariance from few beats is uncertain: squares are made smaller by ``(1 + FEW_COST / beats)^2``."""
EXPECTED, EXPECTED_SPREAD, EXPECTED_WEIGHT = 2.3, 0.16, 8.0
"""Logarithm of the largest square in the interval of a beat that Gaussian noise gives, and its variance; a prior of so
many beats."""
LOUDNESS_MEMORY = 60.0
LOUDNESS_STEP = 1.5
TAIL_SPREADS = 2.6
"""A threshold lies so many spreads above the median of what beats leave; the figure is a compromise, see `benchmarks
bodies`."""


@compiled
def begin_learning(state: Any, params: Any) -> None:
    """Learn from the beats that a pulse was found by: all of them are in the look-back."""
    pulse = state.pulse
    for axis in range(3):
        for j in range(LEARNT):
            pulse.mean_beat[axis, j] = 0.0
    for j in range(LEARNT):
        pulse.weight[j] = 0.0
    for phase in range(PHASES):
        pulse.seen[phase] = 0.0
    pulse.learnt = 0
    pulse.left = 0.5
    number = pulse.placed
    for i in range(1, number):
        learn_mean(state, params, pulse.at[i - 1], pulse.at[i])
    for i in range(number):
        pulse.at[i] += shift_to_mean(state, params, pulse.at[i])
    for j in range(LEARNT):
        pulse.weight[j] = 0.0
    pulse.learnt = 0
    for i in range(1, number):
        learn_mean(state, params, pulse.at[i - 1], pulse.at[i])
    first = begin_of(state, params, pulse.at[0])
    forget_bustle(pulse)
    for i in range(1, number):
        take_away(state, params, pulse.at[i - 1], pulse.at[i], first)
        note_bustle(state, begin_of(state, params, pulse.at[i - 1]), begin_of(state, params, pulse.at[i]))
    pulse.covered_from = first
    pulse.covered_to = begin_of(state, params, pulse.at[number - 1])
    _rehearse(state, params, first, pulse.covered_to)
    fold(state, params)
    unbias = pulse.learnt / max(pulse.learnt - 1.0, 1.0)
    for g in range(GATES):
        for phase in range(PHASES):
            for k in range(6):
                pulse.covariance[g, phase, k] *= unbias  # the mean was taken from the same beats
    renew(state, params)
    size_up(pulse)


@compiled
def begin_of(state: Any, params: Any, beat: float) -> int:
    """Index of the first sample that belongs to a beat."""
    return int(max(np.ceil(beat - params.pulse_lead), state.segment))


@compiled
def learn_mean(state: Any, params: Any, beat: float, following: float) -> None:
    """Learn the mean interval from one."""
    pulse = state.pulse
    offset = HISTORY - state.origin
    begin = begin_of(state, params, beat)
    j = int(begin - beat + params.pulse_lead + 0.5)
    count = min(begin_of(state, params, following) - begin, LEARNT - j)
    weight = pulse.weight[j : j + count]
    for i in range(count):
        weight[i] = min(weight[i] + 1.0, MEMORY)
    for axis in range(3):
        mean = pulse.mean_beat[axis][j : j + count]
        plain = state.plain[axis][begin + offset : begin + offset + count]
        for i in range(count):
            mean[i] += (np.float64(plain[i]) - mean[i]) / weight[i]
    pulse.learnt += 1


@compiled
def take_away(state: Any, params: Any, beat: float, following: float, first: int) -> None:
    """Subtract the mean interval from the samples of one, from index `first` on."""
    pulse = state.pulse
    if pulse.learnt < FEW:
        return
    begin, end = begin_of(state, params, beat), begin_of(state, params, following)
    whole, left = subtract_mean(state, params, beat, begin, end, first)
    _account(state, whole, left, end - begin)


@compiled
def _account(state: Any, whole: float, left: float, count: int) -> None:
    """Keep account of the share of the energy of an interval that stays when the mean is taken away."""
    pulse = state.pulse
    quiet = np.inf
    for phase in range(PHASES):
        if pulse.seen[phase] > 0.0:
            quiet = min(quiet, pulse.noise[phase])
    quiet = SENSOR * quiet * count if quiet < np.inf else 0.0
    if whole - quiet > LEAST_BEAT * whole:
        pulse.left += LEFT_STEP * (min(max(left - quiet, 0.0) / (whole - quiet), 1.0) - pulse.left)


@compiled
def fit_again(state: Any, params: Any, first: int, last: int) -> None:
    """Take away what a beat that is larger or comes earlier than the mean one leaves in the samples `first` to `last`.

    A change of size leaves a share of the mean, a shift by s leaves ``-s`` times its slope: a least-squares fit of both
    in these samples alone, for one sound of a chest changes without the other.
    """
    pulse = state.pulse
    offset = HISTORY - state.origin
    mm = ms = ss = 1e-18
    vm = vs = 0.0
    number = beat_before(pulse, params, first)
    beat = pulse.at[number % BEATS]
    for t in range(first, last + 1):
        j = int(t - beat + params.pulse_lead + 0.5)
        if not 1 <= j < LEARNT - 1:
            continue
        for axis in range(3):
            mean = pulse.mean_beat[axis, j]
            slope = 0.5 * (pulse.mean_beat[axis, j + 1] - pulse.mean_beat[axis, j - 1])
            v = np.float64(state.moved[axis, t + offset])
            mm += mean * mean
            ms += mean * slope
            ss += slope * slope
            vm += v * mean
            vs += v * slope
    determinant = mm * ss - ms * ms
    if not determinant > 1e-6 * mm * ss:
        return
    size = (vm * ss - vs * ms) / determinant
    shift = (vs * mm - vm * ms) / determinant
    most = MOST_SHIFT_S * params.rate_hz
    size, shift = min(max(size, -MOST_SIZE), MOST_SIZE), min(max(shift, -most), most)
    for t in range(first, last + 1):
        j = int(t - beat + params.pulse_lead + 0.5)
        if not 1 <= j < LEARNT - 1:
            continue
        for axis in range(3):
            slope = 0.5 * (pulse.mean_beat[axis, j + 1] - pulse.mean_beat[axis, j - 1])
            state.moved[axis, t + offset] -= np.float32(size * pulse.mean_beat[axis, j] + shift * slope)


@compiled
def _rehearse(state: Any, params: Any, first: int, last: int) -> None:
    """Let the gate's filters run over samples it has passed, for the noise of what is left there."""
    outputs = np.empty((GATES, 3, BLOCK), np.float32)
    phases = np.empty(BLOCK, np.int64)
    t = first
    while t < last:
        count = min(BLOCK - t % BLOCK, last - t)
        for g in range(GATES):
            begin, n = filter_piece(state, params, g, t, count, outputs[g])
            phases_of(state, params, g, begin, n, phases)
            gather(state, g, phases[:n], outputs[g])
        t += count


@compiled
def gather(state: Any, g: int, phases: Any, u: Any) -> None:
    """Add outputs of a gate filter to the sums of their phases, see `phases_of`."""
    sums_of, counts = state.pulse.gathered[g], state.pulse.gathered_count[g]
    out_x, out_y, out_z = u[0], u[1], u[2]
    for c in range(len(phases)):
        phase = phases[c]
        if phase < 0:
            continue
        x, y, z = np.float64(out_x[c]), np.float64(out_y[c]), np.float64(out_z[c])
        sums = sums_of[phase]
        sums[0] += x * x
        sums[1] += x * y
        sums[2] += x * z
        sums[3] += y * y
        sums[4] += y * z
        sums[5] += z * z
        counts[phase] += 1


@compiled
def fold(state: Any, params: Any) -> None:
    """Let the noise of each phase follow what was gathered."""
    pulse = state.pulse
    for phase in range(PHASES):
        if pulse.gathered_count[0, phase] + pulse.gathered_count[1, phase] == 0:
            continue
        intervals = max(pulse.gathered_count[0, phase] * params.factor[0] / params.phase_length, 1.0)
        pulse.seen[phase] = min(pulse.seen[phase] + np.rint(intervals), MEMORY)
        step = min(np.rint(intervals) / pulse.seen[phase], 1.0)
        for g in range(GATES):
            count = pulse.gathered_count[g, phase]
            if count == 0:
                continue
            sums, known = pulse.gathered[g, phase], pulse.covariance[g, phase]
            own = (sums[0] + sums[3] + sums[5]) / count
            before = known[0] + known[3] + known[5]
            weight = 1.0 / count
            if step < 1.0 and own > MOST * before > 0.0:
                weight *= MOST * before / own
            for k in range(6):
                known[k] = (1.0 - step) * known[k] + step * weight * sums[k]
                sums[k] = 0.0
            pulse.gathered_count[g, phase] = 0


@compiled
def renew(state: Any, params: Any) -> None:
    """Renew each phase's whitening.

    The inverse of the Cholesky factor of its covariance, smoothed over its neighbours.
    """
    pulse = state.pulse
    smooth = np.empty((PHASES, 6))
    sizes = np.empty(PHASES)
    for g in range(GATES):
        known = 0
        for phase in range(PHASES):
            weight = 0.0
            for k in range(6):
                smooth[phase, k] = 0.0
            for neighbour in range(max(phase - 1, 0), min(phase + 2, PHASES)):
                seen = pulse.seen[neighbour]
                weight += seen
                for k in range(6):
                    smooth[phase, k] += seen * pulse.covariance[g, neighbour, k]
            if weight > 0.0:
                for k in range(6):
                    smooth[phase, k] /= weight
            if pulse.seen[phase] > 0.0:
                sizes[known] = smooth[phase, 0] + smooth[phase, 3] + smooth[phase, 5]
                known += 1
        if known == 0:
            continue
        rounding = state.floor_min[0] + state.floor_min[1] + state.floor_min[2]
        least = max(BETWEEN * np.sort(sizes[:known])[known // 2], rounding * params.gate_gain[g])
        worst = 0
        for phase in range(PHASES):
            second = smooth[phase]
            size = second[0] + second[3] + second[5]
            if pulse.seen[phase] == 0.0 or not size > 0.0:  # never there: as loud as the loudest
                for k in range(6):
                    second[k] = smooth[worst, k]
                size = second[0] + second[3] + second[5]
            elif size > smooth[worst, 0] + smooth[worst, 3] + smooth[worst, 5]:
                worst = phase
            for k in range(6):
                second[k] *= 1.0 - ROUND
            even = ROUND * size / 3.0 + max(least - size, 0.0) / 3.0
            caution = (1.0 + FEW_COST / max(pulse.seen[phase], 1.0)) ** 2
            lower_triangle(
                caution * (second[0] + even),
                caution * second[1],
                caution * second[2],
                caution * (second[3] + even),
                caution * second[4],
                caution * (second[5] + even),
                caution * 0.1 * even,
                caution * 0.1 * even,
                pulse.whitening[g, phase],
            )
            if g == 0:
                pulse.noise[phase] = max(size, least) / params.gate_gain[0]


@compiled
def hear_tail(state: Any, params: Any) -> None:
    """Learn from the beat the gate has passed how much heavier than Gaussian the tails of what is left are."""
    pulse = state.pulse
    if not pulse.loudest > 0.0:
        return
    own = np.log(pulse.loudest)
    pulse.loudest = 0.0
    spread = np.sqrt(pulse.loudness_spread)
    pulse.loudness_count = min(pulse.loudness_count + 1.0, LOUDNESS_MEMORY)
    step = 1.0 / pulse.loudness_count
    # The median, and the spread of the beats below it: twitches lie above.
    off = own - pulse.loudness
    pulse.loudness += LOUDNESS_STEP * step * spread * np.sign(off)
    if off < 0.0:
        pulse.loudness_spread += step * (off * off - pulse.loudness_spread)
    highest = np.exp(pulse.loudness + TAIL_SPREADS * np.sqrt(pulse.loudness_spread))
    pulse.tail = max(highest / params.threshold[0], 1.0)


@compiled
def doubt_tail(pulse: Any) -> None:
    """Go on with what is known of the tails, but learn faster."""
    pulse.loudest = 0.0
    pulse.loudness_count = min(pulse.loudness_count, EXPECTED_WEIGHT)


@compiled
def forget_tail(pulse: Any) -> None:
    """Expect Gaussian noise again."""
    pulse.loudest = 0.0
    pulse.loudness, pulse.loudness_spread, pulse.loudness_count = EXPECTED, EXPECTED_SPREAD, EXPECTED_WEIGHT
    pulse.tail = 1.0


@compiled
def size_up(pulse: Any) -> None:
    """Measure the mean beat: its peak, the axis of that, and the peak to peak along it."""
    largest, at = 0.0, 0
    for j in range(LEARNT):
        energy = pulse.mean_beat[0, j] ** 2 + pulse.mean_beat[1, j] ** 2 + pulse.mean_beat[2, j] ** 2
        if energy > largest:
            largest, at = energy, j
    size = np.sqrt(largest)
    for axis in range(3):
        pulse.peak[axis] = pulse.mean_beat[axis, at]
        pulse.direction[axis] = pulse.mean_beat[axis, at] / max(size, 1e-18)
    low = high = 0.0
    for j in range(LEARNT):
        along = 0.0
        for axis in range(3):
            along += pulse.mean_beat[axis, j] * pulse.direction[axis]
        low, high = min(low, along), max(high, along)
    pulse.p2p_g = high - low
