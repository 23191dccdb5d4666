"""Promise: of the twitches that were felt it is told how many have one near that was found, and chance's share is that
of random moments in the time that was measured."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.diary.felt import NEAR_S, Felt, felt_in, felt_on, held_against
from detector.night import Night
from detector.night.judging.judgements import Action, Judgement
from detector.night.writing.labels import append
from firmware_bridge.samples import NS

SECONDS = st.integers(0, 2000)
STRETCHES = (
    st.lists(SECONDS, max_size=8, unique=True).map(sorted).map(lambda at: list(zip(at[::2], at[1::2], strict=False)))
)


def array(stretches):
    return np.array(stretches, np.int64).reshape(-1, 2) * NS


@given(measured=STRETCHES, events=st.lists(st.tuples(SECONDS, st.integers(0, 9))), marks=st.lists(SECONDS))
def test_as_counted_second_by_second(measured, events, marks):
    spans = [(onset, onset + lasts) for onset, lasts in events]
    found = held_against([mark * NS for mark in marks], array(measured), array(spans))

    def near(moment):
        return any(onset - NEAR_S <= moment <= end + NEAR_S for onset, end in spans)

    inside = [mark for mark in marks if any(begin <= mark <= end for begin, end in measured)]
    assert (found.marks, found.outside) == (len(inside), len(marks) - len(inside))
    assert found.near == sum(map(near, inside))
    middles = [second + 0.5 for begin, end in measured for second in range(begin, end)]
    if middles:
        assert found.chance == pytest.approx(np.mean(list(map(near, middles))))
    else:
        assert math.isnan(found.chance)


def test_random_marks_hit_as_often_as_chance_says():
    rng = np.random.default_rng(5)
    events = np.sort(rng.integers(0, 7 * 3600, 400))
    measured = array([(0, 2 * 3600), (3 * 3600, 7 * 3600)])
    found = held_against(rng.integers(0, 7 * 3600 * NS, 20_000), measured, array(np.stack([events, events], 1)))
    assert found.near / found.marks == pytest.approx(found.chance, abs=0.015)
    assert 0.1 < found.chance < 0.4


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """A night of two wearables with events of every kind; its fourth minute could not be measured."""
    from tests.detector.review.conftest import make_night

    path = tmp_path_factory.mktemp("felt") / "2026-11-23.night"
    make_night(path, sensors=("Sense", "H10"))
    return path


def test_in_a_night(night):
    with Night(night) as opened:
        placed = [(ns, event) for ns, event in opened.placed_events() if event.kind in {"twitch", "train"}]
        found = felt_in(opened, [ns + 3 * NS for ns, _ in placed])
        assert found.near == found.marks
        assert found.marks + found.outside == len(placed)
        assert 0.1 < found.chance < 0.3  # 24 events, 10 s around each, in 19 minutes
        assert felt_in(opened, []) == Felt(0, 0, found.chance, 0)
    before = found.chance
    with Night(night) as opened:
        places = [place for place in opened.places() if place.kind in {"twitch", "train"}]
    append(night, Action("me", "page", tuple(Judgement(place, "no") for place in places)))
    with Night(night) as opened:
        assert felt_in(opened, [places[0].onset_ns]).near == 0
        assert felt_in(opened, []).chance == 0 < before


def test_an_evening_without_a_night(night):
    assert felt_on(night.parent, date(2026, 11, 22), [5]) is None
    assert felt_on(night.parent, date(2026, 11, 23), [5]).outside == 1
