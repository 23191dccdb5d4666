"""Promise: on an even grid no sample is lost or out of order, none is later than a slot, and only gaps are empty."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import FasciwatchError
from detector.exports.grid import lay, rate_of
from detector.night.codec.segment import Anchors
from detector.night.gathered import times_of
from firmware_bridge.samples import NS

START_NS = 1_795_500_000 * NS


def anchors_of(lengths_s, rates_hz, gaps_s):
    rows, at = [], START_NS + 123_456_789
    for length, rate, gap in zip(lengths_s, rates_hz, gaps_s, strict=True):
        at += round(gap * NS)
        rows.append((at, rate, length))
        at += round(length * NS / rate)
    return Anchors.of(rows)


def placed(anchors, grid, at_once=7):
    blocks = []
    index = np.arange(anchors.length.sum(), dtype=np.float32)
    begin = 0
    for first in range(0, len(anchors.start_ns), at_once):
        part = Anchors(*(each[first : first + at_once] for each in (anchors.start_ns, anchors.rate_hz, anchors.length)))
        count = int(part.length.sum())
        blocks.append((part, np.repeat(index[begin : begin + count, None], 3, axis=1)))
        begin += count
    filled = list(grid.fill(blocks))
    return np.concatenate([slots for slots, _ in filled]), np.concatenate([xyz for _, xyz in filled])[:, 0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 60), st.floats(-300e-6, 300e-6), st.sampled_from([0.0, 0.0, 0.0, 0.001, 0.05, 3.0, 40.0])
        ),
        min_size=2,
        max_size=80,
    ),
    st.integers(1, 90),
)
def test_every_sample_is_there_once_in_its_order(rows, at_once):
    anchors = anchors_of([n for n, *_ in rows], [52 * (1 + ppm) for _, ppm, _ in rows], [gap for *_, gap in rows])
    grid = lay(anchors, START_NS, rate_of(anchors, START_NS))
    slots, index = placed(anchors, grid, at_once)
    assert (np.diff(slots) >= 1).all()
    assert (np.diff(index) >= 0).all()
    assert np.array_equal(np.unique(index), np.arange(anchors.length.sum()))
    last = np.flatnonzero(np.append(np.diff(index) > 0, True))  # a sample that fills two slots lies in the second
    due = (times_of(anchors) - START_NS) * grid.rate_hz / NS
    assert np.abs(slots[last] - due).max() <= 1.01
    empty = np.ones(grid.slot_count, bool)
    empty[slots] = False
    said = np.zeros(grid.slot_count, bool)
    for first, end in grid.missing.tolist():
        said[first:end] = True
    assert np.array_equal(empty, said)
    assert len(slots) == anchors.length.sum() + grid.repeated_count


def test_a_change_of_rate_is_held_by_the_faster_one():
    anchors = anchors_of([50] * 60 + [100] * 60, [50.0] * 60 + [100.0] * 60, [0.0] * 120)
    grid = lay(anchors, START_NS, rate_of(anchors, START_NS))
    assert grid.rate_hz == 100.0
    assert grid.repeated_count == pytest.approx(3000, abs=2)
    assert len(grid.missing) == 1  # before the first sample


def test_a_clock_that_went_back_loses_no_sample_and_says_how_late_they_are():
    anchors = anchors_of([52] * 60, [52.0] * 60, [0.0] * 30 + [-5.0] + [0.0] * 29)
    grid = lay(anchors, START_NS, rate_of(anchors, START_NS))
    slots, index = placed(anchors, grid)
    assert np.array_equal(np.unique(index), np.arange(60 * 52))
    assert (np.diff(slots) >= 1).all()
    assert grid.latest_s == pytest.approx(5.0, abs=0.05)


def test_a_clock_that_was_set_meanwhile_is_told_and_fills_no_disk():
    anchors = anchors_of([50] * 2, [50.0] * 2, [0.0, 55 * 365 * 86_400.0])
    with pytest.raises(FasciwatchError, match="20075 days apart, so its clock was set meanwhile"):
        rate_of(anchors, START_NS)
