"""Promise: the figure of one's nights is sound SVG of any of them, says in words what it shows, and tells judged ones
apart."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import timedelta
from gettext import NullTranslations

import pytest

from detector.figures.trend import Span, trend_figure
from detector.summary.many.table import table_of
from detector.summary.many.usual import usual
from tests.detector.summary.many.made_up import FIRST, night, sensor

WORDS = NullTranslations()
SVG = "{http://www.w3.org/2000/svg}"


def drawn(nights, size=(720.0, 300.0), **more):
    table = table_of(nights)
    return ET.fromstring(str(trend_figure("trend", table, usual(table), size, WORDS, **more)))  # noqa: S314 - our own


def texts(root):
    return [each.text for each in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("size", [(720.0, 300.0), (335.0, 150.0)])
@pytest.mark.parametrize("count", [1, 2, 8, 40, 365])
def test_any_number_of_nights(count, size):
    root = drawn([night(day, sensor(10.0 + day % 7)) for day in range(count)], size)
    assert len(list(root.iter(f"{SVG}circle"))) == count + 1  # one in the legend
    words = root.find(f"{SVG}desc").text
    assert ("can't tell yet" in words) == (count < 8)
    assert f"{count} night" in words
    for each in root.iter():
        assert "style" not in each.attrib


def test_judged_nights_are_filled_and_others_hollow():
    root = drawn([night(0, sensor(review="sample")), night(1), night(2, sensor(review="all"))])
    fills = [each.get("fill") for each in root.iter(f"{SVG}circle")]
    assert fills[:3] == ["currentColor", "none", "currentColor"]
    assert {"judged", "not judged"} <= set(texts(root))


def test_a_change_breaks_the_line_and_is_told():
    same = drawn([night(day) for day in range(4)])
    other = drawn([
        night(0), night(1), night(2, sensor(model="Bangle.js 2")), night(3, sensor(model="Bangle.js 2")),
    ])  # fmt: skip
    assert not any("another wearable" in words for words in texts(same))
    assert any("another wearable: Bangle.js 2" in words for words in texts(other))


def test_nights_that_do_not_count_stand_below_with_their_sign():
    root = drawn([night(0), night(1, sensor(hours=1.0)), night(2)])
    assert "S" in texts(root)
    assert "does not count: 1 too short (S)" in texts(root)


def test_what_was_used_meanwhile():
    spans = [Span("<b>Massage & more</b>", FIRST, FIRST + timedelta(days=3))]
    root = drawn([night(day) for day in range(9)], spans=spans, since=FIRST + timedelta(days=4))
    assert "<b>Massage & more</b>" in texts(root)


def test_a_night_that_stands_out_is_drawn_within():
    root = drawn([*(night(day) for day in range(8)), night(8, sensor(2000.0)), night(9, sensor(0.0))])
    for each in root.iter(f"{SVG}circle"):
        assert 0 <= float(each.get("cy")) <= 300
