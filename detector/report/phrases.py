"""Numbers and times in words, as the sheets say them."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from detector.night import evening
from detector.time_words import whole_minutes
from firmware_bridge.foreign_text import clean
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from gettext import NullTranslations

    from detector.report.facts import NightFacts
    from detector.summary import SensorSummary

DASH = "\N{EN DASH}"
"""Stands for what is not known."""

_LONGEST = 28
"""Letters of a place or a model that have room in a figure."""
_SHORT = 16
"""Of one of two that stand beside each other."""
_FEW, _MANY = 10, 100
_WHOLE = 9.5
_MINUTE_S = 60


def between(low: float, high: float, words: NullTranslations) -> str:
    """Say a rate by its interval, in whole numbers: "between 12 and 20 an hour"."""
    _ = words.gettext
    lowest, highest = _rounded(low, math.floor), _rounded(high, math.ceil)
    if highest <= 1:
        return _("fewer than one an hour") if lowest < 1 else _("about one an hour")
    if lowest == highest:
        return _("about %d an hour") % highest
    if lowest == 0:
        return _("fewer than %d an hour") % highest
    return _("between %(low)d and %(high)d an hour") % {"low": lowest, "high": highest}


def _rounded(value: float, way: Callable[[float], int]) -> int:
    """Round to tens from a hundred on: nobody counts twitches so well.

    Where a rate is told in whole numbers elsewhere, it is rounded as there: two numbers for one thing raise questions.
    """
    if _WHOLE <= value < _MANY:
        return round(value)
    step = 10 if value >= _MANY else 1
    return step * way(round(value / step, 6))


def rate_and_interval(per_hour: float, low: float, high: float, words: NullTranslations) -> str:
    """Write a rate and its interval: ``15 (12 to 20)``."""
    _ = words.gettext
    digits = 1 if per_hour < _FEW else 0
    return _("%(rate)s (%(low)s to %(high)s)") % {
        "rate": f"{per_hour:.{digits}f}",
        "low": f"{low:.{digits}f}",
        "high": f"{high:.{digits}f}",
    }


def hours_and_minutes(seconds: float, words: NullTranslations) -> str:
    """Write a length of time in whole words: ``7 hours 58 minutes``."""
    minutes = whole_minutes(seconds)
    hours, rest = divmod(minutes, 60)
    told = []
    if hours:
        told.append(words.ngettext("%d hour", "%d hours", hours) % hours)
    if rest or not hours:
        told.append(words.ngettext("%d minute", "%d minutes", rest) % rest)
    return " ".join(told)


def short_time(seconds: float) -> str:
    """Write a length of time as short as it goes: ``7 h 58``, ``12 min``, ``40 s``."""
    if round(seconds) < _MINUTE_S:
        return f"{seconds:.0f}\N{NO-BREAK SPACE}s"
    minutes = whole_minutes(seconds)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes}\N{NO-BREAK SPACE}min"
    return f"{minutes // 60}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{minutes % 60:02d}"


def percent(share: float | None) -> str:
    """Write a share; cut off, so that 100 % is all of it."""
    return DASH if share is None else f"{math.floor(100 * share + 0.005)}\N{NO-BREAK SPACE}%"


def cut_off(text: str, longest: int = _LONGEST) -> str:
    """Shorten what somebody has typed, or a wearable calls itself, to what has room."""
    text = clean(text).strip()
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def titles_of(sensors: Sequence[SensorSummary], words: NullTranslations) -> list[str]:
    """Name wearables by where they are worn, or by what they are: the wearable's own name would tell whose it is."""
    _ = words.gettext
    longest = _LONGEST if len(sensors) == 1 else _SHORT
    names = [cut_off(sensor.place or sensor.model, longest) or _("wearable") for sensor in sensors]
    return [
        name if names.count(name) == 1 else f"{cut_off(name, longest - 2)} {place}"
        for place, name in enumerate(names, 1)
    ]


def months(words: NullTranslations) -> tuple[str, ...]:
    """Return the names of the months."""
    _ = words.gettext
    return (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
        _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip


def day(when: date, words: NullTranslations, *, with_year: bool = True) -> str:
    """Write a day: ``23 November 2026``."""
    told = f"{when.day} {months(words)[when.month - 1]}"
    return f"{told} {when.year}" if with_year else told


def night_of(facts: NightFacts, words: NullTranslations) -> str:
    """Say which night it was: ``23 to 24 November 2026``."""
    _ = words.gettext
    if not facts.has_date or facts.summary.start_ns is None or facts.summary.end_ns is None:
        return _("a night without a date")
    first, last = (
        datetime.fromtimestamp(at_ns / NS, UTC).astimezone(facts.zone).date()
        for at_ns in (facts.summary.start_ns, facts.summary.end_ns)
    )
    if first == last:
        return day(last, words)
    of = {"first": f"{first.day}" if first.month == last.month else day(first, words, with_year=False)}
    return _("%(first)s to %(last)s") % (of | {"last": day(last, words)})


def evening_of(facts: NightFacts) -> date | None:
    """Return the date of the evening that a night belongs to; None without a date."""
    if not facts.has_date or facts.summary.start_ns is None:
        return None
    return evening(facts.summary.start_ns, facts.zone)
