"""One night at a glance: the view, and what it asks for."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from detector.events import KINDS
from detector.minutes import MINUTE_NS, REASONS
from detector.night.upkeep.age import is_being_recorded
from detector.review.drawn import MOST_SECONDS, movement, stretch
from detector.review.opened import SUMMING_UP
from detector.review.pages import as_bytes, as_json, pages_of
from detector.review.serving.memory import give_back
from detector.summary import summarise, wear
from detector.summary.zone import zone_of
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from detector.night import Night
    from detector.review.opened import Shelf

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MS = 1e6
_LONGEST_NUMBER = 6
_DRAWING = threading.Lock()
"""Held while samples are read: two at once would take as long, and twice the memory."""
_OF_EVENT = ("duration_s", "p2p_mg", "peak_mg", "score", "snr_db", "dominant_hz", "family", "flags")


def _page(request: Request) -> Response:
    key = request.path_params["key"]
    name = _shelf(request).path(key).stem
    return pages_of(request).show("night.html", key=key, name=name, evening=name if _DATE.fullmatch(name) else "")


def _facts(request: Request) -> Response:
    """Answer what the night holds but for its samples; times are in s from its first sample."""
    key = request.path_params["key"]
    path = _shelf(request).path(key)
    with SUMMING_UP, _shelf(request).open(key) as night:
        answer = as_json({"key": key, **facts_of(night, path)})
    give_back()
    return answer


def _summary(request: Request) -> Response:
    """Answer the night in numbers, as ``fasciwatch events --json`` and the morning's lines work them out."""
    with SUMMING_UP, _shelf(request).open(request.path_params["key"]) as night:
        told = asdict(summarise(night))
    give_back()
    del told["runs"]
    for hour in told["hours"]:
        hour["start_ms"] = hour.pop("start_ns") / _MS
    return as_json(told)


def _movement(request: Request) -> Response:
    with _DRAWING, _shelf(request).open(request.path_params["key"]) as night:
        sensor = _sensor(request, night)
        return as_bytes({}, **movement(night, sensor.name, night.start_ns or 0))


def _samples(request: Request) -> Response:
    try:
        from_s, to_s = (float(request.query_params[name]) for name in ("from", "to"))
    except (KeyError, ValueError):
        return as_json({"error": "a stretch has a from and a to, in seconds"}, 400)
    if not 0 <= to_s - from_s <= MOST_SECONDS or not abs(from_s) < 1e9:  # noqa: PLR2004 - thirty years
        return as_json({"error": f"a stretch has {MOST_SECONDS:g} s at the most"}, 413)
    with _DRAWING, _shelf(request).open(request.path_params["key"]) as night:
        facts, arrays = stretch(night, _sensor(request, night), night.start_ns or 0, from_s, to_s)
        return as_bytes(facts, **arrays)


ROUTES = [
    Route("/night/{key:str}", _page),
    Route("/api/night/{key:str}", _facts),
    Route("/api/night/{key:str}/summary", _summary),
    Route("/api/night/{key:str}/movement", _movement),
    Route("/api/night/{key:str}/samples", _samples),
]


def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


def _sensor(request: Request, night: Night) -> Any:
    """Return the wearable whose number is asked for; the first one where that is none."""
    told = request.query_params.get("sensor", "0")
    sensors = night.sensors
    number = int(told) if told.isascii() and told.isdigit() and len(told) < _LONGEST_NUMBER else 0
    return sensors[number if number < len(sensors) else 0]


def facts_of(night: Night, path: Path) -> dict[str, Any]:
    """Tell what a night holds but for its samples; times are in s from its first sample."""
    sensors = night.sensors
    origin_ns = night.start_ns or 0
    end_ns = night.end_ns or origin_ns
    zone = zone_of(night.runs)
    return {
        "name": path.stem,
        "start_ms": origin_ns / _MS,
        "length_s": (end_ns - origin_ns) / NS,
        "zone": None if zone is None else zone.key,
        "has_date": any(sensor.has_date for sensor in sensors),
        "recording": is_being_recorded(path),
        "kinds": KINDS,
        "reasons": REASONS,
        "sensors": [
            {
                "name": sensor.name,
                "model": sensor.model,
                "place": sensor.place,
                "nominal_hz": sensor.nominal_hz,
                "gaps": [(*_span(gap, origin_ns), gap.cause) for gap in night.gaps(sensor.name)],
                "wear": [(*_span(part, origin_ns), part.state) for part in wear(night, sensor.name)],
                "minutes": _minutes(night, sensor.name, origin_ns),
            }
            for sensor in sensors
        ],
        "events": _events(night, [sensor.name for sensor in sensors], origin_ns),
    }


def _span(part: Any, origin_ns: int) -> tuple[float, float]:
    return (part.start_ns - origin_ns) / NS, (part.end_ns - origin_ns) / NS


def _minutes(night: Night, sensor: str, origin_ns: int) -> dict[str, list[Any]] | None:
    """Tell in what part of each minute twitches could be measured; None where the night does not know."""
    minutes = night.measured(sensor)
    if minutes is None:
        return None
    return {
        "at": [(minute.start_ns - origin_ns) / NS for minute in minutes],
        "share": [round(minute.measurable_s / minute.observed_s, 3) if minute.observed_s else 0 for minute in minutes],
        "why": [REASONS.index(minute.why) if minute.why else -1 for minute in minutes],
        "pulse": [minute.pulse_per_min for minute in minutes],
        "threshold_mg": [minute.threshold_mg for minute in minutes],
        "long_s": [MINUTE_NS / NS] * bool(minutes),
    }


def _events(night: Night, sensors: list[str], origin_ns: int) -> dict[str, list[Any]]:
    """Tell the events in columns: a third of the bytes that rows would take."""
    found = night.placed_events()
    number = {name: place for place, name in enumerate(sensors)}
    columns: dict[str, Iterable[Any]] = {
        "at": [(onset_ns - origin_ns) / NS for onset_ns, _ in found],
        "sensor": [number[event.sensor] for _, event in found],
        "kind": [KINDS.index(event.kind) for _, event in found],
        **{name: [_short(getattr(event, name)) for _, event in found] for name in _OF_EVENT},
    }
    return {name: list(column) for name, column in columns.items()}


def _short(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
