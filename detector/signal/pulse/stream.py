"""The slow stream: movement above 5 Hz, some 50 samples a second, a quarter of a minute of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.pulse.layout import STREAM_KEPT, STREAM_SPAN
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
    """Add the high-passed samples `first` to ``first + count - 1``."""
    pulse = state.pulse
    if pulse.begins != state.segment:
        restart_stream(pulse, state.segment)
    factor = params.slow_factor
    at = HISTORY + first - state.origin
    plain = state.plain
    x, y, z = pulse.held_sum[0], pulse.held_sum[1], pulse.held_sum[2]
    held = pulse.held_count
    for i in range(at, at + count):
        x += np.float64(plain[0, i])
        y += np.float64(plain[1, i])
        z += np.float64(plain[2, i])
        held += 1
        if held == factor:
            _append(pulse, params, x / factor, y / factor, z / factor)
            x = y = z = 0.0
            held = 0
    pulse.held_sum[0], pulse.held_sum[1], pulse.held_sum[2] = x, y, z
    pulse.held_count = held


@compiled
def restart_stream(pulse: Any, index: int) -> None:
    """Start the filters anew: the next sample has this index."""
    pulse.begins = index
    pulse.begins_at = pulse.count
    pulse.held_count = 0
    for axis in range(3):
        pulse.held_sum[axis] = pulse.zi[axis, 0] = pulse.zi[axis, 1] = 0.0


@compiled
def _append(pulse: Any, params: Any, x: float, y: float, z: float) -> None:
    """High-pass a sample at 5 Hz (a biquad in transposed direct form II) and put it at the stream's end."""
    _make_room(pulse)
    at = stream_place(pulse, pulse.count)
    b, a1, a2 = params.slow_gain, params.slow_a[0], params.slow_a[1]
    zi = pulse.zi
    square = 0.0
    for axis in range(3):
        v = x if axis == 0 else (y if axis == 1 else z)
        out = b * v + zi[axis, 0]
        zi[axis, 0] = zi[axis, 1] - 2.0 * b * v - a1 * out
        zi[axis, 1] = b * v - a2 * out
        pulse.stream[axis, at] = out
        square += out * out
    size = np.sqrt(square)
    pulse.sizes[at] = size
    is_loud = size > LOUD * pulse.usual
    pulse.stir += params.stir_step * ((1.0 if is_loud else 0.0) - pulse.stir)
    if is_loud and pulse.stir > STIR:
        pulse.loud_at = pulse.count
    pulse.usual += params.usual_step * (min(size, USUAL_CLIP * pulse.usual) - pulse.usual)
    pulse.count += 1


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
