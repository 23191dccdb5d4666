"""The rows on what is counted show the faults they are there for, and what they hold true is true."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.experiments.counted import clocks, gaps, legs, limb
from benchmarks.detection.measuring.outcome import Effort
from benchmarks.detection.simulator.draws import stream
from detector.coincidence.offset import Offset
from detector.events import Event
from detector.series import Span, periodic_movements_of_both_legs
from detector.summary import observed


@pytest.fixture(scope="module")
def shaken():
    return clocks._shaken((52.0, 52.0), 20.0, 20.0, 3)


def test_without_an_offset_shocks_stay_twitches(shaken, monkeypatch):
    """As they did: 35 to 85 % of them, 80 to 100 ms apart."""
    ways = [clocks._ahead(sign * 0.1, 0.0) for sign in (1, -1)]
    remain, seen, *_ = np.sum([clocks._remain(shaken, way) for way in ways], axis=0)
    assert seen > 40
    assert remain < 0.1 * seen
    monkeypatch.setattr(Offset, "at", lambda *_: 0)
    remain, seen, *_ = np.sum([clocks._remain(shaken, way) for way in ways], axis=0)
    assert 0.35 * seen < remain < 0.85 * seen


def test_the_clock_drifts_by_as_much_as_is_said():
    ahead = clocks._ahead(0.1, -0.05)
    assert ahead(0.0) == pytest.approx(0.1)
    assert ahead(3600 * clocks.HOURS) == pytest.approx(0.05)


@pytest.mark.parametrize("pattern", legs.PATTERNS, ids=lambda pattern: pattern.name)
@pytest.mark.parametrize("number", range(5))
def test_the_patterns_are_as_many_movements_as_is_said(pattern, number):
    onsets_s = pattern.onsets(stream((1, number), "legs"))
    left, right = (
        [Event(at, "", 2.0, "limb_movement", 1, 1, 20, 1, 1.0, 1, 0, 0, -1, side, "") for at in each]
        for side, each in zip(("left", "right"), onsets_s, strict=True)
    )
    spans = [Span(0.0, 5000.0)]
    found = periodic_movements_of_both_legs(left, right, spans, spans)
    assert sum(series.count for series in found) == pattern.movements


def test_events_in_lost_samples_would_show(monkeypatch):
    small = Effort(with_rivals=False)
    monkeypatch.setattr(gaps, "LOST", (0.6,))
    monkeypatch.setattr(Effort, "scaled", lambda *_: 2)
    assert gaps.gaps(small).figures[0].value == pytest.approx(1.0, abs=0.02)
    monkeypatch.setattr(observed.Observed, "events", every_event)
    assert gaps.gaps(small).figures[0].value > 1.5


def every_event(self, placed):
    """Count them all, wherever their samples are."""
    return [event for _, event in placed], np.array([onset_ns for onset_ns, _ in placed], np.int64)


def test_a_limb_that_is_let_go_lies_as_before_and_gravity_turns_by_the_angle():
    xyz = limb.moved(np.random.default_rng(1), 40.0, 100.0, [(10.0, 5.0, 10.0, 0.3)])
    before, meanwhile, after = (xyz[100 * at : 100 * at + 500].mean(axis=0) for at in (2, 14, 30))
    assert before == pytest.approx(after, abs=1e-3)
    assert np.degrees(np.arccos(before @ meanwhile)) == pytest.approx(5.0, abs=0.2)
    assert np.linalg.norm(before) == pytest.approx(1.0, abs=1e-3)


def test_breath_sways_by_its_size():
    xyz = limb.breath(np.random.default_rng(1), 600.0, 52.0, 0.2)
    assert np.linalg.norm(np.ptp(xyz, axis=0)) == pytest.approx(2e-4, rel=0.02)
