"""What an event looks like: size, direction, frequency, and whether the sensor itself made it."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.state import CLIPPED, FREQUENCIES, GLITCH, HISTORY

CLIP_RUN = 3
"""So many equal samples in a row at the extreme of an axis are a clipped sensor."""
CLIP_MIN_G = 1.5
"""No wearable has a range below 2 g: a flat top lower than this is no clipping."""
GLITCH_RATIO = 5.0
"""How far a glitch's second difference stands above any other: muscles do not move for one sample."""


@compiled
def describe(state: Any, params: Any, run: Any, first: int, last: int) -> None:
    """Fill `run` from the samples with indices `first` to `last`, both included.

    Parameters
    ----------
    state, params
        Records of dtype `STATE` and `PARAMS`.
    first, last
        Sample indices, at most the ring's length apart, ``last`` at most the newest sample; both in the look-back.
    """
    offset = HISTORY - state.origin
    moved = state.moved
    x, y, z = principal_axis(moved, first + offset, last + offset)
    along = np.empty(last - first + 1)
    low = high = largest = 0.0
    for i in range(first, last + 1):
        at = i + offset
        vx, vy, vz = np.float64(moved[0, at]), np.float64(moved[1, at]), np.float64(moved[2, at])
        v = vx * x + vy * y + vz * z
        along[i - first] = v
        low, high = min(low, v), max(high, v)
        largest = max(largest, vx * vx + vy * vy + vz * vz)
    if -low > high:  # the larger swing points along the direction
        x, y, z = -x, -y, -z
    run.direction[0], run.direction[1], run.direction[2] = x, y, z
    run.peak_g = np.sqrt(largest)
    run.p2p_g = high - low
    run.dominant_hz = dominant_frequency(along, params)
    run.marks = 0
    if is_clipped(state.raw, first + offset, last + offset):
        run.marks |= CLIPPED
    if params.glitch_test and is_glitch(
        state.raw, max(first - params.look_back, state.segment) + offset, last + offset
    ):
        run.marks |= GLITCH


@compiled
def principal_axis(moved: Any, first: int, last: int) -> tuple[float, float, float]:
    """Unit vector along which the samples at places `first` to `last` move most."""
    second = np.zeros(6)
    for at in range(first, last + 1):
        vx, vy, vz = np.float64(moved[0, at]), np.float64(moved[1, at]), np.float64(moved[2, at])
        second[0] += vx * vx
        second[1] += vx * vy
        second[2] += vx * vz
        second[3] += vy * vy
        second[4] += vy * vz
        second[5] += vz * vz
    return largest_eigenvector(second)


@compiled
def principal_share(second: Any) -> float:
    """Share of the energy along the axis of most movement, of second moments xx xy xz yy yz zz."""
    total = second[0] + second[3] + second[5]
    if not total > 0.0:
        return 0.0
    x, y, z = largest_eigenvector(second)
    along = x * x * second[0] + y * y * second[3] + z * z * second[5]
    return np.float64((along + 2.0 * (x * y * second[1] + x * z * second[2] + y * z * second[4])) / total)


@compiled
def largest_eigenvector(second: Any) -> tuple[float, float, float]:
    """Unit eigenvector of the largest eigenvalue of a matrix xx xy xz yy yz zz, by power iteration on its square."""
    xx, xy, xz, yy, yz, zz = second[0], second[1], second[2], second[3], second[4], second[5]
    trace = xx + yy + zz
    if not trace > 0.0:
        return 1.0, 0.0, 0.0
    xx, xy, xz, yy, yz, zz = xx / trace, xy / trace, xz / trace, yy / trace, yz / trace, zz / trace
    for _ in range(8):  # M -> M^2, eight times: the 256th power leaves the largest eigenvalue alone
        a, b, c = xx * xx + xy * xy + xz * xz, xx * xy + xy * yy + xz * yz, xx * xz + xy * yz + xz * zz
        d, e, f = xy * xy + yy * yy + yz * yz, xy * xz + yy * yz + yz * zz, xz * xz + yz * yz + zz * zz
        trace = a + d + f
        xx, xy, xz, yy, yz, zz = a / trace, b / trace, c / trace, d / trace, e / trace, f / trace
    if xx >= yy and xx >= zz:  # the column with the largest diagonal is the best conditioned one
        x, y, z = xx, xy, xz
    elif yy >= zz:
        x, y, z = xy, yy, yz
    else:
        x, y, z = xz, yz, zz
    norm = np.sqrt(x * x + y * y + z * z)
    return x / norm, y / norm, z / norm


