"""Times of day that go on past midnight, though they begin anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.timing.utc import MISSING
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.recordings.timing.utc import Ns

_DAY_S = 86_400
_NEAR_NS = 2 * NS


def past_midnight(stamps: Ns, wrap_ns: int, notes: list[str]) -> Ns:
    """Let a time that begins anew after so long go on.

    Parameters
    ----------
    stamps
        Nanoseconds, `MISSING` where there is none.
    wrap_ns
        A day, or an hour.
    notes
        Takes what the user should know.
    """
    known = np.flatnonzero(stamps != MISSING)
    passed = np.diff(stamps[known]) < -wrap_ns // 2
    if not passed.any():
        return stamps
    later = np.zeros(len(known), np.int64)
    later[1:] = np.cumsum(passed)
    result = stamps.copy()
    result[known] += later * wrap_ns
    past = "midnight" if wrap_ns == _DAY_S * NS else "the hour"
    notes.append(f"Its times have no date and pass {past} {int(later[-1])} time(s).")
    return result


def date_advanced(stamps: Ns, notes: list[str]) -> Ns:
    """Let the date of a clock go on that has passed midnight and changes its date later, or never.

    Parameters
    ----------
    stamps
        Nanoseconds, `MISSING` where there is none.
    notes
        Takes what the user should know.
    """
    known = np.flatnonzero(stamps != MISSING)
    steps = np.diff(stamps[known])
    day_ns = _DAY_S * NS
    back = np.abs(steps + day_ns) < _NEAR_NS
    if not back.any():
        return stamps
    behind = np.zeros(len(known), np.int64)
    days = 0
    for at in np.flatnonzero(back | (np.abs(steps - day_ns) < _NEAR_NS)).tolist():
        days = days + 1 if back[at] else max(days - 1, 0)
        behind[at + 1 :] = days
    result = stamps.copy()
    result[known] += behind * day_ns
    notes.append("Its date does not change when its time passes midnight; it was put right.")
    return result
