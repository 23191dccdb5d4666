"""Promise: what jerks once a second out of quiet is told as what it is and is no pulse; a heart that was there from the
start is one."""

from __future__ import annotations

import numpy as np
import pytest

from detector.signal import detect

RATE_HZ = 100.0


def bursts(size_mg, *, begin_s=30.0, count=20, seed=11, seconds=70.0):
    """Bursts of 0.3 s, about one a second, that vary by a tenth in size and interval."""
    rng = np.random.default_rng(seed)
    xyz = 0.7 * rng.standard_normal((round(seconds * RATE_HZ), 3))
    at = begin_s
    for _ in range(count):
        shape = np.sin(2 * np.pi * 5 * np.arange(30) / RATE_HZ + 1) * np.hanning(30)
        i = round(at * RATE_HZ)
        xyz[i : i + 30] += np.outer(
            size_mg * (1 + 0.1 * rng.standard_normal()) * shape / np.ptp(shape), [0.8, 0.5, 0.33]
        )
        at += 1 + 0.08 * rng.standard_normal()
    return (1e-3 * xyz + [0, 0, 1]).astype(np.float32)


@pytest.mark.parametrize("size_mg", [20, 60, 100])
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_foot_that_jerks(size_mg, seed):
    events = [event for event in detect(bursts(size_mg, seed=seed), RATE_HZ) if event.onset_s > 28]
    assert sum(event.kind in ("twitch", "limb_movement", "movement", "train") for event in events) >= 18
    assert not [event for event in events if event.kind == "pulse"]


def test_a_heart_that_was_there():
    events = detect(bursts(8, begin_s=0.5, count=65), RATE_HZ)
    assert sum(event.duration_s for event in events if event.kind == "pulse") > 40
