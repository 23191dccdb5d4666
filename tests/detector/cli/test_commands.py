"""The commands do what they say, and a user's mistake gets one sentence, a non-zero exit and no half-written night."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.events import EVENT_FIELDS
from detector.night import Night
from detector.summary import summarise
from firmware_bridge.wearables import known_wearables

REAL_FILES = [
    ("verity_sense_arm/Polar_Sense_ACC.txt", 51.7, "mg"),
    ("xio_handheld/sensor_data.csv", 100.0, "g"),  # its median step is 10.08 ms, made up for by steps of 7.56 ms
    ("table_noise/rest_on_table.csv", 80.0, "g"),
    ("phone_tremor/2458_rest_tremor_amplitude_left_leg.csv", 100.0, "m/s2"),
]


@pytest.fixture
def fasciwatch(tmp_path):
    """Run a command in this process, its nights in a folder of the test's own."""

    def call(*words):
        return CliRunner().invoke(main, [str(word) for word in words], env={"COLUMNS": "200"})

    return call


@pytest.fixture
def recording(tmp_path):
    """A CSV of a minute with clear twitches every five seconds."""
    rng = np.random.default_rng(4)
    t = np.arange(6000) / 100
    xyz = 1e-3 * rng.standard_normal((6000, 3)) + [0, 0, 1]
    for onset in range(500, 5900, 500):
        xyz[onset : onset + 12, 0] += 0.03 * np.sin(2 * np.pi * np.arange(12) / 12)
    path = tmp_path / "minute.csv"
    rows = [f"{a:.2f},{x:.5f},{y:.5f},{z:.5f}" for a, (x, y, z) in zip(t, xyz, strict=True)]
    path.write_text("\n".join(["time_s,x_g,y_g,z_g", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "rate_hz", "units"), REAL_FILES)
def test_replay_of_real_recordings(fasciwatch, shared_data, tmp_path, name, rate_hz, units):
    done = fasciwatch("replay", shared_data(name), "--library", tmp_path, "--json")
    assert done.exit_code == 0, done.output
    (result,) = json.loads(done.stdout)
    assert result["rate_hz"] == pytest.approx(rate_hz, rel=0.002)
    assert any(f"acceleration in {units}" in note for note in result["notes"])
    with Night(result["night"]) as night:
        assert len(night.events()) == len(result["events"])
        assert summarise(night).recorded_s == pytest.approx(result["duration_s"], rel=0.01)
    assert [p.suffix for p in tmp_path.iterdir()] == [".night"]


def test_a_sensor_on_a_table_has_no_twitches(fasciwatch, shared_data, tmp_path):
    done = fasciwatch("replay", shared_data("table_noise/rest_on_table.csv"), "--no-log", "--json")
    (result,) = json.loads(done.stdout)
    assert result["night"] is None
    assert [event for event in result["events"] if event["kind"] == "twitch"] == []


def test_replay_finds_and_writes_the_fields_of_event(fasciwatch, recording, tmp_path):
    target = tmp_path / "out.csv"
    done = fasciwatch("replay", recording, "--events", target, "--library", tmp_path / "nights")
    assert done.exit_code == 0, done.output
    assert "not a medical device" in done.stdout
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == EVENT_FIELDS
    assert [round(float(row["onset_s"])) for row in rows] == list(range(5, 59, 5))
    assert {row["kind"] for row in rows} == {"twitch"}
    again = fasciwatch("events", "last", "--csv", "-", "--library", tmp_path / "nights")
    assert again.stdout.encode() == target.read_bytes()


def test_replaying_again_replaces_and_another_file_of_the_name_does_not(fasciwatch, recording, tmp_path):
    library = tmp_path / "nights"
    for _ in range(2):
        assert fasciwatch("replay", recording, "--library", library).exit_code == 0
    assert len(list(library.iterdir())) == 1
    recording.write_text(recording.read_text(encoding="utf-8") + "60.00,0.0,0.0,1.0\n", encoding="utf-8")
    assert fasciwatch("replay", recording, "--library", library).exit_code == 0
    assert len(list(library.iterdir())) == 2


def test_a_night_can_be_replayed(fasciwatch, recording, tmp_path):
    library = tmp_path / "nights"
    fasciwatch("replay", recording, "--library", library)
    (night,) = library.iterdir()
    first = json.loads(fasciwatch("replay", recording, "--no-log", "--json").stdout)[0]["events"]
    second = json.loads(fasciwatch("replay", night, "--no-log", "--json").stdout)[0]["events"]
    assert len(first) == 11
    assert second == first
    assert {event["onset_utc"] for event in first} == {""}  # the file counts seconds from its start


def test_a_night_is_replayed_by_its_name(fasciwatch, recording, tmp_path):
    """As other commands take it; a file of that name comes first, and what is neither is told as a file."""
    library = tmp_path / "nights"
    fasciwatch("replay", recording, "--library", library)
    (night,) = library.iterdir()
    for name in ("last", night.stem):
        (told,) = json.loads(fasciwatch("replay", name, "--no-log", "--json", "--library", library).stdout)
        assert (told["file"], len(told["events"])) == (str(night), 11)
    missing = fasciwatch("replay", "no-such-night", "--library", library)
    assert missing.exit_code == 1
    assert "There is no file no-such-night" in missing.stderr


def test_a_replay_says_where_it_was_worn(fasciwatch, recording, tmp_path):
    """By the file's name or a wearable's; a night keeps its place; a name that nobody has is refused."""
    library = tmp_path / "nights"

    def place(*words):
        done = fasciwatch("replay", *words, "--library", library, "--json")
        assert done.exit_code == 0, done.output
        (told,) = json.loads(done.stdout)
        with Night(told["night"]) as night:
            assert night.sensors[0].place == told["sensors"][0]["place"]
            return told["sensors"][0]["place"]

    assert place(recording) is None
    assert place(recording, "--place", "left-leg") == "left-leg"
    assert place(recording, "--place", f"{recording.name}=left-leg", "--place", "elsewhere") == "left-leg"
    (night,) = library.iterdir()
    assert place(night) == "left-leg"
    assert place(night, "--place", "right-leg") == "right-leg"
    refused = fasciwatch("replay", recording, "--place", "Sense=left-leg", "--library", library)
    assert refused.exit_code == 1
    assert "no wearable of that name" in refused.stderr


def test_a_night_is_replayed_with_its_own_settings(fasciwatch, recording, tmp_path):
    library = tmp_path / "nights"
    made = fasciwatch("replay", recording, "--false-alarms-per-hour", "3000", "--library", library, "--json")
    (night,) = library.iterdir()
    again = fasciwatch("replay", night, "--no-log", "--json")
    other = fasciwatch("replay", night, "--no-log", "--json", "--false-alarms-per-hour", "1")
    events = [json.loads(done.stdout)[0]["events"] for done in (made, again, other)]
    assert events[1] == events[0]
    assert len(events[2]) < len(events[0])
    refused = fasciwatch("replay", night, "--rate-hz", "50")
    assert refused.exit_code == 1
    assert "rate_hz" in refused.stderr


def test_results_do_not_overwrite_what_they_come_from(fasciwatch, recording, tmp_path):
    before = recording.read_bytes()
    done = fasciwatch("replay", recording, "--events", recording, "--library", tmp_path / "nights")
    assert done.exit_code == 1
    assert "another file" in done.stderr
    assert recording.read_bytes() == before
    fasciwatch("replay", recording, "--library", tmp_path / "nights")
    (night,) = (tmp_path / "nights").iterdir()
    assert fasciwatch("events", night, "--csv", night).exit_code == 1
    assert fasciwatch("events", night).exit_code == 0


def test_json_and_csv_do_not_mix_on_stdout(fasciwatch, recording, tmp_path):
    assert fasciwatch("replay", recording, "--json", "--events", "-", "--no-log").exit_code == 2
    done = fasciwatch("replay", recording, "--json", "--events", tmp_path / "e.csv", "--no-log")
    assert len((tmp_path / "e.csv").read_text().splitlines()) == 1 + len(json.loads(done.stdout)[0]["events"])


def test_a_missing_file_is_told_of_before_any_work_is_done(fasciwatch, recording, tmp_path):
    done = fasciwatch("replay", recording, tmp_path / "missing.csv", "--library", tmp_path / "nights")
    assert done.exit_code == 1
    assert "missing.csv" in done.stderr
    assert list((tmp_path / "nights").iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["demo", "--seed", "-1"],
        ["demo", "--hours", "nan"],
        ["scan", "--seconds", "nan"],
        ["record", "--rate-hz", "0"],
        ["record", "--rate-hz", "nan"],
        ["events", "x" * 300],
        ["replay", "x" * 300],
        ["replay", f"{'x' * 300}.night"],
        ["replay", "README.md", "--events", "x" * 300],
        ["replay", "README.md", "--columns", "²,x,y"],
        ["replay", "README.md", "--delimiter", ""],
        ["replay", "README.md", "--timezone", "Mars/Base"],
        ["replay", "README.md", "--false-alarms-per-hour", "nan"],
    ],
)
def test_odd_options_get_a_sentence(fasciwatch, tmp_path, words):
    done = fasciwatch(*words, "--library", tmp_path) if words[0] != "scan" else fasciwatch(*words)
    assert done.exit_code in {1, 2}
    assert isinstance(done.exception, SystemExit)
    assert "Error:" in done.stderr


