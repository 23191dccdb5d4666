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
from detector.summary.many.compared import Compared, compare
from detector.summary.many.compared_words import caution_words, need_words, ratio_words
from detector.summary.many.said import place_words, rate_words, review_words, shown, size_words
from detector.summary.many.table import Table, place_named, places, table_of

if TYPE_CHECKING:
    from collections.abc import Callable
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
    days: frozenset[int]

    @property
    def is_after(self) -> Callable[[int], bool]:
        if self.since is not None:
            first = self.since.toordinal()
            return lambda day: day >= first
        return lambda day: day in self.days

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
    treatments, diary_words = _treatments(shelf)
    asked = _asked(request, treatments)
    found = None if asked is None else compare(table, asked.is_after, others=_others(treatments, asked))
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
        ratio=ratio_words(found.ratio, words) if found and found.ratio else None,
        needs=_needs(found, names, words) if found else [],
        lacks_labels=any(need.what == "labels" for need in found.fitness.needs) if found else False,
        cautions=[caution_words(each, words) for each in found.cautions] if found else [],
        phases=[_phase(found, each, names[each], words) for each in (0, 1)] if found else [],
        figures=_figures(table, asked, words) if asked is not None else [],
        size=size_words(table.amplitude_mg, words),
        to_label=f"/judge/nights?{urlencode({'place': place} | _date(asked))}",
    )


ROUTES = [Route("/compare", _page)]


def _needs(found: Compared, names: tuple[str, str], words: NullTranslations) -> list[str]:
    usable = [len(found.of(phase, usable=True)) for phase in (0, 1)]
    return [need_words(need, names, usable[need.phase], words) for need in found.fitness.needs]


def _date(asked: _Asked | None) -> dict[str, str]:
    return {} if asked is None or asked.since is None else {"since": asked.since.isoformat()}


def _treatments(shelf: Shelf) -> tuple[dict[str, frozenset[int]], str]:
    """Return the days of each treatment of the diary; and why they cannot be told, "" where they can."""
    try:
        used = Diary(shelf.folder).treatments()
    except DiaryError as error:
        return {}, str(error)
    return {name: frozenset(day.toordinal() for day in days) for name, days in used.items()}, ""


def _asked(request: Request, treatments: dict[str, frozenset[int]]) -> _Asked | None:
    treatment = request.query_params.get("treatment")
    if treatment in treatments:
        return _Asked(None, treatment, treatments[treatment])
    try:
        since = date.fromisoformat(request.query_params.get("since", ""))
    except ValueError:
        return None
    return _Asked(since, None, frozenset())


def _others(treatments: dict[str, frozenset[int]], asked: _Asked) -> dict[str, frozenset[int]]:
    return {name: days for name, days in treatments.items() if name != asked.treatment}


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


def _spans(name: str, days: frozenset[int]) -> list[Span]:
    """Draw what was used from its first evening to its last in a row."""
    return [Span(name, date.fromordinal(min(days)), date.fromordinal(max(days)))] if days else []


def _phase(found: Compared, phase: int, name: str, words: NullTranslations) -> dict[str, Any]:
    nights = found.of(phase)
    usable = set(found.of(phase, usable=True))
    return {
        "name": name,
        "count": len(nights),
        "usable": len(usable),
        "rows": [
            {
                "evening": night.evening,
                "rate": rate_words(shown(night, true=True)[0]),
                "is_true": night.true is not None,
                "review": review_words(night, words),
                "is_in": night in usable,
            }
            for night in reversed(nights)
        ],
    }
