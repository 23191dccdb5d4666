"""A sheet: one HTML file about a night, or about several of them with the last one in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from detector.report import clinician, pictures, plain
from detector.report.around import Around
from detector.report.html import write
from detector.report.phrases import cut_off, night_of, titles_of
from detector.words import translations

if TYPE_CHECKING:
    from gettext import NullTranslations

    from detector.report.facts import NightFacts
    from detector.report.html import Paper

Reader = Literal["patient", "clinician"]
READERS: tuple[Reader, ...] = ("patient", "clinician")

_LONGEST_NAME = 60
_PATIENT_HOURS, _HOURS_OF_TWO = (690.0, 170.0), (690.0, 104.0)
_QUALITY, _QUALITY_BAND, _LESS = (690.0, 124.0), 20.0, 34.0
_HOURS = (690.0, 108.0)
_FAMILIES = (690.0, 84.0)
_INTERVALS, _INTERVALS_OF_TWO = (500.0, 118.0), (215.0, 118.0)
_PICTURES = (418.0, 74.0)


def write_sheet(
    facts: NightFacts,
    reader: Reader,
    around: Around | None = None,
    *,
    name: str | None = None,
    words: NullTranslations | None = None,
    paper: Paper | None = None,
) -> str:
    """Write the sheet of a night.

    Parameters
    ----------
    facts
        The night.
    reader
        Whom it is for.
    around
        What is known beyond the night.
    name
        Of the person; None for nobody's: then the sheet names neither person nor reviewers.
    words
        The language; None for that of the computer.
    paper
        The paper it is to be printed on; None for whatever there is.

    Returns
    -------
    str
        HTML.
    """
    words = words or translations()
    around = around or Around()
    of = {
        "name": None if name is None else cut_off(name, _LONGEST_NAME),
        "night": night_of(facts, words),
        "notices": notices(facts, words),
    }
    make = _for_patient if reader == "patient" else _for_clinician
    return write(f"{reader}.html", words, of | make(facts, around, words, with_names=name is not None), paper)


def notices(facts: NightFacts, words: NullTranslations) -> list[str]:
    """Say what one has to know before anything else."""
    _ = words.gettext
    told = []
    if facts.is_recording:
        end_ns = facts.summary.end_ns
        when = "" if end_ns is None else _(" This is how it stood at %s.") % facts.clock.minutes(end_ns)
        told.append(_("The night is still being recorded.") + when)
    if any(run.made_by.source == "demo" for run in facts.summary.runs):
        told.append(_("This night was made up to show what a night is like. It is no one's."))
    if facts.left_out:
        told.append(
            words.ngettext(
                "One more sensor was worn. It had no room here.",
                "%d more sensors were worn. They had no room here.",
                facts.left_out,
            ).replace("%d", str(facts.left_out))
        )
    return told


def _for_patient(facts: NightFacts, around: Around, words: NullTranslations, *, with_names: bool) -> dict[str, Any]:
    del with_names
    _ = words.gettext
    lines, sentences = around.usual or (
        (("", _("We can't tell yet")),),
        (_("We need more nights of yours to know."),),
    )
    answers: Sequence[plain.Answer] = (
        plain.was_it_good(facts, words),
        plain.how_much(facts, words),
        plain.Answer(_("Is that unusual for me?"), lines, sentences),
    )
    places = [cut_off(one.summary.place) for one in facts.sensors if one.summary.place]
    return {
        "title": _("Your night, %s") % night_of(facts, words),
        "tight": len(facts.sensors) > 1 or around.nights is not None,
        "worn": _("worn on: %s") % ", ".join(places) if places else "",
        "answers": answers,
        "hours": pictures.hours_shown(
            facts, _PATIENT_HOURS if len(facts.sensors) == 1 else _HOURS_OF_TWO, words, in_plain_words=True
        ),
        "other": plain.what_else(facts, words),
        "cannot": plain.cannot_tell(words),
        "nights": around.nights,
        "diary": around.diary,
        "felt": around.felt,
    }


def _for_clinician(facts: NightFacts, around: Around, words: NullTranslations, *, with_names: bool) -> dict[str, Any]:
    _ = words.gettext
    of_two = len(facts.sensors) > 1
    other, not_seen = clinician.other_rows(facts, words)
    quality = (_QUALITY[0], _QUALITY[1] - _LESS * of_two + _QUALITY_BAND * len(facts.sensors))
    return {
        "title": _("Sheet for a clinician, %s") % night_of(facts, words),
        "code": facts.code,
        "titles": titles_of([one.summary for one in facts.sensors], words),
        "quality": pictures.quality_shown(facts, "quality", quality, words),
        "quality_rows": clinician.quality_rows(facts, words),
        "rate_rows": clinician.rate_rows(facts, words, with_names=with_names),
        "hours": pictures.hours_shown(facts, _HOURS, words, in_plain_words=False),
        "families": pictures.families_shown(facts, "families", _FAMILIES, words),
        "intervals": pictures.intervals_shown(facts, "intervals", _INTERVALS_OF_TWO if of_two else _INTERVALS, words),
        "pictures": pictures.pictures_shown(facts, "pictures", _PICTURES, words),
        "sides": clinician.side_lines(facts, words),
        "other_rows": other,
        "not_seen": not_seen,
        "pairs": clinician.pair_lines(facts, words),
        "trend": around.trend,
        "listed": around.listed,
        "nights": around.nights,
        "usual": around.usual_exactly or (_("There are too few nights like this one to compare it with."),),
        "diary": around.diary_exactly,
        "felt": around.felt_exactly,
        "methods": clinician.methods(facts, words, with_names=with_names),
    }
