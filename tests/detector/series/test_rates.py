"""Promise: a rate's interval is the exact Poisson interval (Garwood), to eleven digits, at any count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from detector.series import poisson_interval, rate_per_hour


def garwood(count, confidence):
    tail = (1 - confidence) / 2
    return (chi2.ppf(tail, 2 * count) / 2 if count else 0.0), chi2.isf(tail, 2 * count + 2) / 2


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99, 0.999999])
def test_against_chi_square_quantiles(confidence):
    for count in [*range(40), 99, 1_000, 12_345, 100_000]:
        assert poisson_interval(count, confidence) == pytest.approx(garwood(count, confidence), rel=1e-11)


@given(st.integers(0, 20_000), st.floats(0.01, 0.9999))
@settings(max_examples=200, deadline=None)
def test_against_chi_square_quantiles_anywhere(count, confidence):
    assert poisson_interval(count, confidence) == pytest.approx(garwood(count, confidence), rel=1e-10)


def test_nothing_counted_is_not_nothing_there():
    assert poisson_interval(0) == (0.0, pytest.approx(-np.log(0.025)))


def test_the_interval_covers_at_least_as_often_as_it_says():
    rng = np.random.default_rng(1)
    for mean in (0.5, 3.0, 40.0):
        intervals = [poisson_interval(count) for count in rng.poisson(mean, 4000).tolist()]
        assert np.mean([low <= mean <= high for low, high in intervals]) > 0.945


@pytest.mark.parametrize(("count", "confidence"), [(-1, 0.95), (1, 0.0), (1, 1.0), (1, float("nan"))])
def test_nonsense_is_refused(count, confidence):
    with pytest.raises(ValueError, match=r"at least 0|between 0 and 1"):
        poisson_interval(count, confidence)


def test_per_hour():
    rate = rate_per_hour(30, 1800.0)
    assert rate is not None
    assert (rate.count, rate.per_hour) == (30, 60.0)
    assert (rate.low_per_hour, rate.high_per_hour) == pytest.approx([2 * end for end in garwood(30, 0.95)])
    assert rate_per_hour(3, 0.0) is None
