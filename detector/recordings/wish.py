"""What the user says about a file, and which rates can be read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

from detector.errors import RecordingError
from detector.recordings.timing.utc import find_zone
from detector.recordings.units import UNITS, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.units import Unit

Order = Literal["day-first", "month-first", "year-first"]
"""Which of two or three numbers parted by slashes comes first."""

BLOCK_ROWS = 16_384
"""Rows read at a time: a few MB."""

_CLOCK = 0.01
"""A clock runs so far off its nominal rate."""
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
    dates
        Which number comes first in dates such as 12/11/2024, or None to find it.
    sensor
        Whose rows are read, where sensors take turns in rows; None to find it.
    counts_per_g, zero_count
        Counts in a g and the count that means none, where the values are counts.
    """

    rate_hz: float | None
    units: Unit | None
    columns: Sequence[str | int] | None
    delimiter: str | None
    timezone: str
    block_rows: int
    zone_said: bool = False
    dates: Order | None = None
    sensor: str | None = None
    counts_per_g: float | None = None
    zero_count: float = 0.0

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
        dates: str | None = None,
        sensor: str | None = None,
        counts_per_g: float | None = None,
        zero_count: float = 0.0,
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
        if dates is not None and dates not in get_args(Order):
            raise RecordingError(f"{dates!r} is no order of dates; use one of {', '.join(get_args(Order))}.")
        if counts_per_g is not None and not (math.isfinite(counts_per_g) and counts_per_g > 0):
            raise RecordingError(f"The counts in a g must be a positive number, not {counts_per_g:g}.")
        if counts_per_g is not None and known is not None:
            raise RecordingError("Give the unit with --units or the counts in a g with --counts-per-g, not both.")
        if not math.isfinite(zero_count) or (zero_count and counts_per_g is None):
            raise RecordingError("The count of no acceleration goes with the counts in a g; give --counts-per-g, too.")
        zone = "UTC" if timezone is None else timezone
        find_zone(zone)
        return cls(
            rate_hz,
            known,
            columns,
            delimiter,
            zone,
            block_rows,
            timezone is not None,
            cast("Order | None", dates),
            sensor,
            counts_per_g,
            zero_count,
        )


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
    if rate_hz < LOWEST_HZ * (1 - _CLOCK):
        raise RecordingError(f"{subject} is {rate_hz:.4g} Hz, which is too slow: twitches need at least 25 Hz.")
    if rate_hz > HIGHEST_HZ:
        raise RecordingError(
            f"{subject} is {rate_hz:.4g} Hz, which is faster than the {HIGHEST_HZ:g} Hz that can be read; check the "
            "unit of time, or give the rate with --rate-hz."
        )
