"""The time of a night: one scale through all its runs, whatever becomes of the computer's clock meanwhile.

A wall clock is set by hand, by a time server, or not at all: a Raspberry Pi has no clock of its own and starts with an
old time after a power cut. If each run of the recorder took the wall clock's word, samples of two runs could lie over
each other. So a run goes on with the scale of the one before, by a clock that nobody sets, as long as that runs; and
after a restart of the computer it goes by the wall clock, but never back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detector.night.connection import open_for_reading
from detector.night.loading import last_end_ns
from detector.night.seals import fetch
from detector.night.sentences import as_night_error
from detector.night.stored import clock_of
from firmware_bridge.clock.host import HostClock
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from pathlib import Path

LEAST_AWAY_NS = 2 * NS
"""So long a recorder was away at least whose clock was set back: to start again takes longer than that, and the first
frame's samples are older than the frame itself by up to 1.4 s."""


@dataclass(frozen=True, slots=True)
class NightClock:
    """UTC of one night.

    Parameters
    ----------
    host
        The clocks of the computer.
    offset_ns
        UTC of the night less `HostClock.running_ns`, in ns.
    """

    host: HostClock
    offset_ns: int

    def utc_ns(self) -> int:
        """UTC by the night's own scale, in ns."""
        return self.host.running_ns() + self.offset_ns

    @property
    def set_by_ns(self) -> int:
        """How much the wall clock is ahead of the night's scale, in ns: what it has been set by since that began."""
        return self.host.wall_ns() - self.utc_ns()


def night_clock(path: Path | None, host: HostClock) -> NightClock:
    """Return the clock for a run that begins a night, or goes on with it.

    Parameters
    ----------
    path
        The night, which need not be there; None for none.
    host
        The clocks of this computer.

    Returns
    -------
    NightClock
        On the scale of time that the night has, if it has one.

    Raises
    ------
    NightError
        Where the night is there and cannot be read.
    """
    offset_ns = host.wall_ns() - host.running_ns()
    if path is None or not path.exists():
        return NightClock(host, offset_ns)
    with as_night_error(path), open_for_reading(path) as connection:
        known = _offset_of(connection, host.boot)
        end_ns = last_end_ns(connection, with_gaps=True)
    clock = NightClock(host, offset_ns if known is None else known)
    if end_ns is None or clock.utc_ns() >= end_ns:
        return clock
    return NightClock(host, end_ns + LEAST_AWAY_NS - host.running_ns())


def _offset_of(connection: Any, boot: str | None) -> int | None:
    """Give the offset that a run of the same start of the computer went by; None where none is known."""
    if boot is None:
        return None
    rows = map(clock_of, fetch(connection, "clock", "ORDER BY run DESC"))
    return next((offset_ns for _, known, offset_ns in rows if known == boot), None)
