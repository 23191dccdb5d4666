"""The sheet of a cohort: how much was recorded, how good it is, what was left out and why."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from gettext import NullTranslations
from statistics import median
from typing import TYPE_CHECKING, Any

from detector.cohort.sheets.histogram import histogram
from detector.cohort.sheets.person import TEMPLATES
from detector.cohort.sheets.words import evenings, hours, interval, made_by, many, minutes, rate, size, told_by_reading
from detector.report.html import write
from detector.report.phrases import DASH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.cohort.results.people import GroupRow, PersonRow
    from detector.cohort.results.rows import NightRow

_MOST_LISTED, _MOST_NOTES = 200, 20
_REST = {
    "settling": "filters and noise floor not known yet, after a start or a gap",
    "moving": "a movement went on, or had just ended",
    "pulse": "a heart beat was there and was not followed",
    "coarse": "too much noise, or too large steps of the sensor",
    "not known": "not known",
}


def quality_sheet(
    rows: Sequence[NightRow],
    people: Sequence[PersonRow],
    groups: Sequence[GroupRow],
    large_mg: float,
    without: Sequence[str] = (),
) -> str:
    """Write the quality sheet of a cohort.

    Parameters
    ----------
    rows, people, groups
        The tables.
    large_mg
        Size of twitches that all nights that count can see, in mg; 0 where that is not known.
    without
        People of the table without a recording.

    Returns
    -------
    str
        HTML, without JavaScript.
    """
    left_out = [row for row in rows if not row.counts]
    listed = sorted(left_out, key=lambda row: row.task.key)[:_MOST_LISTED]
    with_place = any(group.place for group in groups)
    facts: dict[str, Any] = {
        "title": "Quality of a cohort's recordings",
        "span": evenings(rows),
        "warnings": list(_warnings(rows)),
        "tiles": _tiles(rows, people, without),
        "places": with_place,
        "groups": [_group(group, with_place=with_place) for group in groups],
        "group_notes": _group_notes(groups, large_mg),
        "figure": histogram(rows),
        "reasons": _reasons(left_out),
        "without": ", ".join(without),
        "rest": _rest(rows),
        "sensors": _sensors(rows),
        "reading": told_by_reading(rows, _MOST_NOTES),
        "listed": [(row.task.subject, row.name, row.why_not) for row in listed],
        "more": f"and {len(left_out) - len(listed)} more, all of them in nights.csv."
        if len(left_out) > len(listed)
        else "",
        "made_by": made_by(rows),
    }
    return write("quality.html", NullTranslations(), facts, None, TEMPLATES)


def _warnings(rows: Sequence[NightRow]) -> list[str]:
    told = []
    failed = [row for row in rows if row.sensor is None]
    if failed:
        told.append(f"{many(len(failed), 'recording')} could not be computed: failures.csv says why.")
    shared = {row.task.subject for row in rows if row.why_not.startswith("the same recording is told of")}
    if shared:
        told.append(
            f"One and the same recording is told of several people ({', '.join(sorted(shared))}): it counts for nobody."
        )
    return told


def _tiles(rows: Sequence[NightRow], people: Sequence[PersonRow], without: Sequence[str]) -> list[tuple[str, str, str]]:
    recordings = {row.task.key for row in rows}
    counting = {row.task.key for row in rows if row.counts}
    subjects = {person.subject for person in people} | set(without)
    with_night = {person.subject for person in people if person.nights}
    sensors = [row.sensor for row in rows if row.sensor is not None]
    recorded = sum(sensor.recorded_s for sensor in sensors) / 3600
    worn = sum(sensor.worn_s for sensor in sensors) / 3600
    measurable = sum(sensor.measurable_s or 0.0 for sensor in sensors) / 3600
    share = f"{measurable / recorded:.0%} of the recorded time" if recorded else "nothing was recorded"
    return [
        ("People", f"{len(with_night)} of {len(subjects)}", "have a night that counts"),
        ("Recordings", f"{len(counting)} of {len(recordings)}", "count"),
        ("Measurable", hours(measurable), f"{share}; worn {hours(worn)}, recorded {hours(recorded)}"),
    ]


def _group(group: GroupRow, *, with_place: bool) -> tuple[str, ...]:
    return (
        group.group or "everybody",
        *([group.place or "not told"] * with_place),
        f"{group.people}" + (f" (and {group.without} without)" if group.without else ""),
        str(group.nights),
        hours(group.hours),
        rate(group.all_sizes.per_hour),
        interval(group.all_sizes),
        rate(group.median),
    )


def _group_notes(groups: Sequence[GroupRow], large_mg: float) -> list[str]:
    told = [
        f"{group.group or 'everybody'}{f', {group.place}' if group.place else ''}: no interval, for there "
        f"{'is' if group.people == 1 else 'are'} {group.all_sizes.refused}."
        for group in groups
        if group.people and group.all_sizes.refused
    ]
    if large_mg:
        told.append(
            f"A quieter sensor shows more small twitches. To compare people by, the tables tell the rates of those of "
            f"{large_mg:g} mg and more as large_: every night that counts can see these, or is blank there."
        )
    return told


def _reasons(left_out: Sequence[NightRow]) -> list[tuple[str, str]]:
    """Count why nights do not count, without the numbers in the reasons."""
    count = Counter(_kind(row.why_not) for row in left_out)
    return [(reason, many(number, "night")) for reason, number in count.most_common(_MOST_NOTES)]


def _kind(words: str) -> str:
    if words.startswith("not computed"):
        return "could not be computed"
    if words.startswith(("a copy of", "the same recording")):
        return "a recording that is there twice"
    match = re.fullmatch(r"(recorded|worn|measurable) for .* only", words)
    return f"{match[1]} for less than three hours" if match else words


def _rest(rows: Sequence[NightRow]) -> list[tuple[str, str]]:
    total: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        if row.sensor is not None:
            for reason, seconds in row.sensor.rest_s.items():
                total[reason] += seconds
    longest = sorted(total.items(), key=lambda item: -item[1])
    return [(_REST.get(reason, reason), minutes(seconds)) for reason, seconds in longest if seconds]


def _sensors(rows: Sequence[NightRow]) -> list[tuple[str, ...]]:
    of: defaultdict[tuple[str, float], list[NightRow]] = defaultdict(list)
    for row in rows:
        if row.sensor is not None:
            of[row.format, row.sensor.nominal_hz].append(row)
    told: list[tuple[str, ...]] = []
    for (form, nominal_hz), some in sorted(of.items()):
        signals = [row.signal for row in some if row.signal is not None]
        true = [signal.rate_hz for signal in signals if signal.rate_hz is not None]
        told.append(
            (
                form,
                f"{nominal_hz:.4g} Hz",
                str(len(some)),
                f"{median(true):.2f} ({min(true):.2f} to {max(true):.2f})" if true else DASH,
                f"{median(len(signal.gaps) for signal in signals):g}",
                minutes(sum(signal.gap_s for signal in signals)),
                size(row.sensor.sensitivity_mg for row in some if row.sensor is not None),
            )
        )
    return told
