"""Time stamps as files write them, turned into whole nanoseconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from detector.errors import RecordingError
from detector.recordings.rate import estimate_period
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.recordings.dialect import Dialect

Ns = npt.NDArray[np.int64]
Kind = Literal["whole", "decimal", "text"]
"""How a stamp is written: a whole number, a number with decimals, or a date and time."""

MISSING: int = np.iinfo(np.int64).min
"""Stands for a stamp that is not there; it is also what numpy writes for not-a-time."""

TEXT_BYTES = 40
"""Longest date and time read."""

_UNIT_NS = {"s": NS, "ms": 1_000_000, "us": 1_000, "ns": 1}
_UNIT_WORDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("ms", "msec", "msecs", "millis", "millisec", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs", "usec", "micros", "microsec", "microsecond", "microseconds"), "us"),
    **dict.fromkeys(("ns", "nsec", "nanos", "nanosec", "nanosecond", "nanoseconds"), "ns"),
}
_ISO = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE,
)
_FIRST_DATE_NS = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * NS
_LAST_DATE_NS = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * NS
_FARTHEST_NS = 1 << 62  # so that the difference of two stamps never overflows
_DATE_CHARS, _SECOND_CHARS = 10, 19  # of 2024-01-31 and of 2024-01-31T23:59:59


class Stamps(Protocol):
    """A way of writing time stamps."""

    @property
    def kind(self) -> Kind:
        """How a stamp is written, which says how its column is to be read."""

    def to_ns(self, cells: npt.NDArray[np.generic]) -> Ns:
        """Turn a column into nanoseconds, `MISSING` where a stamp cannot be read."""

    @property
    def is_date(self) -> bool:
        """Whether the nanoseconds count since 1970-01-01 and not since some start."""

    @property
    def is_local(self) -> bool:
        """Whether dates have no time zone, so that the reader must be told it."""


@dataclass(frozen=True, slots=True)
class NumberStamps:
    """Time as a number of some unit; whole numbers never pass through floating point."""

    unit_ns: int
    is_date: bool
    kind: Kind = "whole"
    is_local: bool = False

    def to_ns(self, cells: npt.NDArray[np.generic]) -> Ns:
        """Turn numbers into nanoseconds."""
        limit = _FARTHEST_NS // self.unit_ns
        if cells.dtype.kind == "i":
            whole = cells.astype(np.int64)
            fits = (whole <= limit) & (whole >= -limit)
            return np.where(fits, np.where(fits, whole, 0) * self.unit_ns, MISSING)
        decimal = cells.astype(np.float64)
        fits = np.abs(decimal) < float(limit)  # false for NaN
        # Whole units and their fraction apart: an epoch second with decimals has 16 digits, nanoseconds have 19.
        safe = np.where(fits, decimal, 0.0)
        units = np.floor(safe)
        ns = units.astype(np.int64) * self.unit_ns + np.rint((safe - units) * self.unit_ns).astype(np.int64)
        return np.where(fits, ns, MISSING)


@dataclass(frozen=True, slots=True)
class IsoStamps:
    """Time as ISO 8601 date and time, with or without a time zone."""

    is_local: bool
    is_date: bool = True
    kind: Kind = "text"

    def to_ns(self, cells: npt.NDArray[np.generic]) -> Ns:
        """Turn dates and times into nanoseconds since 1970-01-01, in UTC where they state a zone."""
        if not len(cells):
            return np.zeros(0, np.int64)
        fast = _iso_alike(cells)
        return fast if fast is not None else np.array([_iso_one(cell) for cell in cells.tolist()], np.int64)


def is_date(cell: str) -> bool:
    """Tell whether a cell holds a date and time."""
    return _ISO.fullmatch(cell) is not None


def kind_of(cells: Sequence[str], dialect: Dialect) -> Kind | None:
    """Tell how a column writes its stamps from its first cells, None where it holds none."""
    present = [cell for cell in cells if cell]
    if not present:
        return None
    if all(re.fullmatch(r"[+-]?\d{1,18}", cell) for cell in present):
        return "whole"
    dates = sum(map(is_date, present))
    numbers = sum(dialect.number(cell) is not None for cell in present)
    if max(dates, numbers) * 2 <= len(present):
        return None
    return "text" if dates > numbers else "decimal"


def recognise(name: str, cells: Sequence[str], dialect: Dialect) -> Stamps | None:
    """Recognise the way a column writes time.

    The unit is the one in the column's name; without one, it is the unit in which the rate is that of an accelerometer:
    their decades do not overlap. A number counts since 1970 if that makes it a date in this century.

    Parameters
    ----------
    name
        Name of the column, empty where it has none.
    cells
        Its first cells.
    dialect
        How its numbers are written.
    """
    kind = kind_of(cells, dialect)
    if kind is None:
        return None
    if kind == "text":
        zoned = [bool(match.group(8)) for cell in cells if (match := _ISO.fullmatch(cell))]
        return IsoStamps(is_local=not any(zoned))
    numbers = np.array([n for cell in cells if (n := dialect.number(cell)) is not None and np.isfinite(n)])
    if not numbers.size:
        return None
    unit = _unit_in(name)
    if unit is None:
        period = estimate_period(numbers - numbers[0]) if len(numbers) > 1 else 0.0
        unit = next((u for u, most in (("s", 0.3), ("ms", 300.0), ("us", 3e5)) if period < most), "ns")
    is_date = _FIRST_DATE_NS <= float(np.median(numbers)) * _UNIT_NS[unit] < _LAST_DATE_NS
    return NumberStamps(_UNIT_NS[unit], is_date, kind)


def find_zone(timezone: str) -> tzinfo:
    """Return the time zone of an IANA name; UTC is known without a time zone database.

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

    Raises
    ------
    RecordingError
        Where there is no such time zone.
    """
    zone = find_zone(timezone)
    if timezone == "UTC":
        return local
    quarter = 900 * NS  # every zone has changed its clocks at a quarter of an hour
    bins, which = np.unique(local // quarter, return_inverse=True)
    first, second = (
        np.array([_offset_ns(int(b) * quarter, zone, fold) for b in bins], np.int64)[which] for fold in (0, 1)
    )
    twice = first > second
    if not twice.any():
        return local - first
    back = np.concatenate(([False], np.diff(local) < -(quarter // 2)))
    again = np.zeros(len(local), np.bool_)
    for at in np.flatnonzero(back & twice):
        again[at:] = True
    return local - np.where(again & twice, second, first)


def _offset_ns(local_ns: int, zone: tzinfo, fold: int) -> int:
    local = datetime(1970, 1, 1) + timedelta(seconds=local_ns // NS)  # noqa: DTZ001 - the wall clock, zone follows
    offset = local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()
    return round(offset.total_seconds()) * NS


def _unit_in(name: str) -> str | None:
    words = re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    return next((_UNIT_WORDS[word] for word in words if word in _UNIT_WORDS), None)


def _iso_alike(cells: npt.NDArray[np.generic]) -> Ns | None:
    """Read dates and times at compiled speed where all end alike (no zone, ``Z``, or an offset), else return None."""
    chars = np.ascontiguousarray(cells).view(np.uint8).reshape(len(cells), -1).copy()
    lengths = np.count_nonzero(chars, axis=1)
    start = _ISO.fullmatch(cells[0].decode("latin-1"))
    if start is None or lengths.min() < _SECOND_CHARS or start.group(6) is None:
        return None
    suffix = start.group(8) or ""
    offset = np.zeros(len(cells), np.int64)
    if suffix:
        at = lengths[:, None] - len(suffix) + np.arange(len(suffix))
        tail = np.take_along_axis(chars, at, axis=1)
        np.put_along_axis(chars, at, 0, axis=1)
        if suffix not in "Zz":
            sign = np.where(tail[:, 0] == ord("-"), -1, 1)
            digits = tail[:, [i for i, c in enumerate(suffix) if c.isdigit()]].astype(np.int64) - ord("0")
            if digits.min() < 0 or digits.max() > 9 or not np.isin(tail[:, 0], (ord("+"), ord("-"))).all():  # noqa: PLR2004 - a digit
                return None
            minutes = digits[:, 0] * 600 + digits[:, 1] * 60
            if digits.shape[1] == 4:  # noqa: PLR2004 - hours and minutes
                minutes += digits[:, 2] * 10 + digits[:, 3]
            offset = sign * minutes * 60 * NS
        elif not np.isin(tail, (ord("Z"), ord("z"))).all():
            return None
    fraction = chars[:, _SECOND_CHARS:]
    fraction[fraction == ord(",")] = ord(".")
    dates = chars[:, :_DATE_CHARS]
    dates[dates == ord("/")] = ord("-")
    # What follows the seconds must be a fraction alone: numpy would take a zone for deprecated input and warn.
    if not np.all((fraction == 0) | (fraction == ord(".")) | ((fraction >= ord("0")) & (fraction <= ord("9")))):
        return None
    try:
        return chars.view(f"S{chars.shape[1]}").ravel().astype("M8[ns]").astype(np.int64) - offset
    except ValueError:
        return None


def _iso_one(cell: bytes) -> int:
    """Read one date and time, `MISSING` where it is none."""
    match = _ISO.fullmatch(cell.decode("latin-1").strip())
    if match is None:
        return MISSING
    year, month, day, hour, minute = (int(match.group(i)) for i in range(1, 6))
    try:
        moment = datetime(year, month, day, hour, minute, int(match.group(6) or 0), tzinfo=UTC)
    except ValueError:
        return MISSING
    fraction = int((match.group(7) or "0").ljust(9, "0")[:9])
    zone = (match.group(8) or "Z").upper()
    offset_s = 0
    if zone != "Z":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset_s = (int(digits[:2]) * 3600 + int(digits[2:]) * 60) * (-1 if zone[0] == "-" else 1)
    since_1970 = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since_1970.days * 86_400 + since_1970.seconds - offset_s) * NS + fraction
