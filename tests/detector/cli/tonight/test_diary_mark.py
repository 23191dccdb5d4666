"""Promise: a key pressed while a night is recorded is kept in the diary with its moment, and said to be; the terminal
is given back however that ends, and the recording is not held up."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from datetime import date

import pytest

from detector.diary import Diary
from detector.errors import DiaryError
from detector.night import Night, nights
from detector.night.keys import FILE_VARIABLE
from detector.recorder.marks import Marks
from tests.detector.cli.tonight.at_a_terminal import ROOT, AtATerminal

SECRET = "four or five plain words"  # noqa: S105 - of nights that are made here
AIR = str(ROOT / "tests" / "detector" / "cli" / "tonight" / "recorded_over_the_air.py")

needs_terminals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo terminals")


@pytest.fixture
def at():
    opened = []

    def start(*words, **environment):
        opened.append(AtATerminal(*words, **environment))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret"
    file.touch(mode=0o600)
    file.write_text(f"{SECRET}\n")
    return {FILE_VARIABLE: str(file), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


SHELL = """
import os, signal, subprocess, sys, time
job = subprocess.Popen([sys.executable, *sys.argv[1:]], process_group=0)
os.tcsetpgrp(0, job.pid)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
print("job", job.pid, "started", flush=True)
while True:
    _, status = os.waitpid(job.pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        sys.exit(os.waitstatus_to_exitcode(status))
    os.tcsetpgrp(0, os.getpgrp())
    print("job stopped", flush=True)
    time.sleep(3)
    os.tcsetpgrp(0, job.pid)
    os.killpg(job.pid, signal.SIGCONT)
"""
"""As much of a shell as knows Ctrl-Z and fg."""


@needs_terminals
def test_marks_of_a_recording(at, tmp_path):
    library = tmp_path / "nights"
    recording = at("-c", SHELL, AIR, "record", "--device", "Sense", "--anyway", "--library", str(library))
    recording.wait_for("Press f")
    recording.wait_for("battery")
    pid = int(re.search(rb"job (\d+) started", recording.shown)[1])
    assert not recording.is_given_back()
    before_ns = time.time_ns()
    recording.press("f")
    recording.wait_for(": kept.", 20)
    recording.press("x")  # does nothing, and is not shown
    recording.press("\x1a")  # Ctrl-Z
    recording.wait_for("job stopped", 20)
    assert recording.is_given_back()
    recording.wait_until(lambda: not recording.is_given_back(), "goes on")
    time.sleep(1)
    recording.press("    ")  # held down, it is one
    recording.wait_for(": kept.", 20, count=2)
    os.kill(pid, signal.SIGTERM)
    assert recording.end() == 0
    assert recording.is_given_back()
    assert b"2 twitches felt" in recording.shown
    marks = [utc_ns for utc_ns, _ in Diary(library).marks()]
    assert len(marks) == 2
    assert before_ns < marks[0] < marks[1] < time.time_ns()
    with Night(nights(library)[0]) as night:
        assert night.start_ns < marks[0] < marks[1]


@needs_terminals
def test_an_encrypted_night_has_an_encrypted_diary(at, tmp_path, secret, monkeypatch):
    library = tmp_path / "nights"
    library.mkdir()
    Diary(library).change(date(2026, 11, 1), {"note": "plain"}, "Etc/UTC")
    recording = at(AIR, "record", "--device", "Sense", "--anyway", "--encrypt", "--library", str(library), **secret)
    recording.wait_for("Your diary is encrypted from now on")
    recording.wait_for("battery")
    recording.press(" ")
    recording.wait_for(": kept.", 20)
    recording.press("\x03")  # Ctrl-C
    assert recording.end() == 0
    assert recording.is_given_back()
    assert {path.suffix for path in library.iterdir()} == {".night", ".sqlite"}
    assert not any(path.read_bytes().startswith(b"SQLite") for path in library.iterdir())
    monkeypatch.setenv(FILE_VARIABLE, secret[FILE_VARIABLE])
    assert len(Diary(library).marks()) == 1
    assert len(Diary(library).entries()) == 1


READS = """
import sys, time
from detector.cli.terminal.keypress import pressed
with pressed(lambda key: print("got", key, flush=True)) as can_be:
    print("ready", can_be, flush=True)
    {then}
"""


@needs_terminals
@pytest.mark.parametrize(
    ("then", "ends"),
    [
        ("time.sleep(0.5)", None),
        ("time.sleep(0.5); raise SystemExit(3)", None),
        ("time.sleep(0.5); 1 / 0", None),
        # In short sleeps: a signal that comes just before one begins does not end it.
        ("for _ in range(600): time.sleep(0.1)", "\x03"),
        ("for _ in range(600): time.sleep(0.1)", "\x1c"),  # Ctrl-backslash
    ],
)
def test_the_terminal_is_given_back(at, then, ends):
    program = at("-c", READS.format(then=then))
    program.wait_for("ready True")
    program.wait_until(lambda: not program.is_given_back(), "single keys")
    program.press("k")
    program.wait_for("got k", 20)
    if ends:
        program.press(ends)
    program.end(20)
    assert program.is_given_back()


@needs_terminals
def test_a_job_in_the_background_is_not_stopped(at):
    code = READS.format(then="time.sleep(1)")
    shell = f"""
import os, subprocess, sys
other = subprocess.Popen([sys.executable, "-c", {code!r}], process_group=0)
print("over", other.wait(), flush=True)
"""
    program = at("-c", shell)
    program.wait_for("ready True")
    program.press("k\\n")
    program.wait_for("over 0", 20)
    assert b"got" not in program.shown
    assert program.is_given_back()


class SlowDisk:
    """A diary on a disk that first does not answer, and then is full for a while."""

    def __init__(self):
        self.kept = []
        self.answers = threading.Event()
        self.failures = 1

    def mark(self, utc_ns):
        self.answers.wait(30)
        if self.failures:
            self.failures -= 1
            raise DiaryError("the disk is full")
        self.kept.append(utc_ns)


def test_a_slow_disk_holds_nothing_up_and_loses_nothing(monkeypatch):
    monkeypatch.setattr("detector.recorder.marks._AGAIN_S", 0.05)
    monkeypatch.setattr("detector.recorder.marks._ONE_S", 0.0)
    disk, said, moments = SlowDisk(), [], iter(range(100, 105))
    marks = Marks(disk, said.append)
    marks.follow(lambda: next(moments))
    with marks:
        began_s = time.monotonic()
        for _ in range(5):
            marks.press()
        assert time.monotonic() - began_s < 1
        disk.answers.set()
    assert disk.kept == [100, 101, 102, 103, 104]
    assert marks.kept == 5
    assert said[0] == "What you felt cannot be kept yet, and is tried again: the disk is full"
    assert len(said) == 6


def test_what_could_never_be_kept_is_said():
    disk, said = SlowDisk(), []
    disk.failures = 100
    disk.answers.set()
    with Marks(disk, said.append) as marks:
        marks.press()
    assert "1 of the twitches you felt could not be kept" in said[-1]
