"""How often there were twitches in each hour of the night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.figures.axes import Scale, draw_left_axis, round_top, width_of
from detector.figures.svg import GREY, LETTERS, VERMILION, Drawing

if TYPE_CHECKING:
    from gettext import NullTranslations

LEAST_S = 600.0
"""In less, a single twitch would be drawn as many an hour."""

_HOUR_S = 3600.0
_GAP = 3.0
_TOP, _BOTTOM, _LEFT, _BETWEEN = 30.0, 24.0, 30.0, 26.0
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
    panels: Sequence[tuple[str, Sequence[HourBar]]],
    size: tuple[float, float],
    words: NullTranslations,
) -> Drawing:
    """Draw the rate of twitches hour by hour.

    A bar is as high as the rate and as wide as the part of the hour that could be measured, so that its area is their
    number; the rest of the hour is hatched.

    Parameters
    ----------
    name
        Of the drawing.
    panels
        Of each wearable its title ("" for none) and its hours, in the order of time; they stand side by side, with one
        scale.
    size
        Width and height in px.
    words
        The language.
    """
    _ = words.gettext
    width, height = size
    drawing = Drawing(name, width, height, _("Twitches by the hour"), _desc(panels, words))
    rates = [bar.per_hour or 0.0 for _title, bars in panels for bar in bars]
    scale = Scale(0, round_top(max(rates, default=0.0), _TICKS, least=4.0), height - _BOTTOM, _TOP)
    left = max(_LEFT, width_of(f"{scale.high:g}") + 10)
    each = (width - left - _BETWEEN * (len(panels) - 1)) / max(len(panels), 1)
    hatching = drawing.hatched(GREY, step=4, thickness=0.5)
    for place, (title, bars) in enumerate(panels):
        begin = left + place * (each + _BETWEEN)
        if place == 0:
            draw_left_axis(drawing, scale, begin, begin + each, about=_TICKS)
            drawing.text((0, LETTERS), _("twitches an hour"))
        else:
            for value in scale.ticks(_TICKS):
                y = scale(value)
                drawing.line((begin, y), (begin + each, y), stroke_width=0.5, stroke_opacity=0.22)
        if title:
            drawing.text((begin + each, LETTERS), title, text_anchor="end", font_weight="600")
        _draw_bars(drawing, bars, scale, (begin, begin + each), hatching)
    return drawing


def _draw_bars(
    drawing: Drawing, bars: Sequence[HourBar], scale: Scale, limits: tuple[float, float], hatching: str
) -> None:
    left, right = limits
    foot, top = scale(scale.low), scale(scale.high)
    step = (right - left) / max(len(bars), 1)
    skip = max(1, -(-max((width_of(bar.label) + 4 for bar in bars), default=0) // step))
    for place, bar in enumerate(bars):
        begin = left + place * step + _GAP / 2
        room = step - _GAP
        rate = bar.per_hour
        wide = 0.0 if rate is None else room * bar.share
        drawing.rect(begin + wide, top, room - wide, foot - top, fill=hatching)
        if rate is not None:
            drawing.rect(begin, scale(rate), wide, foot - scale(rate), fill=VERMILION)
            drawing.line((begin, scale(rate)), (begin + wide, scale(rate)), stroke_width=1.5)
        if place % skip == 0:
            drawing.text((begin + room / 2, foot + 5 + LETTERS), bar.label, text_anchor="middle")
    drawing.line((left, foot), (right, foot), stroke_width=1)


def _desc(panels: Sequence[tuple[str, Sequence[HourBar]]], words: NullTranslations) -> str:
    _ = words.gettext
    told = [
        _("A bar is as high as the rate, and as wide as the part of the hour that could be measured."),
        _("The rest is hatched."),
    ]
    for title, bars in panels:
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
