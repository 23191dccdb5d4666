"""Promise: the night says when the wearable was worn, and what a table felt is in no rate; a replay says the same."""

from __future__ import annotations

import asyncio
import dataclasses

import numpy as np
import pytest

from detector.cli.terminal.words.night import describe_night
from detector.night import Night, NightLog, Sensor
from detector.night.integrity.check import check
from detector.recorder.recorder import Recorder
from detector.signal import DetectorConfig
from detector.summary import summarise, wear
from detector.watch import Watch, made_by, replay
from detector.wear.states import State
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.night import SyntheticNight
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.polar import Virtual360
from tests.firmware_bridge.on_the_air import link_to, wall_ns

RATE_HZ = 50.0
CONFIG = DetectorConfig()
SENSOR = Sensor("one", "a wearable", RATE_HZ)
START_NS = 1_790_000_040 * NS
WORN_MIN, TABLE_MIN = 12, 62


def worn(minutes, start_ns):
    night = SyntheticNight(minutes / 60, RATE_HZ, 5, start_ns=start_ns, sensor="one")
    for block in night:
        for at in range(0, len(block.xyz), 50):
            yield Samples(block.start_ns + round(at * NS / RATE_HZ), RATE_HZ, block.xyz[at : at + 50], "one")


def on_a_table(minutes, start_ns):
    """A sensor's noise."""
    rng = np.random.default_rng(9)
    for second in range(60 * minutes):
        xyz = (rng.normal([0, 0, 1], 1e-3, (50, 3))).astype(np.float32)
        yield Samples(start_ns + second * NS, RATE_HZ, xyz, "one")


def parts():
    table_ns = START_NS + 60 * WORN_MIN * NS
    yield from worn(WORN_MIN, START_NS)
    yield from on_a_table(TABLE_MIN, table_ns)
    end_ns = table_ns + 60 * TABLE_MIN * NS
    yield Gap(end_ns, end_ns + 300 * NS, GapCause.IN_CHARGER, "one")
    yield from worn(3, end_ns + 300 * NS)


@pytest.fixture
def night(tmp_path):
    path = tmp_path / "one.night"
    with NightLog(path, made_by("record", CONFIG), wait=True) as log:
        replay([SENSOR], parts(), CONFIG, log)
    return path


def test_it_says_when_it_was_worn(night):
    with Night(night) as opened:
        found = [(stretch.state, (stretch.end_ns - stretch.start_ns) / NS / 60) for stretch in wear(opened, "one")]
    assert found == [(State.WORN, WORN_MIN), (State.OFF_BODY, TABLE_MIN), (State.CHARGING, 5), (State.WORN, 3)]


def test_rates_are_by_the_time_it_was_worn(night):
    with Night(night) as opened:
        summary = summarise(opened)
        twitches = sum(event.kind == "twitch" for event in opened.events())
    (sensor,) = summary.sensors
    assert sensor.recorded_s == pytest.approx(60 * (WORN_MIN + TABLE_MIN + 3), abs=1)
    assert sensor.worn_s == pytest.approx(60 * (WORN_MIN + 3), abs=1)
    assert twitches > 0
    assert sensor.twitch_count <= twitches
    measurable = sensor.measurable
    counted = sensor.twitch_count - measurable.twitches_left_out
    assert measurable.worn_s == sensor.worn_s
    assert 0.9 * sensor.worn_s < measurable.measurable_s < sensor.worn_s
    assert sum(measurable.rest_s.values()) == pytest.approx(sensor.worn_s - measurable.measurable_s)
    assert sensor.twitches_per_hour == pytest.approx(counted * 3600 / measurable.measurable_s)
    assert sensor.series is not None
    assert sensor.series.twitches.per_hour == pytest.approx(sensor.twitches_per_hour)


