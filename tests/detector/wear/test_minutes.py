"""Promise: each minute of UTC gets its sign once, however its samples are cut; gaps and crashes cost what they must."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.minutes import MINUTE_NS, Minute, Sign
from detector.wear.minutes import Minutes
from firmware_bridge.samples import NS, Samples

RATE_HZ = 50.0
START_NS = 1_790_000_000 * NS // MINUTE_NS * MINUTE_NS
QUIET = np.random.default_rng(1).normal(0, 1e-3, (int(300 * RATE_HZ), 3)).astype(np.float32)
MOVING = QUIET.copy()
MOVING[4000:4150] += 0.1 * np.sin(np.arange(150, dtype=np.float32))[:, None]  # in the second minute


def pieces(xyz, start_ns, step):
    for at in range(0, len(xyz), step):
        yield Samples(start_ns + round(at * NS / RATE_HZ), RATE_HZ, xyz[at : at + step], "one")


def fed(minutes, xyz, start_ns, step=50):
    return [minute for piece in pieces(xyz, start_ns, step) for minute in minutes.add(piece)]


@given(step=st.sampled_from([1, 2, 5, 10, 25, 50]))
@settings(max_examples=6, deadline=None)
def test_however_they_are_cut(step):
    minutes = Minutes()
    found = fed(minutes, MOVING, START_NS, step) + minutes.finish()
    assert found == [Minute(START_NS + i * MINUTE_NS, Sign.MOVEMENT if i == 1 else Sign.NONE) for i in range(5)]


def test_a_begun_minute_counts_if_half_of_it_is_there():
    minutes = Minutes()
    assert fed(minutes, QUIET[: int(29 * RATE_HZ)], START_NS) == []
    assert minutes.finish() == []
    fed(minutes, QUIET[: int(31 * RATE_HZ)], START_NS)
    assert minutes.finish() == [Minute(START_NS, Sign.NONE)]
    assert minutes.finish() == []


def test_of_a_minute_with_a_gap_the_longest_stretch_counts():
    minutes = Minutes()
    fed(minutes, QUIET[: int(35 * RATE_HZ)], START_NS)
    minutes.gap()
    fed(minutes, MOVING[4000:4500], START_NS + 40 * NS)
    assert minutes.finish() == [Minute(START_NS, Sign.NONE)]


def test_a_minute_in_shreds_is_left_out():
    minutes = Minutes()
    for at_s in (0, 25):
        fed(minutes, QUIET[: int(20 * RATE_HZ)], START_NS + at_s * NS)
        minutes.gap()
    assert minutes.finish() == []


def test_a_breath_too_weak_for_a_minute_shows_in_several_and_a_restart_forgets_them():
    seconds = np.arange(20 * 60 * int(RATE_HZ)) / RATE_HZ
    rng = np.random.default_rng(31)
    xyz = rng.normal(0, 5e-4, (len(seconds), 3)) + 8e-5 * np.sin(2 * np.pi * 0.23 * seconds)[:, None] * [0.6, 0, -0.8]
    xyz = xyz.astype(np.float32)
    whole, restarted = Minutes(), Minutes()
    signs = [minute.sign for minute in fed(whole, xyz, START_NS) + whole.finish()]
    assert signs[8:] == 12 * [Sign.BREATH]
    half = len(xyz) // 2
    first = fed(restarted, xyz[:half], START_NS) + restarted.restart()
    second = fed(restarted, xyz[half:], START_NS + 10 * MINUTE_NS) + restarted.finish()
    anew = Minutes()
    alone = fed(anew, xyz[half:], START_NS + 10 * MINUTE_NS) + anew.finish()
    assert [minute.sign for minute in first] == signs[:10]
    assert second == alone


def test_what_a_crash_took_is_not_told():
    minutes = Minutes()
    fed(minutes, QUIET[: int(40 * RATE_HZ)], START_NS)
    minutes.drop()
    assert minutes.finish() == []
