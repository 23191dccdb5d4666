"""The list of nights: what each holds, and how it is."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from detector.errors import LockedNightError
from detector.review.pages import as_json, pages_of, written

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from detector.summary.line import NightLine

_MS = 1e6


def _page(request: Request) -> Response:
    return pages_of(request).show("nights.html")


def _list(request: Request) -> Response:
    """Answer the names of all nights, the latest first, and the lines that are known: others are asked for singly."""
    shelf = request.app.state.shelf
    paths = shelf.paths()
    return as_json(
        {
            "folder": str(shelf.folder),
            "nights": [{"key": key, "name": path.stem} for key, path in reversed(paths.items())],
            "lines": {key: {"key": key, **_told(line)} for key, line in shelf.known_lines(paths).items()},
        }
    )


def _line(request: Request) -> Response:
    key = request.path_params["key"]
    return as_json({"key": key, **_told(request.app.state.shelf.line(request.app.state.shelf.path(key)))})


def _told(line: NightLine) -> dict[str, Any]:
    facts = asdict(line)
    for name in ("start", "end"):
        at_ns = facts.pop(f"{name}_ns")
        facts[f"{name}_ms"] = None if at_ns is None else at_ns / _MS
    return facts | {"length_s": line.length_s}


def _unlock(request: Request, asked: dict[str, Any]) -> Response:
    """Try a passphrase; see `Shelf.unlock`."""
    key, passphrase = asked.get("night"), asked.get("passphrase")
    if not isinstance(key, str) or not isinstance(passphrase, str) or not passphrase:
        return as_json({"error": "a night and its passphrase are asked for"}, 400)
    try:
        request.app.state.shelf.unlock(key, passphrase)
    except LockedNightError:
        return as_json({"error": pages_of(request).words.gettext("This passphrase does not fit.")}, 409)
    return as_json({"fits": True})


ROUTES = [
    Route("/", _page),
    Route("/api/nights", _list),
    Route("/api/nights/{key:str}", _line),
    Route("/api/unlock", written(_unlock), methods=["POST"]),
]
