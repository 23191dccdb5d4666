"""Promise: what wearables, nights and files are called reaches the terminal, tables and file names as words alone."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import re
from pathlib import Path

import pytest
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from click.testing import CliRunner
from sqlcipher3 import dbapi2 as sqlite

import detector.cli
from detector.cli import main
from detector.cli.terminal.output import say, show
from detector.cli.terminal.words.night import describe_night
from detector.night import Night, NightLog, Sensor
from detector.signal import DetectorConfig
from detector.summary import summarise
from detector.watch import made_by, replay
from firmware_bridge.discovery.find import find
from firmware_bridge.discovery.scan import scan
from firmware_bridge.virtual.night import SyntheticNight

SENSOR = Sensor("one", "a wearable", 52.0, lsb_g=0.001)

HOSTILE = "x\x1b]0;pwn\x07\n\x9b31m\u202ey"
"""Sets a terminal's title, begins a line, turns red, and writes from right to left."""

NAMES = ["Polar H10 12345678\0", "Polar H10 \x1b[2J", "Mi Band \x1b[31m4", "Toaster\nPolar H10 1234"]


def is_harmless(words):
    return not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", words)


class Air(BaseBleakScanner):
    """A scanner that hears hostile names."""

    def __init__(self, detection_callback=None, service_uuids=None, scanning_mode="active", **_):
        super().__init__(detection_callback, service_uuids)

    async def start(self):
        self.seen_devices = {}
        for number, name in enumerate(NAMES):
            seen = AdvertisementData(name, {}, {}, [], None, -40 - number, ())
            address = f"C0:00:00:00:00:{number:02X}"
            self.call_detection_callbacks(self.create_or_update_device(address, address, name, None, seen), seen)

    async def stop(self):
        pass


def test_names_on_the_air():
    seen = asyncio.run(scan(0.01, scanner_backend=Air))
    assert all(is_harmless(sighting.name) and "\n" not in sighting.name for sighting in seen)
    found = asyncio.run(find("Polar H10 12345678", 1.0, Air))
    assert found.name == "Polar H10 12345678"  # firmware that fills its name up with zeros is recognised


@pytest.fixture
def night(tmp_path):
    """A night with hostile words wherever a file can hold words."""
    words = ", ".join(f"{column} = :words" for column in ("name", "model", "firmware", "serial", "place"))
    path = tmp_path / "a.night"
    with NightLog(path, made_by("replay", DetectorConfig(), source_name="a.csv"), wait=True) as log:
        replay([SENSOR], SyntheticNight(0.1, SENSOR.nominal_hz, 3, sensor=SENSOR.name), DetectorConfig(), log)
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE sensor SET {words}, crc32 = NULL", {"words": HOSTILE})  # noqa: S608 - see above
        connection.execute("UPDATE event SET sensor = ?, flags = '=cmd|calc', crc32 = NULL", (HOSTILE,))
        connection.execute("INSERT INTO gap VALUES (NULL, 1, 0, 1, 2, ?, NULL)", (HOSTILE,))
        connection.execute("UPDATE made_by SET version = ?, timezone = ?, crc32 = NULL", (HOSTILE, HOSTILE))
    return path


@pytest.mark.parametrize("words", [["events"], ["check"], ["thin"], ["replay", "--no-log"]])
def test_a_foreign_night_writes_words_alone(night, words):
    result = CliRunner().invoke(main, [*words, str(night)])
    assert result.exit_code == 0, result.output
    assert is_harmless(result.output)


def test_its_wearable_is_known_by_the_name_that_is_shown(night):
    with Night(night) as opened:
        (sensor,) = opened.sensors
        assert is_harmless(sensor.name)
        events = opened.events()
        assert events
        assert events == opened.events(sensor.name)
        assert {event.sensor for event in events} == {sensor.name}
        assert {gap.sensor for gap in opened.gaps()} == {sensor.name}


def test_two_wearables_that_would_be_called_the_same_stay_two(night):
    with contextlib.closing(sqlite.connect(night, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO sensor (id, name, model, nominal_hz, has_date) VALUES (2, ?, 'm', 50, 1)", (HOSTILE + "\0",)
        )
    with Night(night) as opened:
        assert len({sensor.name for sensor in opened.sensors}) == 2


def test_a_table_begins_no_formula(night):
    result = CliRunner().invoke(main, ["events", str(night), "--csv", "-"])
    rows = list(csv.DictReader(io.StringIO(result.output)))
    assert rows
    assert {row["flags"] for row in rows} == {"'=cmd|calc"}
    assert {float(row["family"]) for row in rows} >= {-1.0}  # a number is one


def test_the_names_of_files(tmp_path):
    night = tmp_path / "a.night"
    with NightLog(night, made_by("record", DetectorConfig()), wait=True) as log:
        replay([SENSOR], SyntheticNight(0.02, SENSOR.nominal_hz, 3, sensor=SENSOR.name), DetectorConfig(), log)
    hostile = tmp_path / f"{HOSTILE}{'z' * 180}.night"
    night.rename(hostile)
    library = tmp_path / "library"
    result = CliRunner().invoke(main, ["replay", str(hostile), "--library", str(library)])
    assert result.exit_code == 0, result.output
    assert is_harmless(result.output)
    (made,) = library.glob("*.night")
    assert is_harmless(made.name)
    assert "\n" not in made.name
    with Night(hostile) as opened:
        assert is_harmless(describe_night(summarise(opened), hostile))
    missing = CliRunner().invoke(main, ["events", "no\x1b[2J\nsuch"])
    assert is_harmless(missing.output)
    assert len(missing.output.splitlines()) == 1


def test_whatever_is_said_goes_through_it(capsys):
    say(f"a{HOSTILE}b")
    show(f"a{HOSTILE}b", "c")
    said = capsys.readouterr()
    assert is_harmless(said.out + said.err)
    assert len(said.err.splitlines()) == 1
    assert len(said.out.splitlines()) == 2


def test_no_command_prints_but_through_it():
    for file in Path(detector.cli.__file__).parent.rglob("*.py"):
        found = re.findall(r"click\.echo|print\(", file.read_text(encoding="utf-8"))
        assert not found or file.name == "output.py", file
