"""Promise: folding rows into a minute and back changes nothing, and an overview of it tells the truth."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from detector.night.codec import arrays, notifications
from detector.night.codec.segment import fold, unfold, unpack_anchors
from detector.night.records import Row

NS_64 = st.integers(-(2**62), 2**62)
RATES = st.floats(0.1, 1000.0)
ROWS = st.lists(
    st.tuples(
        hnp.arrays(np.uint32, st.tuples(st.integers(1, 12), st.just(3))),
        NS_64,
        RATES,
    ),
    min_size=1,
    max_size=8,
)


def rows_of(parts, first_index=17):
    rows = []
    for bits, start_ns, rate_hz in parts:
        rows.append(Row(first_index, start_ns, rate_hz, bits.view(np.float32)))
        first_index = rows[-1].end_index
    return rows


def everything(row):
    return row.first_index, row.start_ns, row.rate_hz, row.xyz.tobytes()


@given(ROWS)
def test_rows_come_back_bit_for_bit(parts):
    rows = rows_of(parts)
    assert [everything(row) for row in unfold(fold(rows, None))] == [everything(row) for row in rows]


@given(ROWS)
def test_extremes_are_those_of_each_row(parts):
    rows = rows_of(parts)
    segment = fold(rows, None)
    found = arrays.decode(segment.extremes_codec, segment.extremes, 2 * len(rows)).reshape(2, len(rows), 3)
    with np.errstate(invalid="ignore"):
        for i, row in enumerate(rows):
            np.testing.assert_array_equal(found[0, i], np.fmin.reduce(row.xyz, axis=0))
            np.testing.assert_array_equal(found[1, i], np.fmax.reduce(row.xyz, axis=0))


@given(ROWS)
def test_anchors_alone_say_where_rows_lie(parts):
    rows = rows_of(parts)
    segment = fold(rows, None)
    anchors = unpack_anchors(segment.anchors, segment.row_count)
    assert anchors.start_ns.tolist() == [row.start_ns for row in rows]
    assert anchors.rate_hz.tolist() == [row.rate_hz for row in rows]
    assert anchors.length.tolist() == [len(row.xyz) for row in rows]
    assert anchors.last_end_ns == rows[-1].end_ns


@pytest.mark.parametrize("field", ["first_index", "start_ns", "end_ns", "row_count", "anchors", "samples", "codec"])
def test_any_change_is_noticed(field, rest):
    segment = fold([Row(0, 5, 52.0, rest(52))], 1e-3)
    value = getattr(segment, field)
    changed = bytes([value[0] ^ 1]) + value[1:] if isinstance(value, bytes) else value + 1
    with pytest.raises(ValueError, match="checksum"):
        unfold(replace(segment, **{field: changed}))


@given(st.lists(st.tuples(NS_64, st.binary(max_size=40)), max_size=10), st.sampled_from([1, 6]))
def test_notifications_come_back_as_they_were(heard, level):
    assert notifications.unpack(notifications.pack(heard, level), len(heard)) == heard


@given(st.binary(max_size=60), st.integers(0, 20))
def test_hostile_notifications_raise_one_kind_of_error(blob, count):
    with contextlib.suppress(ValueError):
        assert len(notifications.unpack(blob, count)) == count
