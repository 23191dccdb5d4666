"""The cells of a column of dates and times, turned into whole nanoseconds at compiled speed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.text.dates.spelling import Spelling, spelling_of
from detector.recordings.text.dates.zones import OFFSETS
from detector.recordings.timing.utc import MISSING
from detector.recordings.wish import Order
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.recordings.timing.utc import Ns

    Ints = npt.NDArray[np.int64]

_DIGIT = re.compile(r"[0-9]")
_COMMON_SHAPES = 8
"""Shapes looked for one by one; more of them are sorted."""
_CENTURY = 80
"""A year of two digits from 80 on is one of the last century."""
_DAY_S = 86_400
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True, slots=True)
class Reading:
    """What the shape of a date and time leaves open.

    Parameters
    ----------
    order
        Which number of a date comes first.
    counted
        Whether the fraction is a number of milliseconds, as in ``17:16:0.20``, and not decimals.
    decimal
        Whether it is decimals behind a colon, too, as in ``17:16:00:98`` where all cells have two.
    """

    order: Order = "day-first"
    counted: bool = False
    decimal: bool = False


def shape_of(cell: str) -> str:
    """Return a cell with every digit as 0, of bytes as Latin-1."""
    return _DIGIT.sub("0", cell.encode("utf-8", "replace").decode("latin-1"))


def is_time(cell: str) -> bool:
    """Tell whether a cell holds a date, a time of day, or both."""
    if len(cell) < 5 or not any("0" <= sign <= "9" for sign in cell):  # noqa: PLR2004 - 16:00
        return False
    found = spelling_of(shape_of(cell))
    return found is not None


def read(cells: npt.NDArray[np.generic], reading: Reading) -> Ns:
    """Turn dates and times into nanoseconds since 1970-01-01, in UTC where they state an offset to it.

    Times without a date count from midnight. `MISSING` where a cell is none.
    """
    out = np.full(len(cells), MISSING, np.int64)
    if not len(cells):
        return out
    chars = np.ascontiguousarray(cells).view(np.uint8).reshape(len(cells), -1)
    used = np.flatnonzero(chars.any(axis=0))
    if not len(used):
        return out
    chars = np.ascontiguousarray(chars[:, : used[-1] + 1])
    digits = (chars >= 48) & (chars <= 57)  # noqa: PLR2004 - 0 and 9
    for shape, rows in _by_shape(np.where(digits, np.uint8(48), chars)):
        found = spelling_of(shape)
        if found is not None:
            out[rows] = _read_alike(chars if len(rows) == len(chars) else chars[rows], found, reading)
    return out


def _by_shape(shapes: npt.NDArray[np.uint8]) -> Iterator[tuple[str, npt.NDArray[np.intp]]]:
    """Give each shape and the rows that have it."""
    whole = shapes.view(f"V{shapes.shape[1]}").ravel()
    left = np.arange(len(whole))
    for _ in range(_COMMON_SHAPES):
        first = whole[left[0]]
        same = whole[left] == first
        yield _text(first.tobytes()), left[same]
        left = left[~same]
        if not len(left):
            return
    kinds, which = np.unique(shapes[left], axis=0, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    for kind, rows in zip(kinds, np.split(left[order], np.cumsum(np.bincount(which.ravel()))[:-1]), strict=True):
        yield _text(kind.tobytes()), rows


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("latin-1")


def _read_alike(chars: npt.NDArray[np.uint8], spelling: Spelling, reading: Reading) -> Ns:
    """Read cells of one shape."""
    parts = {name: _whole(chars, *place) for name, place in spelling.places.items() if name != "fraction"}
    nought = np.zeros(len(chars), np.int64)
    valid = np.ones(len(chars), np.bool_)
    days = parts.get("days", nought)
    if spelling.has_date:
        year, month, day = _date(parts, spelling, reading.order, nought)
        valid &= (month >= 1) & (month <= 12) & (day >= 1) & (day <= _MONTH_DAYS[np.clip(month, 0, 12)])  # noqa: PLR2004
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        valid &= (month != 2) | (day < 29) | leap  # noqa: PLR2004 - February
        valid &= (year >= 1678) & (year <= 2261)  # noqa: PLR2004 - what nanoseconds reach
        days = _days(np.where(valid, year, 1970), np.where(valid, month, 1), day)
    hour, minute, second = (parts.get(name, nought) for name in ("hour", "minute", "second"))
    if spelling.afternoon is not None:
        valid &= (hour >= 1) & (hour <= 12)  # noqa: PLR2004
        hour = hour % 12 + (12 if spelling.afternoon else 0)
    valid &= (second <= 60) & ((minute < 60) | ("hour" not in parts))  # noqa: PLR2004 - a leap second is one more
    valid &= (hour <= 24) | (not spelling.has_date)  # noqa: PLR2004
    fraction = _fraction(chars, spelling, reading)
    if spelling.sign:
        east = parts["zone_hour"] * 60 + parts.get("zone_minute", nought)
        offset_s = spelling.sign * east * 60
        valid &= east < 24 * 60
    else:
        offset_s = nought + round(3600 * (OFFSETS.get(spelling.zone.lower()) or 0.0))
    seconds = days * _DAY_S + hour * 3600 + minute * 60 + second - offset_s
    return np.where(valid, seconds * NS + fraction, MISSING)


def _whole(chars: npt.NDArray[np.uint8], first: int, end: int) -> Ints:
    value = np.zeros(len(chars), np.int64)
    for at in range(first, end):
        value = value * 10 + (chars[:, at].astype(np.int64) - 48)
    return value


def _date(parts: dict[str, Ints], spelling: Spelling, order: Order, nought: Ints) -> tuple[Ints, Ints, Ints]:
    """Return year, month and day."""
    if "a" not in parts:
        year, month, day = parts["year"], parts.get("month", nought + spelling.month), parts["day"]
        short = spelling.places["year"]
    else:
        a, b, c = parts["a"], parts["b"], parts["c"]
        short = spelling.places["c"]
        if order == "year-first" and short[1] - short[0] == 2:  # noqa: PLR2004 - its last number is no year either
            year, month, day = a, b, c
            short = spelling.places["a"]
        elif order == "month-first":
            year, month, day = c, a, b
        else:
            year, month, day = c, b, a
    if short[1] - short[0] <= 2:  # noqa: PLR2004
        year = year + np.where(year >= _CENTURY, 1900, 2000)
    return year, month, day


def _days(year: Ints, month: Ints, day: Ints) -> Ints:
    """Days since 1970-01-01 in the Gregorian calendar, counting years from March."""
    year = year - (month <= 2)  # noqa: PLR2004
    month = (month + 9) % 12
    days: Ints = year * 365 + year // 4 - year // 100 + year // 400 + (month * 153 + 2) // 5 + day - 719_469
    return days


def _fraction(chars: npt.NDArray[np.uint8], spelling: Spelling, reading: Reading) -> Ints:
    """Nanoseconds after the second."""
    if "fraction" not in spelling.places:
        return np.zeros(len(chars), np.int64)
    first, end = spelling.places["fraction"]
    end = min(end, first + 9)
    value = _whole(chars, first, end)
    counted = reading.counted or (spelling.point in (":", "_", "-", " ") and not reading.decimal)
    if counted and end - first <= 3:  # noqa: PLR2004 - at most 999 ms
        return value * 1_000_000
    nanoseconds: Ints = value * 10 ** (9 - (end - first))
    return nanoseconds
