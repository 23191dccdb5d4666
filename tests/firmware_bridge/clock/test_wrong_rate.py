"""Promise: whatever rate a wearable is said to have, its samples lie at their true times, a rate that is wrong or
changes is adopted within half a minute, and one that cannot be told is refused in words."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from detector.signal.settings.parameters import RATE_RANGE_HZ
from firmware_bridge.clock.device import DeviceClock
from firmware_bridge.errors import UnsteadyRateError
from firmware_bridge.samples import DETECTABLE_HZ, NS
from tests.firmware_bridge.streams import frames, play

WRONG = [(119, 104), (119, 100), (104, 119), (60, 50), (53.5, 50), (200, 100), (100, 200), (26, 52), (99.84, 104)]


@pytest.mark.parametrize(("true_hz", "said_hz"), WRONG)
@pytest.mark.parametrize("n", [1, 10])
def test_stamps_tell_the_true_rate(true_hz: float, said_hz: float, n: int) -> None:
    course = play(frames([(true_hz, 300.0)], n), said_hz)
    assert course.clock.rate_hz == pytest.approx(true_hz, rel=1e-3)
    assert np.abs(course.error_s[len(course.error_s) // 10 :]).max() < 0.03
    assert course.ahead_s < 0.1
    assert len(course.causes) < 10
    off = abs(true_hz / said_hz - 1) > 0.05
    assert course.clock.nominal_hz == pytest.approx(true_hz if off else said_hz, rel=0.01)
    assert len(course.nominal_hz) == 1 + off
    assert all(at_s < 60 for at_s, _ in course.nominal_hz)


@pytest.mark.parametrize(("true_hz", "said_hz"), WRONG)
@pytest.mark.parametrize("n", [3, 5])
def test_so_do_arrivals_where_there_are_no_stamps(true_hz: float, said_hz: float, n: int) -> None:
    course = play(frames([(true_hz, 300.0)], n, lambda _: None), said_hz)
    assert course.clock.rate_hz == pytest.approx(true_hz, rel=2e-3)
    assert np.abs(course.error_s[2 * len(course.error_s) // 3 :]).max() < 0.1
    assert course.ahead_s < 0.25  # in the first seconds, while twice as many come as should
    assert len(course.causes) < 3
    off = abs(true_hz / said_hz - 1) > 0.05
    assert course.clock.nominal_hz == pytest.approx(true_hz if off else said_hz, rel=0.02)


@pytest.mark.parametrize(("before_hz", "after_hz"), [(104, 52), (52, 104), (100, 62.5), (50, 59)])
@pytest.mark.parametrize("stamped", [True, False])
def test_a_rate_that_changes_is_a_new_stretch(before_hz: float, after_hz: float, stamped: bool) -> None:
    stamp = (lambda taken_s: round(taken_s * NS)) if stamped else (lambda _: None)
    course = play(frames([(before_hz, 300.0), (after_hz, 300.0), (before_hz, 300.0)], 4, stamp), before_hz)
    assert [rate for _, rate in course.nominal_hz] == [before_hz, pytest.approx(after_hz, rel=0.01), before_hz]
    assert all(at_s % 300 < 45 for at_s, _ in course.nominal_hz)
    assert len(course.causes) <= 15  # not one for each frame until the rate is known
    assert course.ahead_s < 0.25
    late = np.array([frame.taken_s % 300 > 200 for frame, _ in course.placed])
    assert np.abs(course.error_s[late]).max() < 0.1


@pytest.mark.parametrize("off_s", [0.047, -0.047, 0.03, -0.03, 0.1])
@pytest.mark.parametrize("disturbed", [1, 2, 3])
@pytest.mark.parametrize("polled_s", [0.001, 0.004])
def test_first_stamps_that_are_off_leave_no_wrong_rate_behind(off_s: float, disturbed: int, polled_s: float) -> None:
    """A map that has learned a rate 3 % off by them would find a sample lost at each frame, and learn no more."""
    stamps = iter(range(10**9))

    def stamp(taken_s: float) -> int:
        polled = math.ceil(taken_s / polled_s) * polled_s
        return round((polled + (off_s if next(stamps) < disturbed else 0.0)) * NS)

    course = play(frames([(57.0, 300.0)], 20, stamp), 57.0)
    assert len(course.causes) <= 8
    assert course.clock.rate_hz == pytest.approx(57.0, rel=2e-3)
    assert np.abs(course.error_s[len(course.error_s) // 4 :]).max() < 0.05


def test_a_rate_that_is_right_stays_whatever_is_lost() -> None:
    rng = np.random.default_rng(3)
    sent = [frame for frame in frames([(52.0, 1200.0)], 36) if rng.random() > 0.4]
    course = play(sent, 52.0)
    assert course.nominal_hz == [(sent[0].taken_s, 52.0)]
    assert np.quantile(np.abs(course.error_s), 0.99) < 0.1


def test_a_rate_that_cannot_be_told_is_refused_in_words() -> None:
    rng = np.random.default_rng(4)
    clock, at_s = DeviceClock(50.0, 0), 0.0
    said = None
    while said is None and at_s < 120:
        at_s += float(rng.choice([0.1, 0.9])) if rng.random() < 0.95 else 3.0
        try:
            clock.push(None, 10, round(at_s * NS))
        except UnsteadyRateError as error:
            said = str(error)
    assert said is not None
    assert re.search(r"said to send 50 samples a second, but between .* come: .* profile", said)


def test_the_bridge_adopts_no_rate_that_the_detector_would_refuse() -> None:
    assert DETECTABLE_HZ == RATE_RANGE_HZ
    with pytest.raises(UnsteadyRateError, match=r"between 10\.\d and 10\.\d come"):
        play(frames([(10.0, 600.0)], 5), 25.0)
