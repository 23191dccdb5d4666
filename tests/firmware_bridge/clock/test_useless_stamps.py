"""Promise: a wearable's clock that stands still, counts in another unit or is set again and again costs nothing: its
samples are then counted, a gap says so, and their times are right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from firmware_bridge.clock.device import DeviceClock
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS
from tests.firmware_bridge.streams import frames, play

USELESS: dict[str, Callable[[float], int]] = {
    "stands still": lambda _: 0,
    "us for ms": lambda taken_s: round(taken_s * NS * 1000),
    "s for ms": lambda taken_s: round(taken_s * NS / 1000),
    "half as fast": lambda taken_s: round(taken_s * NS / 2),
    "twice as fast": lambda taken_s: round(taken_s * NS * 2),
    "a tenth too fast": lambda taken_s: round(taken_s * NS * 1.1),
    "whole seconds": lambda taken_s: int(taken_s) * NS,
    "backwards": lambda taken_s: 10**15 - round(taken_s * NS),
}


@pytest.mark.parametrize("how", USELESS)
@pytest.mark.parametrize("n", [2, 36])
def test_samples_are_counted_then(how: str, n: int) -> None:
    course = play(frames([(100.0, 240.0)], n, USELESS[how]), 100.0)
    if (how, n) != ("whole seconds", 36):  # which are good enough for frames that are hardly shorter
        assert GapCause.CLOCK_UNUSABLE in course.causes
    assert len(course.causes) <= 12
    assert course.ahead_s < 0.25
    assert np.abs(course.error_s[len(course.error_s) // 2 :]).max() < 0.1
    assert course.clock.rate_hz == pytest.approx(100.0, rel=5e-3)
    assert course.clock.nominal_hz == 100.0


def test_a_clock_that_stands_still_on_a_body_that_does() -> None:
    """The same values at the same time, again and again: that is no frame that came twice."""
    clock = DeviceClock(50.0, 0)
    placed = [clock.push(7, 1, (i + 1) * NS // 50, checksum=1) for i in range(3000)]
    given = [p for p in placed if p is not None]
    assert len(given) > 2900
    assert given[-1].start_ns == pytest.approx(60 * NS, abs=0.1 * NS)


def test_a_clock_that_is_set_once_is_still_believed() -> None:
    course = play(frames([(100.0, 900.0)], 10, lambda t: round((t + 3600 * (t > 300)) * NS)), 100.0)
    assert course.causes == [GapCause.CLOCK_STEP]


def test_the_next_connection_is_given_another_chance() -> None:
    clock = DeviceClock(100.0, 0)
    for i in range(20):
        clock.push(0, 10, (i + 1) * NS // 10, checksum=i)
    clock.reconnected("connection lost")
    causes = []
    for i in range(100, 400):
        placed = clock.push((i + 1) * NS // 10, 10, (i + 1) * NS // 10, checksum=i)
        causes += [] if placed is None or not placed.cause else [placed.cause]
    clock.push(41 * NS, 10, 41 * NS, checksum=400)
    assert causes == ["connection lost"]
    assert clock.rate_hz == pytest.approx(100.0)
