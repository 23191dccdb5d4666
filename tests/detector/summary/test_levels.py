"""Promise: of a minute counts from a size on only what is so large, and only if the minute sees nine in ten of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.minutes import MeasuredMinute
from detector.series.dispersed import blocks_of
from detector.summary.judged.corrected import corrected
from detector.summary.judged.precision import Labelled
from detector.summary.levels import LEVELS_MG, block_of, levels_of
from detector.summary.sensitivity import NINE_IN_TEN, NINE_IN_TEN_BEATING, sensitivity_of


def at(levels, mg):
    return levels[LEVELS_MG.index(mg)]


def test_a_noisy_minute_gives_neither_time_nor_twitches():
    onsets_s = np.array([10.0, 20.0, 70.0, 80.0])
    sizes_mg = np.array([7.0, 30.0, 7.0, 30.0])
    levels = levels_of(
        onsets_s, sizes_mg, np.array([0.0, 60.0]), np.array([60.0, 45.0]), np.array([6.0, 15.0]), Labelled.nothing(4)
    )
    assert [(at(levels, mg).found, at(levels, mg).seconds) for mg in (0.0, 5.0, 6.3, 10.0, 16.0, 32.0)] == [
        (4, 105.0), (0, 0.0), (2, 60.0), (1, 60.0), (2, 105.0), (0, 105.0),
    ]  # fmt: skip
    assert at(levels, 5.0).rate() is None
    assert at(levels, 16.0).rate().per_hour == pytest.approx(2 * 3600 / 105)


def test_where_the_threshold_is_not_known_no_size_is_seen_but_what_was_found_is_told():
    levels = levels_of(
        np.array([1.0]), np.array([200.0]), np.array([0.0]), np.array([60.0]), np.array([np.nan]), Labelled.nothing(1)
    )
    assert [level.found for level in levels] == [1] + [0] * (len(LEVELS_MG) - 1)


@given(st.lists(st.tuples(st.floats(0, 20_000), st.floats(1, 120)), max_size=40), st.integers(0, 2**31))
@settings(max_examples=60, deadline=None)
def test_levels_nest_and_blocks_add_up(twitches, seed):
    rng = np.random.default_rng(seed)
    minutes_s = 60.0 * np.arange(334)
    measurable_s = 60.0 * (rng.random(334) < 0.7)
    twitches = sorted(each for each in twitches if measurable_s[int(each[0] // 60)])
    onsets_s, sizes_mg = (np.array([each[k] for each in twitches], float) for k in (0, 1))
    seen_mg = rng.uniform(3, 30, 334)
    levels = levels_of(onsets_s, sizes_mg, minutes_s, measurable_s, seen_mg, Labelled.nothing(len(twitches)))
    assert levels[0].found == len(twitches)
    assert [level.seconds for level in levels[1:]] == sorted(level.seconds for level in levels[1:])
    for level in levels:
        assert sum(count for count, _ in level.blocks) == level.found or not level.blocks
        assert sum(seconds for _, seconds in level.blocks) == pytest.approx(level.seconds, abs=2)
    # Each twitch is in the very block that its count is in.
    parts = list(zip(minutes_s.tolist(), measurable_s.tolist(), strict=True))
    where = block_of(onsets_s, minutes_s, measurable_s)
    blocks = blocks_of(onsets_s.tolist(), parts)
    assert np.bincount(where, minlength=len(blocks)).tolist() == [count for count, _ in blocks]


def test_the_nights_sensitivity_is_the_median_of_the_measurable_time():
    def minute(number, measurable_s, threshold_mg):
        return MeasuredMinute(
            number * 60_000_000_000, 60.0, measurable_s, "" if measurable_s == 60 else "moving", 1.0, threshold_mg, None
        )

    minutes = [minute(0, 60.0, 4.0), minute(1, 60.0, 4.0), minute(2, 6.0, 40.0), minute(3, 0.0, None)]
    found = sensitivity_of(minutes)
    assert found.amplitude_mg == pytest.approx(4.0 * NINE_IN_TEN)
    assert found.worst_mg == pytest.approx(4.0 * NINE_IN_TEN)
    assert [moment.seen_mg for moment in found.curve] == pytest.approx([5.8, 5.8, 58.0, None])
    assert sensitivity_of(minutes[3:]) is None
    # While a heart beat is followed, the threshold of a twitch hangs on where in the beat it comes.
    assert sensitivity_of([replace(minutes[0], pulse_per_min=60.0)]).amplitude_mg == 4.0 * NINE_IN_TEN_BEATING


def test_a_night_of_a_moment_has_no_rate_worth_a_number_but_breaks_nothing():
    levels = levels_of(*(np.array([]),) * 2, np.array([0.0]), np.array([0.004]), np.array([4.0]), Labelled.nothing(0))
    assert levels[0].rate().per_hour == 0
    told = corrected(Labelled.nothing(0), levels[0].blocks, np.array([], int), 0.004)
    assert (told.review, told.rate) == ("all", None)
