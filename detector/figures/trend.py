"""One's nights in a row: how often there were twitches in each, and where ordinary nights lie."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from detector.figures.axes import (
    Scale,
    day_label,
    day_ticks,
    draw_bottom_axis,
    draw_left_axis,
    round_top,
    width_of,
)
from detector.figures.svg import BLUE, GREY, INK, LETTERS, SKY, Drawing
from detector.summary.many.said import change_words, left_out_counts, place_words, shown, verdict

if TYPE_CHECKING:
    from gettext import NullTranslations

    from detector.summary.many.counting import LeftOut
    from detector.summary.many.table import Table, TrendNight
    from detector.summary.many.usual import Usual

_TOP, _FOOT, _LEFT, _RIGHT = 22.0, 22.0, 34.0, 8.0
_STRIP = 24.0
"""Height of the row in which nights stand that do not count."""
_LEGEND = 20.0
_TICKS = 5
_LARGEST, _LEAST = 3.6, 1.5
_HIGHEST = 1.7
"""An interval that reaches further above its night, or above all others, is cut off there."""
_LETTER_ROOM = 8.0


@dataclass(frozen=True, slots=True)
class Span:
    """Something that was used from one evening to another, both included; or on some evenings only.

    Parameters
    ----------
    label
        Its name.
    first, last
        The evenings.
    evenings
        Those among them on which it was used; none: on all.
    """

    label: str
    first: date
    last: date
    evenings: frozenset[date] = frozenset()

    @classmethod
    def on(cls, label: str, evenings: Collection[date]) -> Span:
        """Tell something that was used on these evenings."""
        return cls(label, min(evenings), max(evenings), frozenset(evenings))

    @property
    def runs(self) -> list[tuple[int, int]]:
        """First and last day of each row of evenings without one between them, as ordinals."""
        if not self.evenings:
            return [(self.first.toordinal(), self.last.toordinal())]
        days = sorted(evening.toordinal() for evening in self.evenings)
        breaks = [at for at in range(1, len(days)) if days[at] - days[at - 1] > 1]
        return [(days[begin], days[end - 1]) for begin, end in pairwise([0, *breaks, len(days)])]


SPAN = 17.0
"""Height of a row of what was used meanwhile."""


def trend_figure(
    name: str,
    table: Table,
    usual: Usual | None,
    size: tuple[float, float],
    words: NullTranslations,
    *,
    spans: Sequence[Span] = (),
    since: date | None = None,
    heading: str = "",
    least_high: float = 4.0,
    of_true: bool = False,
) -> Drawing:
    """Draw nights as points with their intervals, reviewed ones filled, and the band of ordinary nights behind them.

    The line is broken where the wearable or the detector is another one. Nights that do not count stand in a row of
    their own below.

    Parameters
    ----------
    name
        Of the drawing.
    table
        The nights; at least one counts.
    usual
        The last one against those before it.
    size
        Width and height in px.
    words
        The language.
    spans
        What was used meanwhile, such as treatments of a diary.
    since
        A date that nights are compared by: a line stands before its evening.
    heading
        What stands above it, where it is one of several; "" for what is drawn upwards.
    least_high
        How far upwards it reaches at least, in twitches an hour: so that several can be told by the eye.
    of_true
        Whether of judged nights the true twitches are drawn whatever `usual` compares.
    """
    _ = words.gettext
    width, height = size
    title = _("Your nights, %s") % place_words(table.place, words)
    drawing = Drawing(name, width, height, title, _desc(table, usual, words))
    is_true = of_true or (usual is not None and usual.is_of_true)
    dated = [one for one in table.left_out if one.evening]
    days = [night.day for night in table.nights] + [date.fromisoformat(one.evening).toordinal() for one in dated]
    top = _TOP + SPAN * len(spans)
    foot = height - _FOOT - _LEGEND - (_STRIP if dated else 0)
    scale = Scale(0, round_top(highest(table, usual, of_true=of_true), _TICKS, least=least_high), foot, top)
    left = max(_LEFT, width_of(f"{scale.high:g}") + 10)
    across = Scale(min(days) - 0.7, max(*days, min(days) + 6) + 0.7, left, width - _RIGHT)
    draw_left_axis(drawing, scale, left, width - _RIGHT, about=_TICKS)
    drawing.text((0, LETTERS), heading or _("twitches an hour"))
    with drawing.group(clip_path=drawing.clipped(left, 0, width - _RIGHT - left, foot + 0.5)):
        _draw_band(drawing, table, usual, scale, across)
        _draw_spans(drawing, spans, across, _TOP, foot)
        _draw_changes(drawing, table, across, (top, foot), words)
        if since is not None:
            x = across(since.toordinal() - 0.5)
            drawing.line((x, _TOP), (x, foot), stroke_width=1.5, stroke_dasharray="6 3")
        radius = min(max((across(1) - across(0)) * 0.42, _LEAST), _LARGEST)
        for segment in table.segments:
            places = [(across(night.day), scale(shown(night, true=is_true)[0])) for night in segment]
            drawing.polyline(places, stroke_width=0.75, stroke_opacity=0.45)
        for night in table.nights:
            _draw_night(drawing, night, scale, across, radius, is_true=is_true, is_last=night is table.nights[-1])
    ticks = [(across(day), day_label(day)) for day in day_ticks(min(days), max(days), max(int(width / 80), 3))]
    draw_bottom_axis(drawing, ticks, foot, left, width - _RIGHT)
    if dated:
        _draw_left_out(drawing, dated, across, foot + _FOOT)
    has_signs = across(1) - across(0) >= _LETTER_ROOM
    _draw_legend(drawing, table, height - 5, left, words, is_true=is_true, has_signs=has_signs)
    return drawing


def highest(table: Table, usual: Usual | None, *, of_true: bool = False) -> float:
    """Return how far upwards a figure of these nights reaches, in twitches an hour."""
    is_true = of_true or (usual is not None and usual.is_of_true)
    rates = [shown(night, true=is_true) for night in table.nights]
    most = max(*(rate for rate, *_ in rates), usual.band.high if usual and usual.band else 0.0)
    reached = [high for _, _, high, _ in rates]
    return max(most, min(max(reached), _HIGHEST * most))


def _draw_band(drawing: Drawing, table: Table, usual: Usual | None, scale: Scale, across: Scale) -> None:
    if usual is None or usual.band is None:
        return
    days = [night.day for night in (*usual.before, table.nights[-1])]
    begin, end = across(min(days) - 0.5), across(max(days) + 0.5)
    high, low, middle = (scale.within(each) for each in (usual.band.high, usual.band.low, usual.band.middle))
    drawing.rect(begin, high, end - begin, low - high, fill=SKY, fill_opacity=0.22)
    for y in (high, low):
        drawing.line((begin, y), (end, y), stroke=BLUE, stroke_width=1)
    drawing.line((begin, middle), (end, middle), stroke=BLUE, stroke_width=1, stroke_dasharray="5 3")


def _draw_spans(drawing: Drawing, spans: Sequence[Span], across: Scale, top: float, foot: float) -> None:
    hatching = drawing.hatched(GREY, step=5, thickness=0.4) if spans else ""
    for place, span in enumerate(spans):
        y = top + place * SPAN
        edges = [(across.within(first - 0.5), across.within(last + 0.5)) for first, last in span.runs]
        for begin, end in edges:
            drawing.rect(begin, y, end - begin, SPAN - 6, fill=hatching, stroke=INK, stroke_width=0.75)
        begin, end = edges[0][0], edges[-1][1]
        for x in (begin, end):
            drawing.line((x, y), (x, foot), stroke_width=0.5, stroke_opacity=0.35, stroke_dasharray="2 3")
        wide = width_of(span.label)
        if across.end - end > wide + 5:
            drawing.text((end + 5, y + SPAN - 7), span.label)
        elif begin - across.begin > wide + 5:
            drawing.text((begin - 5, y + SPAN - 7), span.label, text_anchor="end")
        else:
            _draw_label_above(drawing, span.label, (edges, across), y)


def _draw_label_above(
    drawing: Drawing, label: str, where: tuple[Sequence[tuple[float, float]], Scale], y: float
) -> None:
    """Write where the row leaves most room between two uses; over it where none is wide enough."""
    edges, across = where
    free = [(before[1], after[0]) for before, after in pairwise(edges)]
    begin, end = max(free, key=lambda room: room[1] - room[0], default=(across.begin, across.begin))
    wide = width_of(label)
    if end - begin > wide + 6:
        drawing.text((begin + 4, y + SPAN - 7), label)
        return
    # Letters with an edge of what lies behind them can be read on hatching too.
    x = max(edges[0][0], across.begin) + 5
    drawing.text(
        (x, y + SPAN - 7), label, stroke="Canvas", stroke_width=4, stroke_linejoin="round", paint_order="stroke"
    )


def _draw_changes(
    drawing: Drawing, table: Table, across: Scale, limits: tuple[float, float], words: NullTranslations
) -> None:
    free = across.begin
    segments = table.segments
    for before, after in pairwise(segments):
        x = across((before[-1].day + after[0].day) / 2)
        drawing.line((x, limits[0]), (x, limits[1]), stroke_width=1, stroke_dasharray="1.5 3")
        label = change_words(before[-1].setup, after[0].setup, words)
        wide = width_of(label)
        if x + 4 + wide < across.end and x >= free:
            drawing.text((x + 4, limits[0] + LETTERS - 3), label, fill_opacity=0.85)
            free = x + 4 + wide
        elif x - 4 - wide > free:
            drawing.text((x - 4, limits[0] + LETTERS - 3), label, text_anchor="end", fill_opacity=0.85)
            free = x


def _draw_night(
    drawing: Drawing,
    night: TrendNight,
    scale: Scale,
    across: Scale,
    radius: float,
    *,
    is_true: bool,
    is_last: bool,
) -> None:
    rate, low, high, _ = shown(night, true=is_true)
    x, y = across(night.day), scale(rate)
    size = radius + 1.6 if is_last else radius
    faint = 1.0 if is_last else 0.55
    drawing.line((x, scale.within(high)), (x, y - size), stroke_width=1, stroke_opacity=faint)
    drawing.line((x, y + size), (x, scale(low)), stroke_width=1, stroke_opacity=faint)
    _draw_point(drawing, (x, y), size, is_filled=night.is_reviewed)


def _draw_point(drawing: Drawing, at: tuple[float, float], radius: float, *, is_filled: bool) -> None:
    drawing.circle(at, radius - 0.6, fill=INK if is_filled else "none", stroke=INK, stroke_width=1.2)


def _draw_left_out(drawing: Drawing, nights: Sequence[LeftOut], across: Scale, top: float) -> None:
    """Draw a tick for each night that does not count, and its sign where there is room."""
    room = across(1) - across(0)
    for night in nights:
        x = across(date.fromisoformat(night.evening).toordinal())
        drawing.line((x, top + 2), (x, top + 8), stroke_width=1.25)
        if room >= _LETTER_ROOM:
            drawing.text((x, top + 19), SIGNS[night.reason], size=10, text_anchor="middle")


SIGNS = {
    "damaged": "!", "locked": "E", "recording": "R", "no date": "?", "place": "P", "sensor": "D", "not worn": "W",
    "short": "S", "unmeasurable": "M", "coarse": "L", "copy": "C", "second": "2",
}  # fmt: skip
"""What stands below a night that does not count; the legend says what each means where it has room, and the table
beside it of each night."""


def _draw_legend(
    drawing: Drawing,
    table: Table,
    y: float,
    left: float,
    words: NullTranslations,
    *,
    is_true: bool,
    has_signs: bool,
) -> None:
    _ = words.gettext
    x = left
    kinds = (
        (True, _("judged: those that are real") if is_true else _("judged")),
        (False, _("not judged: all found") if is_true else _("not judged")),
    )
    for is_filled, label in kinds:
        if any(night.is_reviewed is is_filled for night in table.nights):
            _draw_point(drawing, (x + 4, y - 4), _LARGEST, is_filled=is_filled)
            drawing.text((x + 12, y), label)
            x += 24 + width_of(label)
    counts = left_out_counts(table, words)
    if counts:
        label = _("does not count: %s") % left_out_counts(table, words, SIGNS if has_signs else {})
        if x + 10 + width_of(label) > drawing.width:
            label = words.ngettext("%d night does not count", "%d nights do not count", len(table.left_out)) % len(
                table.left_out
            )
        if x + 10 + width_of(label) <= drawing.width:  # else the words beside the figure say so
            drawing.line((x + 4, y - 8), (x + 4, y - 1), stroke_width=1.25)
            drawing.text((x + 10, y), label)


def _desc(table: Table, usual: Usual | None, words: NullTranslations) -> str:
    _ = words.gettext
    told = [
        words.ngettext("%d night counts.", "%d nights count.", len(table.nights)) % len(table.nights),
        _("A point is a night, and the line through it the interval of its rate."),
    ]
    if usual is not None:
        told.append(verdict(usual, table.amplitude_mg, words))
    counts = left_out_counts(table, words)
    if counts:
        told.append(_("Nights that do not count: %s.") % counts)
    return " ".join(told)
