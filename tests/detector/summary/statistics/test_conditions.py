"""Promise: no ratio of unreviewed events, of few nights, or across another sensor, place, side or version."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detector.summary.statistics.conditions import LEAST_NIGHTS, Setup, fitness, labels_missing
from tests.detector.summary.many.judged import made_up

SETUP = Setup("Polar Verity Sense", "left calf", "left", "0.1.0")
PHASE = np.repeat([0, 1], 10)


def found(nights=None, phase=PHASE, setups=None):
    nights = made_up(20, 1) if nights is None else nights
    return fitness(nights, phase, setups or [SETUP] * len(nights))


def test_nights_that_are_judged_and_alike_may_be_compared():
    assert not found().needs
    assert found().usable.all()
    assert found().setup == SETUP


def test_unreviewed_events_may_not():
    nights = made_up(20, 1)
    none = replace(nights, labelled=0 * nights.found, yes=0 * nights.found)
    needs = found(none).needs
    assert [(each.what, each.phase, each.nights) for each in needs] == [("labels", 0, 10), ("labels", 1, 10)]
    assert sum(each.need - each.have for each in needs) == labels_missing(none).sum() == 20 * 20


def test_a_night_of_fewer_than_twenty_is_judged_if_all_are():
    nights = made_up(20, 1, per_hour=0.5, false=0.3)
    assert (nights.found < 20).all()
    assert not found(nights).needs
    lacking = replace(nights, labelled=np.maximum(nights.labelled - 1, 0), yes=0 * nights.yes)
    assert (labels_missing(lacking) == (nights.found > 0)).all()


def test_a_few_nights_without_labels_are_left_out():
    nights = made_up(20, 1)
    bare = np.arange(20) < 3
    some = replace(nights, labelled=np.where(bare, 0, nights.labelled), yes=np.where(bare, 0, nights.yes))
    assert not found(some).needs
    assert (found(some).usable == ~bare).all()
    four = np.arange(20) < 4
    too_many = replace(nights, labelled=np.where(four, 0, nights.labelled), yes=np.where(four, 0, nights.yes))
    assert [each.what for each in found(too_many).needs] == ["labels"]


@pytest.mark.parametrize(("before", "after"), [(6, 14), (14, 6), (20, 0), (0, 20)])
def test_too_few_nights_may_not(before, after):
    needs = found(phase=np.repeat([0, 1], [before, after])).needs
    assert {each.what for each in needs} == {"nights"}
    assert all(each.need == LEAST_NIGHTS and each.have == (before, after)[each.phase] for each in needs)


@pytest.mark.parametrize(
    ("what", "value"), [("sensor", "Bangle.js 2"), ("place", "right calf"), ("side", "right"), ("version", "0.2.0")]
)
def test_no_ratio_across_another(what, value):
    other = replace(SETUP, **{what: value})
    needs = found(setups=[SETUP] * 10 + [other] * 10).needs
    assert [each.what for each in needs] == ["same"]
    assert needs[0].differs == (what,)


def test_a_few_nights_recorded_otherwise_are_left_out():
    other = replace(SETUP, place="right calf")
    told = found(setups=[other] * 3 + [SETUP] * 17)
    assert not told.needs
    assert told.other.sum() == 3
    assert told.setup == SETUP


def test_without_nights_there_is_nothing_to_compare():
    told = found(made_up(20, 1).only(np.zeros(20, bool)), np.array([], int), [])
    assert told.setup is None
    assert [each.what for each in told.needs] == ["nights", "nights"]
