"""Promise: nights of two phases are compared where they may be, by judged twitches alone; else it is said what lacks."""

from __future__ import annotations

from gettext import NullTranslations

import pytest

from detector.summary.many.compared import compare
from detector.summary.many.compared_words import caution_words, need_words, ratio_words
from detector.summary.many.table import table_of
from tests.detector.summary.many.made_up import FIRST, night, sensor

WORDS = NullTranslations()
DATE = FIRST.toordinal() + 10


def after(day):
    return day >= DATE


def nights(count=20, **facts):
    facts = {"review": "sample"} | facts
    return [night(day, sensor((20.0 if day < 10 else 10.0) * (1 + 0.1 * (day % 3)), **facts)) for day in range(count)]


def test_a_ratio_of_judged_nights():
    found = compare(table_of(nights()), after)
    assert found.fitness.needs == ()
    assert found.ratio.low < 0.5 < found.ratio.high < 1
    assert (len(found.of(0)), len(found.of(1))) == (10, 10)
    told = ratio_words(found.ratio, WORDS)
    assert "That is fewer." in told


def test_no_ratio_of_nights_that_are_not_judged():
    for review in ("none", "part"):
        found = compare(table_of(nights(review=review)), after)
        assert found.ratio is None
        needs = [need_words(need, ("before", "after"), 0, WORDS) for need in found.fitness.needs]
        assert needs == [
            "before: 0 nights are judged, twenty twitches of each or all, and 7 are needed.",
            "after: 0 nights are judged, twenty twitches of each or all, and 7 are needed.",
        ]


def test_twenty_labels_are_enough_where_few_of_them_are_large():
    # Of twenty labels of a night those of small twitches say nothing of large ones, and yet the night is judged.
    found = compare(table_of(nights(seen_mg=25.0)), after)
    assert all(one.level.labelled <= one.sampled.labelled for one in found.nights)
    assert found.fitness.needs == ()


def test_no_ratio_of_few_nights_or_across_another_wearable():
    few = compare(table_of(nights(14)), after)
    assert few.ratio is None
    assert need_words(few.fitness.needs[0], ("before", "after"), 4, WORDS) == "after: 4 nights count, and 7 are needed."
    old = [night(day, sensor(20.0, review="sample", model="Bangle.js 2")) for day in range(10)]
    other = compare(table_of([*old, *nights()[10:]]), after)
    assert other.ratio is None
    told = need_words(other.fitness.needs[0], ("before", "after"), 0, WORDS)
    assert "another wearable" in told
    assert not any(word in told for word in ("works", "effective", "improved", "caused", "reduced by"))


@pytest.mark.parametrize("together", [True, False])
def test_what_else_changed_is_told(together):
    days = {DATE + day for day in range(10)} if together else set()
    found = compare(table_of(nights()), after, others={"Massage": days})
    told = [caution_words(each, WORDS) for each in found.cautions]
    assert any("Massage" in words for words in told) is together


def test_without_nights():
    assert compare(table_of([]), after) is None
