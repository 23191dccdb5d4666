"""Promise: only observed time counts, however the gaps lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.series import Span, observed_s, observed_spans
from detector.series.observed import by_span, common_spans

PARTS = st.lists(st.tuples(st.integers(-5, 105), st.integers(0, 20)), max_size=8)


def seconds_of(spans):
    """Which of the whole seconds the spans cover."""
    return [any(span.start_s <= s and s + 1 <= span.end_s for span in spans) for s in range(100)]


@given(PARTS)
def test_what_is_in_no_gap_is_observed(parts):
    gaps = [(float(start), float(start + length)) for start, length in parts]
    spans = observed_spans(100.0, gaps)
    expected = [not any(start <= s and s + 1 <= end for start, end in gaps) for s in range(100)]
    assert seconds_of(spans) == expected
    assert observed_s(spans) == sum(expected)
    assert spans == sorted(spans)
    assert all(span.length_s > 0 for span in spans)


def test_a_gap_without_a_length_still_cuts():
    assert observed_spans(10.0, [(4.0, 4.0)]) == [Span(0, 4), Span(4, 10)]
    assert observed_spans(0.0, []) == []


@given(PARTS, PARTS, st.integers(-30, 30))
def test_common_time(one, other, shift):
    spans = [observed_spans(100.0, [(float(a), float(a + n)) for a, n in parts]) for parts in (one, other)]
    moved = [Span(span.start_s + shift, span.end_s + shift) for span in spans[1]]
    both = [a and b for a, b in zip(seconds_of(spans[0]), seconds_of(moved), strict=True)]
    assert seconds_of(common_spans(*spans, float(shift))) == both


def test_events_go_to_the_span_they_begin_in(event):
    spans = [Span(20.0, 30.0), Span(0.0, 10.0)]
    early, first, edge, second = (event(s) for s in (-0.01, 5.0, 19.99, 20.0))
    assert by_span([second, edge, first, early], spans) == [(spans[1], [early, first, edge]), (spans[0], [second])]
    assert by_span([], []) == []
    with pytest.raises(ValueError, match="observed time"):
        by_span([first], [])
