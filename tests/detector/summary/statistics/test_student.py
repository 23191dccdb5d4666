"""Promise: our own t distribution and its mixtures are scipy's, to far more digits than are shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from detector.summary.statistics.student import Mixture, cumulative, density, quantile

FREEDOMS = [1, 2, 3, 4, 5, 12, 13, 26, 54, 111, 398]


@pytest.mark.parametrize("freedom", FREEDOMS)
def test_probability_and_density_are_scipys(freedom):
    t = np.concatenate([np.linspace(-60, 60, 1001), [0.0, -1e6, 1e6]])
    np.testing.assert_allclose(cumulative(t, freedom), stats.t.cdf(t, freedom), atol=2e-14)
    np.testing.assert_allclose(density(t, freedom), stats.t.pdf(t, freedom), rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("freedom", FREEDOMS)
@pytest.mark.parametrize("probability", [1e-4, 0.025, 0.2, 0.5, 0.8, 0.975, 0.9999])
def test_quantiles_are_scipys(freedom, probability):
    assert quantile(probability, freedom) == pytest.approx(stats.t.ppf(probability, freedom), rel=1e-8, abs=1e-9)


@settings(deadline=None)
@given(
    parts=st.lists(st.tuples(st.floats(0.01, 1), st.floats(-5, 5), st.floats(1e-3, 10)), min_size=1, max_size=20),
    freedom=st.integers(1, 60),
    probability=st.floats(0.001, 0.999),
)
def test_a_mixtures_quantile_has_that_probability_below_it(parts, freedom, probability):
    weights, means, scales = (np.array([each]) for each in zip(*parts, strict=True))
    mixture = Mixture(weights / weights.sum(), means, scales, freedom)
    at = mixture.quantile(probability)
    np.testing.assert_allclose(mixture.below(at), probability, atol=1e-7)


def test_each_row_is_a_mixture_of_its_own():
    random = np.random.default_rng(0)
    weights = random.dirichlet(np.ones(5), 4)
    means, scales = random.normal(size=(4, 5)), random.uniform(0.1, 2, (4, 5))
    whole = Mixture(weights, means, scales, 9)
    for row in range(4):
        alone = Mixture(weights[row : row + 1], means[row : row + 1], scales[row : row + 1], 9)
        assert alone.quantile(0.3)[0] == pytest.approx(whole.quantile(0.3)[row], rel=1e-7)
    value = 0.4
    assert whole.pooled().below(value)[0] == pytest.approx(whole.below(value).mean())


@pytest.mark.parametrize("probability", [0.0, 1.0, -1.0, float("nan")])
def test_no_quantile_of_what_is_no_probability(probability):
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(probability, 5)
