"""Where in a date and time its year, day, hour and so on stand: by its shape, in which every digit is a nought.

All cells of a column have a few shapes, so each is looked at once, and the digits of all cells of a shape are read at
once. A word, such as the name of a month, is part of the shape.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.recordings.text.dates.zones import OFFSETS

if TYPE_CHECKING:
    from collections.abc import Mapping

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FOREIGN_MONTHS = {
    "mrz": 3,
    "mai": 5,
    "okt": 10,
    "dez": 12,
    "ene": 1,
    "abr": 4,
    "ago": 8,
    "dic": 12,
    "fev": 2,
    "avr": 4,
    "aou": 8,
    "gen": 1,
    "mag": 5,
    "giu": 6,
    "lug": 7,
    "set": 9,
    "ott": 10,
    "out": 10,
    "juin": 6,
    "juil": 7,
    "maj": 5,
    "maa": 3,
    "mei": 5,
}
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*\.?,?\s+)?"
_WORD = r"(?P<word>[a-z]{3,9})\.?"
_DATES = (
    r"(?P<year>0{4})\s*(?P<sep>[-/._])\s*(?P<month>0{1,2})\s*(?P=sep)\s*(?P<day>0{1,2})",
    r"(?P<year>0{4})(?P<month>0{2})(?P<day>0{2})",
    r"(?P<a>0{1,2})\s*(?P<sep>[-/._])\s*(?P<b>0{1,2})\s*(?P=sep)\s*(?P<c>0{4}|0{2})",
    rf"(?P<day>0{{1,2}})(?:st|nd|rd|th)?[-/.\s]*{_WORD}[-/.,\s]*(?P<year>0{{4}}|0{{2}})",
    rf"{_WORD}[-/.\s]*(?P<day>0{{1,2}})(?:st|nd|rd|th)?,?[-/\s]+(?P<year>0{{4}})",
    rf"(?P<year>0{{4}})[-/.\s]{_WORD}[-/.\s](?P<day>0{{1,2}})",
)
_HALF = r"(?P<half>[ap]\.?\s?m\.?)"
_TIMES = (
    (
        rf"(?:{_HALF}\s*)?(?P<hour>0{{1,4}})(?P<colon>[:.\-_h])(?P<minute>0{{1,2}})"
        r"(?:(?:(?P=colon)|m)(?P<second>0{1,2})(?:(?P<point>[.,:_]|(?P=colon))(?P<fraction>0{0,12}))?s?)?"
        rf"(?:\s*{_HALF.replace('half', 'half_after')})?"
    ),
    r"(?P<hour>0{2})(?P<minute>0{2})(?P<second>0{2})(?:(?P<point>[.,:_]?)(?P<fraction>0{1,9}))?",
    r"(?P<hour>0{2})(?P<minute>0{2})",
)
_ZONE = (
    r"(?:\s*(?:(?:utc|gmt|z)?\s*(?P<sign>[+-])(?P<zone_hour>0{1,2})(?::?(?P<zone_minute>0{2}))?(?::?0{2})?(?:\s+[a-z]{3,4})?"
    r"|(?P<zone>[a-z]{1,5}|[a-z]+(?:/[a-z0+_-]+)+)))?"
    r"(?:\s*[\[(](?:(?P<region>[a-z]+(?:/[a-z_]+)+)|[^\])]*)[\])])?"
)
_BETWEEN = r"(?:\s*t\s*|,?\s+(?:at\s+|um\s+|-\s+)?|[,_;:/|-]\s*)"
_CLOCK_ONLY = rf"(?:(?P<days>0+)\s*d(?:ays?)?,?\s*)?{_TIMES[0]}"
_MINUTES_ONLY = r"(?P<minute>0{1,3}):(?P<second>0{1,2})[.,](?P<fraction>0{1,9})"
_SIX = (
    r"(?P<year>0{4})[\s,]+(?P<month>0{1,2})[\s,]+(?P<day>0{1,2})[\s,]+(?P<hour>0{1,2})[\s,]+(?P<minute>0{1,2})[\s,]+"
    r"(?P<second>0{1,2})(?:(?P<point>[.,\s])(?P<fraction>0{1,9}))?"
)
_THREE = r"(?P<hour>0{1,2})\s+(?P<minute>0{1,2})\s+(?P<second>0{1,2})(?:(?P<point>[.,\s])(?P<fraction>0{1,9}))?"
_PATTERNS = [
    *(
        re.compile(f"{_WEEKDAY}{date}{_BETWEEN}{time}{_ZONE}", re.IGNORECASE)
        for date in _DATES
        for time in (_TIMES[0], _TIMES[1])
    ),
    re.compile(f"{_WEEKDAY}{_DATES[1]}{_TIMES[1]}{_ZONE}", re.IGNORECASE),
    re.compile(f"{_WEEKDAY}{_DATES[1]}{_TIMES[2]}", re.IGNORECASE),
    *(re.compile(f"{_TIMES[0]}{_ZONE},?\\s+{_WEEKDAY}{date}", re.IGNORECASE) for date in _DATES),
    re.compile(rf"{_WEEKDAY}{_WORD}\s+(?P<day>0{{1,2}})\s+{_TIMES[0]}{_ZONE}\s+(?P<year>0{{4}})", re.IGNORECASE),
    re.compile(_SIX),
    re.compile(_THREE),
    *(re.compile(f"{_WEEKDAY}{date}", re.IGNORECASE) for date in _DATES),
    re.compile(_MINUTES_ONLY),
    re.compile(f"{_CLOCK_ONLY}{_ZONE}", re.IGNORECASE),
]
_BARE = re.compile(r"0{1,4}[.\-_]0{1,2}")
"""Numbers, not times."""
_CHINESE = (
    ("年", "-"),
    ("月", "-"),
    ("日", " "),
    ("上午", "AM"),
    ("下午", "PM"),
    ("时", ":"),
    ("分", ":"),
    ("秒", " "),
)
_ASCII = [
    (sign.encode(encoding).decode("latin-1"), plain) for encoding in ("utf-8", "gb18030") for sign, plain in _CHINESE
]
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Spelling:
    """Where the parts of a date and time stand.

    Parameters
    ----------
    places
        First digit and end of each part by its name: year, month, day, hour, minute, second, fraction, zone_hour,
        zone_minute, days, and a, b, c for a date whose order its shape does not tell.
    month
        The month where it is a word, else 0.
    afternoon
        Whether 12 hours are to be added; None where hours count to 24.
    sign
        Of the offset to UTC: 1 or -1; 0 where there is none.
    zone
        The name of a time zone in small letters, or nothing.
    point
        What stands before the fraction.
    dotted
        Whether dots part the date.
    """

    places: Mapping[str, tuple[int, int]]
    month: int
    afternoon: bool | None
    sign: int
    zone: str
    point: str
    dotted: bool

    @property
    def has_date(self) -> bool:
        """Whether it has a date."""
        return "day" in self.places or "a" in self.places

    @property
    def has_clock(self) -> bool:
        """Whether it has a time of day."""
        return "minute" in self.places


@functools.lru_cache(maxsize=4096)
def spelling_of(shape: str) -> Spelling | None:
    """Find the parts of a date and time by its shape; None where it is none.

    Parameters
    ----------
    shape
        A cell's bytes as Latin-1, every digit as 0.
    """
    if len(shape) > _LONGEST or "0" not in shape:
        return None
    plain = shape
    for sign, ascii_sign in _ASCII:
        if sign in plain:
            plain = plain.replace(sign, ascii_sign.ljust(len(sign)))
    stripped = plain.strip()
    if _BARE.fullmatch(stripped):
        return None
    indent = len(plain) - len(plain.lstrip())
    for pattern in _PATTERNS:
        match = pattern.fullmatch(stripped)
        if match is not None and (found := _spelling(match, indent)) is not None:
            return found
    return None


def _spelling(match: re.Match[str], indent: int) -> Spelling | None:
    parts = {name: text for name, text in match.groupdict().items() if text}
    month = _month(parts.get("word", ""))
    if "word" in parts and not month:
        return None
    named = "zone" if "zone" in parts or "sign" in parts else "region"
    zone = parts.get(named, "").lower()
    if zone and zone not in OFFSETS and "/" not in zone:
        return None
    half = parts.get("half") or parts.get("half_after")
    words = {"word", "sep", "half", "half_after", "colon", "point", "sign", "zone", "region"}
    places = {name: (match.start(name) + indent, match.end(name) + indent) for name in parts if name not in words}
    return Spelling(
        places,
        month,
        None if half is None else half[0] in "pP",
        {"+": 1, "-": -1}.get(parts.get("sign", ""), 0),
        match.string[slice(*match.span(named))] if zone else "",
        parts.get("point", ""),
        parts.get("sep", "") == ".",
    )


def _month(word: str) -> int:
    word = word.lower()
    if word[:3] in _MONTHS:
        return _MONTHS.index(word[:3]) + 1
    return next((number for start, number in _FOREIGN_MONTHS.items() if word.startswith(start)), 0)
