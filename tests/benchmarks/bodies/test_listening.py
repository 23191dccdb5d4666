"""Promise: what the detector told is counted by the time it covers, and what it does not tell is said to be so."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.bodies import listening
from benchmarks.bodies.listening import NOT_TOLD, covered_s, heard, onsets_within, pulse_told, rate_told
from benchmarks.bodies.people import OTHER, Body
from detector.events import Event

EVENT = Event(0.0, "", 1.0, "pulse", 1.0, 1.0, 10.0, 1.0, 1.0, 1.0, 0.0, 0.0, -1, "", "")


def pulse(onset_s, duration_s, per_min):
    return dataclasses.replace(EVENT, onset_s=onset_s, duration_s=duration_s, dominant_hz=per_min / 60)


def body(seconds=5.5, rate_hz=50.0):
    xyz = np.zeros((round(seconds * rate_hz), 3), np.float32)
    return Body("made up", OTHER, xyz, rate_hz, 0.0, (0.0, seconds))


class Telling:
    """A detector that tells everything: measurable from the third second on, a beat a second, 2 s behind."""

    def __init__(self, rate_hz, _config):
        self.rate_hz, self.pushed, self.told = rate_hz, 0, 0

    def push(self, xyz):
        self.pushed += len(xyz)
        return []

    def flush(self):
        return [pulse(0.0, 5.0, 60.0)]

    def confidence(self):
        return SimpleNamespace(why="" if self.pushed / self.rate_hz > 2 else "settling")

    def take_beats(self):
        first, self.told = self.told, int(self.pushed / self.rate_hz)
        return [float(beat) for beat in range(first, self.told)]

    @property
    def settled_s(self):
        return max(self.pushed / self.rate_hz - 2.0, 0.0)


class Silent(Telling):
    """One that has no word about confidence, beats or what is settled."""

    confidence = take_beats = settled_s = None


def test_confidence_beats_and_waits_are_asked_each_second(monkeypatch):
    monkeypatch.setattr(listening, "Detector", Telling)
    told = heard(body())
    assert told.why == ("settling", "settling", "", "", "", "")
    assert told.tells_confidence
    assert told.beats_s.tolist() == [0, 1, 2, 3, 4]
    assert told.waits_s == pytest.approx([1, 2, 2, 2, 2, 2])
    assert told.is_measurable(np.array([1.99, 2.0, 5.4, 7.0, -1.0])).tolist() == [False, True, True, False, False]
    assert told.measurable_s((1.0, 4.0)) == 2.0


def test_a_detector_that_tells_nothing_is_said_not_to(monkeypatch):
    monkeypatch.setattr(listening, "Detector", Silent)
    told = heard(body())
    assert set(told.why) == {NOT_TOLD}
    assert not told.tells_confidence
    assert told.beats_s is None
    assert not len(told.waits_s)
    assert told.measurable_s((0.0, 5.0)) == 0


def test_a_share_counts_overlaps_once_and_a_rate_weighs_by_time():
    events = [pulse(-2.0, 6.0, 60.0), pulse(2.0, 4.0, 90.0)]
    assert covered_s(events, (0.0, 10.0)) == pytest.approx(6.0)
    assert pulse_told(events, (0.0, 10.0)) == pytest.approx(0.6)
    assert rate_told(events, (0.0, 10.0)) == pytest.approx(75.0)
    assert np.isnan(rate_told(events, (7.0, 10.0)))
    assert pulse_told([], (0.0, 10.0)) == 0


def test_onsets_are_those_of_twitches_and_trains_within_a_span():
    kinds = [("twitch", 3.0), ("train", 1.0), ("pulse", 2.0), ("twitch", 9.0)]
    events = [dataclasses.replace(EVENT, kind=kind, onset_s=onset_s) for kind, onset_s in kinds]
    assert onsets_within(events, (0.0, 9.0)).tolist() == [1.0, 3.0]
