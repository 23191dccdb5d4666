"""Streams of frames made by a rule, and what a clock makes of them: for tests of its kinds of trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from firmware_bridge.clock.cursor import Placed
from firmware_bridge.clock.device import DeviceClock
from firmware_bridge.samples import NS

WALL_NS = 1_793_000_000 * NS
LATENCY_S = 0.03


@dataclass(frozen=True)
class Sent:
    """A frame: when its last sample was taken (s), its samples, its stamp, and when it arrives (s)."""

    taken_s: float
    n: int
    stamp_ns: int | None
    arrival_s: float


@dataclass
class Course:
    """What became of a stream."""

    clock: DeviceClock
    placed: list[tuple[Sent, Placed]] = field(default_factory=list)
    nominal_hz: list[tuple[float, float]] = field(default_factory=list)

    @property
    def error_s(self) -> np.ndarray:
        """How much later than it was taken each frame's last sample is placed, the quickest latency apart, in s."""
        placed = [p.start_ns + (f.n - 1) * NS / p.rate_hz - WALL_NS - f.taken_s * NS for f, p in self.placed]
        return np.array(placed) / NS - LATENCY_S

    @property
    def ahead_s(self) -> float:
        """How far at most a sample is placed beyond the arrival of its frame, in s."""
        return max((p.start_ns + (f.n - 1) * NS / p.rate_hz - WALL_NS) / NS - f.arrival_s for f, p in self.placed)

    @property
    def causes(self) -> list[str]:
        """Causes of its gaps."""
        return [p.cause for _, p in self.placed if p.cause]


def frames(
    rates: Iterable[tuple[float, float]],
    n: int,
    stamp: Callable[[float], int | None] = lambda taken_s: round(taken_s * NS),
    seed: int = 1,
) -> Iterator[Sent]:
    """Make frames: at each of some rates (Hz) for some time (s); late by 30 ms and some more, and in order."""
    rng = np.random.default_rng(seed)
    taken_s, last_s = 0.0, 0.0
    for rate_hz, seconds in rates:
        end_s = taken_s + seconds
        while taken_s < end_s:
            taken_s += n / rate_hz
            last_s = max(last_s, taken_s + LATENCY_S + float(rng.gamma(0.8, 0.03)))
            yield Sent(taken_s, n, stamp(taken_s), last_s)


def play(sent: Iterable[Sent], nominal_hz: float) -> Course:
    """Have a clock place frames; sees that times never go back, overlap, or leave a hole without a gap."""
    course = Course(DeviceClock(nominal_hz, WALL_NS))
    end_ns: int | None = None
    for number, frame in enumerate(sent):
        placed = course.clock.push(frame.stamp_ns, frame.n, round(frame.arrival_s * NS), checksum=number)
        assert placed is not None
        assert placed.gap_start_ns in (None, end_ns)
        assert end_ns is None or (
            placed.start_ns == end_ns if placed.gap_start_ns is None else placed.start_ns > end_ns
        )
        end_ns = placed.start_ns + round(frame.n * NS / placed.rate_hz)
        course.placed.append((frame, placed))
        if not course.nominal_hz or course.nominal_hz[-1][1] != course.clock.nominal_hz:
            course.nominal_hz.append((frame.taken_s, course.clock.nominal_hz))
    return course
