"""Promise: a night ends at the time of day that was asked for, also where the clocks change in it."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import click
import pytest

from detector.cli.time_of_day import seconds_until, time_of_day


@pytest.mark.parametrize(("words", "meant"), [("07:00", time(7)), ("7:05", time(7, 5)), (" 23:59 ", time(23, 59))])
def test_what_is_one(words, meant):
    assert time_of_day(None, None, words) == meant


@pytest.mark.parametrize("words", ["25:00", "24:00", "7", "7:5", "7:60", "noon", "-1:00", "07:00:00", ""])
def test_what_is_none(words):
    with pytest.raises(click.BadParameter, match="is no time of day such as 07:00"):
        time_of_day(None, None, words)


def test_until_is_the_next_such_time_of_day():
    evening = datetime(2026, 11, 23, 22, 30, tzinfo=timezone(timedelta(hours=1)))
    assert seconds_until(time(23), evening) == 1800
    assert seconds_until(time(7), evening) == 8.5 * 3600


def test_until_on_the_nights_of_a_change_of_summer_time():
    berlin = ZoneInfo("Europe/Berlin")
    assert seconds_until(time(7), datetime(2026, 10, 24, 22, 0, tzinfo=berlin)) == 10 * 3600
    assert seconds_until(time(7), datetime(2026, 3, 28, 22, 0, tzinfo=berlin)) == 8 * 3600
