"""A picture of a comparison: what is found by its size, and what each score would give and cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.scoring.run import Scored

_W, _H = 880, 412
_LEFT, _TOP, _WIDE, _HIGH = 64, 104, 340, 220
_APART = 440
_INK, _FAINT, _LINE, _FILL = "#1f2933", "#616e7c", "#d9dee4", "#2563a8"
_FONT = "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"
_NICE = (1, 2, 5, 10)
_BESIDE, _WORD, _TALL = 7, 34, 11
"""How far a word stands from its point, and its size."""


def picture(scored: Scored) -> str:
    """Draw a comparison.

    Returns
    -------
    str
        An SVG of its own: sensitivity by amplitude on the left, sensitivity against false alarms on the right.
    """
    title = f"{scored.night.name} against {scored.annotations.name}"
    counts = scored.comparison.counts
    tolerance_ms = scored.comparison.tolerances[0].tolerance_ms
    told = (
        f"{counts.hits + counts.missed} marks, {counts.hits + counts.false} events, onsets within {tolerance_ms:g} ms"
    )
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_W} {_H}" width="{_W}" height="{_H}" '
            f'font-family="{_FONT}" font-size="13" role="img" aria-label="{escape(title)}">'
        ),
        f'<rect width="{_W}" height="{_H}" fill="#fff"/>',
        _text(24, 28, title, size=16, weight=600),
        _text(24, 48, told, colour=_FAINT),
        *_by_amplitude(scored),
        *_sweep(scored),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _by_amplitude(scored: Scored) -> list[str]:
    bins = [each for each in scored.comparison.amplitudes if each.marks]
    parts = [
        *_frame(_LEFT, "sensitivity by size of the mark"),
        _text(_LEFT + _WIDE / 2, _H - 20, "mg peak to peak", anchor="middle"),
    ]
    if not bins:
        return [*parts, _text(_LEFT + _WIDE / 2, _TOP + _HIGH / 2, "no marks with a size", "middle", _FAINT)]
    step = _WIDE / len(bins)
    for at, each in enumerate(bins):
        x, share = _LEFT + (at + 0.5) * step, each.found / each.marks
        low, high = _wilson(each.found, each.marks)
        height = share * _HIGH
        parts += [
            (
                f'<rect x="{x - 0.32 * step:.1f}" y="{_TOP + _HIGH - height:.1f}" width="{0.64 * step:.1f}" '
                f'height="{height:.1f}" fill="{_FILL}" fill-opacity="0.75"/>'
            ),
            f'<path d="M{x:.1f} {_TOP + _HIGH * (1 - low):.1f}V{_TOP + _HIGH * (1 - high):.1f}" stroke="{_INK}"/>',
            _text(
                x,
                _TOP + _HIGH + 18,
                f"{each.low_mg:g}-{each.high_mg:g}" if math.isfinite(each.high_mg) else f"{each.low_mg:g}+",
                "middle",
                size=12,
            ),
            _text(x, _TOP + _HIGH + 34, f"{each.marks}", "middle", _FAINT, size=11),
        ]
    return [*parts, _text(_LEFT - 10, _TOP + _HIGH + 34, "marks", "end", _FAINT, size=11)]


def _sweep(scored: Scored) -> list[str]:
    left = _LEFT + _APART
    points = [
        (each.false_per_quiet_hour, each.counts.sensitivity, each.score)
        for each in scored.comparison.sweep
        if each.false_per_quiet_hour is not None and each.counts.sensitivity is not None
    ]
    parts = [
        *_frame(left, "sensitivity, by the least score that is told"),
        _text(left + _WIDE / 2, _H - 20, "false alarms an hour of quiet time", anchor="middle"),
    ]
    if not points:
        return [*parts, _text(left + _WIDE / 2, _TOP + _HIGH / 2, "no scores to sweep over", "middle", _FAINT)]
    most = _nice(max(each[0] for each in points) or 1.0)
    places = [(left + _WIDE * false / most, _TOP + _HIGH * (1 - share), score) for false, share, score in points]
    for tick in range(5):
        x = left + _WIDE * tick / 4
        parts.append(_text(x, _TOP + _HIGH + 18, f"{most * tick / 4:g}", "middle", size=12))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{_FILL}" stroke-width="2"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_FILL}"/>' for x, y, _ in places]
    return parts + _scores(places, left)


def _scores(places: Sequence[tuple[float, float, float]], left: float) -> list[str]:
    """Write the score beside some points: above and left of the line, which rises to the right, where there is room."""
    parts: list[str] = []
    taken = [(x, y) for x, y, _ in places]
    for x, y, score in places:
        right, low = x - _BESIDE, y - _BESIDE
        if right - _WORD < left or any(
            right - _WORD - 4 < a < right + 4 and low - _TALL - 4 < b < low + 4 for a, b in taken
        ):
            continue
        taken += [(right - part * _WORD, low - _TALL / 2) for part in (0.0, 0.5, 1.0)]
        parts.append(_text(right, low, f"{score:.2f}", "end", _FAINT, 11))
    return parts


def _frame(left: float, title: str) -> list[str]:
    parts = [_text(left, _TOP - 12, title, weight=600)]
    for tick in range(5):
        y = _TOP + _HIGH * (1 - tick / 4)
        parts.append(f'<path d="M{left} {y:.1f}h{_WIDE}" stroke="{_LINE}"/>')
        parts.append(_text(left - 10, y + 4, f"{tick / 4:g}", "end", size=12))
    return parts


def _text(
    x: float, y: float, words: str, anchor: str = "start", colour: str = _INK, size: int = 13, weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def _nice(value: float) -> float:
    power = 10 ** math.floor(math.log10(value))
    return float(next(step * power for step in (*_NICE, 20) if step * power >= value))


def _wilson(hits: int, count: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    z = 1.96
    share = hits / count
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max((middle - half) / (1 + z * z / count), 0.0), min((middle + half) / (1 + z * z / count), 1.0)
