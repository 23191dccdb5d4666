"""Promise: frequent twitches are 5 and more in every minute, for 20 minutes and more, and nothing is said of sleep."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.series import Span, frequent_twitches, observed_spans

from .conftest import make_event

HOUR = [Span(0.0, 3600.0)]


def every(event, step_s, start_s, end_s):
    count = int((end_s - start_s) // step_s)
    return [event(start_s + step_s * k) for k in range(count)]


def test_five_a_minute_are_enough_and_fewer_are_not(event):
    (stretch,) = frequent_twitches(every(event, 12.0, 0.0, 3600.0), HOUR)
    assert (stretch.count, stretch.interval_s) == (300, 12.0)
    assert (stretch.onset_s, stretch.duration_s) == (0.0, pytest.approx(3600.0, abs=12))
    assert frequent_twitches(every(event, 12.001, 0.0, 3600.0), HOUR) == []


def test_twenty_minutes_are_enough_and_less_are_not(event):
    twitches = every(event, 6.0, 0.0, 3600.0)
    assert len(frequent_twitches(twitches, [Span(0.0, 1200.0)])) == 1
    assert frequent_twitches(twitches, [Span(0.0, 1199.9)]) == []


def test_one_poor_minute_ends_it(event):
    twitches = [one for one in every(event, 6.0, 0.0, 3600.0) if not 1500 <= one.onset_s < 1540]
    stretches = frequent_twitches(twitches, HOUR)
    assert len(stretches) == 2
    assert stretches[0].onset_s + stretches[0].duration_s < stretches[1].onset_s + 60
    poorer = [one for one in twitches if not 700 <= one.onset_s < 740]
    assert [run.onset_s > 1400 for run in frequent_twitches(poorer, HOUR)] == [True]


def test_a_gap_ends_it(event):
    twitches = every(event, 6.0, 0.0, 2400.0)
    assert len(frequent_twitches(twitches, observed_spans(2400.0, []))) == 1
    assert frequent_twitches(twitches, observed_spans(2400.0, [(1200.0, 1201.0)])) != []
    assert len(frequent_twitches(twitches, observed_spans(2400.0, [(1190.0, 1210.0)]))) == 0


def test_only_twitches_count(event):
    others = [event(6.0 * k, kind) for k in range(600) for kind in ("train", "movement", "tap", "limb_movement")]
    assert frequent_twitches(others, HOUR) == []


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=400), st.integers(1200, 2000))
@settings(max_examples=100, deadline=None)
def test_against_every_window_one_by_one(onsets, end_s):
    """On whole seconds it is enough to look at the windows that begin at a whole second."""
    onsets += [8 * k for k in range(200)]
    found = frequent_twitches([make_event(float(onset)) for onset in onsets], [Span(0.0, float(end_s))])
    good = [u + 60 <= end_s and sum(u <= onset < u + 60 for onset in onsets) >= 5 for u in range(end_s + 1)]
    longest = best = 0
    for is_good in good:
        longest = longest + 1 if is_good else 0
        best = max(best, longest)
    # The windows between two whole seconds hold what the later one begins or the earlier one ends with.
    if best + 59 - 1 >= 1200:
        assert found
    if found:
        assert best + 60 + 1 >= 1200
    for run in found:
        first, last = round(run.onset_s + 0.999), int(run.onset_s + run.duration_s - 60)
        assert all(good[first : last + 1])
        assert run.count == sum(run.onset_s <= onset < run.onset_s + run.duration_s for onset in onsets)
