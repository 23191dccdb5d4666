"""Promise: the posterior of a coefficient is the exact one: as by matrices, by brute force and by statsmodels' GLS."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from detector.summary.statistics import autoregressive
from detector.summary.statistics.autoregressive import LEAST_RHO, MOST_RHO, RHO, fit

DAYS = np.array([0, 1, 2, 4, 5, 9, 10, 11, 12, 14, 15, 16, 17, 20, 21])
DESIGN = np.column_stack([np.ones(15), np.arange(15) >= 7])


def series(seed: int, nights: int = 15) -> np.ndarray:
    return np.random.default_rng(seed).normal(3, 0.5, nights)


def correlation(rho: float, days: np.ndarray) -> np.ndarray:
    return np.power(rho, np.abs(np.subtract.outer(days, days)))


@pytest.mark.parametrize("seed", range(3))
def test_brute_force_over_rho_and_drift_gives_the_same_posterior(seed):
    """By matrices, with the drift as a covariance, over a grid of 2,000 rhos."""
    values = series(seed)
    line = (DAYS - DAYS.mean()) / 30
    logs, means, scales = [], [], []
    for rho in np.tanh(np.linspace(np.arctanh(LEAST_RHO), np.arctanh(MOST_RHO), 2001)):
        for drift, belief in autoregressive._DRIFTS:
            errors = correlation(rho, DAYS) + drift**2 * np.outer(line, line)
            inverse = np.linalg.inv(errors)
            square = DESIGN.T @ inverse @ DESIGN
            found = np.linalg.solve(square, DESIGN.T @ inverse @ values)
            rest = values - DESIGN @ found
            squares = rest @ inverse @ rest
            logs.append(
                np.log(belief)
                - 0.5 * np.linalg.slogdet(errors)[1]
                - 0.5 * np.linalg.slogdet(square)[1]
                - 6.5 * np.log(squares)
            )
            means.append(found[1])
            scales.append(np.sqrt(squares / 13 * np.linalg.inv(square)[1, 1]))
    weights = np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()
    posterior = fit(values, DESIGN, DAYS, 1).posterior
    for probability in (0.025, 0.5, 0.975):
        at = posterior.quantile(probability)[0]
        assert weights @ stats.t.cdf((at - np.array(means)) / np.array(scales), 13) == pytest.approx(
            probability, abs=2e-4
        )


def test_given_rho_it_is_generalised_least_squares():
    api = pytest.importorskip("statsmodels.api", reason="statsmodels is in the extra bench")
    values = series(4)
    found = fit(values, DESIGN, DAYS, 1, may_drift=False)
    for part in (0, 7, 15, 23):
        oracle = api.GLS(values, DESIGN, sigma=correlation(RHO[part], DAYS)).fit()
        assert found.posterior.means[0, part] == pytest.approx(oracle.params[1])
        assert found.posterior.scales[0, part] == pytest.approx(oracle.bse[1])
        assert found.variances[0, part] == pytest.approx(oracle.scale)


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    shift=st.floats(-5, 5),
    effect=st.floats(-2, 2),
    scale=st.floats(0.1, 10),
    later=st.integers(-1000, 20000),
)
def test_shifted_and_scaled_nights_shift_and_scale_it(seed, shift, effect, scale, later):
    values = series(seed)
    one = fit(values, DESIGN, DAYS, 1).posterior.quantile(0.3)[0]
    other = fit(scale * (values + shift + effect * DESIGN[:, 1]), DESIGN, DAYS + later, 1).posterior.quantile(0.3)[0]
    assert other == pytest.approx(scale * (one + effect), rel=1e-6, abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_phases_that_change_places_turn_the_sign(seed):
    values = series(seed)
    swapped = np.column_stack([np.ones(15), 1 - DESIGN[:, 1]])
    one, other = fit(values, DESIGN, DAYS, 1).posterior, fit(values, swapped, DAYS, 1).posterior
    assert other.quantile(0.1)[0] == pytest.approx(-one.quantile(0.9)[0], rel=1e-6, abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_time_that_runs_backwards_changes_nothing(seed):
    values = series(seed)
    one = fit(values, DESIGN, DAYS, 1).posterior
    other = fit(values[::-1], DESIGN[::-1], -DAYS[::-1], 1).posterior
    assert other.quantile(0.8)[0] == pytest.approx(one.quantile(0.8)[0], rel=1e-6, abs=1e-8)


def test_each_series_is_on_its_own():
    values = np.stack([series(seed) for seed in range(5)])
    together = fit(values, DESIGN, DAYS, 1)
    for seed in range(5):
        alone = fit(values[seed], DESIGN, DAYS, 1)
        assert alone.posterior.quantile(0.025)[0] == pytest.approx(together.posterior.quantile(0.025)[seed])
        assert alone.rho[0] == pytest.approx(together.rho[seed])


def test_it_finds_how_alike_nights_are():
    random = np.random.default_rng(1)
    for rho in (0.0, 0.6):
        values = np.empty((50, 120))
        values[:, 0] = random.normal(size=50)
        for night in range(1, 120):
            values[:, night] = rho * values[:, night - 1] + np.sqrt(1 - rho**2) * random.normal(size=50)
        found = fit(values, np.ones((120, 1)), np.arange(120), 0)
        assert found.rho.mean() == pytest.approx(rho, abs=0.06)
        assert found.spread.mean() == pytest.approx(1, abs=0.08)


def test_nights_that_are_all_the_same_leave_no_error():
    posterior = fit(np.full(15, 3.0), DESIGN, DAYS, 1).posterior
    assert posterior.quantile(0.025)[0] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(
    ("values", "design", "days", "words"),
    [
        (np.ones(3), np.ones((3, 1)), [0, 0, 1], "rise"),
        (np.ones(3), np.ones((3, 1)), [2, 1, 0], "rise"),
        (np.ones(2), np.eye(2), [0, 1], "more of them"),
        (np.ones(4), np.ones((4, 2)), [0, 1, 2, 3], "follows from the others"),
        (np.ones(4), np.ones((3, 1)), [0, 1, 2], "as many days"),
    ],
)
def test_what_tells_nothing_is_refused(values, design, days, words):
    with pytest.raises(ValueError, match=words):
        fit(values, design, days, 0)
