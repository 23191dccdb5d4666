"""Promise: who asked for it hears and sees that for a minute no samples came or nothing could be saved, each minute
anew by the bell, once by a notice, and by another one when all is well again; nothing is heard while all is well.

The wearables are virtual, the bus with the desktop on it is real. Time is virtual.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from detector.cli import main
from detector.cli.terminal.output import bell, say
from detector.recorder.alarm import ALARM_S, LOOK_S, Alarm
from detector.recorder.notices import Notices
from detector.recorder.recorder import Progress
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.dot import VirtualDot
from firmware_bridge.virtual.wearables.polar import VirtualVerity
from tests.detector.recorder.desktop import bus, shown_on
from tests.detector.recorder.one_night import recorded, tonight
from tests.firmware_bridge.on_the_air import recording


@pytest.fixture
def desktop(tmp_path, monkeypatch):
    folder = tmp_path / "desktop"
    folder.mkdir()
    with bus(folder, monkeypatch) as address, shown_on(address) as desktop:
        yield desktop


@dataclass
class Recording:
    """As much of a link and its recorder as the alarm looks at."""

    connected_s: float | None = None
    heard_s: float | None = None
    __hash__ = object.__hash__


def now_s():
    return asyncio.get_running_loop().time()


def heard(wearables, night, ends_s, monkeypatch, *, notices=None, hide=None):
    """Record a night; gives the times at which it rang."""
    rung = []
    alarm = Alarm(lambda: rung.append(now_s()), notices, hide)
    recorder = recorded(wearables, night(alarm=alarm), ends_s, monkeypatch)
    return rung, recorder


def night_of(folder, *devices):
    return lambda **settings: tonight(folder, None, wanted=devices, wait=False, **settings)


def test_a_quiet_night(tmp_path, monkeypatch, desktop):
    wearable = VirtualVerity([recording(600)])
    wearable.at(100, wearable.drop, 30.0)  # back before the minute is over
    rung, _ = heard([wearable], night_of(tmp_path, "Sense"), 400.0, monkeypatch, notices=Notices(say))
    assert rung == []
    assert desktop.shown == []


@pytest.mark.parametrize("unnamed", [False, True])
def test_a_wearable_that_goes_and_comes_back(tmp_path, monkeypatch, desktop, unnamed):
    wearable = VirtualVerity([recording(900)])
    wearable.at(100, wearable.drop, 200.0)
    hide = (lambda words: words) if unnamed else None
    rung, recorder = heard(
        [wearable], night_of(tmp_path, "8C4CAD2F"), 700.0, monkeypatch, notices=Notices(say), hide=hide
    )
    gap = recorder.progress.last_gap
    assert (gap.end_ns - gap.start_ns) / 1e9 > 200
    silent_s = rung[0] - ALARM_S
    assert silent_s == pytest.approx(100, abs=5)
    assert rung == pytest.approx([silent_s + ALARM_S * n for n in (1, 2, 3)], abs=LOOK_S)
    gone, back = desktop.shown
    assert gone.title == "fasciwatch: no samples"
    assert gone.urgency == 2
    assert re.search(r"Nothing has come from .* since \d\d:\d\d\. See whether it is worn", gone.message)
    assert ("8C4CAD2F" in gone.message) is not unnamed
    assert back.title == "fasciwatch: samples are back"
    assert re.search(r"again since \d\d:\d\d, after 3 min \d\d s", back.message)
    assert desktop.open == ["fasciwatch: samples are back"]


def test_one_of_two(tmp_path, monkeypatch, desktop):
    verity, dot = VirtualVerity([recording(600)]), VirtualDot([recording(600, 60.0)])
    dot.at(100, dot.drop, 10_000.0)
    rung, _ = heard([verity, dot], night_of(tmp_path, "Sense", "DOT"), 300.0, monkeypatch, notices=Notices(say))
    assert rung == pytest.approx([100 + ALARM_S * n for n in (1, 2, 3)], abs=5)
    assert [notice.message.partition(" since")[0] for notice in desktop.shown] == ["Nothing has come from DOT"]


class Mute(VirtualVerity):
    """It can be connected to, and answers nothing that would start its stream."""

    async def power_on(self, air):
        await super().power_on(air)
        self.leave_unanswered(10_000)


def test_samples_that_never_come(tmp_path, monkeypatch):
    rung, recorder = heard([Mute([])], night_of(tmp_path, "Sense"), 300.0, monkeypatch)
    assert recorder.progress.recorded_s == 0
    assert ALARM_S < rung[0] < ALARM_S + 5
    assert rung == pytest.approx([rung[0] + ALARM_S * n for n in range(4)], abs=LOOK_S)


def test_a_wearable_that_never_was_there_rings_nothing(tmp_path, monkeypatch):
    rung = []
    night = tonight(tmp_path, "elsewhere", wait=True, alarm=Alarm(lambda: rung.append(now_s()), None))
    recorded([], night, 600.0, monkeypatch)
    assert rung == []


def test_a_night_that_is_begun_anew_rings_for_the_silence_since_then():
    rung = []

    async def main():
        alarm = Alarm(lambda: rung.append(now_s()), None)
        first = Recording(connected_s=0.0)
        alarm.follow({first: "Sense"}, Progress())
        async with alarm.watching():
            for _ in range(100):
                await asyncio.sleep(5)
                first.heard_s = now_s()
            await asyncio.sleep(2)
            for _ in range(5):  # it is not found at once
                alarm.follow({Recording(): "Sense"}, Progress())
                await asyncio.sleep(20)

    run(main())
    assert rung == pytest.approx([500 + ALARM_S], abs=2 * LOOK_S)


def watched(progress, steps, *, links=None, **settings):
    """Let the alarm look at a recording while `steps` (time, what happens) pass; gives the times at which it rang."""
    rung = []

    async def main():
        alarm = Alarm(lambda: rung.append(now_s()), **settings)
        alarm.follow(links or {}, progress)
        async with alarm.watching():
            for at_s, happens in steps:
                await asyncio.sleep(at_s - now_s())
                happens()

    run(main())
    return rung


def test_nothing_can_be_saved(desktop):
    progress = Progress()

    def full():
        progress.trouble = "/home/me is full"

    def free():
        progress.trouble = None

    steps = [(10, full), (40, free), (100, full), (250, free), (300, lambda: None)]
    rung = watched(progress, steps, notices=Notices(say), hide=lambda words: words.replace("/home/me", "~"))
    assert rung == pytest.approx([100 + ALARM_S, 100 + 2 * ALARM_S], abs=2 * LOOK_S)
    assert [notice.title for notice in desktop.shown] == ["fasciwatch: nothing is saved", "fasciwatch: saving again"]
    assert re.search(r"since \d\d:\d\d: ~ is full\.", desktop.shown[0].message)
    assert desktop.open == ["fasciwatch: saving again"]


def test_a_desktop_that_is_not_there_keeps_no_bell_from_ringing(monkeypatch, capsys):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    link = Recording(connected_s=0.0)
    rung = watched(Progress(), [(200, lambda: None)], notices=Notices(say), links={link: "Sense"})
    assert len(rung) == 3
    assert capsys.readouterr().err.count("No desktop notification can be shown") == 1


@contextmanager
def terminal(monkeypatch):
    """A terminal in place of stderr; gives what was written to it, once the context has ended."""
    pty = pytest.importorskip("pty", reason="this computer has no pseudo terminals")
    ours, theirs = pty.openpty()
    written = []

    def read():
        with contextlib.suppress(OSError):  # the other end is closed
            while piece := os.read(ours, 4096):
                written.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    with os.fdopen(theirs, "w") as stderr, monkeypatch.context() as context:
        context.setattr(sys, "stderr", stderr)
        context.setattr(sys, "stdout", sys.stdout)
        yield written
    reader.join()
    os.close(ours)


def test_the_bell_of_a_terminal(tmp_path, monkeypatch):
    with terminal(monkeypatch) as written:
        bell(sys.stderr)()
    assert written == [b"\a"]
    with (tmp_path / "log").open("w") as log:
        assert bell(log) is None


@pytest.mark.parametrize("options", [(), ("--bell", "--notify"), ("--bell", "--notify", "--unnamed")])
def test_the_whole_command(options, tmp_path, monkeypatch, desktop):
    wearable = VirtualVerity([recording(600)])
    wearable.at(100, wearable.drop, 150.0)

    def over_the_radio(night):
        class Night:
            async def record(self):
                return await night

        return recorded([wearable], Night(), 400.0, monkeypatch)

    # The loop is that of virtual time; click calls the command as ever.
    monkeypatch.setattr(asyncio, "run", over_the_radio)
    command = ["record", "--device", "8C4CAD2F", "--library", str(tmp_path), *options]
    with terminal(monkeypatch) as written:
        main(command, standalone_mode=False)
    assert b"".join(written).count(b"\a") == (2 if options else 0)
    assert len(desktop.shown) == (2 if options else 0)
    for notice in desktop.shown:
        assert ("8C4CAD2F" in notice.message) is (notice.urgency == 2 and "--unnamed" not in options)
