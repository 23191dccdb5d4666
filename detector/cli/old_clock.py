"""Waiting for the right time: a computer without a clock of its own starts with that of its last day."""

from __future__ import annotations

import time
from collections.abc import Callable

from detector.cli.common import say
from detector.cli.heartbeat import starting_takes
from firmware_bridge.clock.host import wall_clock_may_be_old

PATIENCE_S = 120.0
"""A network is there by then, if there is one."""

_LOOK_AGAIN_S = 1.0


def wait_for_the_time(may_be_old: Callable[[], bool] = wall_clock_may_be_old, patience_s: float = PATIENCE_S) -> None:
    """Give a time server time to set this computer's clock, where it needs one; nothing is recorded yet.

    Parameters
    ----------
    may_be_old
        Whether the clock has not been set since the computer was started.
    patience_s
        For how long to wait, in seconds; then the night is dated by the clock as it stands.
    """
    if not may_be_old():
        return
    say("This computer has no clock of its own: waiting for a time server to set it.")
    starting_takes(patience_s + _LOOK_AGAIN_S)
    until_s = time.monotonic() + patience_s
    while may_be_old():
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            say("No time server has set the clock: the night is dated by the clock as it stands.")
            return
        time.sleep(min(_LOOK_AGAIN_S, left_s))