def test_events_of_a_night(fasciwatch, recording, tmp_path):
    fasciwatch("replay", recording, "--library", tmp_path / "nights")
    shown = fasciwatch("events", "last", "--library", tmp_path / "nights")
    assert shown.exit_code == 0
    assert shown.stdout.count("twitch  ") == 11
    listed = json.loads(fasciwatch("events", "last", "--json", "--library", tmp_path / "nights").stdout)
    assert tuple(listed[0]) == EVENT_FIELDS
    assert fasciwatch("events", "last", "--kind", "tremor", "--json", "--library", tmp_path / "nights").stdout == "[]\n"


def test_demo_is_a_night(fasciwatch, tmp_path):
    done = fasciwatch("demo", "--hours", "0.5", "--library", tmp_path)
    assert done.exit_code == 0, done.output
    assert "put in:" in done.stdout
    for command in ("review", "report", "events"):  # what one can do with it
        assert f"fasciwatch {command} demo-verity --library {tmp_path}" in done.stderr
    assert "connection lost" in done.stdout
    assert "no data" in done.stdout
    with Night(tmp_path / "demo-verity.night") as night:
        summary = summarise(night)
        assert night.runs[0].made_by.source == "demo"
    assert summary.recorded_s == pytest.approx(1800 - 115, abs=30)
    assert summary.sensors[0].battery_first == 87