@compiled
def dominant_frequency(along: Any, params: Any) -> float:
    """Frequency of the spectral maximum of the movement along the event's direction, in Hz.

    Goertzel's recursion (Amer. Math. Monthly 65, 1958) on a logarithmic grid, refined by the parabola through the
    amplitudes of the maximum and its neighbours.
    """
    w1 = np.zeros(FREQUENCIES)
    w2 = np.zeros(FREQUENCIES)
    goertzel = params.goertzel
    for v in along:  # frequencies in the inner loop: independent of each other, so that the CPU runs several at once
        for k in range(FREQUENCIES):
            w0 = v + goertzel[k] * w1[k] - w2[k]
            w2[k] = w1[k]
            w1[k] = w0
    best = 0
    power = w1 * w1 + w2 * w2
    for k in range(FREQUENCIES):
        power[k] -= goertzel[k] * w1[k] * w2[k]
        if power[k] > power[best]:
            best = k
    hz = np.float64(params.hz[best])
    if 0 < best < FREQUENCIES - 1 and power[best - 1] > 0.0 and power[best + 1] > 0.0:
        left, middle, right = np.sqrt(power[best - 1]), np.sqrt(power[best]), np.sqrt(power[best + 1])
        curvature = left - 2.0 * middle + right
        if curvature < 0.0:
            shift = 0.5 * (left - right) / curvature
            hz *= 1.0 + shift * (params.hz[best + 1] / hz - 1.0)
    return hz


@compiled
def is_clipped(ring: Any, first: int, last: int) -> bool:
    """Whether an axis stays at its extreme for `CLIP_RUN` samples, beyond what gravity explains."""
    for axis in range(3):
        run = 1
        extreme = 0.0
        clipped_at = 0.0
        for i in range(first, last + 1):
            v = abs(np.float64(ring[axis, i]))
            extreme = max(extreme, v)
            run = run + 1 if i > first and ring[axis, i] == ring[axis, i - 1] else 1
            if run >= CLIP_RUN:
                clipped_at = max(clipped_at, v)
        if clipped_at >= CLIP_MIN_G and clipped_at == extreme:
            return True
    return False


@compiled
def is_glitch(ring: Any, first: int, last: int) -> bool:
    """Whether one sample alone stands out of its neighbours, which themselves agree."""
    largest = 0.0
    at = first
    for i in range(first + 1, last):
        bend = _bend(ring, i)
        if bend > largest:
            largest, at = bend, i
    others = 0.0
    for i in range(first + 1, last):
        if abs(i - at) > 1:
            others = max(others, _bend(ring, i))
    if largest <= GLITCH_RATIO * others:
        return False
    step = 0.0
    for axis in range(3):
        step += (np.float64(ring[axis, at + 1]) - np.float64(ring[axis, at - 1])) ** 2
    return bool(np.sqrt(step) < largest / GLITCH_RATIO)


@compiled
def _bend(ring: Any, i: int) -> float:
    """Distance of sample `i` from the middle of its neighbours, in g."""
    total = 0.0
    for axis in range(3):
        d = np.float64(ring[axis, i]) - 0.5 * (np.float64(ring[axis, i - 1]) + np.float64(ring[axis, i + 1]))
        total += d * d
    return np.float64(np.sqrt(total))
