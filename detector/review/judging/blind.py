"""Twenty twitches of each of many nights, judged mixed and without a word of which night each is of.

A night's sample is every so-manieth of its twitches in the order of score, from a start that follows from the night's
own events: who comes back to it, in another browser or another week, goes on with the same. Each label is on the disk
when it is answered, and with the last of a night's goes an `Estimate` that says how the sample was drawn. Nothing is
told that could sway a judgement: neither score nor family, neither date nor time, nor what was said before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
from starlette.routing import Route

from detector.diary import Diary
from detector.errors import AnotherNightError, DiaryError
from detector.night import Night
from detector.review import labels
from detector.review.judging import estimate
from detector.review.judging.loaded import version_of
from detector.review.judging.routes import NonsenseError
from detector.review.many.chosen import place_asked, still_looking
from detector.review.pages import as_bytes, as_json, pages_of, written
from detector.review.serving.memory import give_back
from detector.summary.judged.precision import drawn
from detector.summary.many.table import places, table_of
from detector.summary.snippets import cut

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from detector.events import Event
    from detector.review.opened import Shelf
    from detector.summary.many.table import Table, TrendNight

MOST_NIGHTS = 28
"""At once: an hour's work."""
_LONGEST_NUMBER = 6


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Twitches of a wearable in a night, and those of them that are to be judged.

    Parameters
    ----------
    version
        Names these very events of this night.
    placed
        Onset (UTC in ns) and event of each twitch, in the order of time.
    asked
        Places among them of those that were drawn, in an order that tells nothing of the score.
    start
        Where the sample starts, of 2^32 places.
    """

    version: str
    placed: list[tuple[int, Event]]
    asked: list[int]
    start: int

    @classmethod
    def of(cls, night: Night, sensor: str) -> Sample:
        """Draw the sample of a night that is open."""
        version = version_of(night)
        placed = [each for each in night.placed_events(sensor) if each[1].kind == "twitch"]
        digest = hashlib.blake2b(f"{version} {sensor}".encode("utf-8", "surrogatepass"), digest_size=4).digest()
        start = int.from_bytes(digest, "big")
        by_score = sorted(range(len(placed)), key=lambda at: (placed[at][1].score, at))
        return cls(
            version, placed, [by_score[at] for at in estimate.fresh(len(placed), 0, start)] if placed else [], start
        )

    def place(self, at: int) -> labels.Place:
        """Return the place of a twitch."""
        return labels.place_of(*self.placed[at])

    def estimate(self, said: list[str]) -> labels.Estimate:
        """Say how the sample was drawn, once all of it is judged."""
        covers = [self.place(at) for at in range(len(self.placed))]
        what = {
            "filter": {"kinds": ["twitch"]}, "nights": 1, "out_of": len(self.placed), "start": self.start,
            "blind": True, "stages": [len(self.asked)],
        }  # fmt: skip
        result = {"labelled": len(said), "yes": said.count("yes"), "unsure": said.count("unsure")}
        return labels.Estimate(what | drawn(covers, (self.place(at) for at in self.asked)), result)


def _page(request: Request) -> Response:
    if (looking := still_looking(request, "judge")) is not None:
        return looking
    told = {
        name: request.query_params[name] for name in ("place", "since", "treatment") if name in request.query_params
    }
    back = "compare" if {"since", "treatment"} & told.keys() else "trend"
    return pages_of(request).show("blind.html", query=urlencode(told), to_trend=f"/{back}?{urlencode(told)}")


def _plan(request: Request) -> Response:
    """Answer which recordings lack labels, of the latest nights that count, in an order that tells nothing."""
    shelf: Shelf = request.app.state.shelf
    nights = shelf.summed()
    table = table_of(nights, place_asked(request, places(nights)))
    keys = {path.stem: key for key, path in shelf.paths().items()}
    found = [
        {"key": keys[name], "sensor": number}
        for night in _chosen(table, request.query_params.get("since"), _used(shelf, request))
        for name, number in zip(night.names, night.sensors, strict=True)
        if name in keys
    ]
    return as_json({"nights": sorted(found, key=lambda one: str(one["key"]))})


def _used(shelf: Shelf, request: Request) -> tuple[set[str], set[str]] | None:
    """Evenings on which the treatment that is asked for was used, and on which it was not; None where none is."""
    treatment = request.query_params.get("treatment")
    if treatment is None:
        return None
    diary = Diary(shelf.folder)
    try:
        told = {entry.evening.isoformat() for entry in diary.entries() if entry.treatments is not None}
        used = {evening.isoformat() for evening in diary.uses(treatment)}
    except DiaryError:
        return None
    return used, told - used


def _chosen(table: Table, since: str | None, used: tuple[set[str], set[str]] | None) -> list[TrendNight]:
    """Return nights to judge: the latest; or, where nights are compared, as many of either phase.

    By a date those nearest before and after it; by a treatment the latest with it and without it.
    """
    open_ones = [night for night in table.nights if not night.is_reviewed]
    if since is None and used is None:
        return open_ones[-MOST_NIGHTS:]
    half = MOST_NIGHTS // 2
    alike = [night for night in open_ones if night.setup == table.nights[-1].setup]
    if since is None:
        return [night for phase in used or () for night in [each for each in alike if each.evening in phase][-half:]]
    before = [night for night in alike if night.evening < since]
    return [*before[-half:], *[night for night in alike if night.evening >= since][:half]]


def _sample(request: Request) -> Response:
    """Answer the snippets of a night's sample that are not judged yet, and how many are."""
    shelf: Shelf = request.app.state.shelf
    path = shelf.path(request.path_params["key"])
    with shelf.open(request.path_params["key"]) as night:
        sample = Sample.of(night, _sensor(night, request.query_params.get("sensor")))
        judged = night.judged() if sample.asked else None
    left = [at for at in sample.asked if judged is None or judged.of(sample.place(at)) is None]
    placed = [sample.placed[at] for at in left]
    order = np.argsort([onset_ns for onset_ns, _ in placed], kind="stable")  # as `cut` wants them
    snippets = cut(path, [placed[at] for at in order])
    columns = {field.name.partition("_")[0]: getattr(snippets, field.name) for field in fields(snippets)}
    answer = as_bytes(
        {"began": sample.version, "done": len(sample.asked) - len(left)},
        index=np.array([left[at] for at in order], np.int32),
        duration=np.array([placed[at][1].duration_s for at in order], np.float32),
        **columns,
    )
    give_back()
    return answer


