"""Promise: tonight's band flags one ordinary night in twenty; few counts do not break it, few nights say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from detector.summary.statistics.baseline import LEAST_NIGHTS, band


def test_too_few_nights_tell_nothing():
    assert band([10] * (LEAST_NIGHTS - 1), [6.0] * (LEAST_NIGHTS - 1), 6.0) is None
    assert band([10] * LEAST_NIGHTS, [6.0] * LEAST_NIGHTS, 6.0) is not None


def test_it_is_the_t_interval_of_one_more_night():
    counts, hours = np.array([100, 150, 80, 200, 120, 90, 160, 110]), np.full(8, 6.0)
    found = band(counts, hours, 6.0)
    logs = np.log((counts + 0.5) / hours)
    wide = stats.t.ppf(0.975, 7) * logs.std(ddof=1) * np.sqrt(1 + 1 / 8)
    assert found.low == pytest.approx(np.exp(logs.mean() - wide) - 0.5 / 6)
    assert found.high == pytest.approx(np.exp(logs.mean() + wide) - 0.5 / 6)


@pytest.mark.parametrize("per_hour", [25, 1])
def test_one_ordinary_night_in_twenty_lies_outside(per_hour):
    random = np.random.default_rng(per_hour)
    flagged = 0
    for _ in range(2000):
        hours = random.uniform(5, 8, 11)
        counts = random.poisson(per_hour * hours * np.exp(0.47 * random.standard_normal(11)))
        flagged += band(counts[:10], hours[:10], hours[10]).place(counts[10] / hours[10]) != "within"
    assert 0.035 < flagged / 2000 < 0.07


def test_nights_that_happen_to_be_alike_do_not_make_the_next_unusual():
    found = band([12] * 10, [6.0] * 10, 6.0)
    assert found.place(9 / 6) == found.place(15 / 6) == "within"
    assert found.place(60 / 6) == "above"


def test_nights_without_twitches_do_not_make_one_twitch_unusual():
    found = band([0] * 10, [6.0] * 10, 6.0)
    assert found.low == 0
    assert found.place(0.0) == found.place(1 / 6) == "within"


@settings(deadline=None, max_examples=60)
@given(
    counts=st.lists(st.integers(0, 2000), min_size=7, max_size=40), hours=st.floats(0.5, 12), tonight=st.floats(0.5, 12)
)
def test_its_ends_are_in_order_and_a_plain_rate(counts, hours, tonight):
    found = band(counts, [hours] * len(counts), tonight)
    assert 0 <= found.low <= found.middle <= found.high < np.inf