def test_demo_plays_a_recording(fasciwatch, recording, tmp_path):
    done = fasciwatch("demo", recording, "--wearable", "h10", "--library", tmp_path)
    assert done.exit_code == 0, done.output
    with Night(tmp_path / "demo-h10-minute.night") as night:
        assert [round(e.onset_s) for e in night.events()] == list(range(5, 59, 5))


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (None, [], "there is no file"),
        ("", [], "empty"),
        ("t,x,y,z\n0,0,0,1\n", [], "one"),
        ("x,y,z\n" + "0,0,1\n" * 500, [], "--rate-hz"),
        ("time,x,y,z\n" + "".join(f"{i / 50},0,0,1\n" for i in range(500, 0, -1)), [], "back"),
        ("".join(f"{i / 50},0,0,1\n" for i in range(500)), ["--delimiter", ";"], "delimiter"),
        ("".join(f"{i / 50},0,0,1\n" for i in range(500)), ["--rate-hz", "0"], "rate"),
        ("".join(f"{i / 50},0,0,1\n" for i in range(500)), ["--units", "furlong"], "unit"),
        ("".join(f"{i / 50},0,0,5\n" for i in range(500)), [], "--units"),
        ("".join(f"{i / 5},0,0,1\n" for i in range(500)), [], "Hz"),
        ("\x00\x01\x02" * 300, [], "text"),
    ],
)
def test_bad_files_get_one_sentence(fasciwatch, tmp_path, content, options, says):
    path = tmp_path / "bad.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = fasciwatch("replay", path, *options, "--library", tmp_path / "nights")
    assert done.exit_code != 0
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert says.lower() in done.stderr.lower(), done.stderr
    assert done.stderr.strip().count("\n") <= 3
    assert not (tmp_path / "nights").exists() or list((tmp_path / "nights").iterdir()) == []


