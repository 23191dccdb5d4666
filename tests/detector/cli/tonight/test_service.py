"""Promise: the service keeps to the times it was given, is installed and removed as a whole, and leaves alone what
somebody else has written."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.recorder import wall_clock

linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is on Linux only")


def fasciwatch(*words, code=0):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.output


def test_outside_of_its_time_the_recorder_does_nothing(tmp_path):
    now = datetime.now()  # noqa: DTZ005 - the computer's own time of day
    begin, end = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (2, 4))
    assert f"the night begins at {begin}" in fasciwatch(
        "record", "--from", begin, "--until", end, "--library", tmp_path
    )
    assert list(tmp_path.iterdir()) == []
    assert "--from needs --until" in fasciwatch("record", "--from", begin, code=2)
    assert "--from" in fasciwatch("record", "--from", "noon", "--until", end, code=2)


def test_a_recorder_that_waits_first_waits_for_the_right_time(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(wall_clock, "wait_for_the_time", lambda _say: asked.append("once"))
    now = datetime.now()  # noqa: DTZ005 - the computer's own time of day
    begin, end = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (2, 4))
    words = ("record", "--from", begin, "--until", end, "--library", tmp_path)
    fasciwatch(*words)
    assert asked == []
    fasciwatch(*words, "--wait")
    assert asked == ["once"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Settings of one's own, and a systemctl that writes down what it is asked: the user's services stay untouched."""
    asked = tmp_path / "asked"
    programs = tmp_path / "bin"
    programs.mkdir()
    systemctl = programs / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("FASCIWATCH_SETTINGS", str(tmp_path / "settings"))
    return tmp_path


@linux
def test_install_status_and_remove(home):
    units = home / "config" / "systemd" / "user"
    assert "no wearable has been chosen yet" in fasciwatch("service", "install", code=1)
    assert not units.exists()
    placed = ("--place", "Sense=left-leg", "--place", "right calf")
    words = fasciwatch(
        "service", "install", "--at", "21:30", "--device", "Sense", *placed, "--library", home / "my nights"
    )
    assert "Every night from 21:30 to 07:00" in words
    text = (units / "fasciwatch.service").read_text()
    assert '"--wait" "--unnamed" "--low-battery" "--from" "21:30" "--until" "07:00" "--device" "Sense"' in text
    assert '"--device" "Sense" "--place" "Sense=left-leg" "--place" "right calf"' in text
    assert f'"--library" "{home}/my nights"' in text
    assert "OnCalendar=*-*-* 21:30:00" in (units / "fasciwatch.timer").read_text()
    assert (home / "asked").read_text().splitlines() == [
        "--user show-environment",
        "--user daemon-reload",
        "--user enable --now fasciwatch.timer",
    ]
    (home / "my nights").mkdir()
    (home / "my nights" / "2026-11-20.night").touch()
    for library in ([], ["--library", home / "my nights"]):  # that of the service by itself
        status = fasciwatch("service", "status", *library)
        assert "GB free: room for " in status
        assert "The last night written: 2026-11-20" in status
    assert "removed" in fasciwatch("service", "remove")
    assert list(units.iterdir()) == []
    assert "nothing to remove" in fasciwatch("service", "remove")
    assert "No service is installed" in fasciwatch("service", "status", "--library", home / "my nights")


@linux
def test_a_unit_of_somebody_else_is_left_alone(home):
    units = home / "config" / "systemd" / "user"
    units.mkdir(parents=True)
    (units / "fasciwatch.service").write_text("[Service]\nExecStart=/bin/true\n")
    assert "was not written by fasciwatch" in fasciwatch("service", "install", "--device", "Sense", code=1)
    assert "nothing to remove" in fasciwatch("service", "remove")
    assert (units / "fasciwatch.service").read_text().startswith("[Service]")


@linux
def test_without_systemd_it_says_what_to_do(home, monkeypatch):
    monkeypatch.setenv("PATH", str(home))
    words = fasciwatch("service", "install", "--device", "Sense", code=1)
    assert "no systemd: let its own scheduler start" in words
    assert not (home / "config" / "systemd").exists()


@pytest.mark.parametrize(("begin", "end"), [("9", "07:00"), ("22:00", "25:00"), ("22:00", "22:00")])
def test_times_that_are_none(home, begin, end):
    fasciwatch("service", "install", "--at", begin, "--until", end, "--device", "Sense", code=2)
