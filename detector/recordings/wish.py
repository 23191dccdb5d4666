"""What the user says about a file, and which rates can be read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.units import UNITS, parse
from detector.recordings.utc import find_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.units import Unit

BLOCK_ROWS = 16_384
"""Rows read at a time: a few MB."""

LOWEST_HZ, HIGHEST_HZ = 20.0, 1000.0
"""Rates accepted: a twitch lasts 0.1 s, and no wearable is faster."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user says about a file.

    Parameters
    ----------
    rate_hz
        Sampling rate, or None to estimate it.
    units
        Unit of acceleration, or None to find it.
    columns
        The columns of x, y and z, or of time, x, y and z, by name or by position counted from 1; None to find them.
    delimiter
        What stands between cells, or None to recognise it.
    timezone
        Time zone of dates that state none.
    block_rows
        Rows read at a time; it changes no result.
    zone_said
        Whether the user named the zone: then it holds against what a file says of its own.
    """

    rate_hz: float | None
    units: Unit | None
    columns: Sequence[str | int] | None
    delimiter: str | None
    timezone: str
    block_rows: int
    zone_said: bool = False

    @classmethod
    def of(
        cls,
        *,
        rate_hz: float | None = None,
        units: str | None = None,
        columns: Sequence[str | int] | None = None,
        delimiter: str | None = None,
        timezone: str | None = None,
        block_rows: int = BLOCK_ROWS,
    ) -> Wish:
        """Check what the user says before any file is opened.

        Returns
        -------
        Wish
            The same, in the form that readers take.

        Raises
        ------
        RecordingError
            Where the rate, the unit or the time zone makes no sense.
        """
        if rate_hz is not None:
            if not (math.isfinite(rate_hz) and rate_hz > 0):
                raise RecordingError(f"The sampling rate must be a positive number of Hz, not {rate_hz:g}.")
            check_rate(rate_hz, "The given sampling rate")
        known = None if units is None else parse(units)
        if units is not None and known is None:
            raise RecordingError(f"{units!r} is no unit of acceleration; use one of {', '.join(UNITS)}.")
        zone = "UTC" if timezone is None else timezone
        find_zone(zone)
        return cls(rate_hz, known, columns, delimiter, zone, block_rows, timezone is not None)


def check_rate(rate_hz: float, subject: str) -> None:
    """Refuse a rate at which twitches cannot be seen, or which no wearable has.

    Parameters
    ----------
    rate_hz
        The rate.
    subject
        What it is the rate of, as a sentence begins.

    Raises
    ------
    RecordingError
        Where it cannot be read.
    """
    if rate_hz < LOWEST_HZ:
        raise RecordingError(f"{subject} is {rate_hz:.4g} Hz, which is too slow: twitches need at least 25 Hz.")
    if rate_hz > HIGHEST_HZ:
        raise RecordingError(
            f"{subject} is {rate_hz:.4g} Hz, which is faster than the {HIGHEST_HZ:g} Hz that can be read; check the "
            "unit of time, or give the rate with --rate-hz."
        )
