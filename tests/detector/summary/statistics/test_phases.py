"""Promise: a ratio covers what it says, carries the labels' uncertainty, and the same nights give the same answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.summary.statistics.labels import DRAWS, true_counts
from detector.summary.statistics.phases import Counted, ratio_of
from tests.detector.summary.many.judged import made_up

PHASE = np.repeat([0, 1], 14)


def all_judged(nights: Counted) -> Counted:
    return Counted.of(nights.days, nights.yes, nights.hours)


def test_draws_keep_to_what_was_seen_and_have_the_right_mean():
    nights = made_up(200, 3)
    phase = np.repeat([0, 1], 100)
    drawn = true_counts(nights.found, nights.labelled, nights.yes, phase)
    assert drawn.shape == (DRAWS, 200)
    assert np.all(drawn >= nights.yes)
    assert np.all(drawn <= nights.found - nights.labelled + nights.yes)
    # Each night by its own labels, drawn towards what is usual; all together neither more nor fewer.
    by_itself = nights.yes + (nights.found - nights.labelled) * nights.yes / nights.labelled
    assert drawn.mean(0).sum() == pytest.approx(by_itself.sum(), rel=0.02)
    assert np.corrcoef(drawn.mean(0), by_itself)[0, 1] > 0.98


@pytest.mark.parametrize("seed", range(4))
def test_nights_of_one_share_are_taken_for_such_and_others_are_not(seed):
    random = np.random.default_rng(seed)
    found, labelled, phase = np.full(40, 200), np.full(40, 20), np.repeat([0, 1], 20)
    alike = random.binomial(20, 0.7, 40)
    mixed = random.binomial(20, np.tile([0.45, 0.95], 20))
    spread = [true_counts(found, labelled, yes, phase).mean(0).std() / yes.std() / 10 for yes in (alike, mixed)]
    assert spread[0] < 0.6
    assert spread[1] > 0.8


def test_events_that_were_all_judged_need_no_draws():
    nights = made_up(28, 3, labels=10_000)
    assert true_counts(nights.found, nights.labelled, nights.yes, PHASE).shape == (1, 28)
    assert ratio_of(nights, PHASE) == ratio_of(all_judged(nights), PHASE)


def test_a_difference_is_found_and_false_alarms_do_not_shrink_it():
    nights = made_up(56, 1)
    half = Counted.of(
        nights.days,
        nights.found + nights.found * (np.arange(56) < 28),
        nights.hours,
        nights.labelled,
        nights.yes,
    )
    found = ratio_of(half, np.repeat([0, 1], 28))
    assert found.low < 0.5 < found.high < 1
    assert found.differs


def test_twenty_labels_a_night_are_nearly_as_good_as_all():
    widths = []
    for labels in (20, 10_000):
        ratios = [ratio_of(made_up(28, seed, labels=labels), PHASE) for seed in range(8)]
        widths.append(np.mean([np.log(each.high / each.low) for each in ratios]))
    assert 0.9 * widths[1] < widths[0] < 1.15 * widths[1]


def test_it_is_as_one_reckons_it_by_hand_where_counts_are_large():
    """Nights that scatter little, all judged: the ratio of the geometric means."""
    nights = made_up(28, 5, per_hour=4000, labels=10_000_000)
    plain = all_judged(nights)
    mean = np.exp(plain.logs()[14:].mean() - plain.logs()[:14].mean())
    assert ratio_of(plain, PHASE).ratio == pytest.approx(mean, rel=0.1)


def test_what_is_unsure_only_widens_it():
    nights = made_up(28, 2)
    unsure = np.minimum(nights.labelled - nights.yes, 2)
    sure = ratio_of(nights, PHASE)
    wide = ratio_of(replace(nights, unsure=unsure), PHASE)
    assert wide.unsure
    assert not sure.unsure
    assert wide.low < sure.low
    assert wide.high > sure.high


def test_bounds_hold_whatever_the_unsure_ones_are():
    nights = made_up(28, 2)
    unsure = np.minimum(nights.labelled - nights.yes, 2)
    wide = ratio_of(replace(nights, unsure=unsure), PHASE)
    for truth in (0 * unsure, unsure, unsure * PHASE, unsure * (1 - PHASE)):
        either = ratio_of(replace(nights, yes=nights.yes + truth), PHASE)
        assert wide.low <= either.low * 1.001
        assert wide.high >= either.high * 0.999


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 1000), hours=st.floats(0.2, 5))
def test_the_unit_of_time_is_of_no_matter(seed, hours):
    nights = made_up(20, seed)
    phase = np.repeat([0, 1], 10)
    one, other = ratio_of(nights, phase), ratio_of(replace(nights, hours=nights.hours * hours), phase)
    assert other.ratio == pytest.approx(one.ratio, rel=1e-6)
    assert other.low == pytest.approx(one.low, rel=1e-6)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 1000), phase=st.lists(st.integers(0, 1), min_size=20, max_size=20))
def test_phases_may_come_in_any_order_and_change_places(seed, phase):
    phases = np.array(phase)
    if not 2 <= phases.sum() <= 18:
        phases[:4] = [0, 1, 0, 1]
    nights = made_up(20, seed, labels=10_000)
    one, other = ratio_of(nights, phases), ratio_of(nights, 1 - phases)
    assert one.low < one.ratio < one.high
    assert other.low == pytest.approx(1 / one.high, rel=1e-6)
    assert other.nights == one.nights[::-1]


def test_the_same_nights_give_the_same_answer():
    assert ratio_of(made_up(28, 1), PHASE) == ratio_of(made_up(28, 1), PHASE)


def test_nights_without_a_twitch_have_a_ratio():
    nothing = Counted.of(np.arange(20), np.zeros(20, int), np.full(20, 6.0))
    found = ratio_of(nothing, np.repeat([0, 1], 10))
    assert found.low <= 1 <= found.high


def test_intervals_cover_the_truth_as_often_as_they_say():
    """Nights that hang together, a true ratio of 0.6: between 93 and 99 % of 300 intervals cover it."""
    random = np.random.default_rng(8)
    covered = 0
    for _ in range(300):
        errors = np.zeros(28)
        for night in range(28):
            errors[night] = 0.3 * errors[night - 1] + np.sqrt(1 - 0.09) * random.normal()
        hours = random.uniform(5, 8, 28)
        counts = random.poisson(25 * hours * np.exp(0.47 * errors) * 0.6**PHASE)
        found = ratio_of(Counted.of(np.arange(28), counts, hours), PHASE)
        covered += found.low <= 0.6 <= found.high
    assert 0.93 <= covered / 300 <= 0.995


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"days": [0, 0, 1]}, "rise"),
        ({"hours": [1, 0, 1]}, "above 0"),
        ({"hours": [1, np.nan, 1]}, "above 0"),
        ({"labelled": [9, 9, 9]}, "no more"),
        ({"labelled": [3, 3, 3], "yes": [3, 3, 3], "unsure": [1, 0, 0]}, "no more"),
        ({"found": [1, 2]}, "one entry a night"),
    ],
)
def test_nights_that_cannot_be_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        Counted.of(**({"days": [0, 1, 2], "found": [5, 5, 5], "hours": [1, 1, 1]} | change))
    with pytest.raises(ValueError, match="0 or 1"):
        ratio_of(made_up(4, 0), [0, 1, 2, 1])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_nights_that_happen_to_be_alike_are_not_known_beyond_doubt(count):
    """How long nights were recorded is no difference of what was counted in them."""
    counts = np.full(28, count)
    found = ratio_of(Counted.of(np.arange(28), counts, np.repeat([8.0, 6.5], 14)), PHASE)
    assert not found.differs
    assert found.high / found.low > 1.5


def test_nights_that_are_decades_apart_have_a_ratio_all_the_same():
    """A wearable whose clock was reset puts a night into 1970."""
    days = np.r_[0, np.arange(27) + 20_454]
    found = ratio_of(Counted.of(days, np.arange(28) + 20, np.full(28, 7.0)), PHASE)
    assert 0 < found.low < found.high < np.inf
