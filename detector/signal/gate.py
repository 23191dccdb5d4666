"""What runs over every sample: the high-pass, the gate's two matched filters, and the noise floor they stand above."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.noise.floor import AXES, CLIP, FLOOR_MEAN, begin_anew, median_variance, roll, settle
from detector.signal.state import BLOCK, BLOCKS, FLAT_ENERGY, GATES, HISTORY, SPAN

LIMIT_G = 1000.0
"""A sample with a longer sum of absolute axes, or one that is not finite, is no measurement."""

EVENT_STEP = 0.25
"""An output that opens the gate is an event more often than noise: the floor follows it so much more slowly."""
LOUD = 100.0
"""A square that no growing noise explains: a movement, until it has gone on for `PARAMS.long`."""
HASTE_AT, HASTE = 1.5, 4.0
"""Where the noise has grown so much of late, the floor follows so much faster."""
RECENT_SHARE = 0.7
"""The noise of late counts at so much of itself: it is known from a few seconds only."""


@compiled
def highpass(xyz: Any, first: int, count: int, state: Any, params: Any) -> int:
    """Take up to `count` samples in, from row `first` on; stop before one that is no measurement.

    Returns
    -------
    int
        Samples taken.
    """
    gain, a1, a2 = params.gain, params.a[0], params.a[1]
    zi = state.zi
    rows = xyz[first : first + count]
    at = HISTORY + state.index - state.origin
    raw_x, raw_y, raw_z = state.raw[0][at : at + count], state.raw[1][at : at + count], state.raw[2][at : at + count]
    out_x, out_y, out_z = (
        state.plain[0][at : at + count],
        state.plain[1][at : at + count],
        state.plain[2][at : at + count],
    )
    taken = count
    for i in range(count):
        if not abs(rows[i, 0]) + abs(rows[i, 1]) + abs(rows[i, 2]) < LIMIT_G:  # true for NaN too
            taken = i
            break
        raw_x[i], raw_y[i], raw_z[i] = rows[i, 0], rows[i, 1], rows[i, 2]
    if taken == 0:
        return 0
    if state.restart:
        # As if the first value had been there for ever: no transient.
        for axis in range(3):
            zi[axis, 0] = zi[axis, 1] = rows[0, axis]
            zi[axis, 2] = zi[axis, 3] = 0.0
        state.restart = 0
        state.segment = state.index
        state.ready = state.index + params.settle
    x1, x2, vx1, vx2 = zi[0, 0], zi[0, 1], zi[0, 2], zi[0, 3]
    y1, y2, vy1, vy2 = zi[1, 0], zi[1, 1], zi[1, 2], zi[1, 3]
    z1, z2, vz1, vz2 = zi[2, 0], zi[2, 1], zi[2, 2], zi[2, 3]
    for i in range(taken):
        x, y, z = np.float64(raw_x[i]), np.float64(raw_y[i]), np.float64(raw_z[i])
        # Only the last product and difference wait for the sample before: that is what the filter's speed hangs on.
        vx = (gain * ((x - 2.0 * x1) + x2) - a2 * vx2) - a1 * vx1
        vy = (gain * ((y - 2.0 * y1) + y2) - a2 * vy2) - a1 * vy1
        vz = (gain * ((z - 2.0 * z1) + z2) - a2 * vz2) - a1 * vz1
        x2, y2, z2, x1, y1, z1 = x1, y1, z1, x, y, z
        vx2, vy2, vz2, vx1, vy1, vz1 = vx1, vy1, vz1, vx, vy, vz
        out_x[i], out_y[i], out_z[i] = vx, vy, vz
    for axis in range(3):
        state.moved[axis][at : at + taken] = state.plain[axis][at : at + taken]
    zi[0, 0], zi[0, 1], zi[0, 2], zi[0, 3] = x1, x2, vx1, vx2
    zi[1, 0], zi[1, 1], zi[1, 2], zi[1, 3] = y1, y2, vy1, vy2
    zi[2, 0], zi[2, 1], zi[2, 2], zi[2, 3] = z1, z2, vz1, vz2
    return taken


@compiled
def skip(state: Any) -> None:
    """Pass over a sample that is no measurement."""
    at = HISTORY + state.index - state.origin
    for axis in range(3):
        state.plain[axis, at] = state.moved[axis, at] = 0.0
        state.raw[axis, at] = state.raw[axis, at - 1]
    state.restart = 1
    state.index += 1


@compiled
def slide(state: Any, params: Any) -> None:
    """Move the look-back: the buffers are full."""
    first = HISTORY - params.keep
    for axis in range(3):
        for i in range(first, HISTORY):
            state.raw[axis, i] = state.raw[axis, SPAN + i]
            state.plain[axis, i] = state.plain[axis, SPAN + i]
            state.moved[axis, i] = state.moved[axis, SPAN + i]
    for g in range(GATES):
        span = SPAN // params.factor[g]
        for axis in range(3):
            for i in range(first, HISTORY):
                state.streams[g, axis, i] = state.streams[g, axis, span + i]
    state.origin += SPAN


@compiled
def filter_piece(state: Any, params: Any, g: int, first: int, count: int, u: Any) -> tuple[int, int]:
    """Run a gate filter over the samples `first` to ``first + count - 1``.

    Parameters
    ----------
    u
        Filled with the output, shape ``(3, BLOCK)``.

    Returns
    -------
    begin, n : int
        Index of the first output in the filter's stream, and how many there are.
    """
    factor = params.factor[g]
    begin = first // factor
    n = (first + count) // factor - begin
    if n > 0:
        at = HISTORY + begin - state.origin // factor
        if factor > 1:
            _add_up(state.moved, HISTORY + begin * factor - state.origin, state.streams[g], at, n, factor)
            _filter_axes(state.streams[g], at, params.gate_taps[g], params.gate_length[g], u, n)
        else:
            _filter_axes(state.moved, at, params.gate_taps[g], params.gate_length[g], u, n)
    return begin, n


@compiled
def _add_up(moved: Any, source_at: int, stream: Any, at: int, n: int, factor: int) -> None:
    """Add up neighbours: a short filter is enough where the movement is slow."""
    for axis in range(3):
        source = moved[axis][source_at : source_at + n * factor]
        out = stream[axis][at : at + n]
        for c in range(n):
            out[c] = source[factor * c]
        for k in range(1, factor):
            for c in range(n):
                out[c] += source[factor * c + k]


@compiled
def _filter_axes(stream: Any, at: int, taps: Any, length: int, out: Any, n: int) -> None:
    """Correlate each axis."""
    for axis in range(3):
        _filter(stream[axis], at, taps, length, out[axis], n)


@compiled
def _filter(source: Any, at: int, taps: Any, length: int, out: Any, n: int) -> None:
    """Correlate: the output at a sample is of the `length` samples that end with it."""
    begin = at - length + 1
    for i in range(n):
        out[i] = 0.0
    for j in range(0, length, 4):  # samples in the inner loop: the compiler does several at once, in the same order
        w0, w1, w2, w3 = taps[j], taps[j + 1], taps[j + 2], taps[j + 3]
        x = source[begin + j : begin + j + n + 3]
        for i in range(n):
            out[i] += w0 * x[i] + w1 * x[i + 1] + w2 * x[i + 2] + w3 * x[i + 3]


@compiled
def square(u: Any, m: Any, r2: Any, n: int, gate: float) -> int:
    """Squared length of the whitened output; gives how many stand above the gate."""
    m0, m1, m2, m3, m4, m5 = m[0], m[1], m[2], m[3], m[4], m[5]
    x, y, z = u[0], u[1], u[2]
    for i in range(n):
        a = m0 * x[i]
        b = m1 * x[i] + m2 * y[i]
        c = m3 * x[i] + m4 * y[i] + m5 * z[i]
        r2[i] = a * a + b * b + c * c
    over = 0
    for i in range(n):
        over += r2[i] > gate
    return over


@compiled
def listen_to_noise(state: Any, params: Any, g: int, begin: int, n: int, u: Any, r2: Any) -> None:
    """Let the noise floor follow a filter's output."""
    every, factor = params.floor_every[g], params.factor[g]
    c = (begin + every - 1) // every * every - begin
    while c < n:
        t = (begin + c + 1) * factor - 1
        x, y, z = np.float64(u[0, c]), np.float64(u[1, c]), np.float64(u[2, c])
        energy = x * x + y * y + z * z
        if t >= state.ready and energy > FLAT_ENERGY:
            if state.blocks_done < BLOCKS:
                _measure(state, params, g, t, energy)
            else:
                _follow(state, params, g, t, x, y, z, np.float64(r2[c]))
                roll(state, params, g, energy)
        c += every


