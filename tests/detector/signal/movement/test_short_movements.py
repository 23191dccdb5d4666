"""Promise: a limb movement at the short end of its rule (0.5 s) is one, though it is no longer than a twitch may be; a
twitch of any shape stays a twitch."""

from __future__ import annotations

import numpy as np
import pytest

from detector.signal import detect

RATE_HZ = 100.0
COUNT = 10
OBLIQUE = [0.8, 0.5, 0.33]


def every_20_s(shape_of):
    """Ten movements in 0.7 mg of noise, `shape_of` gives each in mg, shape ``(n, 3)``."""
    rng = np.random.default_rng(21)
    xyz = 0.7 * rng.standard_normal((round((60 + 20 * COUNT) * RATE_HZ), 3))
    for k in range(COUNT):
        shape, i = shape_of(rng), round((30 + 20 * k) * RATE_HZ)
        xyz[i : i + len(shape)] += shape
    return [e for e in detect((1e-3 * xyz + [0, 0, 1]).astype(np.float32), RATE_HZ) if e.onset_s > 25]


@pytest.mark.parametrize("lasts_s", [0.5, 0.6, 0.65])
@pytest.mark.parametrize("p2p_mg", [30, 60])
def test_a_short_limb_movement(lasts_s, p2p_mg):
    def shape_of(rng):
        t = np.arange(round(lasts_s * RATE_HZ)) / RATE_HZ
        hz = 3 + 1.5 * np.sin(5.65 * t + rng.uniform(0, 6))
        swing = np.sin(2 * np.pi * np.cumsum(hz) / RATE_HZ) * np.minimum(1, np.minimum(t, lasts_s - t) / 0.08)
        both = np.outer(swing, OBLIQUE) + 0.35 * np.outer(np.roll(swing, 3), [-0.5, 0.8, 0])
        return both * p2p_mg / 2 / np.abs(both).max()

    assert sum(event.kind == "limb_movement" for event in every_20_s(shape_of)) >= COUNT - 1


@pytest.mark.parametrize("rise_s", [0.05, 0.075, 0.1])
def test_a_twitch_of_another_shape(rise_s):
    """A contraction that relaxes in less than twice its time, and ends at once."""
    t = np.arange(0, 2.7 * rise_s, 1 / RATE_HZ)
    fall_s = 1.7 * rise_s
    pulled = np.cos(np.pi * t / rise_s) / rise_s**2
    shape = np.where(t < rise_s, pulled, -np.cos(np.pi * (t - rise_s) / fall_s) / fall_s**2)
    twitch = np.outer(20 * shape / np.ptp(shape), OBLIQUE)
    events = [event for event in every_20_s(lambda _rng: twitch) if event.p2p_mg > 10]  # noise gives one an hour
    assert [event.kind for event in events] == ["twitch"] * COUNT
