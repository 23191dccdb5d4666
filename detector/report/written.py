"""What the person wrote of a night, and the twitches that were felt and marked in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from detector.diary import Diary
from detector.diary.facts import parts_of
from detector.diary.felt import NEAR_S, felt_in
from detector.errors import DiaryError, NightError
from detector.night import SUFFIX, Night
from detector.report.phrases import cut_off

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from gettext import NullTranslations
    from pathlib import Path

    from detector.diary import Felt
    from detector.report.facts import NightFacts

_LONGEST = 100
_MOST_TREATMENTS = 6
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Written:
    """What the diary says of a night.

    Parameters
    ----------
    all, without_note
        What was said of it, part by part; and the same without the free text, which may name anybody.
    used
        Treatments of the evenings beside it.
    felt, felt_exactly
        Of twitches that were felt and marked: in plain words, and for a clinician.
    """

    all: tuple[str, ...] = ()
    without_note: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    felt: str = ""
    felt_exactly: str = ""


def written_of(facts: NightFacts, folder: Path, evening: date, days: Sequence[int], words: NullTranslations) -> Written:
    """Look a night up in the diary of its library.

    Parameters
    ----------
    facts
        The night.
    folder
        The library.
    evening
        Of the night.
    days
        The days that are shown beside it, as ordinals.
    words
        The language.

    Returns
    -------
    Written
        Nothing where there is no diary, it is locked, or it cannot be read.
    """
    book = Diary(folder)
    try:
        if not book.is_there or book.is_locked():
            return Written()
        entry = book.entry(evening)
        marks_ns = _inside(facts, [utc_ns for utc_ns, _ in book.marks(evening, evening)])
        used = book.treatments() if days else {}
    except DiaryError:
        return Written()
    first = date.fromordinal(min(days)) if days else evening
    felt = _felt(folder / f"{facts.name}{SUFFIX}", marks_ns)
    return Written(
        all=() if entry is None else _cut(parts_of(entry, words)),
        without_note=() if entry is None else _cut(parts_of(replace(entry, note=""), words)),
        used=tuple(_used(used, first, evening, words)),
        felt="" if felt is None else _plainly(felt, words),
        felt_exactly="" if felt is None else _exactly(felt, words),
    )


def _cut(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(part if len(part) <= _LONGEST else f"{part[: _LONGEST - 1]}…" for part in parts)


def _used(used: dict[str, list[date]], first: date, last: date, words: NullTranslations) -> list[str]:
    """Say which treatments the diary names on the evenings that are shown."""
    told = []
    for name, evenings in used.items():
        many = sum(first <= each <= last for each in evenings)
        if many:
            of = words.ngettext(
                "%(name)s on %(many)d of these evenings", "%(name)s on %(many)d of these evenings", many
            )
            told.append(of % {"name": cut_off(name), "many": many})
    return told[:_MOST_TREATMENTS]


def _inside(facts: NightFacts, marks_ns: Sequence[int]) -> list[int]:
    """Pick the marks of this night: an evening may have several."""
    start_ns, end_ns = facts.summary.start_ns, facts.summary.end_ns
    if start_ns is None or end_ns is None:
        return []
    return [mark_ns for mark_ns in marks_ns if start_ns <= mark_ns <= end_ns]


def _felt(path: Path, marks_ns: Sequence[int]) -> Felt | None:
    if not marks_ns:
        return None
    try:
        with Night(path) as night:
            return felt_in(night, marks_ns)
    except NightError:
        return None


def _plainly(felt: Felt, words: NullTranslations) -> str:
    """Say it in one sentence; of marks at which nothing was measured nothing can be said."""
    many = felt.marks
    if not many:
        return words.gettext("You marked a twitch that you felt, but we could not look just then.")
    told = words.ngettext(
        "You felt %(many)d twitch: near %(near)d of them we found one, and by chance it would be %(chance)s.",
        "You felt %(many)d twitches: near %(near)d of them we found one, and by chance it would be %(chance)s.",
        many,
    )
    chance = f"{felt.by_chance:.0f}" if felt.by_chance >= _HALF else words.gettext("none")
    return told % {"many": many, "near": felt.near, "chance": chance}


def _exactly(felt: Felt, words: NullTranslations) -> str:
    _ = words.gettext
    told = _("felt and marked: %(near)d of %(marks)d with an event within %(near_s)g s, %(chance).1f of them by chance")
    facts = {"near": felt.near, "marks": felt.marks, "near_s": NEAR_S, "chance": felt.by_chance}
    parts = [told % facts + _(" (%.0f %% of the measured time lies so near an event)") % (100 * felt.chance)]
    if not felt.marks:
        parts = []
    if felt.outside:
        parts.append(_("marked while nothing was measured: %d") % felt.outside)
    return "; ".join(parts)
