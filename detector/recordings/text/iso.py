"""Dates and times by ISO 8601, turned into whole nanoseconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import numpy as np

from detector.recordings.utc import MISSING
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.recordings.utc import Ns

TEXT_BYTES = 40
"""Longest date and time read."""

_ISO = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE,
)
_DATE_CHARS, _SECOND_CHARS = 10, 19  # of 2024-01-31 and of 2024-01-31T23:59:59


def is_date(cell: str) -> bool:
    """Tell whether a cell holds a date and time."""
    return _ISO.fullmatch(cell) is not None


def states_zone(cell: str) -> bool:
    """Tell whether a cell holds a date and time that names its time zone."""
    match = _ISO.fullmatch(cell)
    return match is not None and bool(match.group(8))


@dataclass(frozen=True, slots=True)
class IsoStamps:
    """Time as ISO 8601 date and time, with or without a time zone."""

    is_local: bool
    is_date: bool = True
    kind: Literal["text"] = "text"

    def to_ns(self, cells: npt.NDArray[np.generic]) -> Ns:
        """Turn dates and times into nanoseconds since 1970-01-01, in UTC where they state a zone."""
        if not len(cells):
            return np.zeros(0, np.int64)
        fast = _iso_alike(cells)
        return fast if fast is not None else np.array([_iso_one(cell) for cell in cells.tolist()], np.int64)


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
