"""Drawings as SVG: what is drawn, in which order, and what it says to those who do not see it.

Attributes are presentation attributes or classes, never ``style=``: a page that allows no inline style shows them all
the same. Nothing is fetched and nothing runs. Words are escaped here, whatever they hold.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape

Number = float | int
Point = tuple[float, float]

INK = "currentColor"
"""Lines and letters are of the colour of the text around: legible on a dark page, and on paper."""

# M. Okabe and K. Ito, "Color Universal Design", 2008: told apart with every kind of colour vision.
BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442",
)  # fmt: skip
GREY, PALE = "#767676", "#d9d9d9"

LETTERS = 12.0
"""Size of letters in px: 9 pt on paper, where a drawing is no wider than its place."""

_UNFIT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold: most control characters, halves of letters."""


def number(value: Number) -> str:
    """Write a coordinate to a hundredth, which nobody sees on paper.

    Raises
    ------
    ValueError
        Where it is no number.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is no place in a drawing")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def words(text: str) -> str:
    """Write words so that nothing in them is taken for a tag, and nothing breaks the document."""
    return escape(_UNFIT.sub("�", text))


def attributes(facts: Mapping[str, object]) -> str:
    """Write attributes; underscores stand for hyphens, one at the end for nothing, and None is left out."""
    told = []
    for name, value in facts.items():
        if value is not None:
            text = number(value) if isinstance(value, float | int) else words(str(value))
            told.append(f' {name.rstrip("_").replace("_", "-")}="{text}"')
    return "".join(told)


class Drawing:
    """A drawing that grows.

    Parameters
    ----------
    name
        For the names of its parts: one that no other drawing of the page has. Letters, digits and hyphens.
    width, height
        In px of 1/96 inch, as wide as its place on paper: letters have their size there.
    title
        What it shows, in a few words.
    desc
        What there is to see in it, in a sentence or two.
    """

    def __init__(self, name: str, width: float, height: float, title: str, desc: str) -> None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
            raise ValueError(f"{name!r} is no name for a drawing")
        self.name = name
        self.width = width
        self.height = height
        self._head = (title, desc)
        self._defs: dict[tuple[str, str], str] = {}
        self._parts: list[str] = []

    def add(self, tag: str, **facts: str | Number | None) -> None:
        """Draw any element that holds nothing."""
        self._parts.append(f"<{tag}{attributes(facts)}/>")

    def line(self, one: Point, other: Point, **facts: str | Number | None) -> None:
        """Draw a straight line."""
        self.add("line", x1=one[0], y1=one[1], x2=other[0], y2=other[1], **({"stroke": INK} | facts))

    def rect(self, left: float, top: float, width: float, height: float, **facts: str | Number | None) -> None:
        """Draw a rectangle; one without an area is left out."""
        if width > 0 and height > 0:
            self.add("rect", x=left, y=top, width=width, height=height, **facts)

    def circle(self, centre: Point, radius: float, **facts: str | Number | None) -> None:
        """Draw a circle."""
        self.add("circle", cx=centre[0], cy=centre[1], r=radius, **facts)

    def polyline(self, points: Iterable[Point], **facts: str | Number | None) -> None:
        """Draw a line through points, without a filling."""
        self.path(path_of(points), **({"fill": "none", "stroke": INK} | facts))

    def polygon(self, points: Iterable[Point], **facts: str | Number | None) -> None:
        """Fill what lies between points."""
        way = path_of(points)
        self.path(f"{way}Z" if way else "", **facts)

    def path(self, way: str, **facts: str | Number | None) -> None:
        """Draw along a path; an empty one is left out."""
        if way:
            self.add("path", d=way, **facts)

    def text(self, at: Point, text: str, *, size: float = LETTERS, **facts: str | Number | None) -> None:
        """Write a line of words; ``text_anchor`` is start (if not given), middle or end."""
        told = {"x": at[0], "y": at[1], "font_size": size, "fill": INK} | facts
        self._parts.append(f"<text{attributes(told)}>{words(text)}</text>")

    @contextmanager
    def group(self, **facts: str | Number | None) -> Iterator[None]:
        """Draw what is drawn meanwhile in a group, as ``transform="translate(10 0)"``."""
        self._parts.append(f"<g{attributes(facts)}>")
        yield
        self._parts.append("</g>")

    def hatched(self, colour: str = GREY, *, step: float = 5.0, thickness: float = 1.0, rising: bool = True) -> str:
        """Return a filling of slanted lines: what a colour alone would not tell in grey."""
        turn = f"rotate({45 if rising else -45})"
        facts = {"width": step, "height": step, "patternUnits": "userSpaceOnUse", "patternTransform": turn}
        line = {"x1": 0, "y1": 0, "x2": 0, "y2": step, "stroke": colour, "stroke_width": 2 * thickness}
        return self._defined("pattern", facts, f"<line{attributes(line)}/>")

    def clipped(self, left: float, top: float, width: float, height: float) -> str:
        """Return what ``clip_path`` of a group is to be, so that nothing of it lies outside of a rectangle."""
        box = {"x": left, "y": top, "width": width, "height": height}
        return self._defined("clipPath", {}, f"<rect{attributes(box)}/>")

    def _defined(self, tag: str, facts: Mapping[str, object], inside: str) -> str:
        """Define a thing once, and return what names it."""
        made = f"{attributes(facts)}>{inside}</{tag}>"
        key = self._defs.setdefault((tag, made), f"{self.name}-{len(self._defs)}")
        return f"url(#{key})"

    def __str__(self) -> str:
        title, desc = self._head
        facts = {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {number(self.width)} {number(self.height)}",
            "width": self.width,
            "height": self.height,
            "role": "img",
            "aria-labelledby": f"{self.name}-title {self.name}-desc",
            "font-family": "system-ui, -apple-system, Segoe UI, Noto Sans, DejaVu Sans, sans-serif",
        }
        head = f'<title id="{self.name}-title">{words(title)}</title><desc id="{self.name}-desc">{words(desc)}</desc>'
        made = "".join(f'<{tag} id="{key}"{rest}' for (tag, rest), key in self._defs.items())
        defs = f"<defs>{made}</defs>" if made else ""
        return f"<svg{attributes(facts)}>{head}{defs}{''.join(self._parts)}</svg>"

    def __html__(self) -> str:
        """Say to templates that it is escaped already."""
        return str(self)


def path_of(points: Iterable[Point]) -> str:
    """Return the path through points; where one is no number, the line breaks off and begins anew."""
    way: list[str] = []
    pen = "M"
    for x, y in points:
        if math.isfinite(x) and math.isfinite(y):
            way.append(f"{pen}{number(x)} {number(y)}")
            pen = "L"
        else:
            pen = "M"
    return "".join(way)


def band_of(xs: Sequence[float], low: Sequence[float], high: Sequence[float]) -> list[Point]:
    """Return the outline of what lies between two lines: along the upper one, and back along the lower one."""
    return [*zip(xs, high, strict=True), *reversed(list(zip(xs, low, strict=True)))]
