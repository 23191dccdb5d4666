"""Waveforms: of single events, and of what the events of a family have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.figures.axes import plain, width_of
from detector.figures.svg import BLUE, INK, LETTERS, SKY, Drawing, band_of

if TYPE_CHECKING:
    from gettext import NullTranslations

TIME_BAR_S = 0.1
_LEAST_MG = 20.0
"""The least that a panel spans, so that noise never looks large."""
_HEAD, _FOOT, _SIDE, _BETWEEN = 17.0, 16.0, 2.0, 12.0
_RIGHT = 9.0
"""Room for the bar of mg."""
_GROUPS = 18.0
"""Height of a line above the panels, where groups of them have a name."""
_MOST_BAR_PX = 34.0


@dataclass(frozen=True, slots=True)
class Wave:
    """A panel.

    Parameters
    ----------
    label
        What stands above it.
    step_s
        Time between two points, in s.
    middle_mg
        The waveform in mg; NaN where nothing was recorded.
    low_mg, high_mg
        The spread around it, point by point; empty where there is none.
    """

    label: str
    step_s: float
    middle_mg: Sequence[float]
    low_mg: Sequence[float] = ()
    high_mg: Sequence[float] = ()


def waves_figure(
    name: str,
    waves: Sequence[Wave],
    size: tuple[float, float],
    columns: int,
    texts: tuple[str, str],
    words: NullTranslations,
    *,
    groups: Sequence[str] = (),
) -> Drawing:
    """Draw panels in rows, each with its own scale bars: so many mg up, 100 ms along.

    Parameters
    ----------
    name
        Of the drawing.
    waves
        The panels, row by row.
    size
        Width of the drawing and height of a row, in px.
    columns
        Panels in a row.
    texts
        Title and description of the drawing.
    words
        The language.
    groups
        What columns in a row have in common, as two columns each of two wearables; none for nothing.
    """
    width, row = size
    rows = -(-len(waves) // columns) if waves else 1
    lead = _GROUPS if groups else 0.0
    drawing = Drawing(name, width, lead + rows * row, *texts)
    each = (width - _BETWEEN * (columns - 1)) / columns
    for place, group in enumerate(groups):
        at = place * columns / len(groups) * (each + _BETWEEN)
        drawing.text((at + _SIDE, LETTERS), group, font_weight="600")
    for place, wave in enumerate(waves):
        left, top = (place % columns) * (each + _BETWEEN), lead + (place // columns) * row
        with drawing.group(transform=f"translate({left:.1f} {top:.1f})"):
            _draw(drawing, wave, each, row - 6, words)
    return drawing


def _draw(drawing: Drawing, wave: Wave, width: float, height: float, words: NullTranslations) -> None:
    values = [value for value in (*wave.middle_mg, *wave.low_mg, *wave.high_mg) if value == value]  # noqa: PLR0124 - NaN
    drawing.text((_SIDE, LETTERS), wave.label)
    if not values:
        return
    low, high = min(values), max(values)
    span = max(high - low, _LEAST_MG) * 1.04
    middle = (low + high) / 2
    room = height - _HEAD - _FOOT
    right = width - _RIGHT
    seconds = wave.step_s * max(len(wave.middle_mg) - 1, 1)

    def x(place: int) -> float:
        return _SIDE + place * wave.step_s / seconds * (right - _SIDE)

    def y(value: float) -> float:
        return _HEAD + room * (0.5 - (value - middle) / span)

    drawing.line((_SIDE, y(0)), (right, y(0)), stroke_width=0.5, stroke_opacity=0.35)
    if wave.low_mg:
        xs = [x(place) for place in range(len(wave.low_mg))]
        outline = band_of(xs, [y(value) for value in wave.low_mg], [y(value) for value in wave.high_mg])
        drawing.polygon(outline, fill=SKY, fill_opacity=0.5)
    points = [(x(place), y(value)) for place, value in enumerate(wave.middle_mg)]
    drawing.polyline(points, stroke=BLUE if wave.low_mg else INK, stroke_width=1.3, stroke_linejoin="round")
    _draw_scale_bars(drawing, (width - 3, _HEAD + room), room / span, TIME_BAR_S / seconds * (right - _SIDE), words)


def _draw_scale_bars(
    drawing: Drawing, foot: tuple[float, float], px_per_mg: float, long: float, words: NullTranslations
) -> None:
    """Draw a bar of a round number of mg, that takes no more than half of the panel, and above one of 100 ms."""
    _ = words.gettext
    bar_mg = round_bar(_MOST_BAR_PX / px_per_mg)
    x, y = foot
    drawing.line((x, y), (x, y - bar_mg * px_per_mg), stroke_width=1.6)
    drawing.text((x + 1, y + LETTERS + 1), f"{plain(bar_mg)} mg", text_anchor="end")
    label = _("100 ms")
    drawing.text((x + 1, LETTERS), label, text_anchor="end")
    begin = x - width_of(label) - 2 - long
    drawing.line((begin, LETTERS - 4), (begin + long, LETTERS - 4), stroke_width=1.6)


def round_bar(most: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is no more than this."""
    power = 10.0 ** math.floor(math.log10(most))
    return power * max(each for each in (1.0, 2.0, 5.0) if power * each <= most * (1 + 1e-9))
