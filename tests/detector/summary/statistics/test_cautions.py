"""Promise: what else may make two phases differ is said, and seldom said where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from detector.summary.statistics.cautions import after_worst, cautions
from detector.summary.statistics.phases import Counted
from tests.detector.summary.many.judged import made_up

PHASE = np.repeat([0, 1], 14)
EVEN = Counted.of(np.arange(28), np.tile([60, 75, 66, 71], 7), np.full(28, 6.5))


def told(nights=EVEN, phase=PHASE, **how):
    return {each.what: each for each in cautions(nights, phase, **how)}


def test_even_nights_call_for_no_caution():
    assert not told()


def test_a_start_after_the_worst_nights():
    counts = EVEN.found.copy()
    counts[11:14] *= 2
    found = told(Counted.of(EVEN.days, counts, EVEN.hours))["after_worst"]
    assert found.size == pytest.approx(2, rel=0.1)
    assert found.count == 3


def test_it_is_seen_from_all_nights_before_and_only_where_there_is_one_start():
    counts = EVEN.found.copy()
    counts[11:14] *= 2
    worse = Counted.of(EVEN.days, counts, EVEN.hours)
    assert "after_worst" not in told(worse, np.tile([0, 1], 14))
    before = Counted.of(np.arange(14), counts[:14], EVEN.hours[:14])
    assert "after_worst" in told(EVEN, before=before)
    assert after_worst(before.only(np.arange(14) > 8)) is None


def test_few_starts_at_any_time_are_called_such():
    warned = sum(after_worst(made_up(14, seed)) is not None for seed in range(400))
    assert 0.08 < warned / 400 < 0.3


def test_something_else_that_changed_with_it():
    others = {"magnesium": set(range(14, 28)), "massage": set(range(0, 28, 2)), "coffee": set(range(28))}
    assert told(others=others)["together"].names == ("magnesium",)


def test_many_comparisons():
    assert told(comparisons=5)["many"].size == pytest.approx(1 - 0.95**5)
    assert "many" not in told(comparisons=1)


@pytest.mark.parametrize("a_day", [-0.04, 0.04])
def test_a_drift_within_the_phases(a_day):
    counts = np.rint(100 * np.exp(a_day * (np.arange(28) - 14)) * np.tile([1.0, 1.1, 0.95, 1.02], 7)).astype(int)
    found = told(Counted.of(EVEN.days, counts, EVEN.hours))["drift"]
    assert found.size == pytest.approx(np.exp(30 * a_day), rel=0.25)


def test_a_difference_between_the_phases_is_no_drift():
    assert "drift" not in told(Counted.of(EVEN.days, EVEN.found * np.where(PHASE, 1, 3), EVEN.hours))


def test_gaps_and_phases_of_another_density():
    late = np.where(np.arange(28) < 14, EVEN.days, EVEN.days + 20)
    assert told(Counted.of(late, EVEN.found, EVEN.hours))["gap"].size == 21
    sparse = np.where(np.arange(28) < 14, EVEN.days, 14 + 3 * (EVEN.days - 14))
    assert told(Counted.of(sparse, EVEN.found, EVEN.hours))["uneven"].size == pytest.approx(3)


def test_hardly_any_twitches():
    assert told(Counted.of(EVEN.days, EVEN.found // 60, EVEN.hours))["few"].size == pytest.approx(1)


def test_nights_that_are_all_alike_are_not_worse_than_each_other():
    """Not where rounding makes the last ones larger, nor where nothing was counted in shorter and shorter ones."""
    alike = Counted.of(np.arange(14), np.full(14, 40), np.full(14, 7.0), np.full(14, 20), np.zeros(14, np.int64))
    assert [each.what for each in cautions(alike, np.repeat([0, 1], 7))] == ["few"]
    empty = Counted.of(np.arange(56), np.zeros(56, np.int64), np.linspace(8, 6, 56))
    assert "drift" not in {each.what for each in cautions(empty, np.repeat([0, 1], 28))}
