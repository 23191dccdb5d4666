"""Promise: a night is told in the wearer's own time of day, wherever it is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from detector.cli.words import describe_night
from detector.night import Night, NightLog, Sensor
from detector.signal import DetectorConfig
from detector.watch import made_by, replay
from firmware_bridge.samples import NS, Gap, Samples

BEFORE_MIDNIGHT_UTC = int(datetime(2026, 10, 24, 20, 30, tzinfo=UTC).timestamp()) * NS


def told(tmp_path, zone):
    path = tmp_path / "a.night"
    rest = np.tile(np.array([0, 0, 1], np.float32), (5200, 1))
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
        return describe_night(night.summary(), path)


@pytest.mark.parametrize(
    ("zone", "begins", "second_gap"),
    [
        ("Europe/Berlin", "2026-10-24 22:30", "02:31:40"),
        ("Asia/Kathmandu", "2026-10-25 02:15", "07:16:40"),
        ("UTC", "2026-10-24 20:30", "01:31:40"),
    ],
)
def test_in_the_zone_it_was_recorded_in(tmp_path, zone, begins, second_gap):
    words = told(tmp_path, zone)
    assert f"Night of {begins}," in words
    assert f"      {second_gap} 2 h 00 min, connection lost" in words


def test_a_few_minutes_are_told_without_a_rate(tmp_path):
    assert "    twitches: 0, in too short a time to tell how many an hour\n" in told(tmp_path, "UTC")


@pytest.mark.parametrize("zone", [None, "Middle/Earth", "../../etc/passwd"])
def test_where_the_zone_is_unknown_this_computers(tmp_path, zone):
    here = datetime.fromtimestamp(BEFORE_MIDNIGHT_UTC / NS, UTC).astimezone()
    assert f"Night of {here:%Y-%m-%d %H:%M}," in told(tmp_path, zone)
