"""Numbers and moments as annotation files write them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from detector.errors import FasciwatchError
from detector.scoring.marks import Mark
from firmware_bridge.foreign_text import clean
from firmware_bridge.samples import NS

LONGEST_S = 1e9
_LEAST_SECONDS, _MOST_SECONDS = -1e9, 4e9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = frozenset({"", "n/a", "na", "nan", "none", "."})


class AnnotationError(FasciwatchError):
    """A file of annotations cannot be read."""


def number(words: str, what: str) -> float:
    """Read a number.

    Raises
    ------
    AnnotationError
        Where it is none, or is not finite.
    """
    try:
        value = float(words.strip().replace(",", ".")) if words.count(",") == 1 and "." not in words else float(words)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise AnnotationError(f"{what} cannot be {clean(words, 40)!r}: it is no number")
    return value


def perhaps(words: str | None, what: str) -> float | None:
    """Read a number that may be missing."""
    return None if words is None or words.strip().casefold() in _NOTHING else number(words, what)


def seconds_ns(words: str, what: str) -> int:
    """Read seconds as ns.

    Raises
    ------
    AnnotationError
        Where they are no time that can be.
    """
    value = number(words, what)
    if not _LEAST_SECONDS <= value <= _MOST_SECONDS:
        raise AnnotationError(f"{what} cannot be {clean(words, 40)}: that is no time in seconds")
    return round(value * NS)


def duration_s(words: str | None) -> float:
    """Read how long a mark lasts; what is missing, or negative as in some EDF+ files, is 0."""
    value = perhaps(words, "a duration") or 0.0
    if value > LONGEST_S:
        raise AnnotationError(f"a duration cannot be {value:g} s")
    return max(value, 0.0)


def moment_ns(words: str) -> int | None:
    """Read a date and time of day as UTC in ns; one without an offset is UTC. None where it is none."""
    plain = words.strip()
    if len(plain) < len("2026-11-23T22:00") or plain[4:5] != "-":
        return None
    try:
        when = datetime.fromisoformat(plain)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    try:
        apart = when - _EPOCH
    except OverflowError:
        return None
    return apart // timedelta(microseconds=1) * 1000


def mark(onset_ns: int, length_s: float, label: str, p2p_mg: float | None = None) -> Mark:
    """Make a mark of what a file says; its label as one line that can be shown."""
    return Mark(onset_ns, length_s, clean(label), p2p_mg)
