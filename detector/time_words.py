"""Moments and lengths of time in words, as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from datetime import tzinfo


def clock_time(utc_ns: int, zone: tzinfo | None) -> str:
    """Time of day in a time zone; None for this computer's."""
    return _moment(utc_ns, zone).strftime("%H:%M:%S")


def _moment(utc_ns: int, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(utc_ns / NS, UTC).astimezone(zone)


@dataclass(frozen=True, slots=True)
class Clock:
    """The wearer's clock over a night.

    Parameters
    ----------
    zone
        Time zone; None for this computer's.
    tells_offset
        Whether each time is told with its offset from UTC, because the clock is changed during the night: without it
        two hours would have one name.
    """

    zone: tzinfo | None
    tells_offset: bool = False

    @classmethod
    def over(cls, zone: tzinfo | None, start_ns: int | None, end_ns: int | None) -> Clock:
        """Make the clock of a time, given in UTC in ns."""
        offsets = {_moment(utc_ns, zone).utcoffset() for utc_ns in (start_ns, end_ns) if utc_ns is not None}
        return cls(zone, tells_offset=len(offsets) > 1)

    def seconds(self, utc_ns: int) -> str:
        """Time of day to the second."""
        return clock_time(utc_ns, self.zone) + self._offset(utc_ns)

    def minutes(self, utc_ns: int) -> str:
        """Time of day to the minute."""
        return clock_time(utc_ns, self.zone)[:5] + self._offset(utc_ns)

    def _offset(self, utc_ns: int) -> str:
        offset = f"{_moment(utc_ns, self.zone):%z}"
        return f"{offset[:3]}:{offset[3:5]}" if self.tells_offset else ""


def whole_minutes(seconds: float) -> int:
    """Minutes of a length of time that is told without seconds: the same as in `span` from an hour on, else rounded."""
    minutes = round(seconds) // 60
    return minutes if minutes >= 60 else round(seconds / 60)  # noqa: PLR2004 - an hour


def span(seconds: float) -> str:
    """Duration in words: ``7 h 58 min``, ``12 min 30 s``, ``1.4 s``."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"
