"""How much time lies between one twitch and the next."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from detector.figures.axes import Scale, draw_bottom_axis, draw_left_axis, round_top, width_of
from detector.figures.svg import INK, LETTERS, SKY, Drawing

if TYPE_CHECKING:
    from gettext import NullTranslations

EDGES_S = tuple(10.0 ** (exponent / 4) for exponent in range(-2, 15))
"""Four bins a decade, from 0.3 s to 53 min."""

_TICKS_S = (1.0, 10.0, 60.0, 600.0)
_TOP, _BOTTOM, _LEFT = 30.0, 24.0, 30.0
_FINE = 8


def counts_of(intervals_s: Sequence[float]) -> list[int]:
    """Count intervals by `EDGES_S`; what lies beyond is counted in the first or the last bin."""
    found = [0] * (len(EDGES_S) - 1)
    for interval in intervals_s:
        place = sum(interval >= edge for edge in EDGES_S[1:-1])
        found[place] += 1
    return found


def by_chance(many: int, mean_s: float, low_s: float, high_s: float) -> float:
    """Say how many of so many intervals would lie between two lengths if twitches came at moments of chance."""
    return many * (math.exp(-low_s / mean_s) - math.exp(-high_s / mean_s))


def intervals_figure(
    name: str, intervals_s: Sequence[float], size: tuple[float, float], words: NullTranslations, *, title: str = ""
) -> Drawing:
    """Draw a histogram of the intervals on a log axis, and beside it what chance would give at the same rate.

    Parameters
    ----------
    name
        Of the drawing.
    intervals_s
        In s, of one wearable; at least one.
    size
        Width and height in px.
    words
        The language.
    title
        Of the wearable; "" for none.
    """
    _ = words.gettext
    width, height = size
    counts = counts_of(intervals_s)
    mean_s = sum(intervals_s) / len(intervals_s)
    chance = [by_chance(len(intervals_s), mean_s, low, high) for low, high in itertools.pairwise(EDGES_S)]
    desc = _(
        "Bars: how many intervals are of which length, on a log axis, four bins a decade. "
        "Dashed line: what moments of chance at the same rate would give."
    )
    drawing = Drawing(name, width, height, _("Time from one twitch to the next"), desc)
    scale = Scale(0, round_top(max(*counts, *chance), 4, least=4.0), height - _BOTTOM, _TOP)
    left = max(_LEFT, width_of(f"{scale.high:g}") + 10)
    time = Scale(EDGES_S[0], EDGES_S[-1], left, width - 4, is_log=True)
    draw_left_axis(drawing, scale, left, width - 4, about=4)
    drawing.text((0, LETTERS), title or _("number of intervals"), font_weight="600" if title else None)
    for count, (low, high) in zip(counts, itertools.pairwise(EDGES_S), strict=True):
        begin, end = time(low), time(high)
        box = (begin + 0.5, scale(count), end - begin - 1, scale(0) - scale(count))
        drawing.rect(*box, fill=SKY, stroke=INK, stroke_width=0.75)
    fine = [time.low * (time.high / time.low) ** (each / (_FINE * 16)) for each in range(_FINE * 16 + 1)]
    ratio = math.sqrt(EDGES_S[1] / EDGES_S[0])
    points = [(time(at), scale(by_chance(len(intervals_s), mean_s, at / ratio, at * ratio))) for at in fine]
    drawing.polyline(points, stroke_width=1.4, stroke_dasharray="5 3")
    labels = (_("1 s"), _("10 s"), _("1 min"), _("10 min"))
    draw_bottom_axis(
        drawing,
        [(time(at), label) for at, label in zip(_TICKS_S, labels, strict=True)],
        height - _BOTTOM,
        left,
        width - 4,
    )
    return drawing
