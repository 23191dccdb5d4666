"""How long this computer has slept: the difference of two clocks, of which one stands still meanwhile.

On Linux these are CLOCK_BOOTTIME and CLOCK_MONOTONIC (clock_gettime(2)), on macOS CLOCK_MONOTONIC and CLOCK_UPTIME_RAW,
on Windows GetTickCount64 and QueryUnbiasedInterruptTime. Setting the wall clock changes none of them.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable

LEAST_S = 1.0
"""Below this it was no sleep: the two clocks are not read in the same moment."""


def slept_s() -> float:
    """Seconds that this computer has slept since it was started; 0 where no clock tells."""
    if sys.platform == "linux":
        slept = time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
    elif sys.platform == "darwin":
        slept = time.clock_gettime(time.CLOCK_MONOTONIC) - time.clock_gettime(time.CLOCK_UPTIME_RAW)
    elif sys.platform == "win32":
        awake = ctypes.c_ulonglong()
        kernel = ctypes.windll.kernel32
        kernel.GetTickCount64.restype = ctypes.c_ulonglong
        kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake))
        slept = float(kernel.GetTickCount64()) * 1e-3 - awake.value * 1e-7
    else:
        slept = 0.0
    return slept


class SleepWatch:
    """Notices that the computer has slept.

    Parameters
    ----------
    read_s
        Reads how long it has slept, as `slept_s`.
    """

    def __init__(self, read_s: Callable[[], float] = slept_s) -> None:
        self._read_s = read_s
        self._known_s = read_s()

    def has_slept(self) -> bool:
        """Whether it has slept since this was asked last."""
        now_s = self._read_s()
        slept = now_s - self._known_s >= LEAST_S
        if slept:
            self._known_s = now_s
        return slept
