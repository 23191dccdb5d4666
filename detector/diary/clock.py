"""Times of day of a night on the wearer's clock: across midnight, and where the clock is changed.

What is stored is UTC, so that a time between two and three in a night in which that hour comes twice is no riddle; what
a person reads and types is a time of day, with its offset from UTC where it would have two meanings.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE_NS = 60 * NS
LONGEST_IN_BED = timedelta(hours=22)
"""From going to bed to getting up at the most: no time of day comes twice in it, whatever is done to the clock."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOON = time(12)
_SIX = timedelta(hours=6)
_DAY = timedelta(days=1)
_FORM = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?\s*(?:([+-])(\d{2}):?(\d{2}))?")
_HOURS, _MINUTES = 24, 60


@lru_cache(maxsize=32)
def zone_named(name: str) -> tzinfo | None:
    """Return a time zone; None where this computer knows none of this name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def local(utc_ns: int, zone: str) -> datetime:
    """Return a moment on the wearer's clock; on that of UTC where the zone is not known here."""
    return (_EPOCH + timedelta(microseconds=utc_ns // 1000)).astimezone(zone_named(zone) or UTC)


def in_words(utc_ns: int | None, zone: str) -> str:
    """Write a moment as a time of day, with its offset where that time comes twice; "" for None."""
    if utc_ns is None:
        return ""
    moment = local(utc_ns, zone)
    twice = moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
    return moment.isoformat()[11:16] + (_offset(moment) if twice else "")


def bed_time(evening: date, zone: str, words: str) -> int:
    """Return the moment in the night of an evening (from noon to noon) that a time of day means.

    Parameters
    ----------
    evening
        Its date.
    zone
        The wearer's time zone.
    words
        As ``23:10``, or ``02:30+01:00`` where that time comes twice; else it is the first time.

    Returns
    -------
    int
        UTC in ns.

    Raises
    ------
    ValueError
        Where it is no time of day, or there was no such time in that night.
    """
    return _found(evening, zone, words, lambda moment: _is_of_night(moment, evening))


def up_time(evening: date, zone: str, words: str, bed_utc_ns: int | None) -> int:
    """Return the moment of getting up that a time of day means: the first one after going to bed; else as `bed_time`.

    Where going to bed is not known it is one between six in the evening and six of the next.
    """
    return _found(evening, zone, words, lambda moment: _is_up(moment, evening, bed_utc_ns))


def check_bed(evening: date, zone: str, utc_ns: object) -> None:
    """Refuse a moment at which nobody can have gone to bed on an evening.

    Raises
    ------
    ValueError
        Where it lies outside of that night, or on no whole minute.
    """
    if utc_ns is not None and not _is_of_night(_moment(utc_ns, zone), evening):
        raise ValueError(f"going to bed does not lie in the night of {evening}")


def check_up(evening: date, zone: str, utc_ns: object, bed_utc_ns: int | None) -> None:
    """Refuse a moment at which nobody can have got up; else as `check_bed`."""
    if utc_ns is not None and not _is_up(_moment(utc_ns, zone), evening, bed_utc_ns):
        hours = LONGEST_IN_BED // timedelta(hours=1)
        raise ValueError(f"getting up comes within {hours} hours after going to bed, and not before it")


def _moment(utc_ns: object, zone: str) -> datetime:
    if isinstance(utc_ns, bool) or not isinstance(utc_ns, int) or utc_ns % MINUTE_NS or abs(utc_ns) >= 1 << 63:
        raise ValueError("a time is a whole minute")
    return local(utc_ns, zone)


def _is_of_night(moment: datetime, evening: date) -> bool:
    noon = datetime.combine(evening, _NOON)
    # On the wall clock, whatever is done to it in between.
    return noon <= moment.replace(tzinfo=None) < noon + _DAY


def _is_up(moment: datetime, evening: date, bed_utc_ns: int | None) -> bool:
    if bed_utc_ns is not None:
        bed = _EPOCH + timedelta(microseconds=bed_utc_ns // 1000)
        return bed < moment <= bed + LONGEST_IN_BED
    begin = datetime.combine(evening, _NOON) + _SIX
    return begin <= moment.replace(tzinfo=None) < begin + _DAY


def _found(evening: date, zone: str, words: str, fits: Callable[[datetime], bool]) -> int:
    hour, minute, offset = _time_of_day(words)
    known = zone_named(zone) or UTC
    found: set[datetime] = set()
    for days in range(3):
        wall = datetime.combine(evening + days * _DAY, time(hour, minute))
        for fold in (0, 1):
            moment = wall.replace(tzinfo=known, fold=fold)
            utc = moment.astimezone(UTC)
            back = utc.astimezone(known)
            if back.replace(tzinfo=None) != wall or (offset is not None and back.utcoffset() != offset):
                continue  # the clock was put over this time, or another one was meant
            if fits(back):
                found.add(utc)
    if not found:
        raise ValueError(f"there was no {words.strip()} in the night of {evening}")
    return (min(found) - _EPOCH) // timedelta(microseconds=1) * 1000


def _time_of_day(words: str) -> tuple[int, int, timedelta | None]:
    form = _FORM.fullmatch(words.strip()) if words.isascii() else None
    if form is None or int(form[1]) >= _HOURS or int(form[2]) >= _MINUTES:
        raise ValueError(f"{words.strip()[:20]!r} is no time of day such as 23:10")
    offset = None
    if form[3]:
        offset = timedelta(hours=int(form[4]), minutes=int(form[5])) * (-1 if form[3] == "-" else 1)
    return int(form[1]), int(form[2]), offset


def _offset(moment: datetime) -> str:
    words = f"{moment:%z}"
    return f"{words[:3]}:{words[3:5]}"
