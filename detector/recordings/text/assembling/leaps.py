"""Leaps of an hour or half a day: they come from clocks of summer time, or of 12 hours, rather than from gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.recordings.timing.utc import Ns

_HOUR_NS, _HALF_DAY_NS = 3600 * NS, 43_200 * NS
_DAY_NS = 2 * _HALF_DAY_NS
_NEAR_NS = 2 * NS
SHORTEST_NS = _HOUR_NS - _NEAR_NS
"""No clock leaps by less."""
_HOURS = (0, 4)
"""Summer time begins and ends within these hours of the night."""


def why_back(leap_ns: int, *, is_local: bool) -> str:
    """Say what to do about times that go back by so much; nothing where no clock is known to do so."""
    if is_local and abs(leap_ns - _HOUR_NS) < _NEAR_NS:
        return (
            "as a local clock does when summer time ends; say its zone with --timezone, such as --timezone "
            "Europe/Berlin"
        )
    if abs(leap_ns - _HALF_DAY_NS) < _NEAR_NS:
        return "as a clock of 12 hours does that leaves out AM and PM; export times of 24 hours"
    return ""


def tell_leaps(stamps: Ns, notes: list[str], *, is_local: bool) -> None:
    """Tell of leaps ahead that a clock makes, not a sensor.

    Parameters
    ----------
    stamps
        Nanoseconds since 1970-01-01, or since midnight.
    notes
        Takes what the user should know.
    is_local
        Whether they were taken from a local clock whose zone nobody said.
    """
    steps = np.diff(stamps)
    hours = np.flatnonzero(np.abs(steps - _HOUR_NS) < _NEAR_NS)
    begins = stamps[hours] // _HOUR_NS % 24
    if is_local and np.any((begins >= _HOURS[0]) & (begins < _HOURS[1])):
        notes.append(
            "Its times leap ahead by an hour at night, as a local clock does when summer time begins: if it did, "
            "say its zone with --timezone, and there is no gap."
        )
    # At midnight 11:59 of one day is followed by 12:00 of the next, and where the date is missing by that of the same.
    at_twelve = np.abs(stamps[1:] % _DAY_NS - _HALF_DAY_NS) < _NEAR_NS
    if np.any((np.abs(steps - _HALF_DAY_NS) < _NEAR_NS) | (at_twelve & (np.abs(steps - _DAY_NS) < _NEAR_NS))):
        notes.append(
            "Its times leap ahead by half a day or a day, as a clock of 12 hours does that leaves out AM and PM: if it "
            "does, they are wrong by half a day; export times of 24 hours."
        )
