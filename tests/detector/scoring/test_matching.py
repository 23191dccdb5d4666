"""Promise: pairs are one to one, as many as can be and of those the closest, as mir_eval counts them, and fast."""

from __future__ import annotations

import itertools
import time

import mir_eval
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.scoring.matching import match

MS = 1_000_000


def moments(most=8, span=60):
    return st.lists(st.integers(0, span), max_size=most).map(lambda each: np.array(sorted(each), np.int64))


@settings(max_examples=400, deadline=None)
@given(moments(5, 20), moments(5, 20), st.integers(0, 6))
def test_it_is_the_best_of_all_pairings(one, other, tolerance):
    pairs = match(one, other, tolerance)
    assert len(set(pairs[:, 0].tolist())) == len(set(pairs[:, 1].tolist())) == len(pairs)
    apart = np.abs(one[pairs[:, 0]] - other[pairs[:, 1]])
    assert (apart <= tolerance).all()
    best = min(
        (-sum(ok), sum(distance for is_ok, distance in zip(ok, distances, strict=True) if is_ok))
        for chosen in itertools.permutations(range(max(len(one), len(other))), len(one))
        for distances in [[abs(int(one[i]) - int(other[j])) if j < len(other) else 10**6 for i, j in enumerate(chosen)]]
        for ok in [[distance <= tolerance for distance in distances]]
    )
    assert (-len(pairs), int(apart.sum())) == best


@settings(max_examples=200, deadline=None)
@given(moments(120, 20_000), moments(120, 20_000), st.sampled_from([50, 100, 150, 250]))
def test_it_counts_as_mir_eval_does(one, other, tolerance_ms):
    ours = match(one * MS, other * MS, tolerance_ms * MS)
    theirs = mir_eval.util.match_events(one.astype(float), other.astype(float), float(tolerance_ms))
    assert len(ours) == len(theirs)


def test_figures_are_those_of_mir_eval():
    rng = np.random.default_rng(5)
    reference = np.sort(rng.uniform(0, 3600, 400))
    found = np.sort(np.concatenate([reference[::2] + rng.normal(0, 0.08, 200), rng.uniform(0, 3600, 90)]))
    f1, precision, sensitivity = mir_eval.onset.f_measure(reference, found, window=0.15)
    pairs = match((reference * 1e9).astype(np.int64), (found * 1e9).astype(np.int64), 150 * MS)
    assert len(pairs) / len(reference) == pytest.approx(sensitivity)
    assert len(pairs) / len(found) == pytest.approx(precision)
    assert 2 * len(pairs) / (len(reference) + len(found)) == pytest.approx(f1)


@pytest.mark.parametrize("span_s", [28_800, 600, 100])
def test_five_thousand_by_five_thousand_take_a_tenth_of_a_second(span_s):
    """A night of them, and clusters so dense that all are one."""
    rng = np.random.default_rng(5)
    one, other = (np.sort(rng.integers(0, span_s * 10**9, 5000)) for _ in range(2))
    took = []
    for _ in range(3):
        begin = time.process_time()
        pairs = match(one, other, 150 * MS)
        took.append(time.process_time() - begin)
    assert min(took) <= 0.1
    assert len(pairs) == len(mir_eval.util.match_events(one / 1e9, other / 1e9, 0.15))
