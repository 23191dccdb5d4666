"""How well a night could be heard: how small a twitch would have been found, and when it could be measured at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from detector.figures.axes import Scale, draw_bottom_axis, draw_left_axis, time_ticks
from detector.figures.svg import BLUE, GREY, INK, LETTERS, VERMILION, Drawing

if TYPE_CHECKING:
    from datetime import tzinfo
    from gettext import NullTranslations

MEASURABLE, NOT_MEASURABLE, NOT_WORN = "measurable", "not measurable", "not worn"

_TOP, _BOTTOM, _LEFT = 24.0, 24.0, 34.0
_BAND, _BAND_STEP = 12.0, 20.0
_LINES = ((BLUE, None), (VERMILION, "6 3"), ("#6a3d9a", "2 3"))
_LEAST_FACTOR = 4.0
_MOST_POINTS = 240
_MS = 1_000_000
_BREAK_NS = 150_000_000_000
"""After a longer time without a minute the line begins anew."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How well one wearable heard.

    Parameters
    ----------
    title
        What it is called; "" where there is but one.
    times_ns, seen_mg
        When (UTC in ns), and how small a twitch would have been found then; NaN where it is not known.
    stretches
        Start and end (UTC in ns) of what was recorded, and one of `MEASURABLE`, `NOT_MEASURABLE` and `NOT_WORN`. What
        is in none was not recorded.
    """

    title: str
    times_ns: Sequence[int]
    seen_mg: Sequence[float]
    stretches: Sequence[tuple[int, int, str]]


def quality_figure(
    name: str,
    sensors: Sequence[Heard],
    span_ns: tuple[int, int],
    zone: tzinfo | None,
    size: tuple[float, float],
    words: NullTranslations,
    *,
    has_date: bool = True,
) -> Drawing:
    """Draw the sensitivity over the night, and below it a band for each wearable.

    Parameters
    ----------
    name
        Of the drawing.
    sensors
        One each.
    span_ns
        Start and end of the night, UTC in ns; they differ.
    zone
        The wearer's; None for this computer's.
    size
        Width and height in px.
    words
        The language.
    has_date
        Whether times are those of a clock; else they count from the start.
    """
    _ = words.gettext
    width, height = size
    drawing = Drawing(name, width, height, _("How small a twitch would have been found"), _desc(words))
    time = Scale(span_ns[0] / _MS, span_ns[1] / _MS, _LEFT, width - 4)
    foot = height - _BOTTOM - _BAND_STEP * len(sensors)
    known = [value for one in sensors for value in one.seen_mg if math.isfinite(value) and value > 0]
    if known:
        scale = _scale(known, foot)
        draw_left_axis(drawing, scale, _LEFT, width - 4, about=4)
        for one, (colour, dashes) in zip(sensors, _LINES, strict=False):
            points = [(time(at / _MS), scale(value)) for at, value in _thinned(one.times_ns, one.seen_mg)]
            drawing.polyline(points, stroke=colour, stroke_width=1.6, stroke_dasharray=dashes, stroke_linejoin="round")
    else:
        drawing.text((_LEFT, (foot + _TOP) / 2), _("not known: this night does not say how quiet it was"))
    drawing.text((0, LETTERS), _("mg: size found nine times in ten"))
    hatching = drawing.hatched(GREY, step=4, thickness=0.5)
    for place, one in enumerate(sensors):
        top = foot + 8 + place * _BAND_STEP
        _draw_band(drawing, one, time, top, hatching)
        if one.title:
            colour, dashes = _LINES[place % len(_LINES)]
            drawing.line((0, top + 6), (26, top + 6), stroke=colour, stroke_width=2, stroke_dasharray=dashes)
    draw_bottom_axis(drawing, _ticks(span_ns, zone, time, has_date=has_date), height - _BOTTOM, _LEFT, width - 4)
    return drawing


def _scale(known: Sequence[float], foot: float) -> Scale:
    low, high = min(known), max(known)
    middle = math.sqrt(low * high)
    half = math.sqrt(_LEAST_FACTOR)
    return Scale(min(low / 1.15, middle / half), max(high * 1.15, middle * half), foot - 4, _TOP, is_log=True)


def _ticks(span_ns: tuple[int, int], zone: tzinfo | None, time: Scale, *, has_date: bool) -> list[tuple[float, str]]:
    if has_date:
        return [(time(at / _MS), label) for at, label in time_ticks(*span_ns, zone, about=9)]
    hours = Scale(0, (span_ns[1] - span_ns[0]) / 3.6e12, 0, 1)
    ends = (time.end - time.begin, time.begin)
    return [(ends[1] + hours(value) * ends[0], f"{value:g} h") for value in hours.ticks(8)]


def _thinned(times_ns: Sequence[int], values: Sequence[float]) -> list[tuple[int, float]]:
    """Draw the median of some neighbours where there are more than anybody can see."""
    each = max(1, -(-len(times_ns) // _MOST_POINTS))
    found = []
    for begin in range(0, len(times_ns), each):
        if begin and times_ns[begin] - times_ns[begin - 1] > _BREAK_NS:
            found.append((times_ns[begin], math.nan))
        some = sorted(value for value in values[begin : begin + each] if math.isfinite(value))
        found.append((times_ns[begin], some[len(some) // 2] if some else math.nan))
    return found


def _draw_band(drawing: Drawing, one: Heard, time: Scale, top: float, hatching: str) -> None:
    """Draw what was measurable black, what else was recorded hatched, and what was not worn as an empty frame."""
    for what, parts in groupby(sorted(one.stretches, key=lambda part: part[2]), key=lambda part: part[2]):
        way = []
        for start_ns, end_ns, _what in parts:
            begin, end = time(start_ns / _MS), time(end_ns / _MS)
            way.append(f"M{begin:.1f} {top:g}H{max(end, begin + 0.3):.1f}V{top + _BAND:g}H{begin:.1f}Z")
        if what == NOT_WORN:
            drawing.path("".join(way), fill="none", stroke=INK, stroke_width=0.75)
        else:
            drawing.path("".join(way), fill=INK if what == MEASURABLE else hatching)


def _desc(words: NullTranslations) -> str:
    _ = words.gettext
    return _(
        "The line shows, over the night, the size of a twitch of which nine in ten would be found: the lower, the "
        "better. "
        "In the band below, black is time in which twitches could be measured, hatched is time in which they could "
        "not, an empty frame is time in which the wearable was not worn, and nothing is time that was not recorded."
    )
