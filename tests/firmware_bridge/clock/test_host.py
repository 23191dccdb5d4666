"""Promise: the computer's running clock only goes forward, has the name of this start of the computer where the system
gives one, and another process reads the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

from firmware_bridge.clock.host import host_clock


def test_it_only_goes_forward():
    clock = host_clock()
    readings = [clock.running_ns() for _ in range(1000)]
    assert readings == sorted(readings)
    assert clock.wall_ns() > 1_700_000_000_000_000_000


@pytest.mark.skipif(sys.platform not in {"linux", "darwin"}, reason="this system names no starts of the computer")
def test_another_process_reads_the_same_clock():
    clock = host_clock()
    before_ns = clock.running_ns()
    code = "from firmware_bridge.clock.host import host_clock as c; print(c().boot, c().running_ns())"
    boot, told_ns = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert boot == clock.boot
    assert before_ns < int(told_ns) < clock.running_ns()
