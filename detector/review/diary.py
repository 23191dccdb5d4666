"""The diary on the page: what is said of a night is on the disk when it is answered."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from detector.diary import Diary, clock
from detector.diary.entries import EARLIEST, LATEST, Entry, Treatment, usual_named
from detector.diary.facts import facts_of
from detector.diary.felt import felt_on
from detector.diary.zone import zone_on
from detector.errors import AnswerError, LockedDiaryError
from detector.review.pages import as_json, pages_of, written

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_EARLIER = 60
"""Evenings that are listed."""
_ALIKE = ("night", "pain", "stiffness", "twitching", "spasms", "note")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _diary(request: Request) -> Diary:
    return Diary(request.app.state.shelf.folder)


def _page(request: Request) -> Response:
    return pages_of(request).show("diary.html")


def _facts(request: Request) -> Response:
    """Answer all that the view shows of an evening: last night's where none is named."""
    today = date.today()  # noqa: DTZ011 - this computer's
    words = request.query_params.get("evening")
    evening = today - timedelta(days=1) if not words else _evening(words)
    book = _diary(request)
    try:
        entries = book.entries()
        offered = book.offered()
        marks = [utc_ns for utc_ns, _ in book.marks(evening, evening)]
    except LockedDiaryError:
        return as_json({"locked": True, "evening": evening.isoformat()})
    known = {entry.evening: entry for entry in entries}
    before = known.get(evening - timedelta(days=1))
    entry = known.get(evening)
    felt = felt_on(book.folder, evening, marks) if marks else None
    used: dict[str, str] = {}
    for each in entries:
        used.update((treatment.key, each.evening.isoformat()) for treatment in each.treatments or ())
    return as_json(
        {
            "locked": False,
            "evening": evening.isoformat(),
            "today": today.isoformat(),
            "entry": _told(entry or Entry(evening, zone_on(book.folder, evening))),
            "offered": [one._asdict() for one in offered],
            "before": None if before is None else facts_of(before)["treatments"],
            "marks": len(marks),
            "felt": None if felt is None else felt.facts,
            "earlier": [facts_of(each) for each in reversed(entries[-_EARLIER:])],
            "more": max(0, len(entries) - _EARLIER),
        }
    )


def _history(request: Request) -> Response:
    """Answer all that was ever said of an evening, the latest first."""
    history = _diary(request).history(_evening(request.path_params["evening"]))
    return as_json({"versions": [facts_of(each) for each in reversed(history)]})


def _change(request: Request, asked: dict[str, Any]) -> Response:
    """Write down what is said of an evening; answers that are not named stay as they were."""
    evening = _evening(asked.get("evening"))
    said = asked.get("answers")
    if not isinstance(said, dict):
        return as_json({"error": "answers are asked for"}, 400)
    if evening > date.today():  # noqa: DTZ011 - as above
        raise AnswerError(f"the evening of {evening} is still to come")
    book = _diary(request)
    before = book.entry(evening)
    zone = before.timezone if before is not None else zone_on(book.folder, evening)
    try:
        answers = _answers(said, evening, zone, before)
    except (TypeError, KeyError, AttributeError) as error:  # JSON of another shape than the view sends
        raise AnswerError("an answer is not of the kind that is asked for") from error
    except ValueError as error:
        raise AnswerError(str(error)) from error
    return as_json({"entry": _told(book.change(evening, answers, zone))})


def _offer(request: Request, asked: dict[str, Any]) -> Response:
    """Put a treatment on one's own list, or take it out."""
    name, unit, amount, listed = (asked.get(word) for word in ("name", "unit", "amount", "listed"))
    if not isinstance(name, str):
        return as_json({"error": "the name of a treatment is asked for"}, 400)
    book = _diary(request)
    try:
        one = usual_named(name, unit or "", amount)
    except ValueError as error:
        raise AnswerError(str(error)) from error
    book.offer(one.name, one.unit, one.amount, listed=listed is not False)
    return as_json({"offered": [each._asdict() for each in book.offered()]})


def _unlock(request: Request, asked: dict[str, Any]) -> Response:
    """Try a passphrase; see `Shelf.unlock`."""
    passphrase = asked.get("passphrase")
    if not isinstance(passphrase, str) or not passphrase:
        return as_json({"error": "a passphrase is asked for"}, 400)
    try:
        request.app.state.shelf.unlock_diary(passphrase)
    except LockedDiaryError:
        return as_json({"error": pages_of(request).words.gettext("This passphrase does not fit.")}, 409)
    return as_json({"fits": True})


def _evening(words: object) -> date:
    try:
        if isinstance(words, str) and _DATE.fullmatch(words):
            evening = date.fromisoformat(words)
            if EARLIEST <= evening <= LATEST:
                return evening
    except ValueError:
        pass
    raise AnswerError("an evening is a date such as 2026-11-27")


def _answers(said: dict[str, Any], evening: date, zone: str, before: Entry | None) -> dict[str, Any]:
    answers: dict[str, Any] = {name: said[name] for name in _ALIKE if name in said}
    for name in ("twitching", "spasms"):
        if answers.get(name) == "":
            answers[name] = None
    bed = None if before is None else before.bed_utc_ns
    if "bed" in said:
        bed = answers["bed_utc_ns"] = clock.bed_time(evening, zone, said["bed"]) if said["bed"] else None
    if "up" in said:
        answers["up_utc_ns"] = clock.up_time(evening, zone, said["up"], bed) if said["up"] else None
    if "treatments" in said:
        told = said["treatments"]
        answers["treatments"] = None if told is None else tuple(map(_treatment, told))
    return answers


def _treatment(told: dict[str, Any]) -> Treatment:
    at = told.get("at")
    when = None if not at else datetime.strptime(at, "%H:%M").replace(tzinfo=UTC).time()
    return Treatment(told["name"], told.get("amount"), told.get("unit") or "", when)


def _told(entry: Entry) -> dict[str, Any]:
    """Return an entry as the view shows it: times of day, and whether such a time came twice."""
    facts = facts_of(entry)
    for name, utc_ns in (("bed", entry.bed_utc_ns), ("up", entry.up_utc_ns)):
        words = clock.in_words(utc_ns, entry.timezone)
        facts[f"{name}_time"] = words
        facts[f"{name}_other"] = None if utc_ns is None or words == words[:5] else _other(utc_ns, entry.timezone)
    return facts


def _other(utc_ns: int, zone: str) -> str:
    """Return the other moment of the same time of day, with its offset from UTC."""
    moment = clock.local(utc_ns, zone)
    other = moment.replace(fold=1 - moment.fold).utcoffset()
    there = moment.replace(tzinfo=timezone(other if other is not None else timedelta()))
    return there.isoformat()[11:16] + there.isoformat()[-6:]


ROUTES = [
    Route("/diary", _page),
    Route("/api/diary", _facts),
    Route("/api/diary", written(_change), methods=["POST"]),
    Route("/api/diary/offer", written(_offer), methods=["POST"]),
    Route("/api/diary/unlock", written(_unlock), methods=["POST"]),
    Route("/api/diary/{evening:str}/history", _history),
]
