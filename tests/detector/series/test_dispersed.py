"""Promise: a rate's interval holds the mean of a rate that rises and falls, never narrower than counting alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.series.dispersed import BLOCK_S, blocks_of, rate_interval
from detector.series.poisson import poisson_interval


@pytest.mark.parametrize(("per_hour", "variation"), [(6.0, 0.0), (20.0, 1.0), (60.0, 1.0)])
def test_it_covers_as_often_as_it_says(per_hour, variation):
    rng = np.random.default_rng(round(17 + per_hour + variation))
    held, nights = 0, 150
    for _ in range(nights):
        rates = rng.gamma(1.0, 1.0, 96) if variation else np.ones(96)
        counts = rng.poisson(rates * per_hour / 12).reshape(24, 4).sum(axis=1)
        low, high = rate_interval([(count, 1 / 3) for count in counts.tolist()])
        held += low <= per_hour <= high
    assert held / nights > 0.91


@given(st.lists(st.tuples(st.integers(0, 200), st.floats(0.01, 0.4)), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_it_is_never_narrower_than_counting_alone(blocks):
    low, high = rate_interval(blocks)
    alone_low, alone_high = (
        end / sum(time for _, time in blocks) for end in poisson_interval(sum(n for n, _ in blocks))
    )
    assert low <= alone_low * (1 + 1e-12)
    assert alone_high <= high * (1 + 1e-12)
    assert np.isfinite(high)


def test_counts_that_differ_more_say_less():
    alike = rate_interval([(10, 1 / 3)] * 24)
    spells = rate_interval([(40, 1 / 3), (0, 1 / 3), (0, 1 / 3), (0, 1 / 3)] * 6)
    assert spells[1] - spells[0] > 1.5 * (alike[1] - alike[0])


def test_events_and_time_of_the_same_stretches():
    observed = [(60.0 * minute, 60.0) for minute in (*range(20), *range(60, 70))]
    assert blocks_of([0.0, 30.0, 3700.0], observed) == [(2, 1200.0), (1, 600.0)]
    assert blocks_of([BLOCK_S + 1.0], observed) == [(1, 1200.0), (0, 600.0)]  # an edge
    assert blocks_of([5.0], []) == []
