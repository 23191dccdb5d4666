"""How many nights had how many measurable hours, as a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.figures.axes import Scale, draw_bottom_axis, draw_left_axis, round_top
from detector.figures.svg import LETTERS, SKY, Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.cohort.results.rows import NightRow

_WIDTH, _HEIGHT = 690.0, 170.0
_TOP, _FOOT, _LEFT, _RIGHT = 26.0, 62.0, 40.0, 8.0
_LEAST_HOURS, _MOST_HOURS = 10, 24


def histogram(rows: Sequence[NightRow]) -> Drawing | None:
    """Draw a bar for each hour, nights that count filled and the others hatched; None without a night."""
    known = [(row.sensor.measurable_s / 3600, row.counts) for row in rows if row.sensor and row.sensor.measurable_s]
    known += [(0.0, row.counts) for row in rows if row.sensor and row.sensor.measurable_s == 0]
    if not known:
        return None
    bins = min(max(int(max(each for each, _ in known)) + 1, _LEAST_HOURS), _MOST_HOURS)
    bars = [[0, 0] for _ in range(bins)]
    for each, counts in known:
        bars[min(int(each), bins - 1)][counts] += 1
    most = max(map(sum, bars))
    told = ", ".join(f"{at} to {at + 1} h: {sum(bar)}" for at, bar in enumerate(bars) if sum(bar))
    drawing = Drawing("hours", _WIDTH, _HEIGHT, "Nights by their measurable hours", told)
    foot = _HEIGHT - _FOOT
    up = Scale(0, round_top(most, 4), foot, _TOP)
    across = Scale(0, bins, _LEFT, _WIDTH - _RIGHT)
    draw_left_axis(drawing, up, _LEFT, _WIDTH - _RIGHT, about=min(4, most))
    drawing.text((0, LETTERS), "nights")
    hatched = drawing.hatched()
    for at, (without, counting) in enumerate(bars):
        left, width = across(at) + 2, across(1) - across(0) - 4
        drawing.rect(left, up(counting), width, foot - up(counting), fill=SKY)
        drawing.rect(left, up(counting + without), width, up(counting) - up(counting + without), fill=hatched)
    ticks = [(across(at), f"{at}" if at < _MOST_HOURS else f"{at}+") for at in range(bins + 1)]
    draw_bottom_axis(drawing, ticks, foot, _LEFT, _WIDTH - _RIGHT, label="hours in which twitches could be measured")
    y = _HEIGHT - 10
    drawing.rect(_LEFT, y - 9, 12, 10, fill=SKY)
    drawing.text((_LEFT + 18, y), "counts")
    drawing.rect(_LEFT + 80, y - 9, 12, 10, fill=hatched)
    drawing.text((_LEFT + 98, y), "does not count")
    return drawing