def _label(request: Request, told: dict[str, Any]) -> Response:
    """Keep a label; with the last of a night's, how its sample was drawn."""
    shelf: Shelf = request.app.state.shelf
    if not isinstance(told.get("night"), str) or told.get("label") not in labels.LABELS:
        raise NonsenseError("a night and a label are asked for")
    path = shelf.path(told["night"])
    with Night(path) as night:
        sample = Sample.of(night, _sensor(night, told.get("sensor")))
        judged = night.judged()
    if sample.version != told.get("began"):
        raise AnotherNightError("a night has changed since: load this page again")
    at = told.get("event")
    if not isinstance(at, int) or isinstance(at, bool) or at not in sample.asked:
        raise NonsenseError("there is no such event in the sample")
    said = {each: found.label for each in sample.asked if (found := judged.of(sample.place(each))) is not None}
    was_whole = len(said) == len(sample.asked)
    said[at] = told["label"]
    action = labels.Action(
        labels.this_reviewer(),
        "estimate",
        (labels.Judgement(sample.place(at), told["label"]),),
        # Who judges one again has the sample told again, with what came of it.
        estimate=sample.estimate(list(said.values())) if len(said) == len(sample.asked) else None,
    )
    labels.append(path, action, _began(sample.version))
    return as_json({"left": len(sample.asked) - len(said), "was_whole": was_whole})


def _began(version: str) -> int | None:
    words = version.partition("-")[0]
    return int(words) if words.isdigit() else None


def _sensor(night: Night, number: object) -> str:
    """Return the name of the wearable that is asked for."""
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER:
        number = int(number)
    sensors = night.sensors
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(sensors):
        raise NonsenseError("which wearable?")
    return sensors[number].name


ROUTES = [
    Route("/judge/nights", _page),
    Route("/api/blind", _plan),
    Route("/api/blind/label", written(_label), methods=["POST"]),
    Route("/api/blind/{key:str}", _sample),
]
