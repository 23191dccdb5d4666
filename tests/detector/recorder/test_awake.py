"""Promise: a computer that records is kept awake for as long as that lasts, however it ends, and where that cannot be
had the person is told what to see to.

The tools of the system are stood in for by scripts that write down what they are asked.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detector.recorder import awake
from detector.recorder.awake import kept_awake

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd-inhibit is Linux's")

INHIBIT = """#!/bin/sh
echo "$1" >> {log}
case "$1" in {refused}) exit 1;; esac
while [ "${{1#--}}" != "$1" ]; do shift; done
"$@"
echo "over" >> {log}
"""


@pytest.fixture
def inhibit(tmp_path, monkeypatch):
    """Put a systemd-inhibit in front of any other; gives a function that says what it refuses, and its log."""
    monkeypatch.setattr(awake, "_SETTLE_S", 2.0)  # a busy machine takes longer to start a shell
    log = tmp_path / "log"
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def refuse(what: str) -> Path:
        tool = folder / "systemd-inhibit"
        tool.write_text(INHIBIT.format(log=log, refused=what))
        tool.chmod(0o755)
        return log

    return refuse


def wait_for(log: Path, words: str) -> None:
    until_s = time.monotonic() + 120
    while words not in log.read_text():
        assert time.monotonic() < until_s
        time.sleep(0.05)


def test_sleep_is_held_off_until_the_end(inhibit):
    log = inhibit("nothing")
    with kept_awake() as see_to:
        assert see_to == ""
        assert log.read_text() == "--what=sleep:idle:handle-lid-switch\n"


@pytest.mark.parametrize(
    ("refused", "words"),
    [("*lid*", "lid of this computer"), ("*sleep*", "by itself only"), ("*", "cannot be kept from sleeping")],
)
def test_what_is_refused_is_for_the_person_to_see_to(inhibit, refused, words):
    inhibit(refused)
    with kept_awake() as see_to:
        assert words in see_to


def test_without_the_tool(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with kept_awake() as see_to:
        assert "Set the computer not to sleep tonight" in see_to


def test_a_process_that_is_killed_holds_nothing_back(inhibit):
    log = inhibit("nothing")
    program = "import time\nfrom detector.recorder.awake import kept_awake\nwith kept_awake():\n    time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", program]) as recorder:
        until_s = time.monotonic() + 120
        while not log.exists() and time.monotonic() < until_s:
            time.sleep(0.05)
        time.sleep(0.2)
        recorder.send_signal(signal.SIGKILL)
    wait_for(log, "over")
