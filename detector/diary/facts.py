"""An entry as a program reads it, and what it says in a line for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from detector.diary import clock
from detector.diary.entries import plain
from detector.time_words import span

if TYPE_CHECKING:
    from detector.diary.entries import Entry


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


def parts_of(entry: Entry) -> Iterator[str]:
    """Say what an entry says, part by part."""
    bed, up = (clock.in_words(utc_ns, entry.timezone) for utc_ns in (entry.bed_utc_ns, entry.up_utc_ns))
    if bed or up:
        length = f" ({span(entry.in_bed_s)})" if entry.in_bed_s is not None else ""
        yield f"in bed {bed or '?'} to {up or '?'}{length}"
    for what, value in (
        ("night", entry.night),
        ("twitching", entry.twitching),
        ("pain", entry.pain),
        ("stiffness", entry.stiffness),
    ):
        if value is not None:
            yield f"{what} {plain(value) + '/10' if not isinstance(value, str) else value}"
    if entry.spasms is not None:
        yield f"spasms an hour {entry.spasms if isinstance(entry.spasms, str) else plain(entry.spasms)}"
    if entry.treatments is not None:
        yield "; ".join(map(_treatment, entry.treatments)) or "no treatments"
    if entry.note:
        yield "“" + " / ".join(line for line in entry.note.split("\n") if line) + "”"


def _treatment(each: Any) -> str:
    words = str(each.name)
    if each.amount is not None:
        words += f" {plain(each.amount)} {each.unit}".rstrip()
    return words if each.at is None else f"{words} at {each.at:%H:%M}"


def _iso(utc_ns: int | None, zone: str) -> str | None:
    return None if utc_ns is None else clock.local(utc_ns, zone).isoformat(timespec="seconds")
