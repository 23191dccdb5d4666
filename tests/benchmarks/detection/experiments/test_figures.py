"""The figures mean what they say: fits find known amplitudes, matching is one to one, targets are compared."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.special import ndtr

from benchmarks.detection.experiments.amplitude import known_by_then
from benchmarks.detection.experiments.families import adjusted_rand
from benchmarks.detection.experiments.ours import near
from benchmarks.detection.measuring.matching import confusion, f1_by_kind, pairs, score
from benchmarks.detection.measuring.outcome import Comparison, Figure, Outcome, Rows, at_least, at_most, within_factor
from benchmarks.detection.measuring.psychometric import amplitude, at_one_per_hour, interval, resamples
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.show import save, targets, text, worse
from benchmarks.detection.truth import KnownNight, Truth
from detector.events import KINDS, Event


def night(*truth, gaps=()):
    return KnownNight(np.zeros((36_000, 3), np.float32), 100.0, truth, 100.0, gaps=gaps)


def event(kind, onset_s, duration_s=0.2):
    return Event(onset_s, "", duration_s, kind, 5, 10, 20, 2, 8, 1, 0, 0, -1, "", "")


def test_the_amplitude_is_found_and_its_interval_covers_it():
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(12):
        size = np.exp(rng.uniform(0, np.log(20), 800))
        hit = rng.random(800) < ndtr(1.2816 + 3.0 * np.log(size / 5.0))
        value, low, high = interval(amplitude(size, hit, resamples(800, 100, 2)))
        assert value == pytest.approx(5.0, rel=0.2)
        covered += low <= 5.0 <= high
    assert covered >= 9


@pytest.mark.parametrize("found", [True, False])
def test_all_found_or_none_is_no_error(found):
    size = np.exp(np.linspace(0, 3, 50))
    assert not np.isnan(amplitude(size, np.full(50, found), resamples(50, 5, 1))).any()


def test_amplitude_at_one_false_alarm_an_hour():
    wishes = np.array([0.5, 1.0, 2.0])
    by_wish = 5.0 * wishes[:, None] ** -0.05 * np.ones((1, 200))
    right = at_one_per_hour(by_wish, wishes, np.array([500.0, 1000.0, 2000.0]), 1000.0, 1)
    assert right[0] == pytest.approx(5.0, rel=1e-3)
    twice = at_one_per_hour(by_wish, wishes, np.array([1000.0, 2000.0, 4000.0]), 1000.0, 1)
    assert twice[0] == pytest.approx(5.0 * 0.5**-0.05, rel=1e-3)


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.39)])
def test_poisson_interval_is_garwoods(count, low, high):
    assert poisson_interval(count, 1.0) == pytest.approx((low, high), rel=1e-3)


times = st.lists(st.floats(0, 20), max_size=25).map(lambda values: np.array(sorted(values)))


@given(times, times)
def test_matching_is_one_to_one_within_the_tolerance_and_of_maximum_size(truth, found):
    left, right = pairs(truth, found)
    assert len(set(left)) == len(left) == len(set(right)) == len(right)
    assert np.all(np.abs(truth[left] - found[right]) <= 0.15 + 1e-12)
    if len(truth) and len(found):
        # Judged by the same comparisons, or rounding at the very edge would differ.
        allowed = (found >= truth[:, None] - 0.15) & (found <= truth[:, None] + 0.15)
        best = maximum_bipartite_matching(csr_array(allowed.astype(np.int8)))
        assert len(left) == np.count_nonzero(best >= 0)


def test_near_is_symmetric_about_the_onset():
    assert near(np.array([1.0, 5.0, 9.0]), np.array([0.86, 5.14, 9.2])).tolist() == [True, True, False]
    assert not near(np.array([1.0]), np.array([])).any()


def test_a_detection_in_a_movement_is_counted_apart_and_truth_there_is_not_demanded():
    known = night(
        Truth(10.0, 0.2, "twitch", "twitch", 5.0),
        Truth(50.0, 0.2, "twitch", "twitch", 5.0),
        Truth(100.0, 5.0, "movement", "movement", 500.0),
        Truth(105.5, 0.2, "twitch", "twitch", 5.0),
    )
    result = score(known, np.array([10.02, 102.0, 200.0]))
    assert (result.hit.tolist(), len(result.false_s), len(result.disturbed_s)) == ([True, False], 1, 1)
    assert result.onset_error_s == pytest.approx([0.02])
    assert result.quiet_h == pytest.approx((360 - 7) / 3600)


def test_a_train_found_in_pieces_is_one_finding():
    known = night(Truth(10.0, 2.0, "train", "train", 5.0))
    result = score(known, np.array([10.0, 10.5, 11.5]))
    assert result.recall == 1.0
    assert len(result.false_s) == 0


def test_near_a_gap_nothing_is_false():
    known = night(gaps=((10_000, 5.0),))
    result = score(known, np.array([99.8, 105.3, 150.0]))
    assert (len(result.disturbed_s), len(result.false_s)) == (2, 1)


def test_confusion_counts_each_true_event_once():
    known = night(
        Truth(0.0, 360.0, "pulse", "pulse", 3.0),
        Truth(10.0, 0.2, "twitch", "twitch", 5.0),
        Truth(20.0, 0.02, "tap", "tap", 50.0),
        Truth(30.0, 10.0, "tremor", "tremor", 20.0),
        Truth(60.0, 5.0, "movement", "movement", 500.0),
    )
    events = [
        event("pulse", 0.0, 300.0),
        event("twitch", 10.05),
        event("twitch", 20.05),
        event("tremor", 31.0, 6.0),
        event("twitch", 38.0),
        event("twitch", 80.0),
    ]
    table = confusion(known, events)
    at = KINDS.index
    expected = np.zeros_like(table)
    for truth, found in (
        (at("pulse"), at("pulse")),
        (at("twitch"), at("twitch")),
        (at("tap"), at("twitch")),
        (at("tremor"), at("tremor")),
        (at("movement"), len(KINDS)),
        (len(KINDS), at("twitch")),
    ):
        expected[truth, found] += 1
    assert np.array_equal(table, expected)
    f1 = f1_by_kind(table)
    assert f1[at("pulse")] == f1[at("tremor")] == 1.0
    assert f1[at("twitch")] == pytest.approx(2 / (1 + 3))
    assert f1[at("tap")] == f1[at("movement")] == 0.0
    assert np.isnan(f1[at("train")])


def test_confusion_without_events():
    assert confusion(night(Truth(1.0, 0.2, "twitch", "twitch", 5.0)), []).sum() == 1


def test_adjusted_rand_of_known_groupings():
    # The example of Hubert and Arabie's formula worked by hand: 2x2 and 3 of the 6 pairs.
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([5, 5, 9, 9])) == 1.0
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])) == pytest.approx(4 / 7)
    rng = np.random.default_rng(1)
    chance = [adjusted_rand(rng.integers(4, size=200), rng.integers(6, size=200)) for _ in range(50)]
    assert abs(np.mean(chance)) < 0.01


def test_units_are_known_once_each_has_fired_so_often():
    assert known_by_then(np.array([0, 1, 0, 1, 0]), 2).tolist() == [False, False, False, False, True]


def test_targets_say_whether_they_were_met():
    assert at_most(2.0).is_met(2.0)
    assert not at_most(2.0).is_met(float("nan"))
    assert not at_least(0.9).is_met(0.89)
    assert within_factor(1.0, 2.0).is_met(0.5)
    assert str(within_factor(1.0, 2.0)) == "0.5 to 2"
    shown = text(targets([Figure("a", 1.0, target=at_most(2.0)), Figure("b", 3.0, 2.5, 3.5, "dB", at_most(2.0))]))
    assert "1 of 2 met" in shown
    assert "MISSED  b" in shown
    assert "3 [2.5, 3.5]" in shown


def test_where_a_rival_is_better_is_computed():
    recall = Comparison("recall", 0.8, {"a": 0.9, "b": 0.7, "c": float("nan")}, more_is_better=True)
    false = Comparison("false/h", 1.0, {"a": 2.0, "b": 0.5}, more_is_better=False)
    table = worse([Outcome("x", "x", comparisons=(recall, false))])
    assert [(row[0], row[1]) for row in table.rows] == [("recall", "a"), ("false/h", "b")]


def test_results_are_json_with_nothing_that_is_no_number(tmp_path):
    outcome = Outcome(
        "kinds",
        "t",
        figures=(Figure("a", np.float64(1.0), target=at_least(0.5)),),
        rows=(Rows("r", ("a", "b"), (("x", float("inf")), ("y", np.int64(3)))),),
    )
    (path,) = save([outcome], tmp_path / "new", is_long=False)
    figure = json.loads(path.read_text(), parse_constant=pytest.fail)["outcomes"]["kinds"]["figures"][0]
    assert (figure["value"], figure["low"], figure["met"], figure["target"]) == (1.0, None, True, ">= 0.5")


def test_tables_are_aligned():
    lines = text(Rows("title", ("name", "mg"), (("a", 1.5), ("longer", 12345.6)))).splitlines()
    assert lines[0] == "title"
    assert len({len(line) for line in lines[1:]}) == 1
