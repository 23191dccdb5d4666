"""What is known beyond a night itself: the nights before it, and what the person wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from detector.figures.trend import highest, trend_figure
from detector.report.phrases import DASH, between, cut_off, day, evening_of, short_time
from detector.report.written import written_of
from detector.summary.many.cache import Summaries
from detector.summary.many.said import left_out_counts, rate_words, shown, size_words
from detector.summary.many.table import place_named, table_of
from detector.summary.many.usual import usual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from gettext import NullTranslations
    from pathlib import Path

    from detector.figures.svg import Drawing
    from detector.report.facts import NightFacts
    from detector.summary.many.table import Table, TrendNight
    from detector.summary.many.usual import Usual

MOST_BEFORE = 90
"""Nights that are looked at before the last one."""
MOST_DRAWN = 60
"""Nights in a figure, where no others are asked for."""
MOST_ROWS, MOST_ROWS_OF_TWO = 7, 5
"""Nights in a table beside a figure, for one place and for two."""

_LEAST_DRAWN = 2
_WIDE, _HALF, _QUARTER = (420.0, 165.0), (400.0, 118.0), (206.0, 118.0)
_LONGEST_PLACE = 15


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beyond the night itself.

    Parameters
    ----------
    nights
        The nights that were asked for, as a person reads them; None where it is one.
    trend
        Nights as figures, one for each place where they are not too few.
    listed
        The table beside them.
    usual
        Whether the night is unusual for the person: the lines of the answer, and sentences; see `Answer`.
    usual_exactly
        The same for a clinician, sentence by sentence.
    diary
        What the person wrote, line by line.
    diary_exactly
        The same for a clinician: without the free text, which may name anybody, unless names are wanted.
    felt, felt_exactly
        How many twitches the person felt and marked, and how many of them were found; "" where none was marked.
    """

    nights: Nights | None = None
    trend: tuple[Drawing, ...] = ()
    listed: Nights | None = None
    usual: tuple[tuple[tuple[str, str], ...], tuple[str, ...]] | None = None
    usual_exactly: tuple[str, ...] = ()
    diary: tuple[str, ...] = ()
    diary_exactly: tuple[str, ...] = ()
    felt: str = ""
    felt_exactly: str = ""


