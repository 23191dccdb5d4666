"""Promise: where a computer may still show the time of its last day, a recording that waits gives a time server time to
set it, and goes on without one; a night ends at the time of day that was asked for, also where the clocks change."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from detector.recorder import wall_clock
from detector.recorder.wall_clock import seconds_until, wait_for_the_time
from firmware_bridge.clock.host import wall_clock_may_be_old


def test_a_clock_that_is_right_is_not_waited_for():
    said = []
    wait_for_the_time(said.append, may_be_old=lambda: False)
    assert said == []


def test_it_goes_on_as_soon_as_the_clock_is_set(monkeypatch):
    monkeypatch.setattr(wall_clock, "_LOOK_AGAIN_S", 0.0)
    answers = iter([True, True, False])
    said = []
    wait_for_the_time(said.append, may_be_old=lambda: next(answers))
    assert list(answers) == []
    (words,) = said
    assert "waiting for a time server" in words


def test_without_a_time_server_it_goes_on_and_says_so():
    said = []
    wait_for_the_time(said.append, may_be_old=lambda: True, patience_s=0.01)
    assert said[-1].startswith("No time server has set the clock")


def test_this_computer_answers():
    assert wall_clock_may_be_old() in {True, False}


def test_until_is_the_next_such_time_of_day():
    evening = datetime(2026, 11, 23, 22, 30, tzinfo=timezone(timedelta(hours=1)))
    assert seconds_until(time(23), evening) == 1800
    assert seconds_until(time(7), evening) == 8.5 * 3600


def test_until_on_the_nights_of_a_change_of_summer_time():
    berlin = ZoneInfo("Europe/Berlin")
    assert seconds_until(time(7), datetime(2026, 10, 24, 22, 0, tzinfo=berlin)) == 10 * 3600
    assert seconds_until(time(7), datetime(2026, 3, 28, 22, 0, tzinfo=berlin)) == 8 * 3600
