"""What can be done with nights from the page: check, copy, delete; and whether this computer is fit for one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from detector.errors import NightError
from detector.review.labels import set_place
from detector.review.pages import as_json, pages_of, written
from detector.review.serving.aside import aside

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_LONGEST_PLACE = 60


def _page(request: Request) -> Response:
    return pages_of(request).show("computer.html", folder=str(request.app.state.shelf.folder))


def _examine(request: Request) -> Response:
    examine = request.app.state.examine
    if examine is None:
        return as_json({"error": "this page cannot look at the computer: run fasciwatch doctor"}, 409)
    return as_json(examine())


def _check(request: Request, _asked: dict[str, Any]) -> Response:
    """Look whether a night is sound, as ``fasciwatch check`` does."""
    return as_json(aside("check", request.app.state.shelf.path(request.path_params["key"])))


def _copy(request: Request, asked: dict[str, Any]) -> Response:
    """Copy a night into a folder that is there, as ``fasciwatch backup`` does."""
    path = request.app.state.shelf.path(request.path_params["key"])
    folder = _folder(asked.get("folder"))
    if folder is None:
        raise NightError(
            "there is no such folder: make it first, and write its whole path, such as /media/stick/nights"
        )
    return as_json(aside("copy", path, folder / path.name))


def _folder(words: object) -> Path | None:
    """Return the folder that was typed; None where there is none of this name, or none can have it."""
    try:
        folder = Path(words).expanduser() if isinstance(words, str) and words.strip() else None
        return folder if folder is not None and folder.is_absolute() and folder.is_dir() else None
    except (OSError, ValueError, RuntimeError):  # it is too long, say, or there is no such user
        return None


def _delete(request: Request, asked: dict[str, Any]) -> Response:
    """Delete a night for good, where its name has been typed."""
    from detector.night.upkeep.library import parts_aside, remove_night  # noqa: PLC0415 - few ask for it

    path = request.app.state.shelf.path(request.path_params["key"])
    if asked.get("typed") != path.stem:
        raise NightError(f"to delete this night, type {path.stem}")
    if not path.is_symlink() and not path.is_file():
        raise NightError(f"{path} is no file, and no night: delete it by hand, if you want to")
    remove_night(path)
    request.app.state.shelf.forget(path)
    return as_json({"gone": path.stem, "parts": [part.stem for part in parts_aside(path)]})


def _place(request: Request, asked: dict[str, Any]) -> Response:
    """Write down where a wearable was worn."""
    sensor, place = asked.get("sensor"), asked.get("place")
    if not isinstance(sensor, str) or not isinstance(place, str) or len(place) > _LONGEST_PLACE:
        return as_json({"error": "the name of a wearable and its place are asked for"}, 400)
    set_place(request.app.state.shelf.path(request.path_params["key"]), sensor, place)
    return as_json({"place": place})


ROUTES = [
    Route("/computer", _page),
    Route("/api/computer", _examine),
    Route("/api/night/{key:str}/check", written(_check), methods=["POST"]),
    Route("/api/night/{key:str}/copy", written(_copy), methods=["POST"]),
    Route("/api/night/{key:str}/place", written(_place), methods=["POST"]),
    Route("/api/night/{key:str}/delete", written(_delete), methods=["POST"]),
]
