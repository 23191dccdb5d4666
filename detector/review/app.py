"""The page's views and answers, put together."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from detector.errors import FasciwatchError
from detector.review import diary, night, nights, sheets, upkeep
from detector.review.judging import blind
from detector.review.judging import routes as judging
from detector.review.many import compare, plan, trend
from detector.review.opened import NoSuchNightError
from detector.review.pages import Pages, as_json, pages_of
from detector.review.serving.guard import Gate, Guard
from detector.review.texts import HERE
from detector.words import translations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from gettext import NullTranslations

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from detector.review.opened import Shelf

_THREADS = 2
"""Answers at a time: what reads a night waits for the disk, and each thread costs memory."""


def make_app(
    shelf: Shelf,
    gate: Gate,
    *,
    examine: Callable[[], list[dict[str, Any]]] | None = None,
    words: NullTranslations | None = None,
    home: str = "/",
) -> ASGIApp:
    """Put the page together.

    Parameters
    ----------
    shelf
        The nights to show.
    gate
        Who may look.
    examine
        Looks whether this computer is fit for a night, as ``fasciwatch doctor --json`` tells it; it knows the radio,
        and the page does not. None where nobody can.
    words
        Of the page; None for the language of the computer.
    home
        The view that is opened first.

    Returns
    -------
    ASGIApp
        Behind its guard.
    """

    @contextlib.asynccontextmanager
    async def with_few_threads(_app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        yield

    app = Starlette(
        routes=[
            *nights.ROUTES,
            *night.ROUTES,
            *blind.ROUTES,
            *compare.ROUTES,
            *diary.ROUTES,
            *judging.ROUTES,
            *plan.ROUTES,
            *sheets.ROUTES,
            *trend.ROUTES,
            *upkeep.ROUTES,
            Route("/api/texts", _texts),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        exception_handlers={FasciwatchError: _told_error, 404: _nothing, Exception: _other_error},
        lifespan=with_few_threads,
    )
    app.state.shelf = shelf
    app.state.examine = examine
    app.state.pages = Pages(words or translations())
    return Guard(app, gate, home)


def _texts(request: Request) -> Response:
    return pages_of(request).catalogue()


async def _told_error(request: Request, error: Exception) -> Response:
    """Say in a sentence what is wrong, with a night as a rule: to scripts, or on a page to who came by an address."""
    status = 404 if isinstance(error, NoSuchNightError) else 409
    if request.url.path.startswith("/api/"):
        return as_json({"error": str(error)}, status)
    return pages_of(request).show("gone.html", status=status, words=str(error))


async def _other_error(_request: Request, _error: Exception) -> Response:
    """Say in a sentence that this program has made a mistake; the guard tells the terminal where."""
    return as_json({"error": "this went wrong; the terminal says where"}, 500)


async def _nothing(request: Request, error: Exception) -> Response:
    """Lead whoever came by a wrong address to the nights."""
    if request.url.path.startswith(("/api/", "/static/")):
        return as_json({"error": str(getattr(error, "detail", error))}, 404)
    return pages_of(request).show("gone.html", status=404, words="")
