"""Promise: a drawing is sound XML whatever its words hold, runs nothing, asks for nothing, and tells what it shows."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.figures.svg import Drawing, band_of, number, path_of

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing):
    return ET.fromstring(str(drawing))  # noqa: S314 - our own


@given(st.text(), st.text())
def test_any_words_are_told_as_words(title, text):
    drawing = Drawing("d", 100, 50, title, text)
    drawing.text((1, 2), text)
    root = parsed(drawing)
    assert [each.tag for each in root] == [f"{SVG}title", f"{SVG}desc", f"{SVG}text"]


def test_tags_in_words_are_none():
    drawing = Drawing("d", 100, 50, "<script>alert(1)</script>", '"><img src=x>')
    drawing.text((1, 2), "</svg><script>", fill='"><script>')
    assert "<script" not in str(drawing)
    assert parsed(drawing).find(f"{SVG}text").text == "</svg><script>"


def test_it_is_named_by_its_title_and_description():
    root = parsed(Drawing("hours", 100, 50, "Hours", "One by one"))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [each.get("id") for each in root]
    assert root.get("viewBox") == "0 0 100 50"


def test_nothing_has_a_style_of_its_own():
    drawing = Drawing("d", 100, 50, "a", "b")
    drawing.rect(0, 0, 5, 5, fill=drawing.hatched())
    drawing.polyline([(0, 0), (1, 1)])
    with drawing.group(clip_path=drawing.clipped(0, 0, 3, 3)):
        drawing.circle((1, 1), 2)
    assert "style=" not in str(drawing)


def test_a_filling_is_defined_once():
    drawing = Drawing("d", 100, 50, "a", "b")
    assert drawing.hatched() == drawing.hatched() != drawing.hatched(rising=False)
    assert len(parsed(drawing).find(f"{SVG}defs")) == 2


def test_a_line_breaks_off_where_nothing_is_known():
    assert path_of([(0, 0), (1, 1), (2, math.nan), (3, 3), (4, 4)]) == "M0 0L1 1M3 3L4 4"
    assert path_of([(0, math.nan)]) == ""
    assert band_of([0, 1], [2, 3], [4, 5]) == [(0, 4), (1, 5), (1, 3), (0, 2)]


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="no place"):
        number(math.nan)
    with pytest.raises(ValueError, match="no name"):
        Drawing("a b", 1, 1, "", "")
    assert number(-0.001) == "0"
