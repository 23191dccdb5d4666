"""Pages and answers: templates with their words, facts as JSON, arrays as bytes."""

from __future__ import annotations

import json
import math
import struct
from gettext import NullTranslations
from typing import TYPE_CHECKING, Any

import jinja2
import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response, StreamingResponse

from detector.review.texts import HERE, for_scripts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import numpy.typing as npt
    from starlette.requests import Request

_ALIGNED = 8
_PIECE = 65_536
"""Bytes of an array that are handed on at once."""


class Pages:
    """The templates in one language.

    Parameters
    ----------
    words
        Of that language.
    """

    def __init__(self, words: NullTranslations) -> None:
        self.words = words
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            extensions=["jinja2.ext.i18n"],
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]

    def show(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """Make a page of a template."""
        # A file's name may hold bytes that are no text.
        page = self._templates.get_template(template).render(**facts).encode("utf-8", "replace")
        return HTMLResponse(page, status)

    def catalogue(self) -> Response:
        """Give scripts their words."""
        return as_json(for_scripts(self.words))


def pages_of(request: Request) -> Pages:
    """Return the templates of the app that answers a request."""
    pages: Pages = request.app.state.pages
    return pages


def as_json(value: Any, status: int = 200) -> Response:
    """Answer with facts; what is no number is null, since JSON knows no NaN."""
    return Response(_json(value), status, media_type="application/json")


def as_bytes(facts: dict[str, Any], **arrays: npt.NDArray[Any]) -> Response:
    """Answer with arrays; see `pack`. They go piece by piece: a night's snippets would be in memory four times else."""
    head, blocks = _packed(facts, arrays)
    long = len(head) + sum(block.nbytes + _after(block.nbytes) for block in blocks)
    return StreamingResponse(
        _pieces(head, blocks), media_type="application/octet-stream", headers={"content-length": str(long)}
    )


async def _pieces(head: bytes, blocks: list[npt.NDArray[Any]]) -> AsyncIterator[bytes | memoryview]:
    yield head
    for block in blocks:
        seen = block.reshape(-1).view(np.uint8).data
        for begin in range(0, len(seen), _PIECE):
            yield seen[begin : begin + _PIECE]
        if _after(len(seen)):
            yield b"\0" * _after(len(seen))


def pack(facts: dict[str, Any], **arrays: npt.NDArray[Any]) -> bytes:
    """Put facts and arrays into one run of bytes, which ``unpack`` of ``api.js`` takes apart without a copy.

    Parameters
    ----------
    facts
        Anything JSON knows.
    arrays
        Of int8 to int32, uint8 to uint32, float32 or float64.

    Returns
    -------
    bytes
        The length of the JSON (uint32, little endian), the JSON itself with ``arrays``: of each its type, shape and
        place after the JSON, and the arrays, each at a multiple of eight bytes.
    """
    head, blocks = _packed(facts, arrays)
    return b"".join((head, *(block.tobytes() + b"\0" * _after(block.nbytes) for block in blocks)))


def _packed(facts: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> tuple[bytes, list[npt.NDArray[Any]]]:
    """Give what goes before the arrays, and the arrays as they go: little endian, row after row."""
    blocks: list[npt.NDArray[Any]] = []
    places: dict[str, Any] = {}
    at = 0
    for name, array in arrays.items():
        block = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        places[name] = {"type": array.dtype.name, "shape": array.shape, "at": at}
        blocks.append(block)
        at += block.nbytes + _after(block.nbytes)
    words = _json(facts | {"arrays": places}).encode()
    words += b" " * _after(4 + len(words))
    return struct.pack("<I", len(words)) + words, blocks


def _after(many: int) -> int:
    """How many bytes are missing to a multiple of eight."""
    return -many % _ALIGNED


def _json(value: Any) -> str:
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    except ValueError:  # seldom: what follows copies all of it
        return json.dumps(_known(value), separators=(",", ":"))


def _known(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _known(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_known(each) for each in value]
    return value


def _no_number(words: str) -> float:
    raise ValueError(f"JSON knows no {words}")


def written(act: Callable[[Request, dict[str, Any]], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Make an answer of what is posted, in a thread."""

    async def answer(request: Request) -> Response:
        try:
            asked = json.loads(await request.body(), parse_constant=_no_number)
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict):
            return as_json({"error": "a JSON object is asked for"}, 400)
        return await run_in_threadpool(act, request, asked)

    return answer
