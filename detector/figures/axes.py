"""Axes: from values to places in a drawing, and where the ticks are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from detector.figures.svg import LETTERS
from detector.time_words import Clock
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.figures.svg import Drawing

_ROUND = (1.0, 2.0, 5.0, 10.0)
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440)
_DAYS = (1, 2, 7, 14)
_DAY_MINUTES = 1440
_NEARLY = 1e-9
_LETTER_WIDTH = 0.62
"""Of the size of letters; of a wide face."""
_TEN_THOUSAND = 10_000


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to a place, along one axis.

    Parameters
    ----------
    low, high
        The values at its ends; they differ.
    begin, end
        Their places in px.
    is_log
        Whether equal factors are equally far apart; both values are then above 0.
    """

    low: float
    high: float
    begin: float
    end: float
    is_log: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high or (self.is_log and self.low <= 0):
            raise ValueError(f"no axis runs from {self.low} to {self.high}")

    def __call__(self, value: float) -> float:
        """Return the place of a value, also of one beyond the ends; NaN for what has none on a log axis."""
        low, high = self.low, self.high
        if self.is_log:
            if value <= 0:
                return math.nan
            low, high, value = math.log(low), math.log(high), math.log(value)
        return self.begin + (value - low) / (high - low) * (self.end - self.begin)

    def within(self, value: float) -> float:
        """Return the place of a value, at the nearer end where it lies beyond."""
        return self(min(max(value, self.low), self.high))

    def ticks(self, about: int = 5) -> list[float]:
        """Return values at which to put a tick; see `round_ticks` and `log_ticks`."""
        return log_ticks(self.low, self.high, about) if self.is_log else round_ticks(self.low, self.high, about)


def round_step(span: float, about: int) -> float:
    """Return the step of 1, 2 or 5 times a power of ten that cuts a span in no more than so many parts."""
    raw = span / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * each for each in _ROUND if power * each >= raw * (1 - _NEARLY))


def round_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers from `low` to `high`: steps of 1, 2 or 5 times a power of ten, `about` of them at most."""
    step = round_step(high - low, about)
    first, last = math.ceil(low / step - _NEARLY), math.floor(high / step + _NEARLY)
    digits = max(0, -math.floor(math.log10(step)))
    return [round(place * step, digits) for place in range(first, last + 1)]


def round_top(largest: float, about: int = 5, least: float = 1.0) -> float:
    """Return a round number not below a value for the end of an axis that begins at 0, `least` at the least."""
    top = max(largest, least)
    step = round_step(top, about)
    return step * math.ceil(top / step - _NEARLY)


def log_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return powers of ten from `low` to `high`; 1, 2, 5 times them where there is room for `about` ticks."""
    decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    for steps in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        found = [each * 10.0**decade for decade in decades for each in steps]
        found = [each for each in found if low * (1 - _NEARLY) <= each <= high * (1 + _NEARLY)]
        if len(found) <= about:
            return found
    each = math.ceil(len(found) / about)
    return found[::each]


def plain(value: float) -> str:
    """Write a tick: no needless digits, thousands apart."""
    text = f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < _TEN_THOUSAND else f"{value:,.0f}"
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")


def time_ticks(start_ns: int, end_ns: int, zone: tzinfo | None, about: int = 8) -> list[tuple[int, str]]:
    """Return moments of the wearer's clock at which to put a tick, and how they are told.

    They are full hours (or minutes) of the clock, `about` of them at most. Where the clock is changed meanwhile each
    is told with its offset from UTC: an hour that comes twice has two ticks, one that is left out has none.

    Parameters
    ----------
    start_ns, end_ns
        UTC in ns.
    zone
        The wearer's time zone; None for this computer's.
    about
        Ticks there is room for.

    Returns
    -------
    list of (int, str)
        UTC in ns, and the time of day.
    """
    minutes = max((end_ns - start_ns) / (60 * NS), 1.0)
    days = math.ceil(minutes / _DAY_MINUTES / about)
    step = next((each for each in _MINUTES if minutes / each <= about), _DAY_MINUTES * days)
    clock = Clock.over(zone, start_ns, end_ns)
    # By quarters of an hour where that is enough: offsets from UTC are whole ones.
    stride_ns = (min(step, 15) if step % 15 == 0 or step < 15 else 1) * 60 * NS  # noqa: PLR2004 - a quarter
    found = []
    for at_ns in range(-(-start_ns // stride_ns) * stride_ns, end_ns + 1, stride_ns):
        local = datetime.fromtimestamp(at_ns // NS, UTC).astimezone(zone)
        of_day = local.hour * 60 + local.minute
        is_due = of_day % step == 0 if step < _DAY_MINUTES else of_day == 0 and local.toordinal() % days == 0
        if is_due:
            found.append((at_ns, clock.minutes(at_ns) if step < _DAY_MINUTES else f"{local:%d %b}"))
    return found


def day_ticks(first: int, last: int, about: int = 8) -> list[int]:
    """Return days for ticks, as `date.toordinal` counts them: each, or every 2nd, 7th, 14th, 28th and so on."""
    span = max(last - first, 1)
    step = next((each for each in _DAYS if span / each < about), 14 * math.ceil(span / 14 / about))
    return list(range(first, last + 1, step))


def day_label(ordinal: int) -> str:
    """Tell a day as ``3 Nov``."""
    day = datetime.fromordinal(ordinal)
    return f"{day.day} {day:%b}"


def draw_left_axis(
    drawing: Drawing,
    scale: Scale,
    left: float,
    right: float,
    *,
    label: str = "",
    about: int = 5,
    tell: Callable[[float], str] = plain,
) -> None:
    """Draw ticks at the left with thin lines across, and above them what the numbers are."""
    for value in scale.ticks(about):
        y = scale(value)
        drawing.line((left, y), (right, y), stroke_width=0.5, stroke_opacity=0.22)
        drawing.text((left - 6, y + LETTERS * 0.35), tell(value), text_anchor="end")
    if label:
        drawing.text((left, min(scale.begin, scale.end) - 10), label)


def draw_bottom_axis(
    drawing: Drawing,
    places: Sequence[tuple[float, str]],
    top: float,
    left: float,
    right: float,
    *,
    label: str = "",
) -> None:
    """Draw a line along the bottom with ticks and what they stand for; labels that have no room are left out.

    Parameters
    ----------
    drawing
        Where to.
    places
        Where each tick is in px, and its label; from left to right.
    top, left, right
        Where the line is.
    label
        What the numbers are; stands below them.
    """
    drawing.line((left, top), (right, top), stroke_width=1)
    free = -math.inf
    for x, text in places:
        drawing.line((x, top), (x, top + 4), stroke_width=1)
        half = width_of(text) / 2
        at = min(max(x, half), drawing.width - half)
        if at - half >= free:
            drawing.text((at, top + 6 + LETTERS), text, text_anchor="middle")
            free = at + half + 4
    if label:
        drawing.text(((left + right) / 2, top + 12 + 2 * LETTERS), label, text_anchor="middle")


def width_of(text: str, size: float = LETTERS) -> float:
    """Say about how wide a line of words is, in px: rather too much than too little."""
    return _LETTER_WIDTH * size * len(text)