@dataclass(frozen=True, slots=True)
class Nights:
    """A table of nights, and what else is to be said of them."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def around_of(
    facts: NightFacts,
    folder: Path,
    words: NullTranslations,
    *,
    asked: Sequence[Path] = (),
    with_names: bool = False,
    each: Callable[[Iterable[Path]], Iterable[Path]] = iter,
) -> Around:
    """Look at the nights before a night, and into the diary beside them.

    Parameters
    ----------
    facts
        The night.
    folder
        The library that it lies in.
    words
        The language.
    asked
        The nights that are to be shown, this one among them, where they are several.
    with_names
        Whether the free text of the diary goes to a clinician, too.
    each
        Goes through the nights, and may say so: those that are new take a while.
    """
    evening = evening_of(facts)
    if evening is None or not facts.sensors:
        return Around(usual_exactly=(words.gettext("Without a date it cannot be compared with other nights."),))
    with Summaries(folder) as summaries:
        several = len(asked) > 1
        chosen = list(asked) if several else summaries.nights()
        if not several:
            names = [path.stem for path in chosen]
            last = names.index(facts.name) + 1 if facts.name in names else 0
            chosen = chosen[max(0, last - MOST_BEFORE) : last]
        nights = [summaries.of(path) for path in each(chosen)]
    places = list(dict.fromkeys(place_named(one.summary.place or "") for one in facts.sensors))
    tables = [(place, table_of(nights, place, last=evening)) for place in places]
    comparisons = [_Compared(place, table, usual(table) if _is_last(table, facts) else None) for place, table in tables]
    written = written_of(
        facts, folder, evening, [night.day for night in comparisons[0].table.nights[-MOST_DRAWN:]], words
    )
    return Around(
        nights=_several(comparisons[0].table, words) if several else None,
        trend=_trend(comparisons, words),
        listed=_listed(comparisons, words),
        usual=_is_it_unusual(comparisons, words),
        usual_exactly=tuple(_exactly(each, len(comparisons) > 1, words) for each in comparisons),
        diary=written.all,
        diary_exactly=(written.all if with_names else written.without_note) + written.used,
        felt=written.felt,
        felt_exactly=written.felt_exactly,
    )


@dataclass(frozen=True, slots=True)
class _Compared:
    place: str
    table: Table
    usual: Usual | None


def _is_last(table: Table, facts: NightFacts) -> bool:
    return bool(table.nights) and facts.name in table.nights[-1].names


def _is_it_unusual(
    comparisons: Sequence[_Compared], words: NullTranslations
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Answer a person's question, of each place."""
    _ = words.gettext
    lines = []
    told: list[str] = []
    sized = is_odd = False
    for each in comparisons:
        of = cut_off(each.place) if len(comparisons) > 1 else ""
        before = f"{of}: " if of else ""
        found = each.usual
        if found is None:
            lines.append((of, _("We can't tell")))
            told.append(before + _("This night was too short, or too little of it could be used."))
        elif found.band is None:
            lines.append((of, _("We can't tell yet")))
            told.append(
                before
                + words.ngettext(
                    "It takes one more night like this one.", "It takes %d more nights like this one.", found.missing
                ).replace("%d", str(found.missing))
            )
        else:
            lines.append(
                (
                    of,
                    {"within": _("No"), "above": _("Yes, high for you")}.get(found.place, _("Yes, low for you")),
                )
            )
            usually = between(found.band.low, found.band.high, words)
            if of:
                facts = {"of": of, "usually": usually, "rate": rate_words(found.per_hour)}
                told.append(_("%(of)s: most nights %(usually)s, this one %(rate)s.") % facts)
            else:
                told.append(_("Most of your nights have %s.") % usually)
                told.append(_("This one has %s.") % rate_words(found.per_hour))
            is_odd = is_odd or found.place != "within"
            sized = sized or bool(each.table.amplitude_mg)
    if is_odd:
        told.append(_("One night in twenty is like that by chance."))
    if sized:
        told.insert(0, _("To compare nights we count only the larger twitches."))
    return tuple(lines), tuple(told)


def _exactly(each: _Compared, of_several: bool, words: NullTranslations) -> str:  # noqa: FBT001 - one caller
    """Say the same to a clinician."""
    _ = words.gettext
    before = f"{cut_off(each.place)}: " if of_several and each.place else ""
    found = each.usual
    if found is None:
        return before + _("the night does not count beside others: too short, or too little could be measured.")
    if found.band is None:
        told = words.ngettext(
            "one more night recorded alike is needed to tell whether this one is unusual for the person.",
            "%d more nights recorded alike are needed to tell whether this one is unusual for the person.",
            found.missing,
        ).replace("%d", str(found.missing))
        return before + told
    where = {"within": _("within"), "above": _("above"), "below": _("below")}[found.place]
    told = _("%(rate)s an hour: %(where)s the band for one more night (%(low)s to %(high)s, %(nights)d nights)") % {
        "rate": rate_words(found.per_hour),
        "where": where,
        "low": rate_words(found.band.low),
        "high": rate_words(found.band.high),
        "nights": found.band.nights,
    }
    basis = _("true ones, by labels") if found.is_of_true else _("found, reviewed or not")
    return f"{before}{told}; {basis}."


def _trend(comparisons: Sequence[_Compared], words: NullTranslations) -> tuple[Drawing, ...]:
    """Draw the nights of each place beside each other, to one scale; of a place with too few nights none."""
    drawn = [(each, _drawn(each.table)) for each in comparisons]
    drawn = [(each, table) for each, table in drawn if len(table.nights) >= _LEAST_DRAWN]
    most = max((highest(table, each.usual) for each, table in drawn), default=0.0)
    size = _WIDE if len(comparisons) == 1 else _HALF if len(drawn) == 1 else _QUARTER
    return tuple(
        trend_figure(
            f"trend-{place}",
            table,
            each.usual,
            size,
            words,
            heading=words.gettext("%s, an hour") % cut_off(each.place) if len(comparisons) > 1 else "",
            least_high=max(most, 4.0),
        )
        for place, (each, table) in enumerate(drawn)
    )


