"""Times in whole nanoseconds, and local ones turned into UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from detector.errors import RecordingError
from firmware_bridge.samples import NS

Ns = npt.NDArray[np.int64]

MISSING: int = np.iinfo(np.int64).min
"""Stands for a stamp that is not there; it is also what numpy writes for not-a-time."""


def find_zone(timezone: str) -> tzinfo:
    """Return the time zone of an IANA name; UTC is known without a time zone database.

    Returns
    -------
    tzinfo
        The zone.

    Raises
    ------
    RecordingError
        Where there is no such time zone.
    """
    if timezone == "UTC":
        return UTC
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RecordingError(f"There is no time zone {timezone!r}; use a name such as Europe/Berlin or UTC.") from None


def to_utc(local: Ns, timezone: str) -> Ns:
    """Turn local dates and times into UTC.

    Where the clocks go back, an hour comes twice: rows count as the first until stamps step back, then as the second.

    Parameters
    ----------
    local
        Nanoseconds since 1970-01-01 by the local clock, in the order of the file, none missing.
    timezone
        IANA name such as ``Europe/Berlin``.

    Returns
    -------
    ndarray of int64
        Nanoseconds since 1970-01-01 UTC, in the same order.

    Raises
    ------
    RecordingError
        Where there is no such time zone.
    """
    return LocalClock(timezone).to_utc(local)


class LocalClock:
    """Turns local times into UTC as `to_utc` does, some at a time.

    Parameters
    ----------
    timezone
        IANA name such as ``Europe/Berlin``.
    """

    def __init__(self, timezone: str) -> None:
        self._zone = find_zone(timezone)
        self._is_utc = timezone == "UTC"
        self._last: int | None = None
        self._again = False

    def to_utc(self, local: Ns) -> Ns:
        """Turn the stamps that come next into UTC."""
        if self._is_utc or not len(local):
            return local
        quarter = 900 * NS  # every zone has changed its clocks at a quarter of an hour
        bins, which = np.unique(local // quarter, return_inverse=True)
        first, second = (
            np.array([_offset_ns(int(b) * quarter, self._zone, fold) for b in bins], np.int64)[which] for fold in (0, 1)
        )
        twice = first > second
        back = np.diff(local, prepend=local[0] if self._last is None else self._last) < -(quarter // 2)
        again = np.logical_or.accumulate(back & twice) | self._again
        self._last, self._again = int(local[-1]), bool(again[-1])
        return local - np.where(again & twice, second, first)


def _offset_ns(local_ns: int, zone: tzinfo, fold: int) -> int:
    local = datetime(1970, 1, 1) + timedelta(seconds=local_ns // NS)  # noqa: DTZ001 - the wall clock, zone follows
    offset = local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()
    return round(offset.total_seconds()) * NS
