"""Promise: samples that are held until a beat is known change nothing but when an event is told.

Any split of a signal with a heart beat, gaps and damaged samples gives the same events, beats and state, bit for bit;
up to when it is decided never goes back, never passes the end, and holds for what is told later. Where nothing beats,
nothing is held.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.signal import Detector
from firmware_bridge.virtual.twitch import acceleration
from tests.detector.signal.pulse.heart import chest, noise

SECONDS = 40
HELD_S = 8.0
"""The longest that samples are held."""


def damaged(rate_hz, seed=3):
    """A chest with a few twitches, a movement and bad samples."""
    xyz, _ = chest(SECONDS, rate_hz, seed=seed)
    shape = acceleration(np.arange(0, 0.5, 1 / rate_hz), 0.06)
    shape = (0.03 * shape / np.ptp(shape)).astype(np.float32)
    for onset in (3.3, 14.2, 21.7, 33.1):
        i = round(onset * rate_hz)
        xyz[i : i + len(shape), 1] += shape
    i = round(26 * rate_hz)
    moved = 0.3 * np.sin(2 * np.pi * 3 * np.arange(round(1.5 * rate_hz)) / rate_hz)
    xyz[i : i + len(moved), 0] += moved.astype(np.float32)
    xyz[round(18 * rate_hz)] = np.nan
    xyz[round(30 * rate_hz), 2] = np.inf
    return xyz


def run(rate_hz, xyz, gaps, cuts, watch=None):
    """Push the samples in pieces, with gaps of s at these indices; gives events and detector."""
    detector = Detector(rate_hz)
    events = []
    edges = sorted({0, len(xyz), *gaps, *cuts})
    for begin, end in pairwise(edges):
        if begin in gaps:
            events += told(detector, detector.gap(gaps[begin]), watch)
        events += told(detector, detector.push(xyz[begin:end]), watch)
    events += told(detector, detector.flush(), watch)
    return events, detector


def told(detector, events, watch):
    if watch is not None:
        watch(detector, events)
    return events


@pytest.mark.parametrize("rate_hz", [25.0, 52.0, 100.0, 200.0, 416.0])
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_any_split_gives_the_same(rate_hz, data):
    xyz = damaged(rate_hz)
    index = st.integers(1, len(xyz) - 1)
    gaps = data.draw(st.dictionaries(index, st.sampled_from([0.1, 0.3, 2.0, 30.0]), max_size=3))
    cuts = data.draw(st.lists(index, max_size=40))
    expected, whole = run(rate_hz, xyz, gaps, [])
    events, pieces = run(rate_hz, xyz, gaps, cuts)
    assert events == expected
    assert pieces.take_beats() == whole.take_beats()
    assert pieces.state.tobytes() == whole.state.tobytes()


@pytest.mark.parametrize("rate_hz", [25.0, 52.0, 100.0, 200.0, 416.0])
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_what_is_decided_stays_decided(rate_hz, data):
    xyz = damaged(rate_hz)
    index = st.integers(1, len(xyz) - 1)
    gaps = data.draw(st.dictionaries(index, st.sampled_from([0.1, 0.3, 2.0, 30.0]), max_size=3))
    cuts = data.draw(st.lists(index, max_size=20)) + list(range(round(rate_hz), len(xyz), round(rate_hz)))
    settled = [0.0]

    def watch(detector, events):
        for event in events:
            # The pulse is told by the stretch, and a tremor at the very start once the noise is known.
            if event.kind not in {"pulse", "tremor"}:
                assert event.onset_s + event.duration_s >= settled[-1] - 0.01
        assert detector.settled_s >= settled[-1]
        assert detector.settled_s <= SECONDS + sum(gaps.values())
        settled.append(detector.settled_s)

    run(rate_hz, xyz, gaps, cuts, watch)
    assert settled[-1] >= SECONDS - 1


@pytest.mark.parametrize("rate_hz", [25.0, 52.0, 100.0, 200.0, 416.0])
def test_samples_are_held_for_eight_seconds_at_most(rate_hz):
    xyz = damaged(rate_hz)
    detector = Detector(rate_hz)
    step = round(rate_hz / 4)
    for end in range(step, len(xyz) + 1, step):
        detector.push(xyz[end - step : end])
        assert end / rate_hz - detector.settled_s <= HELD_S + detector.delay_s + 0.25


def test_where_nothing_beats_a_twitch_is_told_at_once():
    rate_hz, onset_s = 100.0, np.arange(9.0, 118.0, 2.9)
    shape = acceleration(np.arange(0, 0.5, 1 / rate_hz), 0.06)
    shape = (0.02 * shape / np.ptp(shape)).astype(np.float32)
    xyz = noise(120, rate_hz, 1.0)
    for onset in onset_s:
        i = round(onset * rate_hz)
        xyz[i : i + len(shape), 1] += shape
    detector = Detector(rate_hz)
    late = []
    for i in range(0, len(xyz), 5):
        found = [event for event in detector.push(xyz[i : i + 5]) if event.kind == "twitch"]
        late += [(i + 5) / rate_hz - event.onset_s - event.duration_s for event in found]
    assert len(late) >= len(onset_s)
    assert max(late) <= detector.delay_s + 0.25
