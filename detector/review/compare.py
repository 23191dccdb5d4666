"""Nights before and after a date, or with and without a treatment of the diary: the view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from detector.diary import Diary
from detector.errors import DiaryError
from detector.figures.trend import Span, trend_figure
from detector.review.pages import pages_of
from detector.review.trend import NARROW, WIDE
from detector.summary.many.comparison import Comparison, by_date, by_use, compared
from detector.summary.many.comparison_words import caution_words, need_words, ratio_words
from detector.summary.many.conditions import LEAST_NIGHTS
from detector.summary.many.labels import LABELS
from detector.summary.many.said import place_words, rate_words, review_words, shown, size_words
from detector.summary.many.table import Table, place_named, places, table_of

if TYPE_CHECKING:
    from gettext import NullTranslations

    from starlette.requests import Request
    from starlette.responses import Response

    from detector.review.opened import Shelf

_MOST_TREATMENTS = 12


@dataclass(frozen=True, slots=True)
class _Asked:
    """What nights are compared by: a date or a treatment."""

    since: date | None
    treatment: str | None
    days: frozenset[date]

    def names(self, words: NullTranslations) -> tuple[str, str]:
        _ = words.gettext
        if self.since is not None:
            day = self.since.isoformat()
            return _("before %s") % day, _("from %s on") % day
        return _("without %s") % self.treatment, _("with %s") % self.treatment


def _page(request: Request) -> Response:
    shelf: Shelf = request.app.state.shelf
    pages = pages_of(request)
    if "looked" not in request.query_params and (waiting := shelf.not_known()):
        return pages.show("looking.html", view="trend", keys=waiting)
    words = pages.words
    nights = shelf.summed()
    known = places(nights)
    told = request.query_params.get("place")
    place = place_named(told) if told is not None else next(iter(known), "")
    table = table_of(nights, place)
    treatments, said, diary_words = _treatments(shelf)
    asked = _asked(request, treatments)
    found = None if asked is None or not table.nights else _compared(table, asked, treatments, said)
    names = ("", "") if asked is None else asked.names(words)
    return pages.show(
        "compare.html",
        place=place_words(place, words),
        place_key=place,
        places=[
            {
                "words": place_words(each, words),
                "href": f"/compare?{urlencode({'place': each})}",
                "is_here": each == place,
            }
            for each in known
        ],
        since="" if asked is None or asked.since is None else asked.since.isoformat(),
        evenings=[night.evening for night in table.nights],
        treatments=[
            {
                "name": name,
                "count": len(days),
                "href": f"/compare?{urlencode({'place': place, 'treatment': name})}",
                "is_here": asked is not None and asked.treatment == name,
            }
            for name, days in sorted(treatments.items(), key=lambda item: -len(item[1]))[:_MOST_TREATMENTS]
        ],
        diary=diary_words,
        is_asked=asked is not None,
        ratio=ratio_words(found.ratio, names, words) if found and found.ratio else None,
        without_last=(
            ratio_words(found.without_last, names, words) if found and found.without_last is not None else None
        ),
        needs=_needs(found, names, words) if found else [],
        lacks_labels=any(need.what == "labels" for need in found.fitness.needs) if found else False,
        cautions=[caution_words(each, words) for each in found.cautions] if found else [],
        phases=[_phase(found, each, names[each], words) for each in (0, 1)] if found else [],
        figures=_figures(table, asked, words) if asked is not None else [],
        size=size_words(table.amplitude_mg, words),
        to_label=f"/judge/nights?{urlencode({'place': place} | _date(asked))}",
    )


ROUTES = [Route("/compare", _page)]


def _needs(found: Comparison, names: tuple[str, str], words: NullTranslations) -> list[str]:
    """Say what is missing: of labels, that those of a few nights are enough."""
    told = [need_words(need, names, words) for need in found.fitness.needs]
    if any(need.what == "labels" for need in found.fitness.needs):
        few = words.gettext(
            "%(labels)d labels each for %(nights)d nights %(first)s and %(nights)d %(second)s are enough."
        )
        facts = {"labels": LABELS, "nights": LEAST_NIGHTS, "first": names[0], "second": names[1]}
        told.append(few % facts)
    return told


def _compared(table: Table, asked: _Asked, treatments: dict[str, frozenset[date]], said: frozenset[date]) -> Comparison:
    phases = by_use(table.nights, asked.days, said) if asked.since is None else by_date(table.nights, asked.since)
    others = {name: days for name, days in treatments.items() if name != asked.treatment}
    return compared(table.nights, phases, others=others)


def _date(asked: _Asked | None) -> dict[str, str]:
    if asked is None:
        return {}
    if asked.since is None:
        return {"treatment": asked.treatment or ""}
    return {"since": asked.since.isoformat()}


def _treatments(shelf: Shelf) -> tuple[dict[str, frozenset[date]], frozenset[date], str]:
    """Return the evenings of each treatment of the diary, those of which it says what was used; and why it does not."""
    diary = Diary(shelf.folder)
    try:
        said = frozenset(entry.evening for entry in diary.entries() if entry.treatments is not None)
        return {name: frozenset(days) for name, days in diary.treatments().items()}, said, ""
    except DiaryError as error:
        return {}, frozenset(), str(error)


def _asked(request: Request, treatments: dict[str, frozenset[date]]) -> _Asked | None:
    treatment = request.query_params.get("treatment")
    if treatment in treatments:
        return _Asked(None, treatment, treatments[treatment])
    try:
        since = date.fromisoformat(request.query_params.get("since", ""))
    except ValueError:
        return None
    return _Asked(since, None, frozenset())


def _figures(table: Table, asked: _Asked, words: NullTranslations) -> list[dict[str, Any]]:
    if not table.nights:
        return []
    spans = [] if asked.treatment is None else _spans(asked.treatment, asked.days)
    sizes = (("wide", WIDE), ("narrow", NARROW))
    return [
        {
            "class": name,
            "svg": trend_figure(f"compare-{name}", table, None, size, words, spans=spans, since=asked.since),
        }
        for name, size in sizes
    ]


def _spans(name: str, days: frozenset[date]) -> list[Span]:
    """Draw what was used from its first evening to its last in a row."""
    return [Span(name, min(days), max(days))] if days else []


def _phase(found: Comparison, phase: int, name: str, words: NullTranslations) -> dict[str, Any]:
    usable = dict(zip(found.nights, found.fitness.usable.tolist(), strict=True))
    nights = found.of_phase(phase)
    return {
        "name": name,
        "count": len(nights),
        "usable": sum(usable[night] for night in nights),
        "rows": [
            {
                "evening": night.evening,
                "rate": rate_words(shown(night, true=True)[0]),
                "is_true": night.true is not None,
                "review": review_words(night, words),
            }
            for night in reversed(nights)
        ],
    }
