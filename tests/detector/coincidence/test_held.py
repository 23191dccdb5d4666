"""Promise: what a detector holds until a heart beat is ruled out changes when twitches are told, and not as what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.coincidence import LONGEST_S, Coincidence, coincidence
from detector.night import Night
from detector.signal import Detector
from detector.watch import replay
from firmware_bridge.samples import NS, Gap
from tests.detector.coincidence.test_stage import (
    CONFIG,
    DELAY_S,
    FOUND,
    START_NS,
    by_onset,
    end_of,
    late,
    make_event,
    record,
    shaken_legs,
    stream,
    take,
)


def held_s(event):
    """Some events are held for up to 8 s, until a beat is ruled out."""
    return DELAY_S + (8.5 if round(event.onset_s * 50) % 3 == 0 and event.duration_s < 1 else 0)


@given(st.lists(FOUND, min_size=1, max_size=3), st.lists(st.tuples(st.integers(0, 2), st.floats(0.05, 20))))
@settings(max_examples=150, deadline=None)
def test_as_they_come_in_any_order_is_the_rule_for_the_whole_night(found, chunks):
    events = {
        name: [make_event(*one[:3], name, one[3]) for one in some] for name, some in zip("abc", found, strict=False)
    }
    told = [event for event, _ in stream(events, chunks, hold_s=held_s)]
    expected = [event for some in coincidence(events).values() for event in some]
    assert sorted(told, key=repr) == sorted(expected, key=repr)


class Patient(Detector):
    """A detector that holds each second twitch for 8 s after its end, also over a gap."""

    def reset(self):
        super().reset()
        self._held = []
        self._seen = 0

    @property
    def settled_s(self):
        return min([super().settled_s, *(end_of(event) for event in self._held)])

    @property
    def is_settled(self):
        return super().is_settled and not self._held

    def push(self, xyz):
        return self._sort(super().push(xyz))

    def gap(self, seconds):
        held, self._held = self._held, []
        found = super().gap(seconds)
        self._held = held
        return found

    def flush(self):
        held, self._held = self._held, []
        return sorted([*held, *super().flush()], key=end_of)

    def _sort(self, found):
        told = []
        for event in found:
            self._seen += event.kind == "twitch"
            if event.kind == "twitch" and self._seen % 2:
                self._held.append(event)
            else:
                told.append(event)
        until_s = super().settled_s - 8.0
        due = [event for event in self._held if end_of(event) <= until_s]
        self._held = [event for event in self._held if event not in due]
        return sorted([*told, *due], key=end_of)


def test_a_held_event_holds_up_only_what_lies_about_it():
    """The right one's event at 26.0 s is held until 34.6 s; the left one's before it are told as ever."""
    events = {"left": [make_event(20.0), make_event(26.04)], "right": [make_event(25.98, sensor="right")]}
    assert held_s(events["right"][0]) > 8
    found = stream(events, [(k, 0.25) for k in range(800)], hold_s=held_s)
    told_s = {event.onset_s: until_s for event, until_s in found}
    assert told_s[20.0] < 20.0 + LONGEST_S + DELAY_S + 0.7
    assert 34.6 < told_s[26.04] < 35.5
    assert {event.onset_s for event, _ in found if event.kind == "movement"} == {25.98, 26.04}


def test_a_gap_settles_nothing_that_the_detector_still_holds():
    stage = Coincidence()
    for sensor in ("left", "right"):
        stage.add(sensor)
    event = make_event(1.0)
    assert take(stage, "left", [event], 2) == []
    assert stage.gap(Gap(START_NS + 2 * NS, START_NS + 3 * NS, "no data", "right"), [], START_NS + 2 * NS) == []
    (told,) = take(stage, "right", [make_event(1.05, "tap", sensor="right")], 9)[1:]
    assert told.kind == "movement"


@pytest.mark.parametrize("seed", range(4))
def test_in_a_night_the_same_is_told_as_without_patience(tmp_path, monkeypatch, seed):
    """Live over a bad link with a gap, and in replay."""
    items, _, _ = shaken_legs(seed, away=("right", 60.0 + seed, 63.0 + seed))
    at_once = record(items, tmp_path / "a.night")
    monkeypatch.setattr("detector.watch.Detector", Patient)
    events = record(late(items, seed), tmp_path / "b.night")
    assert any(event.flags == "coincident" for event in events)
    assert by_onset(events) == by_onset(at_once)
    with Night(tmp_path / "b.night") as night:
        assert by_onset(replay(night.sensors, night.stream(), CONFIG)) == by_onset(night.events()) == by_onset(events)
