"""Numbers as time stamps, turned into whole nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.text.dates.midnight import past_midnight
from detector.recordings.timing.utc import MISSING
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.text.clocks.stamps import Kind
    from detector.recordings.timing.utc import Ns

_FARTHEST_NS = 1 << 62  # so that the difference of two stamps never overflows
_BITS = (16, 24, 31, 32)
"""Counters of so many bits begin anew at 0; a signed one of 32 bits at minus two thousand million."""
_WRAPS_NEAR = 16
"""After a wrap the next stamp comes within so many usual steps."""
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class NumberStamps:
    """Time as a number of some unit; whole numbers never pass through floating point.

    Parameters
    ----------
    unit_ns
        Length of the unit.
    is_date
        Whether they count since 1970-01-01 once `epoch_ns` is added.
    kind
        How they are written.
    is_local
        Whether they count by a local clock.
    epoch_ns
        Begin of their count, since 1970-01-01.
    differences
        Whether each is the time since the row before.
    zone
        Nothing: numbers name none.
    per_s
        Ticks in a second, where they are no whole number of nanoseconds; else 0.
    """

    unit_ns: int
    is_date: bool
    kind: Kind = "whole"
    is_local: bool = False
    epoch_ns: int = 0
    differences: bool = False
    zone: str = ""
    per_s: int = 0

    def to_ns(self, cells: npt.NDArray[np.generic]) -> Ns:
        """Turn numbers into nanoseconds."""
        limit = _FARTHEST_NS // self.unit_ns
        if cells.dtype.kind == "i":
            whole = cells.astype(np.int64)
            if self.per_s:
                fits = np.abs(whole) < limit
                safe = np.where(fits, whole, 0)
                return np.where(fits, safe // self.per_s * NS + safe % self.per_s * NS // self.per_s, MISSING)
            whole = whole if self.epoch_ns == 0 else whole + self.epoch_ns // self.unit_ns
            fits = (whole <= limit) & (whole >= -limit)
            if fits.all():
                return whole * self.unit_ns
            return np.where(fits, np.where(fits, whole, 0) * self.unit_ns, MISSING)
        decimal = cells.astype(np.float64)
        epoch = self.epoch_ns // self.unit_ns
        fits = np.abs(decimal + epoch) < float(limit)  # false for NaN
        if self.per_s:
            return np.where(fits, np.rint(np.where(fits, decimal, 0.0) / self.per_s * NS), MISSING).astype(np.int64)
        # Whole units and their fraction apart: an epoch second with decimals has 16 digits, nanoseconds have 19.
        safe = decimal if (everywhere := bool(fits.all())) else np.where(fits, decimal, -float(epoch))
        units = np.floor(safe)
        ns = (units.astype(np.int64) + epoch) * self.unit_ns + np.rint((safe - units) * self.unit_ns).astype(np.int64)
        return ns if everywhere else np.where(fits, ns, MISSING)

    def settle(self, stamps: Ns, notes: list[str]) -> Ns:
        """Add up differences, and let a counter of few bits go on where it begins anew."""
        if self.differences:
            return np.cumsum(np.where(stamps == MISSING, 0, stamps))
        return unwrapped(stamps, self.unit_ns, notes)


@dataclass(frozen=True, slots=True)
class ClockNumbers:
    """Time of day as one number of hours, minutes and seconds, such as ``123054.02`` or ``123054020``.

    Parameters
    ----------
    fraction_digits
        Digits of it that follow the seconds without a sign between.
    day_ns
        The day, if it stands elsewhere.
    """

    fraction_digits: int
    kind: Kind = "decimal"
    day_ns: int = 0
    zone: str = ""

    @property
    def is_date(self) -> bool:
        """Whether the day is known."""
        return bool(self.day_ns)

    @property
    def is_local(self) -> bool:
        """Whether it is a date of no zone."""
        return bool(self.day_ns)

    def to_ns(self, cells: npt.NDArray[np.generic]) -> Ns:
        """Turn numbers into nanoseconds since midnight."""
        value = cells.astype(np.float64)
        fits = (value >= 0) & (value < 10.0 ** (8 + self.fraction_digits))
        shift = 10**self.fraction_digits
        safe = np.where(fits, value, 0.0)
        clock = np.floor(safe / shift).astype(np.int64)
        fraction = np.rint((safe - clock * shift) * (NS // shift)).astype(np.int64)
        hour, minute, second = clock // 10_000, clock // 100 % 100, clock % 100
        fits &= (minute < 60) & (second <= 60)  # noqa: PLR2004 - a leap second is one more
        ns = (hour * 3600 + minute * 60 + second) * NS + fraction
        return np.where(fits, ns + self.day_ns, MISSING)

    def settle(self, stamps: Ns, notes: list[str]) -> Ns:
        """Let the time of day go on past midnight."""
        return past_midnight(stamps, _DAY_S * NS, notes)


def unwrapped(stamps: Ns, unit_ns: int, notes: list[str]) -> Ns:
    """Let a counter of 16, 24, 31 or 32 bits go on where it begins anew.

    Parameters
    ----------
    stamps
        Nanoseconds, `MISSING` where there is none.
    unit_ns
        Length of a count.
    notes
        Takes what the user should know.
    """
    steps = np.diff(stamps)
    if not len(steps) or steps.min() >= 0:
        return stamps
    known = np.flatnonzero(stamps != MISSING)
    steps = np.diff(stamps[known])
    usual = np.median(steps) if len(steps) else 0.0
    back = np.flatnonzero(steps < -2 * np.abs(usual))
    if not len(back) or usual <= 0:
        return stamps
    for bits in _BITS:
        span = (1 << bits) * unit_ns
        mended = steps[back] + span
        if np.all((mended >= 0) & (mended <= _WRAPS_NEAR * usual)) and span > 2 * _WRAPS_NEAR * usual:
            result = stamps.copy()
            turns = np.zeros(len(known), np.int64)
            turns[back + 1] = 1
            result[known] += np.cumsum(turns) * span
            notes.append(
                f"Its times begin anew {len(back)} time(s), as a counter of {bits} bits does; they were put on end."
            )
            return result
    return stamps
