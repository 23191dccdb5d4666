"""One's nights side by side: the view, drawn on this side; a script only sees to nights that are not summed up yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from detector.diary import Diary
from detector.errors import DiaryError
from detector.figures.trend import SPAN, Span, trend_figure
from detector.report.phrases import cut_off
from detector.review.many.chosen import LOOKED, place_asked, still_looking
from detector.review.pages import as_json, pages_of
from detector.summary.many.said import (
    basis_words,
    change_words,
    hours_words,
    place_words,
    rate_words,
    review_words,
    shown,
    size_words,
    verdict,
    why_left_out,
)
from detector.summary.many.table import places, table_of
from detector.summary.many.usual import usual

if TYPE_CHECKING:
    from gettext import NullTranslations

    from starlette.requests import Request
    from starlette.responses import Response

    from detector.review.opened import Shelf
    from detector.summary.many.counting import LeftOut
    from detector.summary.many.table import Table, TrendNight
    from detector.summary.many.usual import Usual

WIDE, NARROW = (1080.0, 340.0), (280.0, 280.0)
"""Sizes of the figure; the style sheet shows the one that fits."""

_RANGES = (28, 91, 365, 0)
_MOST_SPANS, _LONGEST_NAME = 4, 24
"""Of the diary, in a figure."""


def _page(request: Request) -> Response:
    """Show the nights; or, where many are to be summed up first, a page that has this done and comes back."""
    shelf: Shelf = request.app.state.shelf
    pages = pages_of(request)
    if (looking := still_looking(request)) is not None:
        return looking
    words = pages.words
    nights = shelf.summed()
    known = places(nights)
    place = place_asked(request, known)
    days = _whole(request.query_params.get("days"), _RANGES[1])
    every = table_of(nights, place)
    table = _latest(every, days)
    found = usual(every)
    keys = {path.stem: key for key, path in shelf.paths().items()}
    spans, more = spans_of(shelf, table)
    return pages.show(
        "trend.html",
        place=place_words(place, words),
        places=[
            {"words": place_words(each, words), "href": _link(each, days), "is_here": each == place} for each in known
        ],
        ranges=[
            {"words": _range_words(each, words), "href": _link(place, each), "is_here": each == days}
            for each in _RANGES
        ],
        verdict=None if found is None else verdict(found, every.amplitude_mg, words),
        lies=None if found is None else found.place,
        basis=None if found is None else basis_words(found, words),
        size=size_words(table.amplitude_mg, words),
        figures=_figures(table, found, spans, words),
        has_band=found is not None and found.band is not None,
        has_spans=bool(spans),
        more_spans=more,
        rows=_rows(table, found, keys, words),
        left_out=[_left_out(one, keys, words) for one in reversed(table.left_out)],
        to_label=f"/judge/nights?{urlencode({'place': place})}",
        without_labels=sum(not night.is_reviewed for night in table.nights),
        to_compare=f"/compare?{urlencode({'place': place})}",
        to_plan=f"/plan?{urlencode({'place': place})}",
    )


def _waiting(request: Request) -> Response:
    """Answer which nights are to be summed up before all of them can be shown at once."""
    return as_json({"keys": request.app.state.shelf.not_known()})


ROUTES = [Route("/trend", _page), Route("/api/trend/waiting", _waiting)]


def spans_of(shelf: Shelf, table: Table) -> tuple[list[Span], int]:
    """Return what the diary says was used on the evenings that are shown, what was used most first, and how many more.

    Nothing where the diary is locked or damaged: its own view says so.
    """
    if not table.nights:
        return [], 0
    first, last = (date.fromisoformat(table.nights[at].evening) for at in (0, -1))
    try:
        used = Diary(shelf.folder).treatments()
    except DiaryError:
        return [], 0
    shown_ones = {name: [each for each in evenings if first <= each <= last] for name, evenings in used.items()}
    found = sorted(((name, each) for name, each in shown_ones.items() if each), key=lambda pair: -len(pair[1]))
    return [Span.on(cut_off(name, _LONGEST_NAME), each) for name, each in found[:_MOST_SPANS]], len(found[_MOST_SPANS:])


def _figures(table: Table, found: Usual | None, spans: list[Span], words: NullTranslations) -> list[dict[str, Any]]:
    if not table.nights:
        return []
    return [
        {
            "class": name,
            "svg": trend_figure(f"trend-{name}", table, found, (wide, high + SPAN * len(spans)), words, spans=spans),
        }
        for name, (wide, high) in (("wide", WIDE), ("narrow", NARROW))
    ]


def _rows(table: Table, found: Usual | None, keys: dict[str, str], words: NullTranslations) -> list[dict[str, Any]]:
    """Tell the nights that count, the latest first, and what is another one from each on."""
    rows = []
    alike = set(table.alike()) if table.nights else set()
    for place, night in enumerate(table.nights):
        rate, low, high, _ = shown(night, true=found is not None and found.is_of_true)
        before = table.nights[place - 1] if place else None
        rows.append({
            "evening": night.evening,
            "nights": [{"key": keys.get(name), "name": name} for name in night.names],
            "rate": rate_words(rate),
            "low": rate_words(low),
            "high": rate_words(high),
            "hours": hours_words(night.level.seconds, words),
            "review": review_words(night, words),
            "lies": _lies(night, found, rate) if night in alike else "",
            "change": change_words(before.setup, night.setup, words) if before and before.setup != night.setup else "",
        })  # fmt: skip
    return rows[::-1]


def _lies(night: TrendNight, found: Usual | None, rate: float) -> str:
    if found is None or found.band is None or (found.is_of_true and not night.is_reviewed):
        return ""
    return found.band.place(rate)


def _left_out(one: LeftOut, keys: dict[str, str], words: NullTranslations) -> dict[str, Any]:
    return {"evening": one.evening, "name": one.name, "key": keys.get(one.name), "why": why_left_out(one, words)}


def _latest(table: Table, days: int) -> Table:
    """Return the nights of so many days that end with the last one that counts; 0 for all."""
    if not days or not table.nights:
        return table
    first = (date.fromisoformat(table.nights[-1].evening) - timedelta(days=days - 1)).isoformat()
    return replace(
        table,
        nights=tuple(night for night in table.nights if night.evening >= first),
        left_out=tuple(one for one in table.left_out if not one.evening or one.evening >= first),
    )


def _range_words(days: int, words: NullTranslations) -> str:
    _ = words.gettext
    return {28: _("4 weeks"), 91: _("3 months"), 365: _("a year")}.get(days, _("all"))


def _link(place: str, days: int) -> str:
    return f"/trend?{urlencode({'place': place, 'days': days, LOOKED: 1})}"


def _whole(words: str | None, usual_one: int) -> int:
    return next((each for each in _RANGES if words == str(each)), usual_one)
