"""A night's sheets: shown in a tab of their own, or saved as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from detector.report import READERS, policy, sheet_of
from detector.review.opened import SUMMING_UP
from detector.review.pages import pages_of
from detector.review.serving.guard import POLICY
from detector.review.serving.memory import give_back

if TYPE_CHECKING:
    from starlette.requests import Request

    from detector.review.opened import Shelf

_NO_FRAMES = "; frame-ancestors 'none'"


def _sheet(request: Request) -> Response:
    """Answer a sheet, under the policy that stands in it: its own style, and nothing else."""
    shelf: Shelf = request.app.state.shelf
    reader = next((each for each in READERS if each == request.path_params["reader"]), None)
    if reader is None:
        raise HTTPException(404)
    path = shelf.path(request.path_params["key"])
    with SUMMING_UP:
        html, facts = sheet_of(path, shelf.folder, reader, words=pages_of(request).words)
    give_back()
    headers = {POLICY: policy() + _NO_FRAMES}
    if "save" in request.query_params:
        # By a code, and not by its own name, which may say whose it is and hold any letters.
        headers["content-disposition"] = f'attachment; filename="fasciwatch-{facts.code}-{reader}.html"'
    return Response(html.encode("utf-8", "replace"), media_type="text/html", headers=headers)


ROUTES = [Route("/night/{key:str}/sheet/{reader:str}", _sheet)]
