"""What is said of a night: an entry, with the treatments of the day and the night that it is of.

An entry belongs to an evening (from noon to noon, as nights do) and is valid as soon as it is made: what cannot be is a
`ValueError`, wherever it comes from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from detector.diary.clock import check_bed, check_up
from firmware_bridge.foreign_text import clean

SCALE = (0.0, 10.0)
"""The least and the most of what is said by a number from nothing to the most there can be."""
MOST_SPASMS = 10_000.0
MOST_AMOUNT = 1e6
MOST_TREATMENTS = 40
"""In one entry."""
LONGEST_WORDS, LONGEST_NOTE = 200, 4000
"""Characters."""
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
"""Evenings there may be an entry of."""
_DECIMALS = 6
_NEW_DAY = time(4)
_LONGEST_ZONE = 64


class Usual(NamedTuple):
    """A treatment that is offered, and what its amount is counted in.

    Parameters
    ----------
    name
        What it is called.
    unit
        Of its amount.
    amount
        What is taken as a rule; None for no rule.
    """

    name: str
    unit: str = ""
    amount: float | None = None


USUAL = (
    Usual("physical therapy", "min"),
    Usual("massage", "min"),
    Usual("stretching", "min"),
    Usual("medicine", "mg"),
    Usual("exercise", "min"),
    Usual("caffeine", "cups"),
    Usual("alcohol", "glasses"),
)
"""What is offered to everybody, beside one's own list."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """Something done or taken on the day of an evening, or in the night after it.

    Parameters
    ----------
    name
        What it is called; names that differ in capital letters alone are one.
    amount
        How much; None where that is not said.
    unit
        What the amount is counted in; "" without an amount.
    at
        When, on the wearer's clock; None where that is not said. Times from 4:00 on are of the evening's own date,
        those before it of the night's small hours.

    Raises
    ------
    ValueError
        Where it cannot be.
    """

    name: str
    amount: float | None = None
    unit: str = ""
    at: time | None = None

    def __post_init__(self) -> None:
        name = _words(self.name, "the name of a treatment")
        if not name:
            raise ValueError("a treatment has no name")
        amount = _perhaps(self.amount, "an amount", 0.0, MOST_AMOUNT)
        unit = "" if amount is None else _words(self.unit, "the unit of an amount")
        if unit[:1].isnumeric() or unit[:1] in {".", ","}:
            raise ValueError(f"a unit cannot begin with a number: {unit!r}")
        if self.at is not None and (not isinstance(self.at, time) or self.at != time(self.at.hour, self.at.minute)):
            raise ValueError("a treatment's time is a time of day, to the minute")
        _set(self, name=name, amount=amount, unit=unit)

    @property
    def key(self) -> str:
        """What its name is compared by."""
        return key_of(self.name)

    def when(self, evening: date) -> datetime | None:
        """Return the date and time on the wearer's clock; None where no time is said."""
        if self.at is None:
            return None
        return datetime.combine(evening + timedelta(days=self.at < _NEW_DAY), self.at)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of a night. Nothing has to be said.

    Parameters
    ----------
    evening
        The date of the evening it began on, as of `detector.night.evening`.
    timezone
        The wearer's, as the IANA names it.
    bed_utc_ns, up_utc_ns
        Going to bed and getting up, on whole minutes of UTC, in ns; None where they are not said.
        `detector.diary.clock` has them on the wearer's clock.
    night
        How it was, from 0 (as bad as can be) to 10 (as good as can be).
    twitching
        Twitching that was felt, from 0 (none) to 10 (as much as can be), or in words.
    pain, stiffness
        From 0 (none) to 10.
    spasms
        Spasms an hour while awake, as a number or in words.
    treatments
        In the order in which they were said; empty where there were none, None where nothing is said of them.
    note
        Anything else, in lines.
    said_utc_ns, version
        When this was said, in ns of UTC, and how many-th word on this evening it is, from 1; 0 before it is written.

    Raises
    ------
    ValueError
        Where it cannot be.
    """

    evening: date
    timezone: str
    bed_utc_ns: int | None = None
    up_utc_ns: int | None = None
    night: float | None = None
    twitching: float | str | None = None
    pain: float | None = None
    stiffness: float | None = None
    spasms: float | str | None = None
    treatments: tuple[Treatment, ...] | None = None
    note: str = ""
    said_utc_ns: int = 0
    version: int = 0

    def __post_init__(self) -> None:
        # A datetime is a date, too, and another key.
        if type(self.evening) is not date or not EARLIEST <= self.evening <= LATEST:
            raise ValueError(f"an evening cannot be {self.evening}: a diary knows those from {EARLIEST} to {LATEST}")
        if not isinstance(self.timezone, str) or not 0 < len(clean(self.timezone)) <= _LONGEST_ZONE:
            raise ValueError("a time zone is a name such as Europe/Berlin")
        check_bed(self.evening, self.timezone, self.bed_utc_ns)
        check_up(self.evening, self.timezone, self.up_utc_ns, self.bed_utc_ns)
        treatments = self.treatments
        if treatments is not None:
            treatments = tuple(treatments)
            if len(treatments) > MOST_TREATMENTS:
                raise ValueError(f"there are more than {MOST_TREATMENTS} treatments")
            if not all(isinstance(each, Treatment) for each in treatments):
                raise ValueError("a treatment is none")
        _set(
            self,
            timezone=clean(self.timezone),
            night=_perhaps(self.night, "how the night was", *SCALE),
            twitching=_number_or_words(self.twitching, "twitching", *SCALE),
            pain=_perhaps(self.pain, "pain", *SCALE),
            stiffness=_perhaps(self.stiffness, "stiffness", *SCALE),
            spasms=_number_or_words(self.spasms, "spasms an hour", 0.0, MOST_SPASMS),
            treatments=treatments,
            note=_lines(self.note),
        )

    @property
    def answers(self) -> dict[str, Any]:
        """What is said, by the names of the fields; not when, nor in which version."""
        return {name: getattr(self, name) for name in ANSWERS}

    @property
    def in_bed_s(self) -> float | None:
        """Time between going to bed and getting up, in s; None where either is not said."""
        if self.bed_utc_ns is None or self.up_utc_ns is None:
            return None
        return (self.up_utc_ns - self.bed_utc_ns) / 1e9

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return all(value is None or value == "" for value in self.answers.values())

    def says_the_same(self, other: Entry | None) -> bool:
        """Whether another entry of this evening says the same."""
        if other is None:
            return self.is_empty
        return self.evening == other.evening and self.timezone == other.timezone and self.answers == other.answers


ANSWERS = tuple(one.name for one in fields(Entry) if one.name not in {"evening", "timezone", "said_utc_ns", "version"})
"""Names of the fields that say something."""


def usual_named(name: str, unit: str, amount: float | None) -> Usual:
    """Return a treatment for one's own list, as `Treatment` would have it.

    Raises
    ------
    ValueError
        Where it cannot be.
    """
    checked = Treatment(name, 0.0 if amount is None else amount, unit)
    return Usual(checked.name, checked.unit, None if amount is None else checked.amount)


def key_of(name: str) -> str:
    """Return what the name of a treatment is compared by."""
    return " ".join(name.split()).casefold()


def changed(entry: Entry, answers: dict[str, Any]) -> Entry:
    """Return an entry with other answers.

    Raises
    ------
    ValueError
        Where they cannot be.
    """
    strange = answers.keys() - {*ANSWERS, "timezone"}
    if strange:
        raise ValueError(f"a diary has no {min(strange)}")
    return replace(entry, **answers)


def plain(number: float) -> str:
    """Write a number as a person does: 7, 2.5."""
    return f"{number:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def number_in(words: str) -> float | None:
    """Read a number as a person writes it, with a comma or a point; None where it is none."""
    told = words.strip().replace(",", ".", 1)
    if not told or not told.replace(".", "", 1).isascii() or not told.replace(".", "", 1).isdigit():
        return None
    return float(told) if len(told) <= LONGEST_WORDS else None


def _set(thing: object, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(thing, name, value)


def _perhaps(value: object, what: str, low: float, high: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{what} is a number from {plain(low)} to {plain(high)}")
    number = round(float(value), _DECIMALS) + 0.0  # no zero with a sign
    if not low <= number <= high:
        raise ValueError(f"{what} is a number from {plain(low)} to {plain(high)}, not {number:g}")
    return number


def _number_or_words(value: object, what: str, low: float, high: float) -> float | str | None:
    if not isinstance(value, str):
        return _perhaps(value, what, low, high)
    words = _words(value, what)
    number = number_in(words)
    return (words or None) if number is None else _perhaps(number, what, low, high)


def _words(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{what} is a text")  # noqa: TRY004 - damage as well as a mistake
    words = " ".join(clean(value, None).split())
    if len(words) > LONGEST_WORDS:
        raise ValueError(f"{what} is longer than {LONGEST_WORDS} characters")
    return words


def _lines(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a note is a text")  # noqa: TRY004 - as above
    lines = [clean(line, None) for line in value.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    words = "\n".join(lines).strip()
    if len(words) > LONGEST_NOTE:
        raise ValueError(f"a note is longer than {LONGEST_NOTE} characters")
    return words
