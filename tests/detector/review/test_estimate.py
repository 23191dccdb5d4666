"""Promise: a sample grows without losing a label, stops where it is told to, and its interval is exact."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.review.judging.estimate import (
    answer,
    fresh,
    interval,
    labels_between,
    labels_needed,
    random_start,
    sample,
    stages,
)

STARTS = st.integers(0, 2**32 - 1)


def test_stages_double_and_end_with_all():
    assert stages(700) == (20, 40, 80, 160, 320, 640, 700)
    assert stages(20) == (20,)
    assert stages(7) == (7,)
    assert stages(0) == ()


@settings(deadline=None)
@given(st.integers(1, 6000), STARTS)
def test_stages_nest_and_each_is_a_whole_systematic_sample(out_of, start):
    before: set[int] = set()
    for stage, size in enumerate(stages(out_of)):
        places = sample(out_of, stage, start)
        assert len(set(places)) == size
        assert places == sorted(places)
        assert places[0] >= 0
        assert places[-1] < out_of
        assert before <= set(places)
        steps = np.diff(places)
        assert not len(steps) or steps.max() - steps.min() <= 1
        new = fresh(out_of, stage, start)
        assert sorted(new) == sorted(set(places) - before)
        before = set(places)


def test_each_event_is_looked_at_as_often_as_any_other():
    out_of, counts = 90, np.zeros(90)
    for start in range(0, 2**32, 2**32 // 3600):
        counts[sample(out_of, 0, start)] += 1
    assert counts.min() > 0.97 * counts.mean()
    assert counts.max() < 1.03 * counts.mean()


def test_the_order_tells_nothing_of_the_score():
    order = fresh(700, 2, 12_345)
    assert abs(np.corrcoef(order, np.arange(len(order)))[0, 1]) < 0.4
    assert fresh(700, 2, 12_345) == order


@pytest.mark.parametrize(("labelled", "yes"), [(20, 13), (40, 1), (40, 39), (25, 5)])
def test_the_interval_is_that_of_the_beta_binomial(labelled, yes):
    """Held against whole numbers: with as many neighbours that differ as chance makes, the score says nothing."""
    out_of, level = 60, 0.95
    truth = [place < yes for place in range(labelled)]
    order = np.random.default_rng(labelled).permutation(labelled)
    shuffled = tuple(truth[place] for place in order)
    changes = sum(one != other for one, other in pairwise(shuffled))
    random = yes * (labelled - yes) / labelled / (labelled - 1)
    ratio = ((changes / 2) + 10 * random) / ((labelled - 1 + 10) * random)
    weight = Fraction(1 / min(max(ratio, 0.1), 1.0))
    alpha, beta = yes * weight + Fraction(1, 2), (labelled - yes) * weight + Fraction(1, 2)
    trials = out_of - labelled

    def rising(base: Fraction, times: int) -> Fraction:
        product = Fraction(1)
        for step in range(times):
            product *= base + step
        return product

    chances = [
        comb(trials, x) * rising(alpha, x) * rising(beta, trials - x) / rising(alpha + beta, trials)
        for x in range(trials + 1)
    ]
    assert sum(chances) == 1
    below, low, high = 0.0, None, None
    for x, chance in enumerate(chances):
        below += float(chance)
        low = x if low is None and below >= (1 - level) / 2 else low
        high = x if high is None and below >= 1 - (1 - level) / 2 else high
    found = interval(shuffled, out_of, level)
    assert (found.low, found.high) == (yes + low, yes + high)


def test_all_alike_leaves_it_open_that_all_are():
    assert interval((True,) * 20, 700).high == 700
    assert interval((False,) * 20, 700).low == 0


def test_all_looked_at_leaves_nothing_open():
    told = answer([True] * 30 + [False] * 10, 40)
    assert (told.low, told.high, told.is_narrow) == (30, 30, True)


def test_a_score_that_ranks_makes_it_narrower():
    ranked = (False,) * 12 + (True,) * 28
    mixed = tuple(place % 10 not in {0, 3, 6} for place in range(40))
    assert sum(ranked) == sum(mixed)
    assert interval(ranked, 700).half_width < 0.8 * interval(mixed, 700).half_width


def test_what_is_unsure_gives_bounds_and_asks_for_no_more():
    sure: list[bool | None] = [place % 10 not in {0, 5} for place in range(80)]
    without = answer(sure, 700)
    some = [None if place % 8 == 0 else label for place, label in enumerate(sure)]
    told = answer(some, 700)
    assert told.unsure == 10
    assert told.low < without.low
    assert told.high > without.high
    assert told.high - told.low > without.high - without.low + 0.05 * 700
    assert told.is_narrow


def test_it_says_before_how_many_labels_it_takes():
    assert labels_needed(700) == 80
    assert labels_between(700) == (20, 160)
    assert labels_between(5) == (5, 5)
    assert labels_needed(5000, 0.05) > labels_needed(5000, 0.10)


def test_starts_differ():
    assert len({random_start() for _ in range(20)}) > 1
