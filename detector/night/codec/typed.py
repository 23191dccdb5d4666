"""Values of a night's file, each held against its type and against what it can be.

SQLite keeps the type of a value beside it, so that one flipped bit makes words or nothing of a number; and a file may
have been written by anybody. What comes out of here can be reckoned with: anything else is a `ValueError`, which
`detector.night.sentences.as_night_error` turns into a sentence about the night.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from firmware_bridge.samples import NS

EARLIEST_NS, LATEST_NS = -9_000_000_000 * NS, 9_000_000_000 * NS
"""1684 and 2255, in ns of UTC: beyond them sums of times do not fit into 64 bits."""
LONGEST_NS = 100 * 366 * 86_400 * NS
"""No gap lasts for more than a hundred years."""
RATES_HZ = (1e-3, 1e6)
"""Slowest and fastest sampling rate there is."""
MOST_SAMPLES = 1 << 23
"""In a minute, at more than 100 kHz: a damaged number must not take up the memory."""
MOST_INDEX = 1 << 53
"""Samples of a night at the most."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def integer(value: object, what: str, low: int = 0, high: int = MOST_INDEX) -> int:
    """Return a whole number in a range.

    Returns
    -------
    int
        The value itself.

    Raises
    ------
    ValueError
        Where it is none; the same for all functions of this module.
    """
    if not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{what} cannot be {shown(value)}")
    return value


def moment(value: object, what: str) -> int:
    """Return a UTC in ns."""
    return integer(value, what, EARLIEST_NS, LATEST_NS)


def real(value: object, what: str, low: float = -math.inf, high: float = math.inf) -> float:
    """Return a number that is finite and lies in a range."""
    if not isinstance(value, int | float) or not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"{what} cannot be {shown(value)}")
    return float(value)


def perhaps_real(value: object, what: str, low: float = -math.inf, high: float = math.inf) -> float | None:
    """Return a number as `real` does, or None where there is none."""
    return None if value is None else real(value, what, low, high)


def measured(value: object, what: str) -> float:
    """Return a number that may be infinite, or NaN, which SQLite keeps as NULL."""
    if value is None:
        return math.nan
    if not isinstance(value, int | float):
        raise ValueError(f"{what} cannot be {shown(value)}")  # noqa: TRY004 - damage, not a mistake of the caller
    return float(value)


def text(value: object, what: str) -> str:
    """Return words."""
    if not isinstance(value, str):
        raise ValueError(f"{what} cannot be {shown(value)}")  # noqa: TRY004 - as above
    return value


def blob(value: object, what: str) -> bytes:
    """Return bytes."""
    if not isinstance(value, bytes):
        raise ValueError(f"{what} cannot be {shown(value)}")  # noqa: TRY004 - as above
    return value


def iso_ns(words: str) -> int:
    """Return the UTC in ns that ISO 8601 words name; without a zone they are UTC."""
    when = datetime.fromisoformat(words)
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return (when - _EPOCH) // _MICROSECOND * 1000


def shown(value: object) -> str:
    """Write a value that may be of any length into a sentence."""
    words = repr(value) if not isinstance(value, str | bytes) else repr(value[:_SHOWN])
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


_SHOWN = 40
