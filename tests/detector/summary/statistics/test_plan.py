"""Promise: what so many nights can show is said beforehand, from one's own nights where there are enough."""

from __future__ import annotations

import numpy as np
import pytest

from detector.summary.statistics.phases import Counted, ratio_of
from detector.summary.statistics.plan import A_THEN_B, DESIGNS, PAIRS, USUAL, WEEKS, habit_of, phases_of, plan
from tests.detector.summary.many.judged import made_up


def test_a_fall_by_a_third_cannot_be_seen_in_14_and_14_nights():
    assert plan(USUAL, 28, A_THEN_B).chance(2 / 3) < 0.4


def test_more_nights_show_more_and_designs_that_take_turns_do_too():
    least = {(design, nights): plan(USUAL, nights, design).least_fall for design in DESIGNS for nights in (28, 56)}
    assert all(least[design, 28] < least[design, 56] < 1 for design in DESIGNS)
    assert least[A_THEN_B, 28] < least[WEEKS, 28] < least[PAIRS, 28]


def test_what_is_promised_agrees_with_itself():
    told = plan(USUAL, 28, PAIRS)
    assert told.chance(told.least_fall) == pytest.approx(0.8, abs=0.01)
    assert told.chance(told.least_rise) == pytest.approx(0.8, abs=0.01)
    assert told.chance(1.0) < 0.06
    chances = [told.chance(ratio) for ratio in (0.9, 0.8, 0.7, 0.6, 0.5)]
    assert chances == sorted(chances)


@pytest.mark.parametrize("design", [A_THEN_B, PAIRS])
def test_it_is_what_nights_show_whose_labels_are_compared(design):
    seen = np.mean([_is_seen(design, 28, 0.5, seed) for seed in range(200)])
    assert plan(USUAL, 28, design).chance(0.5) == pytest.approx(seen, abs=0.1)


def _is_seen(design, nights, ratio, seed):
    random = np.random.default_rng(9000 + seed)
    phases = phases_of(design, nights, random)
    logs = random.standard_normal(nights)
    for night in range(1, nights):
        logs[night] = USUAL.rho * logs[night - 1] + np.sqrt(1 - USUAL.rho**2) * logs[night]
    rates = USUAL.count * USUAL.share * np.exp(USUAL.spread * logs + np.log(ratio) * (phases - 0.5))
    true, false = random.poisson(rates), random.poisson(USUAL.count * (1 - USUAL.share), nights)
    labelled = np.minimum(true + false, 20)
    yes = random.hypergeometric(true, false, labelled)
    counted = Counted.of(np.arange(nights), true + false, np.ones(nights), labelled, yes)
    return ratio_of(counted, phases).high < 1


def test_the_same_plan_says_the_same():
    assert plan(USUAL, 14, PAIRS) == plan(USUAL, 14, PAIRS)


def test_few_nights_of_ones_own_are_not_relied_on():
    assert habit_of(made_up(13, 1)) is USUAL
    assert habit_of(made_up(14, 1)).nights == 14
    assert habit_of(Counted.of(np.arange(20), np.zeros(20, int), np.full(20, 6.0))) is USUAL


def test_ones_own_scatter_is_found_but_for_counting_and_labels():
    spreads = [habit_of(made_up(60, seed)).spread for seed in range(10)]
    assert np.mean(spreads) == pytest.approx(0.45, abs=0.05)
    few = [habit_of(made_up(60, seed, per_hour=1.0, false=0.0, labels=10_000)).spread for seed in range(10)]
    assert np.mean(few) == pytest.approx(0.45, abs=0.12)
    shares = [habit_of(made_up(60, seed)).share for seed in range(10)]
    assert np.mean(shares) == pytest.approx(25 * np.exp(0.1) / (25 * np.exp(0.1) + 8), abs=0.05)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("nights", [14, 28, 56])
def test_half_of_the_nights_are_of_each_phase(design, nights):
    phases = phases_of(design, nights, np.random.default_rng(0))
    assert len(phases) == nights
    assert phases.sum() == nights // 2
    if design == PAIRS:
        assert (phases[::2] + phases[1::2] == 1).all()


def test_there_is_no_other_design():
    with pytest.raises(ValueError, match="no design"):
        plan(USUAL, 14, "as ordered")