@compiled
def _follow(state: Any, params: Any, g: int, t: int, x: float, y: float, z: float, r2: float) -> None:
    """One look at the noise after the first floor is known."""
    step = state.floor_step[g]
    if step > params.floor_step:
        # The mean over all samples so far, until it is as long as the time constant.
        state.floor_step[g] = max(step / (1.0 + step), params.floor_step)
    if state.hold:
        return
    recent = state.recent[g]
    ratio = r2 * state.boost[g] * (FLOOR_MEAN / AXES)  # energy over its clipped mean
    if r2 < LOUD:
        state.loud_since[g] = t
    if t - state.loud_since[g] < params.long:
        if r2 < LOUD:
            recent += params.recent_step * (min(ratio, CLIP * recent) - recent)
            state.recent[g] = recent
        if r2 > params.gate and recent < HASTE_AT:
            step *= EVENT_STEP
    if recent > HASTE_AT:
        step *= HASTE
    elif r2 >= LOUD:
        step *= EVENT_STEP
    weight = step * (CLIP / ratio if ratio > CLIP else 1.0)
    covariance = state.covariance[g]
    covariance[0] += weight * x * x - step * covariance[0]
    covariance[1] += weight * x * y - step * covariance[1]
    covariance[2] += weight * x * z - step * covariance[2]
    covariance[3] += weight * y * y - step * covariance[3]
    covariance[4] += weight * y * z - step * covariance[4]
    covariance[5] += weight * z * z - step * covariance[5]


