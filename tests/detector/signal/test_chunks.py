"""Any split of the same samples into pushes gives the same events and the same state, bit for bit."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.signal import Detector, detect


@pytest.mark.parametrize("rate_hz", [25.0, 51.7, 100.0, 500.0])
@pytest.mark.parametrize("chunk", [1, 2, 17, 509, 100_000])
def test_chunk_size_does_not_matter(make_signal, rate_hz, chunk):
    xyz, _ = make_signal(seconds=40, rate_hz=rate_hz)
    whole, pieces = Detector(rate_hz), Detector(rate_hz)
    expected = whole.push(xyz) + whole.flush()
    got = []
    for i in range(0, len(xyz), chunk):
        got += pieces.push(xyz[i : i + chunk])
        got += pieces.push(xyz[:0])
    got += pieces.flush()
    assert expected
    assert got == expected
    assert pieces.state.tobytes() == whole.state.tobytes()
    assert detect(xyz, rate_hz) == expected


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, 3000), max_size=20), bad=st.lists(st.integers(0, 2999), max_size=5))
def test_random_splits_of_damaged_data(cuts, bad):
    rng = np.random.default_rng(7)
    xyz = (1e-3 * rng.standard_normal((3000, 3)) + [0, 0, 1]).astype(np.float32)
    for i in range(400, 2800, 300):
        xyz[i : i + 12, 1] += (0.02 * np.sin(np.arange(12))).astype(np.float32)
    for i in bad:
        xyz[i, i % 3] = [np.nan, np.inf, -np.inf][i % 3]
    whole, pieces = Detector(100.0), Detector(100.0)
    expected = whole.push(xyz)
    got = []
    edges = [0, *sorted(cuts), 3000]
    for a, b in pairwise(edges):
        got += pieces.push(xyz[a:b])
    assert got == expected
    assert pieces.state.tobytes() == whole.state.tobytes()


def test_more_detections_than_the_kernel_has_room_for(make_signal):
    xyz, onsets = make_signal(seconds=400, every_s=2.0)
    assert len(onsets) > 128
    assert len(detect(xyz, 100.0)) >= len(onsets) - 2


def test_state_can_be_taken_out_and_put_back(make_signal):
    xyz, _ = make_signal(seconds=60)
    first, second, whole = Detector(100.0), Detector(100.0), Detector(100.0)
    events = first.push(xyz[:2003]) + first.gap(7.5) + first.push(xyz[2003:2503])
    second.state = first.state.copy()
    expected = whole.push(xyz[:2003]) + whole.gap(7.5) + whole.push(xyz[2003:])
    assert events + second.push(xyz[2503:]) == expected
    assert all(type(value) in {float, str, int} for event in expected for value in dataclasses.astuple(event))


def test_reset_is_as_new(make_signal):
    xyz, _ = make_signal(seconds=30)
    used = Detector(100.0)
    used.push(xyz)
    used.gap(3.0)
    used.reset()
    assert used.state.tobytes() == Detector(100.0).state.tobytes()
    assert used.push(xyz) + used.flush() == detect(xyz, 100.0)


def test_read_only_and_strided_input(make_signal):
    xyz, _ = make_signal(seconds=30)
    expected = detect(xyz, 100.0)
    frozen = xyz.copy()
    frozen.flags.writeable = False
    assert detect(frozen, 100.0) == expected
    assert detect(np.asfortranarray(xyz), 100.0) == expected
