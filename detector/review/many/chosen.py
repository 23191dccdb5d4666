"""Which nights a view of many is of: all of the library, at the place that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.review.pages import pages_of
from detector.summary.many.table import place_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from detector.review.opened import Shelf

LOOKED = "looked"
"""In an address: the nights that can be summed up have been."""


def still_looking(request: Request, view: str = "trend") -> Response | None:
    """Answer with the page that has nights summed up and comes back to `view`; None where that has been done."""
    shelf: Shelf = request.app.state.shelf
    if LOOKED not in request.query_params and (waiting := shelf.not_known()):
        return pages_of(request).show("looking.html", view=view, keys=waiting)
    return None


def place_asked(request: Request, known: Sequence[str]) -> str:
    """Return the place that is asked for, else that of most nights; "" where nobody has said one."""
    asked = request.query_params.get("place")
    return place_named(asked) if asked is not None else next(iter(known), "")