@compiled
def _measure(state: Any, params: Any, g: int, t: int, energy: float) -> None:
    """Collect the first stretches of noise; the floor is their median, the same along all axes to begin with."""
    done = state.block_done[g]
    if done == BLOCKS:
        return  # the other filter is not there yet
    state.block_sum[g] += energy
    state.block_count[g] += 1
    if state.block_count[g] < params.block_length:
        return
    state.block_mean[g, done] = state.block_sum[g] / params.block_length
    state.block_sum[g] = 0.0
    state.block_count[g] = 0
    state.block_done[g] = done + 1
    state.blocks_done = min(state.block_done[0], state.block_done[1])
    if state.blocks_done < BLOCKS:
        return
    for k in range(GATES):
        begin_anew(state, params, k, median_variance(state, params, k))
    # Whatever is renewed is renewed where a block begins, however the samples come.
    state.ready = max(state.ready, (t // BLOCK + 1) * BLOCK)


@compiled
def whiten(state: Any, params: Any) -> None:
    """Renew the matrices that make the gate's outputs white: inverses of the covariances' Cholesky factors."""
    settle(state, params)
    for g in range(GATES):
        state.boost[g] = max(1.0, RECENT_SHARE * state.recent[g])
        boost = FLOOR_MEAN * state.boost[g]
        gain = params.gate_gain[g]
        covariance = state.covariance[g]
        xx, yy, zz = covariance[0] * boost, covariance[3] * boost, covariance[5] * boost
        xy, xz, yz = covariance[1] * boost, covariance[2] * boost, covariance[4] * boost
        # Where the sensor itself rounds to more than its noise, or an axis is flat.
        least = max(1e-3 * (xx + yy + zz) / AXES, FLAT_ENERGY)
        xx = max(xx, least, state.floor_min[0] * gain)
        yy, zz = max(yy, least, state.floor_min[1] * gain), max(zz, least, state.floor_min[2] * gain)
        lower_triangle(
            xx,
            xy,
            xz,
            yy,
            yz,
            zz,
            0.1 * max(least, state.floor_min[1] * gain),
            0.1 * max(least, state.floor_min[2] * gain),
            state.floor_whitening[g],
        )
        if g == 0:
            state.noise = (xx + yy + zz) / params.gate_gain[0]


@compiled
def lower_triangle(
    xx: float, xy: float, xz: float, yy: float, yz: float, zz: float, least_y: float, least_z: float, m: Any
) -> None:
    """Fill `m` with the inverse of the Cholesky factor of a covariance.

    `least_y` and `least_z` bound what is left of the second and the third axis without what they share with those
    before.
    """
    a = np.sqrt(xx)
    b = xy / a
    c = xz / a
    d = np.sqrt(max(yy - b * b, least_y))
    e = (yz - b * c) / d
    f = np.sqrt(max(zz - c * c - e * e, least_z))
    m[0] = 1.0 / a
    m[1] = -b / (a * d)
    m[2] = 1.0 / d
    m[3] = (b * e - c * d) / (a * d * f)
    m[4] = -e / (d * f)
    m[5] = 1.0 / f
