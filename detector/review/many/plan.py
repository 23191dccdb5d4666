"""What so many nights can show, before one starts: the view."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from detector.review.many.chosen import place_asked, still_looking
from detector.review.opened import SUMMING_UP
from detector.review.pages import pages_of
from detector.summary.many.comparison_words import design_words, habit_words, plan_note, third_words
from detector.summary.many.said import place_words
from detector.summary.many.table import counted, places, table_of
from detector.summary.statistics.plan import A_THIRD_LESS, DESIGNS, USUAL, four_weeks, habit_of, plans

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from detector.review.opened import Shelf


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
    with SUMMING_UP:  # a second of work: one at a time
        habit = habit_of(counted(table.alike())) if table.nights else USUAL
        found = plans(habit)
    return pages.show(
        "plan.html",
        place=place_words(place, words),
        is_own=habit.nights > 0,
        habit=habit_words(habit, words),
        third=third_words(four_weeks(found), words),
        orders=[
            {
                "words": design_words(design, words),
                "rows": [
                    {
                        "nights": f"{each.nights // 2} + {each.nights // 2}",
                        "fall": round(100 * (1 - each.least_fall)),
                        "chance": round(100 * each.chance(A_THIRD_LESS)),
                    }
                    for each in found
                    if each.design == design
                ],
            }
            for design in DESIGNS
        ],
        note=plan_note(words),
        to_compare=f"/compare?{urlencode({'place': place})}",
    )


ROUTES = [Route("/plan", _page)]
