"""Promise: an unattended recording waits for its wearable, its log holds no name and no address, and its night tells
true times and what was missing, wherever the clock is set."""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
import signal
import sys
from dataclasses import replace

import pytest

from detector.cli.status import Status
from detector.cli.tonight import Tonight
from detector.cli.unnamed import Names, hide_names
from detector.night import Night, nights
from detector.signal import DetectorConfig
from firmware_bridge import link
from firmware_bridge.errors import NoSuchWearableError
from firmware_bridge.host_clock import HostClock
from firmware_bridge.samples import ABSENT, NS, RESTARTED
from firmware_bridge.virtual.espruino import VirtualBangle
from firmware_bridge.virtual.polar import VirtualVerity
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from tests.firmware_bridge.on_the_air import WALL_NS, recording


def host(up_s=0.0, set_at_s=0.0, set_by_s=0.0):
    """The clocks of a computer in virtual time, of which one is set so long after its start."""
    loop = asyncio.get_running_loop()

    def running_ns():
        return round((up_s + loop.time()) * NS)

    return HostClock(
        lambda: WALL_NS + running_ns() + (round(set_by_s * NS) if running_ns() >= set_at_s * NS else 0),
        running_ns,
        "boot",
    )


def tonight(folder, device, *, names=None, wait=True):
    return Tonight(
        devices=(device,),
        anew=False,
        rate_hz=None,
        config=DetectorConfig(),
        folder=folder,
        passphrase=None,
        stop_after_s=None,
        lasts_h=None,
        wait=wait,
        names=names,
        status=Status(),
    )


def recorded(wearable, night, ends_s, monkeypatch, clocks=()):
    """Record over a virtual radio, and end the night by SIGTERM."""

    async def work():
        async with VirtualRadio([wearable]) as radio:
            monkeypatch.setattr(link, "Link", functools.partial(link.Link, backend=radio))
            asyncio.get_running_loop().call_later(ends_s, os.kill, os.getpid(), signal.SIGTERM)
            return await replace(night, host=host(*clocks)).record()

    return run(work())


@pytest.fixture
def streams(monkeypatch):
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)


def test_it_waits_for_a_wearable_that_is_not_there_yet(tmp_path, monkeypatch):
    wearable = VirtualVerity([recording(600)])
    wearable.at(0.1, wearable.drop, 150.0)
    recorder = recorded(wearable, tonight(tmp_path, "8C4CAD2F"), 300.0, monkeypatch)
    assert recorder.progress.recorded_s > 60
    with Night(nights(tmp_path)[0]) as night:
        assert night.sensors[0].name.startswith("Polar Sense")


def test_without_waiting_it_says_so(tmp_path, monkeypatch):
    with pytest.raises(NoSuchWearableError):
        recorded(VirtualVerity([recording(60)]), tonight(tmp_path, "elsewhere", wait=False), 300.0, monkeypatch)
    assert nights(tmp_path) == []


def test_its_log_holds_no_name_and_no_address(tmp_path, monkeypatch, capsys, streams):
    wearable = VirtualVerity([recording(600)])
    wearable.at(100, wearable.drop, 40.0)
    names = hide_names()
    recorded(wearable, tonight(tmp_path, "8C4CAD2F", names=names), 300.0, monkeypatch)
    print("Traceback: 'Polar Sense 8C4CAD2F' at A0:9E:1A:00:11:22", file=sys.stderr)  # noqa: T201 - what may come
    sys.stderr.flush()
    written = "".join(capsys.readouterr())
    assert "streaming wearable 1" in written
    assert "min recorded" in written
    assert "8C4CAD2F" not in written
    assert wearable.address.lower() not in written.lower()
    assert "Traceback: 'wearable 1' at (address)" in written


def test_names(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    names = Names()
    names.add("Sense", "AA:BB:CC:DD:EE:FF")
    names.add("Sense 12", "Sense")
    names.add("Other", None)
    assert names.hide("Sense 12, Sense, Other") == "wearable 1, wearable 1, wearable 2"
    assert names.hide("at aa-bb-cc-dd-ee-0f") == "at (address)"
    assert names.hide("E621E1F8-C36C-495A-93FC-0C247A3E6E5F") == "(address)"
    assert names.hide(f"{tmp_path}/nights") == "~/nights"


def test_a_clock_that_is_set_is_told_and_bends_nothing(tmp_path, monkeypatch, capsys):
    recorded(VirtualVerity([recording(600)]), tonight(tmp_path, "8C4CAD2F"), 300.0, monkeypatch, (0.0, 150.0, -3600.0))
    assert "clock was set back by 1 h 00 min since the night began" in capsys.readouterr().err
    # Another run of the same evening: an hour back by the wall, and yet after what was recorded.
    recorded(VirtualVerity([recording(600)]), tonight(tmp_path, "8C4CAD2F"), 60.0, monkeypatch, (350.0, 150.0, -3600.0))
    (path,) = nights(tmp_path)
    with Night(path) as night:
        rows = list(night.samples())
        assert all(after.start_ns > row.start_ns for row, after in itertools.pairwise(rows))
        (gap,) = night.gaps()
        assert gap.cause == RESTARTED
        assert (gap.end_ns - gap.start_ns) / NS == pytest.approx(50, abs=8)


def test_a_wearable_that_does_not_come_back_after_a_break_is_missing_until_the_end(tmp_path, monkeypatch):
    recorded(VirtualVerity([recording(600)]), tonight(tmp_path, "8C4CAD2F"), 300.0, monkeypatch)
    recorder = recorded(VirtualBangle([recording(60)]), tonight(tmp_path, "8C4CAD2F"), 900.0, monkeypatch, (400.0,))
    assert recorder.progress.recorded_s == 0
    (path,) = nights(tmp_path)
    with Night(path) as night:
        away, absent = night.gaps()
        assert (away.cause, absent.cause) == (RESTARTED, ABSENT)
        assert (away.end_ns - away.start_ns) / NS == pytest.approx(100, abs=8)
        assert (absent.end_ns - absent.start_ns) / NS == pytest.approx(900, abs=40)  # a signal takes virtual time
