"""How often there were twitches in each hour of the night."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.figures.axes import Scale, draw_left_axis, round_top, width_of
from detector.figures.svg import GREY, INK, LETTERS, PALE, SKY, VERMILION, Drawing

if TYPE_CHECKING:
    from gettext import NullTranslations

LEAST_S = 600.0
"""In less, a single twitch would be drawn as many an hour."""

_HOUR_S = 3600.0
_GAP = 3.0
_TOP, _BOTTOM = 8.0, 22.0
_LEGEND = 12
LEFT_SHARE = 0.2
"""What the axis takes of the width: as much as the heads of the rows of a table below, whose columns are the hours."""
_TICKS = 4


@dataclass(frozen=True, slots=True)
class HourBar:
    """An hour, or several of them, of one wearable.

    Parameters
    ----------
    label
        Its time of day.
    count
        Twitches in the time that counts.
    counted_s
        That time, in s.
    length_s
        Length of the whole, in s.
    """

    label: str
    count: int
    counted_s: float
    length_s: float = _HOUR_S

    @property
    def per_hour(self) -> float | None:
        """Twitches an hour; None where too little counts to say."""
        return self.count * _HOUR_S / self.counted_s if self.counted_s >= LEAST_S else None

    @property
    def share(self) -> float:
        """The part of it that counts, 0 to 1."""
        return min(self.counted_s / self.length_s, 1.0)


def hours_figure(
    name: str,
    wearables: Sequence[tuple[str, Sequence[HourBar]]],
    size: tuple[float, float],
    words: NullTranslations,
) -> Drawing:
    """Draw the rate of twitches hour by hour, of several wearables side by side in each hour.

    A bar is as high as the rate and as wide as the part of the hour that could be measured, so that its area is their
    number; the rest of the hour is hatched.

    Parameters
    ----------
    name
        Of the drawing.
    wearables
        Of each its title ("" for none) and its hours, in the order of time, the same hours for all.
    size
        Width and height in px.
    words
        The language.
    """
    _ = words.gettext
    width, height = size
    drawing = Drawing(name, width, height, _("Twitches by the hour"), _desc(wearables, words))
    rates = [bar.per_hour or 0.0 for _title, bars in wearables for bar in bars]
    scale = Scale(0, round_top(max(rates, default=0.0), _TICKS, least=4.0), height - _BOTTOM, _TOP)
    left = LEFT_SHARE * width
    draw_left_axis(drawing, scale, left, width, about=_TICKS)
    fillings = (SKY, drawing.hatched(VERMILION, step=4, thickness=1, rising=False), PALE)
    drawing.text((0, LETTERS + 2), _("twitches"))
    drawing.text((0, 2 * LETTERS + 4), _("an hour"))
    for place, (title, bars) in enumerate(wearables):
        filling = fillings[place % len(fillings)]
        if title:
            y = 3.2 * LETTERS + place * 1.6 * LETTERS
            drawing.rect(0, y, 11, 11, fill=filling, stroke=INK, stroke_width=0.75)
            drawing.text((16, y + 10), title if len(title) <= _LEGEND else f"{title[: _LEGEND - 1]}…")
        _draw_bars(drawing, bars, scale, (left, width), (place, len(wearables)), filling)
    if wearables:
        _draw_labels(drawing, wearables[0][1], scale, (left, width))
    return drawing


def _draw_bars(
    drawing: Drawing,
    bars: Sequence[HourBar],
    scale: Scale,
    limits: tuple[float, float],
    turn: tuple[int, int],
    filling: str,
) -> None:
    left, right = limits
    foot, top = scale(scale.low), scale(scale.high)
    step = (right - left) / max(len(bars), 1)
    room = (step - _GAP) / turn[1]
    hatching = drawing.hatched(GREY, step=4, thickness=0.5)
    for place, bar in enumerate(bars):
        begin = left + place * step + _GAP / 2 + turn[0] * room
        rate = bar.per_hour
        wide = 0.0 if rate is None else room * bar.share
        drawing.rect(begin + wide, top, room - wide, foot - top, fill=hatching)
        if rate is not None:
            drawing.rect(begin, scale(rate), wide, foot - scale(rate), fill=filling, stroke=INK, stroke_width=0.75)


def _draw_labels(drawing: Drawing, bars: Sequence[HourBar], scale: Scale, limits: tuple[float, float]) -> None:
    left, right = limits
    step = (right - left) / max(len(bars), 1)
    foot = scale(scale.low)
    skip = max(1, math.ceil(max((width_of(bar.label) for bar in bars), default=0.0) / step))
    for place, bar in enumerate(bars):
        if place % skip == 0:
            drawing.text((left + (place + 0.5) * step, foot + 5 + LETTERS), bar.label, text_anchor="middle")
    drawing.line((left, foot), (right, foot), stroke_width=1)


def _desc(wearables: Sequence[tuple[str, Sequence[HourBar]]], words: NullTranslations) -> str:
    _ = words.gettext
    told = [
        _("A bar is as high as the rate, and as wide as the part of the hour that could be measured."),
        _("The rest is hatched."),
    ]
    for title, bars in wearables:
        known = [bar for bar in bars if bar.per_hour is not None]
        if known:
            most = max(known, key=lambda bar: bar.per_hour or 0.0)
            least = min(known, key=lambda bar: bar.per_hour or 0.0)
            of = f"{title}: " if title else ""
            told.append(
                of
                + _("most in the hour from %(most)s (%(high)d an hour), fewest in that from %(least)s (%(low)d).")
                % {
                    "most": most.label,
                    "high": round(most.per_hour or 0),
                    "least": least.label,
                    "low": round(least.per_hour or 0),
                }
            )
    return " ".join(told)
