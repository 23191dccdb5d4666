"""Promise: doctor tells what stands between this computer and a night, what to do about it, and exits accordingly."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.recorder import examination
from firmware_bridge.clock import host as host_clock
from firmware_bridge.wearables import known_wearables

look_for_bluetooth = examination._bluetooth


@pytest.fixture
def healthy(monkeypatch):
    """Only what a test machine may lack is stood in for: a radio, and something that holds off sleep."""
    monkeypatch.setattr(examination, "_bluetooth", lambda: examination.Finding("Bluetooth", 10, "works"))
    monkeypatch.setattr(examination, "_sleep", lambda: examination.Finding("sleep", 13, "can be held off"))


def call(*words):
    return CliRunner().invoke(main, ["doctor", *map(str, words)])


def test_a_healthy_computer(healthy, tmp_path):
    done = call("--library", tmp_path)
    assert done.exit_code == 0, done.output
    assert "NO" not in done.stdout
    findings = json.loads(call("--library", tmp_path, "--json").stdout)
    assert [finding["exit_code"] for finding in findings] == list(range(10, 19))
    assert not any(finding["remedy"] for finding in findings)


def test_without_bluetooth(monkeypatch, tmp_path, healthy):
    monkeypatch.undo()
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent")
    done = call("--library", tmp_path)
    assert done.exit_code == 10
    assert "NO  Bluetooth: cannot be used" in done.stdout
    assert "Traceback" not in done.output


def test_a_folder_that_is_a_file(healthy, tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    done = call("--library", path)
    assert done.exit_code in (2, 11)  # click itself may have seen it
    assert "Traceback" not in done.output


def test_a_full_disk(healthy, tmp_path, monkeypatch):
    monkeypatch.setattr("detector.night.upkeep.space.USUAL_BYTES", 10**18)
    done = call("--library", tmp_path)
    assert done.exit_code == 12
    assert "Free some space" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux a desktop is on D-Bus")
def test_desktop_notifications_are_told_of(healthy, tmp_path, monkeypatch):
    from tests.detector.recorder.desktop import bus, shown_on

    with bus(tmp_path, monkeypatch) as address:
        without = call("--library", tmp_path)
        with shown_on(address) as desktop:
            assert "ok  desktop notifications: can be shown" in call("--library", tmp_path).stdout
        assert desktop.shown == []
    assert without.exit_code == 0
    assert "ok  desktop notifications: cannot be shown (" in without.stdout
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)
    assert "pip install 'desktop-notifier<7'" in call("--library", tmp_path).stdout


def test_a_wrong_profile(healthy, tmp_path, monkeypatch):
    (tmp_path / "bad.toml").write_text("name = 3")
    monkeypatch.setenv("FASCIWATCH_WEARABLES", str(tmp_path))
    monkeypatch.setattr(examination, "_bluetooth", look_for_bluetooth)  # which needs profiles, too
    known_wearables.cache_clear()
    try:
        done = call("--library", tmp_path / "nights")
    finally:
        known_wearables.cache_clear()
    assert done.exit_code == 17
    assert "bad.toml" in done.stdout


def test_a_clock_that_may_be_old(healthy, tmp_path, monkeypatch):
    for is_old in (False, True):
        monkeypatch.setattr(host_clock, "wall_clock_may_be_old", lambda is_old=is_old: is_old)
        (clock,) = (finding for finding in examination.examine(tmp_path) if finding.check == "clock")
        assert clock.is_well
        assert ("see that it is right" in clock.words) is is_old
