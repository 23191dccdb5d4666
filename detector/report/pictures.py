"""The figures of a night: from what is known of it to what `detector.figures` draws, and the tables beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

from detector.figures.hours import HourBar, hours_figure
from detector.figures.intervals import intervals_figure
from detector.figures.quality import Heard, quality_figure
from detector.figures.waves import Wave, waves_figure
from detector.report.phrases import DASH, cut_off, short_time, titles_of
from detector.report.shapes import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from gettext import NullTranslations

    from detector.figures.svg import Drawing
    from detector.report.facts import NightFacts, SensorFacts
    from detector.report.shapes import Picture
    from detector.summary import HourSummary

_MOST_HOURS = 12
"""Columns of hours that have room in a table; of a longer recording several hours are one."""
_LETTERS = "ABCDEFGHIJKL"
_HOUR_NS = 3_600_000_000_000
_FEW_INTERVALS = 2
_SHORT = 10
_OF_ONE = 4
"""Waveforms of a wearable, where there are two."""
_PANELS = 6
"""Families in a row."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure, and the table beside it.

    Parameters
    ----------
    figure
        The drawing.
    head
        The heads of the columns, the first one of the rows' own heads.
    rows
        Row by row, each with its head.
    note
        What else is to be said; "" for nothing.
    """

    figure: Drawing
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def titles(facts: NightFacts, words: NullTranslations) -> list[str]:
    """Name the wearables in figures: one alone needs no name."""
    return titles_of([one.summary for one in facts.sensors], words) if len(facts.sensors) > 1 else [""]


def hours_shown(
    facts: NightFacts, size: tuple[float, float], words: NullTranslations, *, in_plain_words: bool
) -> Shown | None:
    """Show the twitches hour by hour; None where no hour holds anything."""
    _ = words.gettext
    hours = facts.summary.hours
    if not hours or not facts.sensors:
        return None
    each = -(-len(hours) // _MOST_HOURS)
    groups = [hours[begin : begin + each] for begin in range(0, len(hours), each)]
    heads = [_label(facts, group[0]) for group in groups]
    bars = [
        (title, [_bar(group, one, head) for group, head in zip(groups, heads, strict=True)])
        for title, one in zip(titles(facts, words), facts.sensors, strict=True)
    ]
    rows = []
    for title, of in bars:
        counts = [f"{bar.count}" for bar in of]
        minutes = [f"{bar.counted_s / 60:.0f}" for bar in of]
        if in_plain_words:
            rows.append((cut_off(title, _SHORT) or _("twitches"), *counts))
            rows.append((_("minutes"), *minutes))
        else:
            rows.append(
                (f"{cut_off(title, _SHORT)} /h" if title else _("an hour"), *(_whole(bar.per_hour) for bar in of))
            )
            rows.append((_("count/minutes"), *(f"{count}/{each}" for count, each in zip(counts, minutes, strict=True))))
    note = _all_found(facts, words)
    if facts.clock.tells_offset:
        note += " " * bool(note) + _(
            "The clock was changed in this night: +02:00 and the like say by which clock an hour is told."
        )
    return Shown(hours_figure("hours", bars, size, words), (_("hour from"), *heads), tuple(rows), note)


def _all_found(facts: NightFacts, words: NullTranslations) -> str:
    """Say that those that are no twitches by their labels are shown, too."""
    _ = words.gettext
    return (
        _("All that were found are shown, real or not.")
        if any(one.summary.corrected.no for one in facts.sensors)
        else ""
    )


def _whole(rate: float | None) -> str:
    return DASH if rate is None else f"{rate:.0f}"


def _label(facts: NightFacts, hour: HourSummary) -> str:
    if not facts.has_date:
        return f"+{(hour.start_ns - facts.summary.hours[0].start_ns) // _HOUR_NS} h"
    told = facts.clock.minutes(hour.start_ns)
    return told if facts.clock.tells_offset or not told.endswith(":00") else told[:2]


def _bar(group: Sequence[HourSummary], one: SensorFacts, label: str) -> HourBar:
    own = [each for hour in group for each in hour.sensors if each.sensor == one.summary.name]
    return HourBar(
        label, sum(each.twitch_count for each in own), sum(each.counted_s for each in own), 3600.0 * len(group)
    )


def quality_shown(facts: NightFacts, name: str, size: tuple[float, float], words: NullTranslations) -> Drawing | None:
    """Show how well the night was heard; None where it holds no samples."""
    start_ns, end_ns = facts.summary.start_ns, facts.summary.end_ns
    if start_ns is None or end_ns is None or end_ns <= start_ns:
        return None
    heard = [
        Heard(title, one.heard_ns, one.heard_mg, one.stretches)
        for title, one in zip(titles(facts, words), facts.sensors, strict=True)
    ]
    return quality_figure(name, heard, (start_ns, end_ns), facts.zone, size, words, has_date=facts.has_date)


def families_shown(facts: NightFacts, name: str, size: tuple[float, float], words: NullTranslations) -> Shown | None:
    """Show the largest families; None where there is none."""
    _ = words.gettext
    most = FAMILIES // max(len(facts.sensors), 1)
    chosen = [
        (title, one, family)
        for title, one in zip(titles(facts, words), facts.sensors, strict=True)
        for family in one.families[:most]
    ]
    if not chosen:
        return None
    names = [f"{_LETTERS[place]}" for place in range(len(chosen))]
    waves = [
        Wave(letter, family.step_s, family.middle_mg, family.low_mg, family.high_mg)
        for letter, (_title, _one, family) in zip(names, chosen, strict=True)
    ]
    texts = (
        _("The largest families of twitches"),
        _("Of each family the mean waveform along its direction, and one standard deviation around it."),
    )
    rows = []
    if len(facts.sensors) > 1:
        rows.append((_("worn on"), *(title for title, _one, _family in chosen)))
    rows += [
        (_("twitches"), *(f"{family.count}" for _title, _one, family in chosen)),
        (_("of all"), *(f"{100 * family.count / max(one.labels.events, 1):.0f} %" for _title, one, family in chosen)),
        (_("median mg p-p"), *(f"{family.p2p_mg:.0f}" for _title, _one, family in chosen)),
    ]
    rest = sum(one.labels.events for one in facts.sensors) - sum(family.count for _title, _one, family in chosen)
    note = words.ngettext("%d twitch is in none of these.", "%d twitches are in none of these.", rest) % rest
    return Shown(waves_figure(name, waves, size, _PANELS, texts, words), (_("family"), *names), tuple(rows), note)


def intervals_shown(
    facts: NightFacts, name: str, size: tuple[float, float], words: NullTranslations
) -> list[tuple[Shown | None, str, int]]:
    """Show the times between twitches, of each wearable: None where there are too few, its title, and how many."""
    _ = words.gettext
    found: list[tuple[Shown | None, str, int]] = []
    for place, (title, one) in enumerate(zip(titles(facts, words), facts.sensors, strict=True)):
        many = len(one.intervals_s)
        if many < _FEW_INTERVALS:
            found.append((None, title, many))
            continue
        cuts = quantiles(one.intervals_s, n=20, method="inclusive")
        rows = (
            (_("intervals"), f"{many}"),
            *((f"{part} %", _seconds(cuts[part // 5 - 1])) for part in (5, 25, 50, 75, 95)),
        )
        figure = intervals_figure(f"{name}-{place}", one.intervals_s, size, words, title=title)
        found.append((Shown(figure, (_("shorter than"), _("time")), rows), title, many))
    return found


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}\N{NO-BREAK SPACE}s" if seconds < 60 else short_time(seconds)  # noqa: PLR2004 - a minute


def pictures_shown(facts: NightFacts, name: str, size: tuple[float, float], words: NullTranslations) -> Shown | None:
    """Show the clearest twitches; None where there is none."""
    _ = words.gettext
    all_titles = titles(facts, words)
    chosen = [
        (title, picture) for title, one in zip(all_titles, facts.sensors, strict=True) for picture in one.pictures
    ]
    if not chosen:
        return None
    slots: list[tuple[str, Picture] | None] = list(chosen)
    groups: list[str] = []
    if len(facts.sensors) == 2:  # noqa: PLR2004
        # Two columns each, so that left stands beside right.
        groups = all_titles
        left, right = (_padded([pair for pair in chosen if pair[0] == title]) for title in all_titles)
        slots = [*left[:2], *right[:2], *left[2:], *right[2:]]
    start_ns = facts.summary.start_ns or 0
    waves = []
    rows: list[tuple[str, ...]] = []
    for pair in slots:
        if pair is None:
            waves.append(Wave("", 1.0, ()))
            continue
        title, picture = pair
        number = f"{len(rows) + 1}"
        since_s = (picture.onset_ns - start_ns) / 1e9
        waves.append(Wave(number, picture.step_s, picture.values_mg))
        event = picture.event
        rows.append(
            (
                f"{number} {cut_off(title, _SHORT)}".strip(),
                facts.clock.seconds(picture.onset_ns) if facts.has_date else short_time(since_s),
                f"{event.p2p_mg:.0f}",
                f"{1000 * event.duration_s:.0f}",
                f"{event.score:.1f}" if math.isfinite(event.score) else DASH,
            )
        )
    texts = (
        _("The clearest twitches"),
        _("Acceleration along the main direction of each twitch, from 0.15 s before its onset, each at its own scale."),
    )
    head = (_("no."), _("at"), _("mg p-p"), _("ms"), _("score"))
    return Shown(waves_figure(name, waves, size, 4, texts, words, groups=groups), head, tuple(rows))


def _padded(some: list[tuple[str, Picture]]) -> list[tuple[str, Picture] | None]:
    return [*some[:_OF_ONE], *([None] * (_OF_ONE - len(some)))]
