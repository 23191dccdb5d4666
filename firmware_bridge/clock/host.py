"""The computer's clocks: the one on the wall, which may be set at any time, and one that only ever runs.

The second counts from the computer's start and goes on while it sleeps: on Linux CLOCK_BOOTTIME (clock_gettime(2)), on
macOS CLOCK_MONOTONIC. Two of its readings can be compared as long as they are of one start, so that has a name: on
Linux ``boot_id`` (random(4)), on macOS the system variable ``kern.bootsessionuuid``.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_CLOCKS = Path("/sys/class/rtc")
_TIMEX_BYTES = 1024  # struct timex has 208 on 64 bit; nothing is written beyond it
_TIME_ERROR = 5


@dataclass(frozen=True, slots=True)
class HostClock:
    """The clocks of a computer.

    Parameters
    ----------
    wall_ns
        UTC by the wall clock, in ns.
    running_ns
        Time since some moment of this start of the computer, in ns; nobody can set it.
    boot
        Names the start of the computer that `running_ns` belongs to; None where it has no name, so that readings of
        two processes cannot be compared.
    """

    wall_ns: Callable[[], int]
    running_ns: Callable[[], int]
    boot: str | None


def host_clock() -> HostClock:
    """Return the clocks of this computer.

    Where it has none that runs on through sleep under a name, `running_ns` is the wall clock itself.
    """
    if sys.platform == "linux":
        clock = HostClock(time.time_ns, lambda: time.clock_gettime_ns(time.CLOCK_BOOTTIME), _linux_boot())
    elif sys.platform == "darwin":
        clock = HostClock(time.time_ns, lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC), _macos_boot())
    else:
        clock = HostClock(time.time_ns, time.time_ns, None)
    return clock


def _linux_boot() -> str | None:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):  # some sandboxes show no /proc
        return None


def _macos_boot() -> str | None:
    command = ("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid")
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=5).stdout  # noqa: S603 - the command of this file
    except (OSError, subprocess.SubprocessError):
        return None
    return told.strip() or None


def wall_clock_may_be_old() -> bool:
    """Whether the wall clock may show the time at which the computer was last switched off.

    So it is on a Raspberry Pi, which has no battery for a clock, until a time server has been asked. The kernel knows
    whether that has happened: adjtimex(2). False on other systems, and where a clock with a battery is built in.
    """
    if sys.platform != "linux" or (_CLOCKS.is_dir() and any(_CLOCKS.iterdir())):
        return False
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))  # zeros: change nothing, only ask
    except (OSError, AttributeError):  # another C library
        return False
    return bool(state == _TIME_ERROR)