def test_an_output_that_cannot_be_written(fasciwatch, recording, tmp_path):
    done = fasciwatch("replay", recording, "--no-log", "--events", tmp_path / "nowhere" / "out.csv")
    assert done.exit_code == 1
    assert "cannot write" in done.stderr


def test_no_such_night(fasciwatch, tmp_path):
    done = fasciwatch("events", "2020-01-01", "--library", tmp_path)
    assert done.exit_code == 1
    assert "2020-01-01" in done.stderr


def test_a_file_that_is_no_night(fasciwatch, tmp_path):
    (tmp_path / "x.night").write_bytes(b"not a night at all" * 100)
    done = fasciwatch("events", tmp_path / "x.night")
    assert done.exit_code == 1
    assert "x.night" in done.stderr
    connection = sqlite3.connect(tmp_path / "y.night")
    connection.execute("create table a(b)")
    connection.close()
    assert fasciwatch("replay", tmp_path / "y.night").exit_code == 1


def test_demo_says_what_a_night_is_for(fasciwatch, recording, tmp_path):
    fasciwatch("replay", recording, "--library", tmp_path / "nights")
    (night,) = (tmp_path / "nights").iterdir()
    done = fasciwatch("demo", night, "--library", tmp_path / "nights")
    assert done.exit_code == 1
    assert "fasciwatch replay computes it again" in done.stderr


@pytest.mark.parametrize("words", [["scan", "--seconds", "1"], ["record", "--device", "8C4CAD2F"]])
def test_no_bluetooth_adapter(words, tmp_path):
    """Real bleak on a computer without Bluetooth."""
    done = subprocess.run(
        [sys.executable, "-m", "detector.cli", *words, *(["--library", str(tmp_path)] if words[0] == "record" else [])],
        check=False,
        capture_output=True,
        text=True,
        timeout=90,
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"},
    )
    if done.returncode == 0:
        pytest.skip("this computer has Bluetooth")
    assert done.returncode == 1
    assert "bluetooth" in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows no other process sends Ctrl-C to one alone")
def test_ctrl_c_ends_a_night_with_its_summary(tmp_path):
    """SIGINT in the middle of a real-time recording: the demo night so far is complete."""
    process = subprocess.Popen(
        [sys.executable, "-m", "detector.cli", "demo", "--real-time", "--hours", "1", "--library", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    night = tmp_path / "demo-verity.night"
    deadline_s = time.monotonic() + 300
    while not night.exists() and time.monotonic() < deadline_s:
        assert process.poll() is None
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert "not a medical device" in out
    assert int(re.search(r"put in: (\d+) twitches", out)[1]) < 30  # of the seconds it ran, not of the hour
    assert list(tmp_path.iterdir()) == [night]


@pytest.mark.parametrize(
    "command", [[], ["demo"], ["scan"], ["wearables"], ["doctor"], ["record"], ["replay"], ["events"]]
)
def test_help_says_what_a_command_is_for(fasciwatch, command):
    done = fasciwatch(*command, "--help")
    assert done.exit_code == 0
    assert all(len(line.split("  ")[-1]) > 3 for line in done.stdout.splitlines() if line.startswith("  --"))


def test_wearables_are_listed_with_a_folder_for_ones_own(fasciwatch, tmp_path, monkeypatch):
    monkeypatch.setenv("FASCIWATCH_WEARABLES", str(tmp_path))
    known_wearables.cache_clear()
    done = fasciwatch("wearables")
    assert done.exit_code == 0
    assert "Movesense" in done.stdout
    assert "ECG patch" in done.stdout
    assert str(tmp_path) in done.stderr
    (tmp_path / "bad.toml").write_text("name = 3")
    known_wearables.cache_clear()
    done = fasciwatch("wearables", "--json")
    known_wearables.cache_clear()
    assert done.exit_code != 0
    assert "bad.toml" in done.stderr
    assert "Traceback" not in done.stderr
