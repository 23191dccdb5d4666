"""Promise: a night is held against nights that were recorded, seen and judged alike, or it is said what is missing."""

from __future__ import annotations

from gettext import NullTranslations

import numpy as np
import pytest

from detector.summary.many.said import basis_words, verdict
from detector.summary.many.table import table_of
from detector.summary.many.usual import usual
from tests.detector.summary.many.made_up import night, sensor

WORDS = NullTranslations()


def nights(count, last, *, review="none", yes=0.75, last_review=None):
    random = np.random.default_rng(1)
    rates = 20 * np.exp(0.3 * random.standard_normal(count))
    found = [night(day, sensor(float(rate), review=review, yes=yes)) for day, rate in enumerate(rates)]
    return [*found, night(count, sensor(last, review=last_review or review, yes=yes))]


@pytest.mark.parametrize(("last", "place"), [(20.0, "within"), (120.0, "above"), (2.0, "below")])
def test_a_night_against_those_before(last, place):
    found = usual(table_of(nights(14, last)))
    assert found.place == place
    assert {"within": "within", "above": "above", "below": "below"}[place] in verdict(found, 12.5, WORDS)
    assert found.missing == 0
    assert not found.is_of_true


@pytest.mark.parametrize("before", [0, 1, 6])
def test_so_many_more_are_needed(before):
    found = usual(table_of(nights(before, 20.0)))
    assert (found.place, found.missing, found.band) == ("unknown", 7 - before, None)
    assert "can't tell yet" in verdict(found, 12.5, WORDS)
    assert str(7 - before) in verdict(found, 12.5, WORDS)


def test_true_twitches_are_compared_where_nights_are_judged():
    found = usual(table_of(nights(10, 20.0, review="sample", yes=0.5)))
    assert found.is_of_true
    assert found.per_hour == pytest.approx(10, rel=0.15)
    assert "labels" in basis_words(found, WORDS)


def test_a_night_that_is_not_judged_is_held_against_what_was_found():
    found = usual(table_of(nights(10, 20.0, review="sample", yes=0.5, last_review="none")))
    assert not found.is_of_true
    assert found.per_hour == pytest.approx(20)
    assert found.place == "within"


def test_nights_of_another_wearable_do_not_count_against_it():
    before = [night(day, sensor(200.0, model="Bangle.js 2")) for day in range(20)]
    after = [night(20 + day, sensor(20.0 + day)) for day in range(9)]
    found = usual(table_of([*before, *after]))
    assert len(found.before) == 8
    assert found.place == "within"


def test_without_a_night():
    assert usual(table_of([])) is None
