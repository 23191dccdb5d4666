"""An entry as a program reads it, and what it says in a line for a person."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations
from typing import TYPE_CHECKING, Any

from detector.diary import clock
from detector.diary.entries import plain
from detector.time_words import span

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.diary.entries import Entry, Treatment


def facts_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON has it: times on the wearer's clock, with their offset from UTC."""
    return {
        "evening": entry.evening.isoformat(),
        "timezone": entry.timezone,
        "bed": _iso(entry.bed_utc_ns, entry.timezone),
        "up": _iso(entry.up_utc_ns, entry.timezone),
        "in_bed_s": entry.in_bed_s,
        "night": entry.night,
        "twitching": entry.twitching,
        "pain": entry.pain,
        "stiffness": entry.stiffness,
        "spasms_per_hour": entry.spasms,
        "treatments": None
        if entry.treatments is None
        else [
            {"name": each.name, "amount": each.amount, "unit": each.unit, "at": each.at and each.at.strftime("%H:%M")}
            for each in entry.treatments
        ],
        "note": entry.note,
        "said": _iso(entry.said_utc_ns, entry.timezone) if entry.version else None,
        "version": entry.version,
    }


def parts_of(entry: Entry, words: NullTranslations | None = None) -> Iterator[str]:
    """Say what an entry says, part by part.

    Parameters
    ----------
    entry
        What was said of an evening.
    words
        The language; None for that of the sources.
    """
    _ = (words or NullTranslations()).gettext
    bed, up = (clock.in_words(utc_ns, entry.timezone) for utc_ns in (entry.bed_utc_ns, entry.up_utc_ns))
    if bed or up:
        length = f" ({span(entry.in_bed_s)})" if entry.in_bed_s is not None else ""
        yield _("in bed %(bed)s to %(up)s") % {"bed": bed or "?", "up": up or "?"} + length
    for what, value in (
        (_("night"), entry.night),
        (_("twitching"), entry.twitching),
        (_("pain"), entry.pain),
        (_("stiffness"), entry.stiffness),
    ):
        if value is not None:
            yield f"{what} {value if isinstance(value, str) else plain(value) + '/10'}"
    if entry.spasms is not None:
        yield f"{_('spasms an hour')} {entry.spasms if isinstance(entry.spasms, str) else plain(entry.spasms)}"
    if entry.treatments is not None:
        yield "; ".join(_treatment(each, _) for each in entry.treatments) or _("no treatments")
    if entry.note:
        yield "“" + " / ".join(line for line in entry.note.split("\n") if line) + "”"


def _treatment(each: Treatment, _: Callable[[str], str]) -> str:
    told = str(each.name)
    if each.amount is not None:
        told += f" {plain(each.amount)} {each.unit}".rstrip()
    if each.at is not None:
        told = _("%(treatment)s at %(time)s") % {"treatment": told, "time": f"{each.at:%H:%M}"}
    return told


def _iso(utc_ns: int | None, zone: str) -> str | None:
    return None if utc_ns is None else clock.local(utc_ns, zone).isoformat(timespec="seconds")
