"""What the judging page asks: events with their snippets, labels, the way back, estimates."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
from starlette.routing import Route

from detector.errors import NightError
from detector.events import KINDS
from detector.night import Night
from detector.night.upkeep.age import is_being_recorded
from detector.review import labels
from detector.review.judging import estimate
from detector.review.judging.around import AROUND_S, around
from detector.review.judging.loaded import LABELS, Loaded, Loader, columns, joined, said_of, snippet_columns
from detector.review.pages import as_bytes, as_json, pages_of, written
from detector.review.texts import HERE
from detector.summary.judged.precision import drawn

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from detector.review.opened import Shelf

_MOST_NIGHTS = 400
_LONGEST_NUMBER = 20
_HOWS = ("single", "selection", "page", "family", "estimate")

LOADER = Loader()


class NonsenseError(NightError):
    """What was asked for cannot be."""


def _page(request: Request) -> Response:
    """Show the page, which begins to fetch its events and scripts before it has read any of them."""
    query = urlencode([("night", key) for key in request.query_params.getlist("night")])
    return pages_of(request).show("judge.html", query=query, scripts=_scripts())


@cache
def _scripts() -> list[str]:
    return sorted(path.name for path in (HERE / "static" / "judge").glob("*.js"))


def _snippets(request: Request) -> Response:
    """Answer with all events of some nights at once."""
    shelf: Shelf = request.app.state.shelf
    keys = request.query_params.getlist("night")
    if not 0 < len(keys) <= _MOST_NIGHTS:
        raise NonsenseError("which nights?")
    loaded, parts, told = [], [], []
    for key in dict.fromkeys(keys):
        path = shelf.path(key)
        one, judged = LOADER.load(path)
        reviewer = labels.this_reviewer()
        loaded.append(one)
        parts.append(columns(one, judged))
        told.append({
            "key": key,
            "began": one.version,
            "timezone": one.timezone if all(has_date for *_, has_date in one.sensors) else "",
            "name": path.stem,
            "sensors": [{"name": name, "place": place} for name, place, _ in one.sensors],
            "recording": is_being_recorded(path),
            "undoable": judged.undoable(reviewer) is not None,
            "redoable": judged.redoable(reviewer) is not None,
        })  # fmt: skip
    return as_bytes({"nights": told}, **joined(parts), **snippet_columns(loaded))


def _warm(request: Request) -> Response:
    """Get a night ready: whoever looks at it is likely to judge it next."""
    shelf: Shelf = request.app.state.shelf
    LOADER.load(shelf.path(request.query_params.get("night", "")))
    return as_json({})


def _around(request: Request) -> Response:
    shelf: Shelf = request.app.state.shelf
    path = shelf.path(request.query_params.get("night", ""))
    loaded = LOADER.kept(path, request.query_params.get("began"))
    onset_ns, _ = loaded.placed[_index(request.query_params.get("event"), loaded)]
    with Night(path) as night:
        found = around(night, onset_ns)
    lanes = [{"sensor": name, "rate": rate_hz} for name, rate_hz, _ in found]
    arrays = {f"lane{number}": mg for number, (_, _, mg) in enumerate(found)}
    return as_bytes({"lanes": lanes, "around": AROUND_S}, **arrays)


def _put(request: Request, told: dict[str, Any]) -> Response:
    shelf: Shelf = request.app.state.shelf
    path = shelf.path(_text(told, "night"))
    loaded = LOADER.kept(path, _text(told, "began"))
    how = told.get("how")
    if how not in _HOWS:
        raise NonsenseError("this is no way to judge")
    action = labels.Action(
        reviewer=labels.this_reviewer(),
        how=how,
        judgements=tuple(
            labels.Judgement(_place(each, loaded), _label_of(each), bool(each.get("explicit", True)))
            for each in _facts(told, "judgements")
        ),
        regroupings=tuple(
            labels.Regrouping(_place(each, loaded), _whole(each.get("family"))) for each in _facts(told, "regroupings")
        ),
    )
    if not action.judgements and not action.regroupings:
        raise NonsenseError("nothing is said")
    return as_json({"action": _append(path, action, loaded.began_ns)})


def _append(path: Path, action: labels.Action, began_ns: int | None) -> int:
    try:
        return labels.append(path, action, began_ns)
    except (ValueError, RecursionError) as error:
        words = "it is too deep" if isinstance(error, RecursionError) else error
        raise NonsenseError(f"this cannot be said: {words}") from None


def _undo(request: Request, told: dict[str, Any]) -> Response:
    return _take_back(request, told, "undo")


def _redo(request: Request, told: dict[str, Any]) -> Response:
    return _take_back(request, told, "redo")


def _take_back(request: Request, told: dict[str, Any], how: str) -> Response:
    """Take an action back in each night that it was in; or, of many nights, the last one that there is.

    A page that was opened anew knows no actions, and asks for the latest: it is told what holds of that night.
    """
    shelf: Shelf = request.app.state.shelf
    reviewer = labels.this_reviewer()
    nights = _facts(told, "nights")
    if told.get("latest"):
        times = {}
        for night in nights:
            with shelf.open(_text(night, "night")) as opened:
                judged = opened.judged()
            number = judged.undoable(reviewer) if how == "undo" else judged.redoable(reviewer)
            if number is not None:
                times[_text(night, "night")] = next(a.made_utc_ns for a in judged.log if a.number == number)
        nights = [night for night in nights if times and night["night"] == max(times, key=times.__getitem__)]
    answered = []
    for night in nights:
        path = shelf.path(_text(night, "night"))
        action = night.get("action")
        if action is not None and not isinstance(action, int):
            raise NonsenseError("which action?")
        (labels.undo if how == "undo" else labels.redo)(path, reviewer, _began(night), action)
        facts: dict[str, Any] = {"night": night["night"]}
        if told.get("latest"):
            loaded, judged = LOADER.load(path)
            label, explicit, family = said_of(loaded, judged)
            facts |= {
                "undoable": judged.undoable(reviewer) is not None,
                "redoable": judged.redoable(reviewer) is not None,
                "label": label.tolist(), "explicit": explicit.tolist(), "family": family.tolist(),
            }  # fmt: skip
        answered.append(facts)
    return as_json({"nights": answered})


def _stage(request: Request, told: dict[str, Any]) -> Response:
    """Plan an estimate, or say what a stage has come to and what comes next.

    Nothing is kept between two answers: the page says which events it is about, where the sample started and what was
    said; the order of score is this side's alone.
    """
    shelf: Shelf = request.app.state.shelf
    nights = _facts(told, "nights")
    paths = [shelf.path(_text(night, "night")) for night in nights]
    if len(set(paths)) < len(paths):
        raise NonsenseError("a night is named twice")
    every: list[tuple[float, int, int]] = []
    for number, (path, night) in enumerate(zip(paths, nights, strict=True)):
        loaded = LOADER.kept(path, _text(night, "began"))
        indices = {_index(each, loaded) for each in _list(night, "events")}
        every += [(loaded.placed[index][1].score, number, index) for index in indices]
    every.sort()
    width = told.get("width", estimate.WIDTH)
    if not isinstance(width, int | float) or not 0.01 <= width <= 0.5 or not every:  # noqa: PLR2004 - 1 to 50 points
        raise NonsenseError("this cannot be estimated")
    many = len(every)
    least, most = estimate.labels_between(many, width)
    plan = {"out_of": many, "stages": estimate.stages(many), "least": least, "most": most}
    plan["usual"] = estimate.labels_needed(many, width)
    if told.get("stage") is None:
        start = estimate.random_start()
        return as_json(plan | {"start": start, "stage": 0, "ask": _asked(every, 0, start)})
    start, stage = _whole(told.get("start")), _whole(told["stage"])
    if not 0 <= stage < len(estimate.stages(many)) or not 0 <= start < 1 << 32:
        raise NonsenseError("this estimate has no such stage")
    said = dict(map(_said, _list(told, "labels")))
    asked = [every[place][1:] for place in estimate.sample(many, stage, start)]
    if any(each not in said for each in asked):
        raise NonsenseError("a stage is looked at as a whole: some of it is not labelled yet")
    answer = estimate.answer([_TRUTH.get(said[each], False) for each in asked], many, width)
    result = {
        "labelled": answer.labelled, "yes": answer.yes, "unsure": answer.unsure, "low": answer.low,
        "high": answer.high, "share": answer.share, "is_narrow": answer.is_narrow,
    }  # fmt: skip
    what = {
        "filter": told.get("filter"), "nights": len(paths), "out_of": many, "start": start, "width": width,
        "level": estimate.LEVEL, "stages": estimate.stages(many)[: stage + 1],
    }  # fmt: skip
    for number, (path, night) in enumerate(zip(paths, nights, strict=True) if answer.is_narrow else ()):
        loaded = LOADER.kept(path, _text(night, "began"))
        how = drawn(
            (loaded.place(index) for _, of, index in every if of == number),
            (loaded.place(index) for of, index in asked if of == number),
        )
        action = labels.Action(labels.this_reviewer(), "estimate", estimate=labels.Estimate(what | how, result))
        _append(path, action, _began(night))
    is_over = stage + 1 == len(estimate.stages(many))
    ask = [] if is_over else _asked(every, stage + 1, start)
    return as_json(plan | {"start": start, "stage": stage + 1, "ask": ask, "answer": result})


_TRUTH: dict[str, bool | None] = {"yes": True, "unsure": None}


def _said(told: object) -> tuple[tuple[int, int], str]:
    """Read what was said of an event of a sample: the number of its night, its own, and the label."""
    if not isinstance(told, list) or len(told) != 3 or told[2] not in (*LABELS, *KINDS):  # noqa: PLR2004 - see above
        raise NonsenseError("a label has a night, an event and a word")
    return (_whole(told[0]), _whole(told[1])), told[2]


def _asked(every: list[tuple[float, int, int]], stage: int, start: int) -> list[tuple[int, int]]:
    return [every[place][1:] for place in estimate.fresh(len(every), stage, start)]


def _label_of(told: dict[str, Any]) -> str | None:
    label = told.get("label")
    if label is None or label in LABELS or label in KINDS:
        return label
    raise NonsenseError("there is no such label")


def _place(told: dict[str, Any], loaded: Loaded) -> labels.Place:
    return loaded.place(_index(told.get("event"), loaded))


def _index(value: object, loaded: Loaded) -> int:
    index = _whole(value)
    if not 0 <= index < len(loaded.placed):
        raise NonsenseError("there is no such event")
    return index


def _whole(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < _LONGEST_NUMBER:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NonsenseError("this is no whole number")
    return int(np.clip(value, -(1 << 40), 1 << 40)) if abs(value) < 1 << 62 else 1 << 40


def _text(told: dict[str, Any], name: str) -> str:
    if not isinstance(told.get(name), str):
        raise NonsenseError("which night?")
    return str(told[name])


def _facts(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = _list(told, name)
    if not all(isinstance(each, dict) for each in found):
        raise NonsenseError("nothing is said")
    return found


def _list(told: dict[str, Any], name: str) -> list[Any]:
    found = told.get(name, [])
    if not isinstance(found, list):
        raise NonsenseError("this is no list")
    return found


def _began(told: dict[str, Any]) -> int | None:
    """Read when the night began out of the version that the page knows, where that is the night's own as yet."""
    words = _text(told, "began").partition("-")[0]
    return int(words) if words.isascii() and words.isdigit() and len(words) < _LONGEST_NUMBER else None


ROUTES = [
    Route("/judge", _page),
    Route("/api/snippets", _snippets),
    Route("/api/snippets/warm", _warm),
    Route("/api/around", _around),
    Route("/api/label", written(_put), methods=["POST"]),
    Route("/api/undo", written(_undo), methods=["POST"]),
    Route("/api/redo", written(_redo), methods=["POST"]),
    Route("/api/estimate", written(_stage), methods=["POST"]),
]
