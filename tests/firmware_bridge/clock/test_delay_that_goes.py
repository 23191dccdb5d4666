"""Promise: when a radio that was late for long becomes quick, no sample is put earlier than it can have been taken, and
within two minutes all lie within 0.1 s of the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.firmware_bridge.streams import Sent, frames, play


def held_up(sent: list[Sent], late_s: float, until_s: float) -> list[Sent]:
    """Delay frames for a time; what is held up at its end comes at once, and first."""
    last_s, result = 0.0, []
    for frame in sent:
        arrival_s = frame.arrival_s + late_s if frame.taken_s < until_s else frame.arrival_s
        last_s = max(last_s + 0.001, arrival_s)
        result.append(replace(frame, arrival_s=last_s))
    return result


@pytest.mark.parametrize("late_s", [0.15, 0.5, 2.0, 5.5, 15.0])
@pytest.mark.parametrize("minutes", [0.2, 3.0, 16.0])
@pytest.mark.parametrize("stamped", [True, False])
def test_it_is_followed(late_s: float, minutes: float, stamped: bool) -> None:
    n = 36 if stamped else 9
    sent = list(frames([(50.0, 60 * minutes + 300.0)], n))
    if not stamped:
        sent = [replace(frame, stamp_ns=None) for frame in sent]
    course = play(held_up(sent, late_s, 60 * minutes), 50.0)
    assert course.causes == []
    taken_s = np.array([frame.taken_s for frame, _ in course.placed])
    after = taken_s > 60 * minutes
    assert course.error_s[after].min() > -0.06  # a frame's length earlier, at most, and never for long
    assert np.abs(course.error_s[taken_s > 60 * minutes + late_s + 120]).max() < 0.1
