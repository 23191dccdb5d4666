"""Promise: the terminal lists what the page lists, says how things stand where nothing is asked, and opens the page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.cli.terminal import start
from detector.cli.terminal.start import GROUPS, how_it_stands
from detector.night import Night
from detector.night.judging.judgements import Action, Judgement
from detector.night.writing.labels import append
from detector.summary.line import line_of
from firmware_bridge.samples import Samples
from tests.detector.summary.many.conftest import write_night

ROOT = Path(__file__).parents[4]


@pytest.fixture
def night(open_log, rest, feed, event, start_ns, path):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 1200), "Sense"))
    log.event(event(60.0, onset_utc=""))
    log.close()
    return path


def run(*words):
    return CliRunner().invoke(main, [*words], catch_exceptions=False)


def test_nights_lists_a_night_in_a_line(night):
    result = run("nights", "--library", str(night.parent))
    assert result.exit_code == 0
    head, row = result.stdout.splitlines()
    assert head.startswith("night")
    assert row.startswith("2026-11-23")
    assert "20 min 00 s" in row
    assert "100 %" in row
    assert "0 %" in row
    assert re.search(r"\d\.\d \(\d\.\d to \d+\.\d\), Sense", row)


def test_as_json_it_is_what_the_page_gets(night):
    result = run("nights", "--library", str(night.parent), "--json")
    assert json.loads(result.stdout) == [json.loads(json.dumps(asdict(line_of(night))))]


def test_what_cannot_be_read_is_listed_too(night):
    (night.parent / "2026-11-24.night").write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    rows = run("nights", "--library", str(night.parent)).stdout.splitlines()
    assert any(row.startswith("2026-11-24        cannot be read: ") for row in rows)
    assert any(row.startswith("2026-11-23") for row in rows)


def test_a_night_that_is_judged_is_told_by_its_labels_too(tmp_path):
    path = tmp_path / "2026-11-23.night"
    write_night(path, minutes=190, twitches=30)
    assert "real" not in run("nights", "--library", str(tmp_path)).stdout
    with Night(path) as opened:
        places = opened.places()
    said = [Judgement(place, "no" if number % 3 == 0 else "yes") for number, place in enumerate(places)]
    append(path, Action("somebody", "single", tuple(said)))
    told = run("nights", "--library", str(tmp_path)).stdout
    (sensor,) = line_of(path).sensors
    assert sensor.per_hour == pytest.approx(30 / (190 / 60))
    assert sensor.low_true_per_hour < sensor.true_per_hour < sensor.high_true_per_hour < sensor.high_per_hour
    assert f"real, by the labels: {sensor.true_per_hour:.1f} (" in told


def test_an_empty_library_is_said(tmp_path):
    result = run("nights", "--library", str(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no night" in result.stderr


def test_every_command_is_in_one_group():
    grouped = [word for words in GROUPS.values() for word in words]
    assert sorted(grouped) == sorted(main.commands)
    assert run("--help").stdout.index("Tonight:") < run("--help").stdout.index("Keep:")


@pytest.fixture
def usual(night, monkeypatch):
    monkeypatch.setattr("detector.night.files.usual_folder", lambda: night.parent)
    return night


def test_alone_it_says_what_there_is(usual):
    assert how_it_stands()[0].startswith(
        "You have one night, the latest 2026-11-23. Look at it: fasciwatch review last"
    )


def test_alone_it_says_what_is_being_recorded(usual):
    usual.with_name(usual.name + "-lock").touch()
    usual.with_name(usual.name + "-wal").touch()
    assert "2026-11-23 is being recorded" in how_it_stands()[0]
    long_ago = time.time() - 2 * start._QUIET_S
    os.utime(usual.with_name(usual.name + "-wal"), (long_ago, long_ago))
    assert "being recorded" not in how_it_stands()[0]


def test_alone_it_says_how_to_begin(usual):
    usual.unlink()
    one, other = how_it_stands()
    assert "fasciwatch demo" in one
    assert "fasciwatch doctor" in other


def test_alone_it_opens_nothing():
    program = "from detector.cli.terminal.start import how_it_stands\nhow_it_stands()\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT)
    assert not {"numpy", "sqlcipher3", "rich"} & set(done.stdout.split())


def test_in_a_pipe_it_is_the_help():
    assert run().stdout == run("--help").stdout


def test_review_of_a_night_begins_with_it(night, monkeypatch):
    shown = {}
    monkeypatch.setattr(
        "detector.review.serving.serve.show", lambda served, _say, **how: shown.update(how, served=served)
    )
    result = run("review", "last", "--no-browser", "--library", str(night.parent))
    assert result.exit_code == 0
    assert shown["with_browser"] is False
    assert re.fullmatch(r"/night/[0-9a-f]{12}", shown["served"]._server.config.app._home)
    shown["served"]._socket.close()


def test_review_of_a_night_that_is_not_there_says_so(night):
    result = run("review", "2020-01-01", "--library", str(night.parent))
    assert result.exit_code == 1
    assert "no night 2020-01-01" in result.stderr
