"""The wall clock of an evening: waiting until it is right, and the end of the night by it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as time_of_day

from detector.recorder.listener import Say, into_the_log
from detector.recorder.systemd.heartbeat import starting_takes
from firmware_bridge.clock.host import wall_clock_may_be_old

PATIENCE_S = 120.0
"""A network is there by then, if there is one."""

_LOOK_AGAIN_S = 1.0


def wait_for_the_time(
    say: Say = into_the_log,
    *,
    may_be_old: Callable[[], bool] = wall_clock_may_be_old,
    patience_s: float = PATIENCE_S,
) -> None:
    """Give a time server time to set this computer's clock, where it needs one; nothing is recorded yet.

    A computer without a clock of its own starts with the time of its last day.

    Parameters
    ----------
    say
        Tells a person of it.
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


def seconds_until(until: time_of_day, now: datetime) -> float:
    """Seconds until the next time the clock shows `until`.

    Parameters
    ----------
    until
        Time of day.
    now
        The wearer's time; without a zone, this computer's.

    Returns
    -------
    float
        From now on, in s.
    """
    wanted = now.replace(hour=until.hour, minute=until.minute, second=0, microsecond=0)
    if wanted <= now:
        # A day on the wall clock: the night of a change of summer time ends at the time that was asked for.
        wanted += timedelta(days=1)
    return wanted.timestamp() - now.timestamp()
