"""The times of samples follow from the starts of their rows alone, however the samples arrive."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.timeline import Rows, Timeline
from firmware_bridge.samples import NS, Samples

RATE_HZ = 51.7


def samples(first: int, count: int) -> Samples:
    start_ns = 10**18 + round(first * NS / RATE_HZ)
    xyz = np.arange(3 * first, 3 * (first + count), dtype=np.float32).reshape(-1, 3)
    return Samples(start_ns, RATE_HZ, xyz, "s")


@given(st.lists(st.integers(1, 200), min_size=1, max_size=20))
def test_pieces_join_to_what_came_in_and_cross_no_row(lengths):
    rows, first, pieces = Rows(52), 0, []
    for length in lengths:
        pieces += list(rows.cut(samples(first, length)))
        first += length
    joined = np.concatenate([piece.xyz for piece, _ in pieces])
    assert np.array_equal(joined[:, 0], np.arange(0, 3 * first, 3))
    at = 0
    for piece, begins in pieces:
        assert begins == (at % 52 == 0)
        assert at // 52 == (at + len(piece.xyz) - 1) // 52
        assert piece.start_ns == pytest.approx(samples(at, 1).start_ns, abs=3)
        at += len(piece.xyz)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=20))
def test_rows_cut_again_are_the_same_rows(lengths):
    """A night stores rows; cutting the stored rows gives the same anchors to the nanosecond."""
    rows, first, anchors, stored = Rows(52), 0, [], []
    for length in lengths:
        for piece, begins in rows.cut(samples(first, length)):
            if begins:
                anchors.append((piece.start_ns, piece.rate_hz))
                stored.append([piece])
            else:
                stored[-1].append(piece)
        first += length
    again = Rows(52)
    seen = [
        (piece.start_ns, piece.rate_hz)
        for row in stored
        for piece, begins in again.cut(Samples(row[0].start_ns, RATE_HZ, np.concatenate([p.xyz for p in row]), "s"))
        if begins
    ]
    assert seen == anchors


def test_a_gap_begins_a_new_row():
    rows = Rows(10)
    assert [begins for _, begins in rows.cut(samples(0, 4))] == [True]
    rows.close()
    assert [begins for _, begins in rows.cut(samples(100, 4))] == [True]


def test_timeline_between_and_beyond_anchors():
    timeline = Timeline()
    with pytest.raises(LookupError):
        timeline.utc_ns(0)
    timeline.anchor(0, 1000 * NS, 50.0)
    timeline.anchor(50, 1002 * NS, 25.0)  # a gap of one second in between
    assert timeline.utc_ns(25) == 1000 * NS + NS // 2
    assert timeline.utc_ns(50) == 1002 * NS
    assert timeline.utc_ns(62.5) == 1002 * NS + NS // 2


def test_timeline_forgets_only_what_is_long_past():
    timeline = Timeline()
    for row in range(5000):
        timeline.anchor(row * 10, row * NS, 10.0)
    assert timeline.utc_ns(49_995) == 4999 * NS + NS // 2
    assert timeline.utc_ns(49_000) == 4900 * NS
