"""Promise: no series hangs on the order of the events given, on when the recording began, or on how it is split."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from detector.events import KINDS
from detector.series import Span, observed_spans, series_of_pair, series_of_sensor

from .conftest import make_event

END_S = 4000.0
MS = st.integers(0, int(1000 * END_S)).map(lambda ms: ms / 1000)
EVENTS = st.lists(
    st.builds(
        make_event,
        MS,
        st.sampled_from(KINDS),
        st.sampled_from([0.1, 0.3, 0.5, 2.0, 12.0]),
        dominant_hz=st.sampled_from([1.0, 5.0]),
    ),
    max_size=60,
)
RUNS = st.lists(
    st.tuples(
        st.integers(0, 3000),
        st.integers(1, 30),
        st.sampled_from([0.5, 1.0, 6.0, 20.0]),
        st.sampled_from([("limb_movement", 2.0), ("twitch", 0.3), ("limb_movement", 0.5), ("tremor", 1.0)]),
    ),
    max_size=4,
).map(lambda runs: [make_event(at + step * k, *what) for at, n, step, what in runs for k in range(n)])
GAPS = st.lists(st.tuples(MS, st.integers(1, 60)), max_size=3).map(lambda parts: [(a, a + n) for a, n in parts])
ALL = st.builds(lambda some, runs: some + [one for one in runs if one.onset_s < END_S], EVENTS, RUNS)


@given(ALL, GAPS, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_order_does_not_matter(events, gaps, random):
    spans = observed_spans(END_S, gaps)
    expected = series_of_sensor(events, spans)
    random.shuffle(events)
    random.shuffle(spans)
    assert series_of_sensor(events, spans) == expected


@given(ALL, GAPS, st.integers(1, 100_000))
@settings(max_examples=50, deadline=None)
def test_a_shift_in_time_shifts_the_series(events, gaps, shift):
    spans = observed_spans(END_S, gaps)
    moved = [Span(span.start_s + shift, span.end_s + shift) for span in spans]
    before = series_of_sensor(events, spans, END_S)
    after = series_of_sensor([replace(event, onset_s=event.onset_s + shift) for event in events], moved, END_S)
    what = [(run.name, run.count, round(run.onset_s * 1000)) for run in before.found]
    assert [(run.name, run.count, round((run.onset_s - shift) * 1000)) for run in after.found] == what


@given(ALL, MS.filter(lambda at_s: at_s < END_S))
@settings(max_examples=50, deadline=None)
def test_a_gap_splits_a_night_in_two(events, at_s):
    """What is found around a gap is what is found in the two parts by themselves."""
    spans = observed_spans(END_S, [(at_s, at_s)])
    parts = [
        [event for event in events if event.onset_s < at_s],
        [event for event in events if event.onset_s >= at_s],
    ]
    found = []
    for span in spans:
        part = parts[0] if span.start_s < at_s else parts[1]
        found += series_of_sensor(part, [span]).found
    assert sorted(series_of_sensor(events, spans).found, key=repr) == sorted(found, key=repr)


@given(ALL, ALL, GAPS, GAPS, st.integers(-500, 500), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_two_sensors_are_the_same_either_way(one, other, one_gaps, other_gaps, shift, random):
    spans = observed_spans(END_S, one_gaps), observed_spans(END_S, other_gaps)
    there = series_of_pair(("l", "r"), (one, other), spans, float(shift), are_legs=True)
    random.shuffle(one)
    random.shuffle(other)
    back = series_of_pair(("r", "l"), (other, one), spans[::-1], -float(shift), are_legs=True)
    assert [pair.index.name for pair in there] == [pair.index.name for pair in back]
    for here, mirrored in zip(there, back, strict=True):
        assert [run.count for run in here.found] == [run.count for run in mirrored.found]
        assert [round(1000 * (run.onset_s - shift)) for run in here.found] == [
            round(1000 * run.onset_s) for run in mirrored.found
        ]
