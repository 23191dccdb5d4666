"""The sheet of a person: all nights in a row, what they come to, and which do not count."""

from __future__ import annotations

from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.cohort.sheets.words import evenings, hours, interval, made_by, many, minutes, rate, size, told_by_reading
from detector.figures.trend import trend_figure
from detector.report.html import write
from detector.report.phrases import DASH
from detector.summary.line import NightLine
from detector.summary.many.cache import Summed
from detector.summary.many.said import place_words, size_words
from detector.summary.many.table import places, table_of
from detector.summary.many.usual import usual

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detector.cohort.result import Result
    from detector.cohort.results.people import PersonRow
    from detector.cohort.results.rows import NightRow

TEMPLATES = Path(__file__).parent / "templates"
_SIZE = (690.0, 230.0)
_LEAST_DRAWN = 2
_MOST_NOTES = 20
_LONGEST_NAME = 34
_ENGLISH = NullTranslations()
"""The sheets of a cohort are for those who study it; they are written in English only."""


def person_sheet(rows: Sequence[NightRow], summed: Sequence[Summed], people: Sequence[PersonRow]) -> str:
    """Write the sheet of a person.

    Parameters
    ----------
    rows
        The person's nights.
    summed
        The same as a trend takes them.
    people
        What they come to, by place.

    Returns
    -------
    str
        HTML, without JavaScript.
    """
    with_place = any(row.place for row in rows)
    subject, group = rows[0].task.subject, rows[0].task.group
    facts: dict[str, Any] = {
        "title": f"All nights of {subject}",
        "subject": subject,
        "group": group,
        "span": f"{many(len({row.task.key for row in rows}), 'recording')}, {evenings(rows)}",
        "places": with_place,
        "rates": [_rate(person, with_place=with_place) for person in people if person.nights],
        "notes": [
            f"No interval{f' ({person.place})' if len(people) > 1 and person.place else ''}: "
            f"{person.all_sizes.refused}."
            for person in people
            if person.nights and person.all_sizes.refused
        ],
        "trends": list(_trends(summed)),
        "counting": [_night(row, with_place=with_place) for row in _in_order(rows) if row.counts],
        "left_out": [(_named(row), row.why_not) for row in _in_order(rows) if not row.counts],
        "signals": [_signal(row) for row in _in_order(rows) if row.signal is not None],
        "reading": told_by_reading(rows, _MOST_NOTES),
        "made_by": made_by(rows),
    }
    return write("person.html", _ENGLISH, facts, None, TEMPLATES)


def summed_of(name: str, path: Path, result: Result | None, sentence: str = "") -> Summed:
    """Make of a result what a trend takes of a night; of none, a night that is damaged."""
    if result is None:
        return Summed(NightLine(name, str(path), "damaged", sentence, 0), None)
    line = NightLine(name, str(path), "sound", "", result.source.size, result.digest.start_ns, result.digest.end_ns)
    return Summed(line, replace(result.digest, name=name), result.rates)


def _trends(summed: Sequence[Summed]) -> Iterator[dict[str, Any]]:
    known = places(summed)
    for number, place in enumerate(known):
        table = table_of(summed, place)
        found = usual(table)
        if found is None or len(table.nights) < _LEAST_DRAWN:
            continue
        words = place_words(place, _ENGLISH)
        counted = size_words(table.amplitude_mg, _ENGLISH)
        yield {
            "title": "The nights in a row" if len(known) == 1 else f"The nights in a row, {words}",
            "figure": trend_figure(f"trend-{number}", table, found, _SIZE, _ENGLISH),
            "size": f"Drawn are {counted}.",
        }


def _in_order(rows: Sequence[NightRow]) -> list[NightRow]:
    return sorted(rows, key=lambda row: (row.start_utc or "9", row.name))


def _rate(person: PersonRow, *, with_place: bool) -> tuple[str, ...]:
    return (
        *([person.place or "not told"] * with_place),
        str(person.nights),
        hours(person.hours),
        str(person.found),
        rate(person.all_sizes.per_hour),
        interval(person.all_sizes),
    )


def _night(row: NightRow, *, with_place: bool) -> tuple[str, ...]:
    found = None if row.all_sizes is None else row.all_sizes.rate
    sensor = row.sensor
    return (
        (row.digest.evening if row.digest is not None else None) or DASH,
        _short(row.name),
        *([row.place or DASH] * with_place),
        rate(None if found is None else found.per_hour),
        DASH if found is None else f"{rate(found.low_per_hour)} to {rate(found.high_per_hour)}",
        DASH if sensor is None or sensor.measurable_s is None else hours(sensor.measurable_s / 3600),
        DASH if sensor is None else hours(sensor.worn_s / 3600),
        DASH if sensor is None else hours(sensor.recorded_s / 3600),
    )


def _signal(row: NightRow) -> tuple[str, ...]:
    signal = row.signal
    if signal is None:
        return (_short(row.name),)
    return (
        _short(row.name),
        row.format,
        DASH if signal.rate_hz is None else f"{signal.rate_hz:.2f}\N{NO-BREAK SPACE}Hz",
        str(len(signal.gaps)),
        minutes(signal.gap_s),
        size([row.sensor.sensitivity_mg if row.sensor is not None else None]),
    )


def _named(row: NightRow) -> str:
    sensor = f", {row.sensor.name}" if row.sensor is not None and row.place else ""
    return f"{_short(row.name)}{sensor}"


def _short(name: str, longest: int = _LONGEST_NAME) -> str:
    """Return a path that has room, its end above all."""
    return name if len(name) <= longest else f"…{name[-longest + 1 :]}"
