"""Promise: a rate is of the minutes in which twitches could be measured, and what is not known is never taken for 0."""

from __future__ import annotations

import pytest

from detector.minutes import MeasuredMinute
from detector.night import Night
from detector.summary import summarise
from firmware_bridge.samples import NS, Samples

HOUR_S = 3600
START_NS = 1_795_500_000 // HOUR_S * HOUR_S * NS - 120 * NS  # two minutes before the hour
MINUTE_NS = 60 * NS


@pytest.fixture
def log(open_log, feed, rest):
    """Ten minutes of two wearables."""
    log = open_log()
    log.sensor("Leg", model="Verity Sense", nominal_hz=52, lsb_g=0.001)
    for name in ("Sense", "Leg"):
        feed(log, Samples(START_NS, 52.0, rest(52 * 600), name))
    return log


def summary(log):
    log.close()
    with Night(log.path) as night:
        return summarise(night)


def measured(number, measurable_s, why="", observed_s=60.0):
    return MeasuredMinute(START_NS + number * MINUTE_NS, observed_s, measurable_s, why, 1.0, 5.0, None)


def test_twitches_of_minutes_that_are_not_measurable_are_left_out_and_said(log, event):
    for number, (measurable_s, why) in enumerate(
        [(60, ""), (30, "moving"), (0, "pulse"), (0, "pulse"), *[(60, "")] * 6]
    ):
        log.measured("Sense", measured(number, measurable_s, why))
    for onset_s in (10, 70, 119, 130, 200, 239, 300):  # one, two in the half minute, three left out, one
        log.event(event(float(onset_s), onset_utc=""))
    log.event(event(180.0, kind="train", onset_utc=""))
    found = summary(log)
    sense, leg = found.sensors
    measurable = sense.measurable
    assert measurable.measurable_s == 450
    assert list(measurable.rest_s.items())[:2] == [("pulse", 120.0), ("moving", 30.0)]
    assert measurable.twitches_left_out == 3
    assert sense.twitch_count == 7
    assert sense.twitches_per_hour == 4 * HOUR_S / 450
    assert (sense.series.twitches.count, sense.series.twitches.per_hour) == (4, pytest.approx(4 * HOUR_S / 450))
    assert sense.series.trains.count == 0
    # Of the other one nothing is known: its recorded hours count, as those of an older night do.
    assert leg.measurable is None
    assert leg.twitches_per_hour == 0
    assert found.measurable == measurable
    assert found.twitches_per_hour == pytest.approx(4 * HOUR_S / (450 + leg.worn_s))
    assert [(hour.twitch_count, hour.measurable_s) for hour in found.hours] == [(3, 90), (1, 360)]


def test_where_nothing_could_be_measured_there_is_no_rate(log, event):
    for name in ("Sense", "Leg"):
        for number in range(10):
            log.measured(name, MeasuredMinute(START_NS + number * MINUTE_NS, 60.0, 0.0, "coarse", 90.0, 500.0, None))
    log.event(event(10.0, onset_utc=""))
    found = summary(log)
    sense = found.sensors[0]
    assert (sense.twitches_per_hour, found.twitches_per_hour, sense.series.twitches) == (None, None, None)
    assert (sense.twitch_count, sense.measurable.twitches_left_out) == (1, 1)
    assert found.measurable.rest_s["coarse"] == 1200
    assert found.hours[0].twitch_count == 0


def test_minutes_that_are_not_told_are_not_known(log, event):
    """A crash, or an older fasciwatch, has recorded them: their twitches count in no rate."""
    for number in range(4):
        log.measured("Sense", measured(number, 60))
    log.event(event(10.0, onset_utc=""))
    log.event(event(500.0, onset_utc=""))
    sense = summary(log).sensors[0]
    assert sense.measurable.rest_s == {"not known": pytest.approx(360, abs=0.1)}
    assert sense.measurable.twitches_left_out == 1
    assert sense.twitches_per_hour == HOUR_S / 240


def test_of_a_minute_told_twice_the_longer_part_is_kept(log):
    for observed_s in (20.0, 40.0, 30.0, 40.0):
        log.measured("Sense", measured(0, observed_s, observed_s=observed_s))
    log.close()
    with Night(log.path) as night:
        assert [minute.observed_s for minute in night.measured("Sense")] == [40.0]
        assert night.measured("Leg") is None
