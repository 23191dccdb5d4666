"""Promise: only labels of all twitches, or of a random sample of them, stand for those that nobody has looked at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.night import Night
from detector.night.judging.judgements import Action, Estimate, Judgement, place_of
from detector.night.writing.labels import append
from detector.series.dispersed import blocks_of
from detector.summary import summarise
from detector.summary.digest import digest_of
from detector.summary.judged.corrected import corrected
from detector.summary.judged.precision import Labelled, beta_binomial, drawn
from detector.summary.levels import block_of
from firmware_bridge.samples import Samples


@pytest.fixture
def night(open_log, feed, rest, event, start_ns):
    """Ten minutes with twenty twitches, and two taps."""
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 600), "Sense"))
    for number in range(20):
        log.event(event(10.0 + 25 * number, onset_utc=""))
    for onset_s in (20.0, 40.0):
        log.event(event(onset_s, kind="tap", onset_utc=""))
    log.close()
    return log.path


def places(path, kind="twitch"):
    with Night(path) as opened:
        return [place_of(*each) for each in opened.placed_events() if each[1].kind == kind]


def say(path, chosen, label, how="selection"):
    append(path, Action("me", how, tuple(Judgement(place, label) for place in chosen)))


def corrected_of(path):
    with Night(path) as opened:
        (sensor,) = summarise(opened).sensors
    return sensor.corrected


def estimate(path, covers, sampled, **facts):
    append(path, Action("me", "estimate", estimate=Estimate(drawn(covers, sampled) | facts, {"share": 1})))


def test_chosen_labels_correct_what_they_are_of_and_nothing_else(night):
    assert corrected_of(night).review == "none"
    every = places(night)
    say(night, every[:3], "no")
    say(night, every[3:5], "yes")
    found = corrected_of(night)
    assert (found.review, found.labelled, found.yes, found.no, found.sampled) == ("part", 5, 2, 3, 0)
    assert (found.true_low, found.true_high, found.rate) == (2, 17, None)


def test_a_random_sample_stands_for_all(night):
    every = places(night)
    say(night, every[::2], "yes", "estimate")
    assert corrected_of(night).review == "part"  # nobody knows as yet how they were drawn
    estimate(night, every + places(night, "tap"), every[::2])
    found = corrected_of(night)
    assert (found.review, found.sampled) == ("sample", 10)
    assert 10 <= found.true_low < found.true_high == 20
    assert found.rate.low_per_hour < found.rate.per_hour < found.rate.high_per_hour
    with Night(night) as opened:
        told = digest_of(opened)
    assert (told.sensors[0].review, told.last_label) == ("sample", 2)
    assert (told.sensors[0].levels[0].labelled, told.sensors[0].levels[0].yes) == (10, 10)
    # Of those that were not drawn three are known by choice: no more than 17 can be twitches.
    say(night, every[1:6:2], "no")
    assert corrected_of(night).true_high == 17


@pytest.mark.parametrize("is_old", [False, True])
def test_a_sample_of_a_part_is_none_of_all(night, is_old):
    every = places(night)
    covers = every if is_old else every[:12]
    say(night, covers[::2], "yes", "estimate")
    append(
        night,
        Action("me", "estimate", estimate=Estimate(drawn(covers, covers[::2]), {"share": 1}, of_old_events=is_old)),
    )
    assert corrected_of(night).review == "part"


@pytest.mark.parametrize(
    "what", [{}, {"covers": 3, "drawn": []}, {"covers": [["Sense", "twitch", 20]], "drawn": {"Sense": [None, "x"]}}]
)
def test_an_estimate_that_says_nonsense_is_no_sample(night, what):
    say(night, places(night)[:4], "yes", "estimate")
    append(night, Action("me", "estimate", estimate=Estimate(what, {})))
    assert corrected_of(night).review == "part"


def test_where_all_are_labelled_nothing_is_left_open_but_what_is_unsure(night):
    every = places(night)
    say(night, every[:14], "yes")
    say(night, every[14:18], "tap")
    say(night, every[18:], "unsure")
    found = corrected_of(night)
    assert (found.review, found.true_low, found.true_high) == ("all", 14, 16)
    assert found.rate.count == 15
    with Night(night) as opened:
        told = digest_of(opened).sensors[0]
    level = told.levels[0]
    assert (level.labelled, level.yes, level.unsure, level.said_yes, level.said_no) == (20, 14, 2, 14, 4)
    assert told.true_low < told.true_per_hour < told.true_high


def test_a_night_without_twitches_has_nothing_left_to_review(open_log, feed, rest, start_ns):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 600), "Sense"))
    log.close()
    found = corrected_of(log.path)
    assert (found.review, found.true_high) == ("all", 0)
    assert found.rate.per_hour == 0 < found.rate.high_per_hour


def test_the_beta_binomial_is_that_of_scipy():
    from scipy.stats import betabinom

    assert beta_binomial(40, 7.5, 2.5) == pytest.approx(betabinom.pmf(np.arange(41), 40, 7.5, 2.5))


@given(st.integers(1, 60), st.floats(0, 1), st.floats(0, 1), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_more_labels_never_contradict_the_truth_they_tell(count, share, precision, seed):
    """The interval of the count holds what is known, and ends at the truth once all is labelled."""
    rng = np.random.default_rng(seed)
    onsets_s = np.sort(rng.uniform(0, 7200, count))
    minutes_s, length_s = 60.0 * np.arange(120), np.full(120, 60.0)
    truth = rng.random(count) < precision
    is_drawn = rng.random(count) < share
    said = np.where(is_drawn, np.where(truth, 1, 2), 0).astype(np.int8)
    blocks = blocks_of(onsets_s.tolist(), list(zip(minutes_s.tolist(), length_s.tolist(), strict=True)))
    labelled = Labelled(said, is_drawn)
    found = corrected(labelled, blocks, block_of(onsets_s, minutes_s, length_s), 7200.0)
    assert found.yes <= found.true_low <= found.true_high <= count - found.no
    if found.review == "all":
        assert found.true_low == found.true_high == truth.sum()
    if found.rate is not None:
        assert found.rate.low_per_hour <= found.rate.per_hour <= found.rate.high_per_hour
