"""The slow stream: movement above 5 Hz, some 50 samples a second, a quarter of a minute of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.layout import STREAM, STREAM_KEPT, STREAM_SPAN
from detector.signal.state import HISTORY

LOUD, USUAL_CLIP = 8.0, 3.0
"""A vector of so many times the usual length is a movement; the beats of a chest have up to five times."""
STIR = 0.5
"""Share of the latest vectors, the last half of a second weighing most, that are so long: a twitch is over too soon."""
OUT, NEAR, APART_S, OFTEN_HZ = 2.4, 0.6, 0.3, 0.6
"""Gaussian noise has its limit at twice its median; hearts beat more often than that."""
CLIP_SHARE = 0.98
"""Vectors of the stream longer than so many of them count as no longer: a twitch must not make a template."""


@compiled
def stream_place(pulse: Any, index: int) -> int:
    """Place in the arrays of the stream's sample with this index."""
    return int(STREAM_KEPT + index - pulse.origin)


@compiled
def sample_at(pulse: Any, params: Any, place: float) -> float:
    """Index of the sample at a place in the stream, on the scale of the samples since the filters were started."""
    factor = params.slow_factor
    return np.float64(pulse.begins + (place - pulse.begins_at) * factor + 0.5 * (factor - 1))


@compiled
def feed(state: Any, params: Any, first: int, count: int) -> None:
    """Add the high-passed samples `first` to ``first + count - 1``, averaged and high-passed at 5 Hz."""
    pulse = state.pulse
    if pulse.begins != state.segment:
        restart_stream(pulse, state.segment)
    at = HISTORY + first - state.origin
    left = count
    while left > 0:
        _make_room(pulse)
        room = STREAM - stream_place(pulse, pulse.count)
        taken = min(left, room * params.slow_factor - pulse.held_count)
        _append(state, params, at, taken)
        at += taken
        left -= taken


@compiled
def restart_stream(pulse: Any, index: int) -> None:
    """Start the filters anew: the next sample has this index."""
    pulse.begins = index
    pulse.begins_at = pulse.count
    pulse.held_count = 0
    for axis in range(3):
        pulse.held_sum[axis] = pulse.zi[axis, 0] = pulse.zi[axis, 1] = 0.0


@compiled
def _append(state: Any, params: Any, begin: int, count: int) -> None:
    """Add samples that there is room for: a biquad in transposed direct form II runs over their means."""
    pulse = state.pulse
    factor, held = params.slow_factor, pulse.held_count
    b, a1, a2 = params.slow_gain, params.slow_a[0], params.slow_a[1]
    zi, sums = pulse.zi, pulse.held_sum
    x, y, z = sums[0], sums[1], sums[2]
    x1, x2, y1, y2, z1, z2 = zi[0, 0], zi[0, 1], zi[1, 0], zi[1, 1], zi[2, 0], zi[2, 1]
    plain_x = state.plain[0][begin : begin + count]
    plain_y = state.plain[1][begin : begin + count]
    plain_z = state.plain[2][begin : begin + count]
    at = stream_place(pulse, pulse.count)
    out_x, out_y, out_z, sizes = pulse.stream[0][at:], pulse.stream[1][at:], pulse.stream[2][at:], pulse.sizes[at:]
    usual, stir, loud = pulse.usual, pulse.stir, -1
    n = 0
    for i in range(count):
        x += np.float64(plain_x[i])
        y += np.float64(plain_y[i])
        z += np.float64(plain_z[i])
        held += 1
        if held < factor:
            continue
        bx, by, bz = b * (x / factor), b * (y / factor), b * (z / factor)
        vx, vy, vz = bx + x1, by + y1, bz + z1
        x1, y1, z1 = x2 - 2.0 * bx - a1 * vx, y2 - 2.0 * by - a1 * vy, z2 - 2.0 * bz - a1 * vz
        x2, y2, z2 = bx - a2 * vx, by - a2 * vy, bz - a2 * vz
        out_x[n], out_y[n], out_z[n] = vx, vy, vz
        size = np.sqrt(vx * vx + vy * vy + vz * vz)
        sizes[n] = size
        is_loud = size > LOUD * usual
        stir += params.stir_step * ((1.0 if is_loud else 0.0) - stir)
        if is_loud and stir > STIR:
            loud = n
        usual += params.usual_step * (min(size, USUAL_CLIP * usual) - usual)
        x = y = z = 0.0
        held = 0
        n += 1
    zi[0, 0], zi[0, 1], zi[1, 0], zi[1, 1], zi[2, 0], zi[2, 1] = x1, x2, y1, y2, z1, z2
    sums[0], sums[1], sums[2] = x, y, z
    pulse.held_count = held
    pulse.usual, pulse.stir = usual, stir
    if loud >= 0:
        pulse.loud_at = pulse.count + loud
    pulse.count += n


@compiled
def fill(pulse: Any, count: int) -> None:
    """Let the stream go on through a short gap: nothing is known of it."""
    for _ in range(count):
        _make_room(pulse)
        at = stream_place(pulse, pulse.count)
        for axis in range(3):
            pulse.stream[axis, at] = 0.0
        pulse.sizes[at] = 0.0
        pulse.count += 1


@compiled
def _make_room(pulse: Any) -> None:
    """Move what is kept to the front where the arrays are full."""
    if pulse.count - pulse.origin < STREAM_SPAN:
        return
    for i in range(STREAM_KEPT):
        for axis in range(3):
            pulse.stream[axis, i] = pulse.stream[axis, STREAM_SPAN + i]
        pulse.sizes[i] = pulse.sizes[STREAM_SPAN + i]
        pulse.likeness[i] = pulse.likeness[STREAM_SPAN + i]
        pulse.value[i] = pulse.value[STREAM_SPAN + i]
        pulse.step[i] = pulse.step[STREAM_SPAN + i]
    pulse.origin += STREAM_SPAN


@compiled
def clip_limit(pulse: Any, first: int, last: int) -> float:
    """Length that all but a few of the vectors at the indices `first` to ``last - 1`` stay below."""
    a = stream_place(pulse, first)
    rank = int(CLIP_SHARE * (last - first - 1))
    return np.float64(np.partition(pulse.sizes[a : a + last - first], rank)[rank])


@compiled
def is_crowded(pulse: Any, params: Any, first: int, last: int, limit: float) -> bool:
    """Whether the stream stands out of its noise again and again: it comes near to its limit in most seconds."""
    a = stream_place(pulse, first)
    count = last - first
    beyond = 0
    for i in range(count):
        beyond += int(OUT * np.float64(pulse.sizes[a + i]) > limit)
    if beyond >= count - count // 2:  # the limit is below `out`, which takes longer to find: so it is in most seconds
        return False
    out = OUT * middle_size(pulse, first, last)
    apart = APART_S * params.slow_hz
    near, latest = 0, -apart
    for i in range(count):
        if pulse.sizes[a + i] > max(NEAR * limit, out) and i - latest >= apart:
            near += 1
            latest = i
    return bool(near > OFTEN_HZ * count / params.slow_hz)


@compiled
def middle_size(pulse: Any, first: int, last: int) -> float:
    """Median length of the vectors at the indices `first` to ``last - 1``, the upper one of two."""
    a, rank = stream_place(pulse, first), (last - first) // 2
    return np.float64(np.partition(pulse.sizes[a : a + last - first], rank)[rank])
