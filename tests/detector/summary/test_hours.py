"""Promise: a rate is of the minutes it is told for: lost samples take their events along, and each hour says how much
of it was observed under each wearable, under a name of its own."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from detector.cli.terminal.words.night import describe_night
from detector.events import Event
from detector.minutes import MINUTE_NS, MeasuredMinute, Minute, Sign
from detector.night import MadeBy, Night, NightLog
from detector.summary import summarise
from detector.summary.hours import Clock
from detector.timeline import Rows
from firmware_bridge.samples import NS, Gap, Samples

RATE_HZ = 4.0
BERLIN = ZoneInfo("Europe/Berlin")
START_NS = round(datetime(2026, 10, 25, tzinfo=BERLIN).timestamp()) * NS
HOUR_S = 3600


@pytest.fixture
def log(tmp_path):
    made_by = MadeBy(START_NS, "0.1.0", {}, "3.11", timezone="Europe/Berlin")
    with NightLog(tmp_path / "one.night", made_by) as log:
        yield log


def put(log, name, start_s, end_s):
    rows = Rows(RATE_HZ)
    for at in range(start_s, end_s, 600):
        xyz = np.zeros((round(RATE_HZ * (min(at + 600, end_s) - at)), 3), np.float32)
        for piece, begins_row in rows.cut(Samples(START_NS + at * NS, RATE_HZ, xyz, name)):
            log.samples(piece, begins_row)
        log.flush()


def twitch_each_minute(log, name, start_s, end_s, first_s):
    for at in range(start_s, end_s, 60):
        log.event(Event(at + 30.0 - first_s, "", 0.12, "twitch", 5, 9, 14, 1.7, 9.0, 1, 0, 0, -1, name, ""))


def summary(log):
    log.close()
    with Night(log.path) as night:
        return summarise(night)


@pytest.mark.parametrize("is_measured", [False, True])
def test_events_whose_samples_were_lost_are_in_no_rate(log, is_measured):
    log.sensor("L", model="x", nominal_hz=RATE_HZ)
    put(log, "L", 0, 1800)
    log.gap(Gap(START_NS + 1800 * NS, START_NS + 5415 * NS, "log queue full", "L"))
    put(log, "L", 5415, 7200)
    twitch_each_minute(log, "L", 0, 7200, 0)
    if is_measured:  # the detector had all samples
        for minute in range(120):
            log.measured("L", MeasuredMinute(START_NS + minute * MINUTE_NS, 60.0, 60.0, "", 1.0, 5.0, None))
    (sensor,) = summary(log).sensors
    assert sensor.twitch_count == 60
    assert sensor.twitches_per_hour == pytest.approx(60 * HOUR_S / 3585, rel=1e-3)
    assert sensor.series.twitches.per_hour == pytest.approx(sensor.twitches_per_hour)


def test_each_hour_says_what_was_observed_under_each_wearable(log):
    for name in "LR":
        log.sensor(name, model="x", nominal_hz=RATE_HZ)
    put(log, "L", 0, 4 * HOUR_S)
    put(log, "R", HOUR_S, 4 * HOUR_S)
    for name, first in (("L", 0), ("R", 60)):
        for minute in range(first, 240):
            sign = Sign.NONE if 125 <= minute < 175 else Sign.BREATH
            log.wear(name, Minute(START_NS + minute * MINUTE_NS, sign))
        twitch_each_minute(log, name, first * 60, 4 * HOUR_S, first * 60)
    found = summary(log)
    told = {name: [hour.sensors[place] for hour in found.hours] for place, name in enumerate("LR")}
    assert [each.twitch_count for each in told["L"]] == [60, 60, 10, 60]
    assert [each.twitch_count for each in told["R"]] == [0, 60, 10, 60]
    assert [each.worn_s for each in told["L"]] == pytest.approx([3600, 3600, 600, 3600], abs=2)
    assert [each.recorded_s for each in told["R"]] == pytest.approx([0, 3600, 3600, 3600], abs=2)
    assert [hour.twitch_count for hour in found.hours] == [60, 120, 20, 120]
    words = describe_night(found, log.path)
    assert "00:00+02:00     - (nothing recorded)" in words
    assert words.count("02:00+02:00    10 ") == 2
    assert words.count("known to be worn") == 2
    assert words.count("02:00+01:00    60 ") == 2


def test_the_offset_is_told_only_where_the_clock_is_changed(log):
    log.sensor("L", model="x", nominal_hz=RATE_HZ)
    put(log, "L", 0, 600)
    twitch_each_minute(log, "L", 0, 600, 0)
    words = describe_night(summary(log), log.path)
    assert "    00:00    10 " in words
    assert "+02:00" not in words


@pytest.mark.parametrize(
    ("zone", "began", "starts"),
    [
        # India goes by a half hour, Nepal by three quarters.
        ("Asia/Kolkata", "2026-01-05T22:40", ["22:00+0530", "23:00+0530", "00:00+0530", "01:00+0530"]),
        ("Asia/Kathmandu", "2026-01-05T22:40", ["22:00+0545", "23:00+0545", "00:00+0545", "01:00+0545"]),
        # Berlin: in autumn the hour from two to three occurs twice, in spring never.
        ("Europe/Berlin", "2026-10-25T01:10", ["01:00+0200", "02:00+0200", "02:00+0100", "03:00+0100"]),
        ("Europe/Berlin", "2026-03-29T00:10", ["00:00+0100", "01:00+0100", "03:00+0200", "04:00+0200"]),
        # Lord Howe Island sets its clocks back by half an hour: half an hour occurs twice.
        ("Australia/Lord_Howe", "2026-04-05T00:20", ["00:00+1100", "01:00+1100", "01:30+1030", "02:00+1030"]),
    ],
)
def test_hours_are_those_of_the_wearers_clock(zone, began, starts):
    place = ZoneInfo(zone)
    start_ns = round(datetime.fromisoformat(began).replace(tzinfo=place).timestamp()) * NS
    clock = Clock(place, start_ns, start_ns + 4 * HOUR_S * NS)
    moments_ns = start_ns + NS * np.arange(0, 3 * HOUR_S, 60)
    hours = np.unique(clock.hours(moments_ns))
    told = [f"{datetime.fromtimestamp(each // NS, place):%H:%M%z}" for each in hours.tolist()]
    assert told == starts[: len(told)]
    assert len(told) >= 3
    assert sum(clock.add_up(moments_ns, np.ones(len(moments_ns))).values()) == len(moments_ns)
