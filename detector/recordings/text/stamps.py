"""Time stamps as files write them, turned into whole nanoseconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from detector.recordings.rate import estimate_period
from detector.recordings.text import iso
from detector.recordings.utc import MISSING
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.recordings.text.dialect import Dialect
    from detector.recordings.utc import Ns

Kind = Literal["whole", "decimal", "text"]
"""How a stamp is written: a whole number, a number with decimals, or a date and time."""

_UNIT_NS = {"s": NS, "ms": 1_000_000, "us": 1_000, "ns": 1}
_UNIT_WORDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("ms", "msec", "msecs", "millis", "millisec", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs", "usec", "micros", "microsec", "microsecond", "microseconds"), "us"),
    **dict.fromkeys(("ns", "nsec", "nanos", "nanosec", "nanosecond", "nanoseconds"), "ns"),
}
_FIRST_DATE_NS = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * NS
_LAST_DATE_NS = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * NS
_FARTHEST_NS = 1 << 62  # so that the difference of two stamps never overflows


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


def kind_of(cells: Sequence[str], dialect: Dialect) -> Kind | None:
    """Tell how a column writes its stamps from its first cells, None where it holds none."""
    present = [cell for cell in cells if cell]
    if not present:
        return None
    if all(re.fullmatch(r"[+-]?\d{1,18}", cell) for cell in present):
        return "whole"
    dates = sum(map(iso.is_date, present))
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
        return iso.IsoStamps(is_local=not any(map(iso.states_zone, cells)))
    numbers = np.array([n for cell in cells if (n := dialect.number(cell)) is not None and np.isfinite(n)])
    if not numbers.size:
        return None
    unit = _unit_in(name)
    if unit is None:
        period = estimate_period(numbers - numbers[0]) if len(numbers) > 1 else 0.0
        unit = next((u for u, most in (("s", 0.3), ("ms", 300.0), ("us", 3e5)) if period < most), "ns")
    is_date = _FIRST_DATE_NS <= float(np.median(numbers)) * _UNIT_NS[unit] < _LAST_DATE_NS
    return NumberStamps(_UNIT_NS[unit], is_date, kind)


def _unit_in(name: str) -> str | None:
    words = re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    return next((_UNIT_WORDS[word] for word in words if word in _UNIT_WORDS), None)
