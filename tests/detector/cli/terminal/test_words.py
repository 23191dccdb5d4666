"""Promise: a night is told in the wearer's own time of day, wherever it is read."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.cli.terminal.words.night import describe_night
from detector.events import Event
from detector.minutes import MeasuredMinute
from detector.night import Night, NightLog, Sensor
from detector.signal import DetectorConfig
from detector.summary import summarise
from detector.timeline import Rows
from detector.watch import made_by, replay
from firmware_bridge.samples import NS, Gap, Samples

BEFORE_MIDNIGHT_UTC = int(datetime(2026, 10, 24, 20, 30, tzinfo=UTC).timestamp()) * NS


def told(tmp_path, zone):
    path = tmp_path / "a.night"
    rest = np.random.default_rng(1).normal([0, 0, 1], 1e-3, (5200, 3))
    rest[:, 0] += 3e-3 * np.sin(2 * np.pi * 0.25 * np.arange(5200) / 52)  # it breathes: it is worn
    rest = rest.astype(np.float32)
    later_ns = BEFORE_MIDNIGHT_UTC + 5 * 3600 * NS  # after the clocks went back in Berlin
    stream = [
        Samples(BEFORE_MIDNIGHT_UTC, 52.0, rest, "one"),
        Gap(BEFORE_MIDNIGHT_UTC + 100 * NS, later_ns, "connection lost", "one"),
        Samples(later_ns, 52.0, rest, "one"),
        Gap(later_ns + 100 * NS, later_ns + 7300 * NS, "connection lost", "one"),
    ]
    maker = replace(made_by("record", DetectorConfig()), timezone=zone)
    with NightLog(path, maker, wait=True) as log:
        replay([Sensor("one", "a wearable", 52)], stream, DetectorConfig(), log)
    with Night(path) as night:
        return describe_night(summarise(night), path)


@pytest.mark.parametrize(
    ("zone", "begins", "second_gap"),
    [
        ("Europe/Berlin", "2026-10-24 22:30", "02:31:40+01:00"),
        ("Asia/Kathmandu", "2026-10-25 02:15", "07:16:40"),
        ("UTC", "2026-10-24 20:30", "01:31:40"),
    ],
)
def test_in_the_zone_it_was_recorded_in(tmp_path, zone, begins, second_gap):
    words = told(tmp_path, zone)
    assert f"Night of {begins}," in words
    assert f"      {second_gap} 2 h 00 min, connection lost" in words


def test_a_few_minutes_are_told_without_a_rate(tmp_path):
    words = told(tmp_path, "UTC")
    assert "    twitches: 0, in too short a time to tell how many an hour\n" in words
    assert "    twitches could be measured in 3 min 1" in words
    assert " of 3 min 20 s; the rest: noise not known yet " in words


def measured(start_ns, observed_s, measurable_s, why=""):
    return MeasuredMinute(start_ns, observed_s, measurable_s, why, 1.0, 5.0, None)


def test_a_person_is_told_how_much_could_be_measured(tmp_path):
    """In one sentence, with the reasons for the rest; and what was found in the rest is not in the rate."""
    path = tmp_path / "a.night"
    minute_ns = BEFORE_MIDNIGHT_UTC
    rows = [("", 60.0)] * 100 + [("pulse", 0.0)] * 30 + [("moving", 20.0)] * 15 + [("coarse", 55.0)] * 2
    rest = np.random.default_rng(1).normal([0, 0, 1], 1e-3, (52 * 60 * 150, 3)).astype(np.float32)
    with NightLog(path, made_by("record", DetectorConfig()), wait=True) as log:
        log.sensor("one", model="a wearable", nominal_hz=52)
        for piece, begins in Rows(52).cut(Samples(minute_ns, 52.0, rest, "one")):
            log.samples(piece, begins)
        for k, (why, measurable_s) in enumerate(rows):
            log.measured("one", measured(minute_ns + 60 * k * NS, 60.0, measurable_s, why))
        for onset_s in (30.0, 3000.0, 6601.0, 8100.0):
            log.event(Event(onset_s, "", 0.1, "twitch", 9.0, 9.0, 14.0, 1.7, 9.0, 1.0, 0.0, 0.0, -1, "one", ""))
    with Night(path) as night:
        summary = summarise(night)
    words = describe_night(summary, path)
    assert (
        "twitches could be measured in 1 h 46 min of 2 h 30 min; most of the rest: heart beat not "
        "followed 30 min 00 s, movement 10 min 00 s, not known 3 min 00 s; 1 twitch found in the rest not counted\n"
    ) in words
    assert f"twitches: 3, {3 / (106 + 50 / 60) * 60:.1f} per measurable hour" in words
    assert summary.twitches_per_hour == pytest.approx(3 * 3600 / summary.measurable.measurable_s)
    assert sum(hour.twitch_count for hour in summary.hours) == 3
    assert sum(hour.measurable_s for hour in summary.hours) == summary.measurable.measurable_s


def test_a_night_of_an_older_version_is_not_judged(tmp_path):
    path = tmp_path / "a.night"
    told(tmp_path, "UTC")
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TABLE minute")
        connection.execute("PRAGMA user_version = 3")
    with Night(path) as night:
        summary = summarise(night)
    assert (summary.measurable, summary.sensors[0].measurable) == (None, None)
    assert {hour.measurable_s for hour in summary.hours} == {None}
    assert "in how much of that twitches could be measured is not known" in describe_night(summary, path)


@pytest.mark.parametrize("zone", [None, "Middle/Earth", "../../etc/passwd"])
def test_where_the_zone_is_unknown_this_computers(tmp_path, zone):
    here = datetime.fromtimestamp(BEFORE_MIDNIGHT_UTC / NS, UTC).astimezone()
    assert f"Night of {here:%Y-%m-%d %H:%M}," in told(tmp_path, zone)


@pytest.mark.parametrize(
    ("hz", "said"), [((3.3,), "3.3 Hz"), ((3.31, 3.29), "3.3 Hz"), ((9.8, 10.2), "9.8 to 10.2 Hz")]
)
def test_tremors_of_one_frequency_are_told_by_one_number(tmp_path, hz, said):
    path = tmp_path / "a.night"
    rest = np.random.default_rng(1).normal([0, 0, 1], 1e-3, (5200, 3)).astype(np.float32)
    with NightLog(path, made_by("record", DetectorConfig()), wait=True) as log:
        log.sensor("one", model="a wearable", nominal_hz=52)
        for piece, begins in Rows(52).cut(Samples(BEFORE_MIDNIGHT_UTC, 52.0, rest, "one")):
            log.samples(piece, begins)
        for k, each in enumerate(hz):
            log.event(Event(40.0 * k + 5, "", 8.0, "tremor", 9.0, 9.0, 14.0, 1.7, each, 1.0, 0.0, 0.0, -1, "one", ""))
    with Night(path) as night:
        words = describe_night(summarise(night), path)
    assert f"s in all, {said}\n" in words
