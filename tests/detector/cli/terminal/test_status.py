"""Promise: how a recording stands can be read by a person in a line, also on a narrow terminal and with trouble first,
and by a program in lines of JSON; where nobody can read it any more, the recording goes on."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import os
import re
import select
import sys
import threading
import time
from dataclasses import replace

import pytest

from detector.cli.terminal.status import EVERY_S, Status, describe
from detector.recorder.recorder import Progress
from firmware_bridge.link.info import LinkState
from firmware_bridge.samples import NS, Gap
from firmware_bridge.virtual.time import run

START_NS = 1_790_039_520 * NS

PROGRESS = Progress(
    recorded_s=5400.0,
    missing_s=12.3,
    twitches=31,
    twitches_this_hour=20,
    events=40,
    rate_hz=51.94,
    battery=64,
    signal_dbm=-63,
    last_gap=Gap(START_NS, START_NS + 12_300_000_000, "no data", "Polar Sense 1"),
)


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    if not hasattr(time, "tzset"):
        pytest.skip("this computer's time zone cannot be set for a test")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_person_reads_a_line():
    assert describe(PROGRESS) == (
        "90.0 min recorded, 51.9 samples/s, signal -63 dBm at the last connection, battery 64 %, "
        "31 twitches, 20 this hour, 12.3 s missing, last gap at 03:12, 12.3 s (no data)"
    )
    assert describe(Progress(trouble="the disk is full")).startswith("the disk is full, 0.0 min recorded")
    for word in ("battery", "signal", "gap"):
        assert word not in describe(Progress())


def test_on_a_narrow_terminal_it_stays_in_a_line():
    assert describe(PROGRESS, 78) == "90 min, 51.9/s, -63 dBm, battery 64 %, 20 twitches/h, gap 12 s at 03:12"
    long = replace(
        PROGRESS,
        recorded_s=8.6 * 3600,
        battery=100,
        signal_dbm=-101,
        rate_hz=208.4,
        twitches_this_hour=999,
        last_gap=replace(PROGRESS.last_gap, end_ns=START_NS + 3000 * NS),
    )
    assert describe(long, 78) == "516 min, 208.4/s, -101 dBm, battery 100 %, 999 twitches/h, gap 50 min at 03:12"
    assert describe(Progress(trouble="the disk is full"), 40).startswith("the disk is full, 0 min")
    assert describe(PROGRESS, 1000) == describe(PROGRESS)


def shown_on_a_terminal(kind, show, monkeypatch):
    pty = pytest.importorskip("pty", reason="this computer has no pseudo terminals")
    monkeypatch.setenv("TERM", kind)
    monkeypatch.setenv("COLUMNS", "80")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as context:
        context.setattr(sys, "stderr", terminal)
        with Status() as status:
            show(status)
        terminal.flush()
        shown = b""
        while select.select([ours], [], [], 0.5)[0]:  # what was written comes in parts
            shown += os.read(ours, 100_000)
    os.close(ours)
    return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", line) for line in shown.decode().splitlines()]


@pytest.mark.parametrize(
    ("show", "words"),
    [
        (lambda status: status.progress(PROGRESS), "20 twitches/h, gap 12 s at 03:12"),
        (lambda status: status.state("", LinkState.WAITING, "[no data]"), "waiting [no data]"),
    ],
)
def test_on_a_real_terminal(show, words, monkeypatch):
    lines = shown_on_a_terminal("xterm", show, monkeypatch)
    assert any(line.endswith(words) for line in lines)
    assert max(map(len, lines)) <= 80


def test_on_a_terminal_without_a_cursor_it_is_told_as_in_a_log(monkeypatch):
    lines = shown_on_a_terminal("dumb", lambda status: status.state("", LinkState.WAITING, "no data"), monkeypatch)
    assert lines == ["waiting no data"]


def test_a_program_reads_lines(capsys):
    async def main():
        with Status(as_json=True) as status:
            status.state("", LinkState.SEARCHING, "")
            for _ in range(250):
                status.progress(PROGRESS)
                await asyncio.sleep(EVERY_S / 100)
            status.state("Thingy", LinkState.WAITING, "no data; again in 1 s")

    run(main())
    out, err = capsys.readouterr()
    assert err == ""
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["what"] for line in lines] == ["state", "progress", "progress", "progress", "state"]
    assert lines[1]["last_gap"]["cause"] == "no data"
    assert lines[1]["signal_dbm"] == -63
    assert lines[1]["twitches_this_hour"] == 20
    assert lines[-1] == {"what": "state", "wearable": "Thingy", "state": "waiting", "words": "no data; again in 1 s"}


def test_a_wearable_that_is_sought_does_not_hide_how_the_others_stand(capsys):
    async def main():
        with Status(as_json=True) as status:
            for _ in range(10):
                status.state("Thingy", LinkState.SEARCHING, "")
                await asyncio.sleep(EVERY_S / 2)
                status.progress(PROGRESS)

    run(main())
    lines = [json.loads(line)["what"] for line in capsys.readouterr().out.splitlines()]
    assert lines.count("state") == 10
    assert lines.count("progress") == 5


class Broken(io.StringIO):
    """A log whose disk is full, or a terminal that is closed, as the loop finds it."""

    def __init__(self, *, is_terminal):
        super().__init__()
        self._is_terminal = is_terminal
        self.is_broken = False

    def isatty(self):
        return self._is_terminal

    def write(self, words):
        if self.is_broken and threading.current_thread() is threading.main_thread():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return len(words)


@pytest.mark.parametrize(("stream", "as_json"), [("stderr", False), ("stdout", True), ("terminal", False)])
def test_where_nobody_can_read_it_the_recording_goes_on(stream, as_json, monkeypatch):
    broken = Broken(is_terminal=stream == "terminal")
    monkeypatch.setattr(sys, "stdout" if as_json else "stderr", broken)

    async def main():
        with Status(as_json=as_json) as status:
            broken.is_broken = True
            status.state("", LinkState.WAITING, "no data")
            status.progress(PROGRESS)

    run(main())
