"""The list of nights: what each holds, and how it is."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from detector.errors import LockedNightError
from detector.review.memory import give_back
from detector.review.opened import SUMMING_UP, state_of
from detector.review.pages import as_json, pages_of, written
from detector.summary.line import NightLine, line_of

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

_MS = 1e6


class Lines:
    """The nights in a line each; one that has not changed since is not summed up again."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[Hashable, NightLine]] = {}
        self._lock = threading.Lock()

    def of(self, path: Path) -> NightLine:
        """Tell a night in a line."""
        state = state_of(path)
        with self._lock:
            known = self._known.get(path)
        if known is not None and known[0] == state and known[1].state == "sound":
            return known[1]
        with SUMMING_UP:
            line = line_of(path)
        give_back()
        with self._lock:
            self._known[path] = state, line
        return line


def _page(request: Request) -> Response:
    return pages_of(request).show("nights.html")


def _list(request: Request) -> Response:
    """Answer the names of all nights, the latest first: what each holds is asked for one by one."""
    paths = request.app.state.shelf.paths()
    return as_json(
        {
            "folder": str(request.app.state.shelf.folder),
            "nights": [{"key": key, "name": path.stem} for key, path in reversed(paths.items())],
        }
    )


def _line(request: Request) -> Response:
    key = request.path_params["key"]
    return as_json({"key": key, **_told(request.app.state.lines.of(request.app.state.shelf.path(key)))})


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