def _drawn(table: Table) -> Table:
    nights = table.nights[-MOST_DRAWN:]
    first = nights[0].evening if nights else ""
    return replace(table, nights=nights, left_out=tuple(one for one in table.left_out if one.evening >= first))


def _listed(comparisons: Sequence[_Compared], words: NullTranslations) -> Nights | None:
    """List the last of the nights that are drawn: of one place in full, of two side by side."""
    _ = words.gettext
    tables = [_drawn(each.table) for each in comparisons]
    if max(len(table.nights) for table in tables) < _LEAST_DRAWN:
        return None
    evenings = sorted({night.evening for table in tables for night in table.nights})
    notes = []
    head: tuple[str, ...]
    if len(comparisons) == 1:
        (each,) = comparisons
        is_true = each.usual is not None and each.usual.is_of_true
        head = (_("evening"), _("an hour"), _("95 %"), _("judged"))
        rows = tuple(_row(night, words, is_true=is_true) for night in tables[0].nights[-MOST_ROWS:])
        notes.append(size_words(tables[0].amplitude_mg, words))
    else:
        head = (_("evening"), *(cut_off(each.place, _LONGEST_PLACE) for each in comparisons))
        rows = tuple(
            (evening, *(_cell(table, each, evening) for table, each in zip(tables, comparisons, strict=True)))
            for evening in evenings[-MOST_ROWS_OF_TWO:]
        )
        if len({table.amplitude_mg for table in tables}) == 1:
            notes.append(size_words(tables[0].amplitude_mg, words))
        else:
            notes += [
                _("%(place)s: %(size)g mg and more")
                % {"place": cut_off(each.place, _LONGEST_PLACE), "size": table.amplitude_mg}
                for table, each in zip(tables, comparisons, strict=True)
            ]
    if len(evenings) > len(rows):
        notes.append(_("the last %(shown)d of %(all)d nights") % {"shown": len(rows), "all": len(evenings)})
    left_out = left_out_counts(tables[0], words)
    if left_out:
        notes.append(_("not counted: %s") % left_out)
    note = "; ".join(notes)
    return Nights(head, rows, f"{note[:1].upper()}{note[1:]}.")


def _cell(table: Table, each: _Compared, evening: str) -> str:
    is_true = each.usual is not None and each.usual.is_of_true
    night = next((one for one in table.nights if one.evening == evening), None)
    if night is None:
        return DASH
    per_hour, low, high, _is_true = shown(night, true=is_true)
    return f"{rate_words(per_hour)} ({rate_words(low)}-{rate_words(high)})"


def _row(night: TrendNight, words: NullTranslations, *, is_true: bool) -> tuple[str, ...]:
    _ = words.gettext
    per_hour, low, high, _is_true = shown(night, true=is_true)
    judged = {"all": _("all"), "sample": f"{night.sampled.labelled}", "part": _("some"), "none": _("none")}[
        night.review
    ]
    return (night.evening, rate_words(per_hour), f"{rate_words(low)}-{rate_words(high)}", judged)


def _several(table: Table, words: NullTranslations) -> Nights:
    """List the nights that were asked for, as a person reads them."""
    _ = words.gettext
    rows = []
    for night in table.nights[-MOST_ROWS:]:
        told = night.true or (night.rate.per_hour, night.rate.low_per_hour, night.rate.high_per_hour)
        rows.append(
            (_day_of(night.evening, words), between(told[1], told[2], words), short_time(night.sampled.seconds))
        )
    notes = []
    if len(table.nights) > len(rows):
        notes.append(
            _("These are the last %(shown)d of %(all)d nights.") % {"shown": len(rows), "all": len(table.nights)}
        )
    if table.left_out:
        many = len(table.left_out)
        notes.append(words.ngettext("%d night could not be used.", "%d nights could not be used.", many) % many)
    if table.amplitude_mg:
        notes.append(_("Only twitches that all these nights could show are counted here."))
    return Nights((_("evening of"), _("twitches"), _("time we could look")), tuple(rows), " ".join(notes))


def _day_of(evening: str, words: NullTranslations) -> str:
    return day(date.fromisoformat(evening), words)
