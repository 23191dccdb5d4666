"""Nights before and after a date, or with and without a treatment of the diary: the view."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from detector.diary import Diary
from detector.errors import DiaryError
from detector.figures.trend import Span, trend_figure
from detector.review.many.chosen import place_asked, still_looking
from detector.review.many.trend import NARROW, WIDE
from detector.review.pages import pages_of
from detector.summary.many.comparison import NOTHING_TOLD, Comparison, Diaried, Question
from detector.summary.many.comparison_words import (
    both_words,
    caution_words,
    names_of,
    needs_words,
    ratio_words,
    unknown_words,
)
from detector.summary.many.said import place_words, rate_words, review_words, shown, size_words
from detector.summary.many.table import Table, places, table_of

if TYPE_CHECKING:
    from gettext import NullTranslations

    from starlette.requests import Request
    from starlette.responses import Response

    from detector.review.opened import Shelf

_MOST_TREATMENTS = 12
"""Of the diary that are offered."""
_MOST_LEFT_OUT = 28


def _page(request: Request) -> Response:
    shelf: Shelf = request.app.state.shelf
    pages = pages_of(request)
    if (looking := still_looking(request)) is not None:
        return looking
    words = pages.words
    nights = shelf.summed()
    known = places(nights)
    place = place_asked(request, known)
    table = table_of(nights, place)
    diary, diary_words = _diaried(shelf)
    asked = _asked(request, diary)
    found = None if asked is None or not table.nights else asked.answer(table.nights, diary)
    left_out = {} if asked is None or not asked.leave_out else {"leave_out": asked.leave_out}
    names = ("", "") if asked is None else names_of(asked, words)
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
        leave_out=0 if asked is None else asked.leave_out,
        most_left_out=_MOST_LEFT_OUT,
        evenings=[night.evening for night in table.nights],
        treatments=[
            {
                "name": name,
                "count": len(days),
                "href": f"/compare?{urlencode({'place': place, 'treatment': name} | left_out)}",
                "is_here": asked is not None and asked.treatment == name,
            }
            for name, days in sorted(diary.used.items(), key=lambda item: -len(item[1]))[:_MOST_TREATMENTS]
        ],
        diary=diary_words,
        is_asked=asked is not None,
        ratio=ratio_words(found.ratio, names, words) if found and found.ratio else None,
        both=both_words(found.ratio, found.without_last, words) if found and found.ratio and found.without_last else "",
        unknown=unknown_words(found, words) if found else "",
        needs=needs_words(found, names, words) if found else [],
        lacks_labels=found.lacks_labels if found else False,
        cautions=[caution_words(each, words) for each in found.cautions] if found else [],
        phases=[_phase(found, each, names[each], words) for each in (0, 1)] if found else [],
        figures=_figures(table, asked, diary, words) if asked is not None else [],
        size=size_words(table.amplitude_mg, words),
        to_label=f"/judge/nights?{urlencode({'place': place} | _date(asked))}",
    )


ROUTES = [Route("/compare", _page)]


def _date(asked: Question | None) -> dict[str, str]:
    if asked is None:
        return {}
    return {"treatment": asked.treatment} if asked.since is None else {"since": asked.since.isoformat()}


def _diaried(shelf: Shelf) -> tuple[Diaried, str]:
    """Return what the diary says of treatments, or why it does not."""
    diary = Diary(shelf.folder)
    try:
        used = {name: frozenset(days) for name, days in diary.treatments().items()}
        return Diaried(used, diary.told()), ""
    except DiaryError as error:
        return NOTHING_TOLD, str(error)


def _asked(request: Request, diary: Diaried) -> Question | None:
    words = request.query_params.get("leave_out", "")
    is_number = words.isascii() and words.isdecimal() and len(words) <= len(str(_MOST_LEFT_OUT))
    leave_out = min(int(words), _MOST_LEFT_OUT) if is_number else 0
    treatment = request.query_params.get("treatment", "")
    if treatment in diary.used:
        return Question(treatment=treatment, leave_out=leave_out)
    try:
        since = date.fromisoformat(request.query_params.get("since", ""))
    except ValueError:
        return None
    return Question(since=since, leave_out=leave_out)


def _figures(table: Table, asked: Question, diary: Diaried, words: NullTranslations) -> list[dict[str, Any]]:
    if not table.nights:
        return []
    spans = _spans(asked.treatment, diary.used[asked.treatment]) if asked.since is None else []
    sizes = (("wide", WIDE), ("narrow", NARROW))
    return [
        {
            "class": name,
            "svg": trend_figure(
                f"compare-{name}", table, None, size, words, spans=spans, since=asked.since, of_true=True
            ),
        }
        for name, size in sizes
    ]


def _spans(name: str, days: AbstractSet[date]) -> list[Span]:
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
