"""Promise: the benchmark's one-to-one matching of onsets finds as many pairs as a maintained scorer does."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.detection.limit import TOLERANCE_S
from benchmarks.detection.measuring.matching import pairs

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what other packages warn of at import is not ours
    import mir_eval

ONSETS = st.lists(st.integers(0, 400), min_size=1, max_size=40, unique=True).map(
    # Odd hundredths of a second: no two lie exactly as far apart as is allowed, where rounding would decide.
    lambda hundredths: np.sort(np.array(hundredths) * 0.0337)
)


@settings(max_examples=200, deadline=None)
@given(ONSETS, ONSETS)
def test_as_many_pairs_as_mir_eval_finds(truth_s, found_s):
    theirs = mir_eval.util.match_events(truth_s, found_s, TOLERANCE_S)
    left, right = pairs(truth_s, found_s)
    assert len(left) == len(theirs)
    assert len(set(left)) == len(left)
    assert len(set(right)) == len(right)
    assert np.all(np.abs(truth_s[left] - found_s[right]) <= TOLERANCE_S)


def test_the_same_precision_and_recall_on_a_noisy_night():
    rng = np.random.default_rng(5)
    truth_s = np.sort(rng.uniform(0, 3600, 400))
    found_s = np.sort(np.concatenate([truth_s[::2] + rng.normal(0, 0.06, 200), rng.uniform(0, 3600, 150)]))
    _, precision, recall = mir_eval.onset.f_measure(truth_s, found_s, window=TOLERANCE_S)
    matched = len(pairs(truth_s, found_s)[0])
    assert matched / len(truth_s) == pytest.approx(recall)
    assert matched / len(found_s) == pytest.approx(precision)
