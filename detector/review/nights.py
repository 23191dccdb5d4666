"""The list of nights: what each holds, and how it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from detector.review.pages import as_json, pages_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def _page(request: Request) -> Response:
    return pages_of(request).show("nights.html")


def _list(request: Request) -> Response:
    return as_json([{"key": key, "name": path.stem} for key, path in request.app.state.shelf.paths().items()])


ROUTES = [Route("/", _page), Route("/api/nights", _list)]
