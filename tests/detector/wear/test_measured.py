"""Promise: each minute says in how many of its seconds twitches could be measured, and why mostly not in the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from detector.minutes import MINUTE_NS, REASONS, MeasuredMinute
from detector.signal.confidence import Confidence, Why
from detector.wear.measured import MeasuredMinutes
from firmware_bridge.samples import NS

START_NS = 1_790_000_000 * NS // MINUTE_NS * MINUTE_NS
HEARD = Confidence("", 1.0, 5.0, None)
UNKNOWN = Confidence("settling", None, None, None)


def fed(minutes, heard, first_s=0.0):
    return [
        minute for k, one in enumerate(heard) for minute in minutes.add(START_NS + round((first_s + k) * NS), 1.0, one)
    ]


def test_the_reasons_are_the_detectors():
    assert ("", *REASONS) == get_args(Why)


def test_seconds_are_added_up_minute_by_minute():
    minutes = MeasuredMinutes()
    moving = replace(HEARD, why="moving", noise_mg=3.0)
    heard = [UNKNOWN] * 10 + [moving] * 20 + [HEARD] * 30 + [replace(HEARD, pulse_per_min=60.0 + k) for k in range(5)]
    assert fed(minutes, heard) == [MeasuredMinute(START_NS, 60.0, 30.0, "moving", 1.0, 5.0, None)]
    assert minutes.finish() == [MeasuredMinute(START_NS + MINUTE_NS, 5.0, 5.0, "", 1.0, 5.0, 62.0)]
    assert minutes.finish() == []


def test_a_minute_of_which_nothing_is_known_has_no_figures():
    minutes = MeasuredMinutes()
    fed(minutes, [UNKNOWN] * 3)
    assert minutes.finish() == [MeasuredMinute(START_NS, 3.0, 0.0, "settling", None, None, None)]


def test_a_minute_without_samples_is_not_told():
    minutes = MeasuredMinutes()
    fed(minutes, [HEARD], 59.5)
    (first,) = fed(minutes, [HEARD], 200.0)
    assert (first.start_ns, first.observed_s) == (START_NS, 1.0)
    (second,) = minutes.finish()
    assert second.start_ns == START_NS + 3 * MINUTE_NS


def test_what_a_recorder_that_was_killed_had_begun_is_forgotten():
    minutes = MeasuredMinutes()
    fed(minutes, [HEARD] * 20)
    minutes.drop()
    fed(minutes, [HEARD] * 20, 40.0)
    assert [minute.observed_s for minute in minutes.finish()] == [20.0]


SOUND = MeasuredMinute(START_NS, 60.0, 30.0, "pulse", 1.0, 5.0, 62.0)


@pytest.mark.parametrize(
    "change",
    [
        {"start_ns": START_NS + 1},
        {"observed_s": float("inf")},
        {"measurable_s": 61.0},
        {"measurable_s": -1.0},
        {"why": ""},
        {"why": "bored"},
        {"measurable_s": 60.0},
        {"noise_mg": float("nan")},
        {"threshold_mg": -1.0},
    ],
)
def test_what_contradicts_itself_is_told(change):
    assert SOUND.is_sound
    assert replace(SOUND, measurable_s=60.0, why="", noise_mg=None, pulse_per_min=None).is_sound
    assert not replace(SOUND, **change).is_sound