def test_what_is_unclear_is_said_and_in_no_rate(tmp_path):
    path = tmp_path / "unclear.night"

    def then_a_table():
        yield from worn(WORN_MIN, START_NS)
        yield from on_a_table(20, START_NS + 60 * WORN_MIN * NS)

    with NightLog(path, made_by("record", CONFIG), wait=True) as log:
        replay([SENSOR], then_a_table(), CONFIG, log)
    with Night(path) as opened:
        summary = summarise(opened)
    (sensor,) = summary.sensors
    assert [stretch.state for stretch in sensor.wear] == [State.WORN, State.UNCLEAR]
    assert sensor.worn_s == pytest.approx(60 * WORN_MIN, abs=1)
    assert "unclear whether worn, and not counted: 20 min 00 s (" in describe_night(summary, path)


def test_what_a_table_feels_is_counted_in_no_rate(tmp_path):
    path = tmp_path / "table.night"
    with NightLog(path, made_by("record", CONFIG), wait=True) as log:
        replay([SENSOR], on_a_table(TABLE_MIN, START_NS), CONFIG, log)
        a_twitch = replay([SENSOR], worn(WORN_MIN, START_NS), CONFIG)[0]
        log.event(dataclasses.replace(a_twitch, kind="twitch", onset_utc="", onset_s=300.0))
    with Night(path) as opened:
        assert "twitch" in opened.kinds()
        (sensor,) = summarise(opened).sensors
    assert sensor.twitch_count == 0
    assert sensor.twitches_per_hour is None
    assert sensor.worn_s == 0


def test_a_person_is_told(night):
    with Night(night) as opened:
        words = describe_night(summarise(opened), night)
    assert "not worn: 1 h 02 min (" in words
    assert "charging: 5 min 00 s (" in words


def test_a_replay_says_the_same(night, tmp_path):
    again = tmp_path / "again.night"
    with Night(night) as opened, NightLog(again, made_by("replay", CONFIG), wait=True) as log:
        replay(opened.sensors, opened.stream(), CONFIG, log)
        first = opened.minutes("one")
    with Night(again) as opened:
        assert opened.minutes("one") == first
        assert len(first) == WORN_MIN + TABLE_MIN + 3


def test_a_minute_that_a_crash_cut_short_is_told_by_neither(tmp_path):
    path = tmp_path / "crashed.night"
    pieces = list(worn(2, START_NS))
    with NightLog(path, made_by("record", CONFIG), wait=True) as log:
        watch = Watch(CONFIG, log)
        watch.add(SENSOR)
        for piece in pieces[:40]:
            watch.take(piece)
        watch.take(Gap(pieces[40].start_ns, pieces[45].start_ns, GapCause.CRASHED, "one"))
        for piece in pieces[45:]:
            watch.take(piece)
        watch.finish()
    with Night(path) as opened:
        assert [minute.start_ns for minute in opened.minutes("one")] == [START_NS + 60 * NS]


def test_a_wearable_with_a_thermometer_is_worn_as_long_as_the_skin_is_warm(tmp_path):
    """Recorded over the radio, kept in the night, and checked."""
    path = tmp_path / "warm.night"

    async def work():
        source = [*on_a_table(100, 0)]
        wearable = Virtual360(source)
        wearable.at(30 * 60, setattr, wearable, "skin_celsius", 23.0)
        recorder = Recorder(CONFIG, lambda _: NightLog(path, made_by("record", CONFIG), wait=True), wall_ns=wall_ns)
        stop = asyncio.Event()
        async with VirtualRadio([wearable]) as radio:
            link = link_to(radio, on_temperature=recorder.on_temperature)
            asyncio.get_running_loop().call_later(95 * 60, stop.set)
            await recorder.run([link], stop)

    run(work())
    with Night(path) as opened:
        (sensor,) = opened.sensors
        assert {warmth.celsius for warmth in opened.temperature(sensor.name)} == {33.0, 23.0}
        assert len(opened.temperature()) == pytest.approx(94, abs=2)
        (worn_at_first, then) = wear(opened, sensor.name)
        assert (worn_at_first.state, then.state) == (State.WORN, State.OFF_BODY)
        assert worn_at_first.minutes == pytest.approx(30, abs=1)
    assert check(path).is_sound
