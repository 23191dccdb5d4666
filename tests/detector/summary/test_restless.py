"""Promise: turns, stillness and the minute before a turn are what they are called, and a gap is no stillness."""

from __future__ import annotations

import numpy as np
import pytest

from detector.events import Event
from detector.series import Span, summarise_tremor
from detector.summary.restless import restlessness_of


def event(onset_s, kind, duration_s=2.0, hz=5.0):
    return Event(onset_s, "", duration_s, kind, 5, 9, 14, 1.7, hz, 1, 0, 0, -1, "Sense", "")


def minutes(count, measurable_s=60.0):
    return 60.0 * np.arange(count), np.full(count, measurable_s)


def test_movements_in_quick_succession_are_one_turn_and_limb_movements_none():
    events = [event(100, "movement"), event(108, "movement"), event(500, "limb_movement"), event(3000, "movement")]
    found = restlessness_of(events, [Span(0, 3600)], 3600.0, np.array([]), minutes(60))
    assert found.turns.count == 2
    assert (found.longest_still_s, found.longest_still_start_s) == (3000 - 502, 502)


def test_a_gap_ends_a_still_stretch_and_twitches_do_not():
    events = [event(50, "twitch", 0.2), event(5000, "movement", 30.0)]
    found = restlessness_of(events, [Span(0, 2000), Span(2100, 6000)], 5900.0, np.array([50.0]), minutes(100))
    assert (found.longest_still_s, found.longest_still_start_s) == (5000 - 2100, 2100)


def test_twitches_in_the_minute_before_turns_stand_out_where_they_do():
    rng = np.random.default_rng(4)
    turns_s = 300.0 + 600 * np.arange(40)
    before = np.concatenate([turn - rng.uniform(1, 59, 3) for turn in turns_s])
    other = rng.uniform(0, 24_600, 200)
    events = [event(turn, "movement", 5.0) for turn in turns_s]
    twitches_s = np.sort(np.concatenate([before, other]))
    found = restlessness_of(events, [Span(0, 24_600)], 24_600.0, twitches_s, minutes(410, 55.0))
    assert found.before_turns.one.per_hour == pytest.approx(3 * 60 + 30, rel=0.2)
    assert 3 < found.before_turns.low < found.before_turns.ratio < found.before_turns.high < 12
    steady = restlessness_of(events, [Span(0, 24_600)], 24_600.0, other, minutes(410, 55.0)).before_turns
    assert steady.low < 1 < steady.high


def test_without_turns_or_measured_minutes_nothing_is_told_of_the_minute_before():
    assert restlessness_of([], [Span(0, 600)], 600.0, np.array([]), minutes(10)).before_turns is None
    turn = [event(100, "movement")]
    assert restlessness_of(turn, [Span(0, 600)], 600.0, np.array([]), None).before_turns is None
    assert restlessness_of(turn, [], 0.0, np.array([]), None) is None


def test_tremor_is_told_by_its_share_and_its_mean_frequency():
    found = summarise_tremor([event(0, "tremor", 30.0, 4.0), event(100, "tremor", 10.0, 8.0)], 400.0)
    assert (found.share, found.hz, found.lowest_hz, found.highest_hz) == (0.1, 5.0, 4.0, 8.0)
    assert summarise_tremor([], 400.0).share == 0.0
    assert summarise_tremor([], 0.0) is None
