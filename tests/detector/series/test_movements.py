"""Promise: each clause of the rules for runs of movements is kept, its limits included."""

from __future__ import annotations

import pytest

from detector.series import (
    Span,
    alternating_activation,
    high_frequency_movements,
    observed_spans,
    periodic_limb_movements,
)

NIGHT = [Span(0.0, 1000.0)]
US = 1e-6


def counts(series):
    return [run.count for run in series]


def limb(event, onsets, duration_s=2.0):
    return [event(onset, "limb_movement", duration_s) for onset in onsets]


@pytest.mark.parametrize(("number", "found"), [(3, []), (4, [4]), (5, [5])])
def test_four_candidates_make_a_series(event, number, found):
    assert counts(periodic_limb_movements(limb(event, [20.0 * k for k in range(number)]), NIGHT)) == found


@pytest.mark.parametrize(
    ("interval", "found"), [(9.99, []), (10 - US, []), (10.0, [4]), (90.0, [4]), (90 + US, []), (90.01, [])]
)
def test_intervals_of_10_to_90_s_from_onset_to_onset(event, interval, found):
    onsets = [123.4 + interval * k for k in range(4)]
    assert counts(periodic_limb_movements(limb(event, onsets), NIGHT)) == found


@pytest.mark.parametrize(
    ("duration", "found"), [(0.49, []), (0.5 - US, []), (0.5, [4]), (10.0, [4]), (10 + US, []), (10.01, [])]
)
def test_candidates_of_half_a_second_to_10_s(event, duration, found):
    events = limb(event, [0.0, 30.0, 60.0, 90.0], duration)
    assert counts(periodic_limb_movements(events, NIGHT)) == found


def test_a_short_interval_ends_a_series_and_its_second_movement_may_begin_the_next(event):
    first = [0, 20, 40, 60]
    assert counts(periodic_limb_movements(limb(event, [*first, 65, 85, 105, 125]), NIGHT)) == [4, 4]
    assert counts(periodic_limb_movements(limb(event, [*first, 65, 85, 105]), NIGHT)) == [4]
    assert counts(periodic_limb_movements(limb(event, [0, 20, 40, 45, 65, 85]), NIGHT)) == []


def test_a_long_interval_ends_a_series(event):
    series = periodic_limb_movements(limb(event, [0, 20, 40, 60, 151, 171, 191, 211, 231]), NIGHT)
    assert counts(series) == [4, 5]
    assert [(run.onset_s, run.duration_s, run.interval_s) for run in series] == [(0, 62, 20), (151, 82, 20)]


@pytest.mark.parametrize(
    ("kind", "duration", "flags", "ends"),
    [
        ("limb_movement", 10.5, "", True),  # too long a movement is none of the candidates
        ("limb_movement", 2.0, "cut", True),  # how long it was is not known
        ("movement", 5.0, "", True),
        ("movement", 0.5, "", True),
        ("tremor", 6.0, "", True),
        ("movement", 0.2, "coincident", False),  # no leg movement at all: under half a second
        ("twitch", 0.2, "", False),
        ("train", 2.0, "", False),
        ("tap", 0.1, "", False),
        ("pulse", 60.0, "", False),
    ],
)
def test_what_is_no_candidate_ends_a_series(event, kind, duration, flags, ends):
    between = event(50.0, kind, duration, flags=flags)
    events = [*limb(event, [0, 20, 40, 60, 80, 100]), between]
    assert counts(periodic_limb_movements(events, NIGHT)) == ([] if ends else [6])


def test_a_gap_ends_a_series(event):
    events = limb(event, [0, 20, 40, 60, 80, 100])
    assert counts(periodic_limb_movements(events, observed_spans(1000.0, [(50.0, 50.5)]))) == []
    assert counts(periodic_limb_movements(events, observed_spans(1000.0, [(70.0, 70.5)]))) == [4]


def test_periodic_movements_are_never_what_else_lasts_as_long(event):
    events = [event(20.0 * k, kind, 2.0) for k in range(9) for kind in ("train", "pulse", "tap")]
    assert periodic_limb_movements(events, NIGHT) == []


@pytest.mark.parametrize("kind", ["limb_movement", "twitch"])
@pytest.mark.parametrize(
    ("interval", "found"),
    [(0.2499, []), (0.25, [4]), (1 / 1.6, [4]), (1 / 0.3, [4]), (3.34, [])],
)
def test_high_frequency_movements_at_a_third_of_a_hz_to_4_hz(event, kind, interval, found):
    events = [event(10 + interval * k, kind, 0.25) for k in range(4)]
    assert counts(high_frequency_movements(events, NIGHT)) == found


@pytest.mark.parametrize(("duration", "found"), [(0.249, []), (0.25, [4]), (1.0, [4]), (1.001, [])])
def test_high_frequency_bursts_last_a_quarter_to_one_second(event, duration, found):
    events = [event(10 + 1.5 * k, "limb_movement", duration) for k in range(4)]
    assert counts(high_frequency_movements(events, NIGHT)) == found
    assert high_frequency_movements(events[:3], NIGHT) == []


def test_a_gap_ends_high_frequency_movements(event):
    events = [event(10.0 + k, "limb_movement", 0.4) for k in range(6)]
    assert counts(high_frequency_movements(events, NIGHT)) == [6]
    assert high_frequency_movements(events, observed_spans(100.0, [(12.5, 12.6)])) == []


def legs(event, onsets, sides, duration_s=0.3):
    """Split bursts up by the leg, a letter each."""
    return tuple(
        [event(onset, "twitch", duration_s, sensor=side) for onset, s in zip(onsets, sides, strict=True) if s == side]
        for side in "lr"
    )


@pytest.mark.parametrize(
    ("sides", "found"),
    [("lrl", []), ("lrlr", [4]), ("rlrl", [4]), ("llrr", []), ("lrllrl", []), ("lrllrlr", [4]), ("lrlrrlrlr", [4, 5])],
)
def test_activation_alternates(event, sides, found):
    one, other = legs(event, [10 + 0.8 * k for k in range(len(sides))], sides)
    assert counts(alternating_activation(one, other, NIGHT, NIGHT)) == found


@pytest.mark.parametrize(("interval", "found"), [(0.3333, []), (1 / 3, [4]), (1.0, [4]), (2.0, [4]), (2.001, [])])
def test_activation_alternates_at_half_a_hz_to_3_hz(event, interval, found):
    one, other = legs(event, [10 + interval * k for k in range(4)], "lrlr", 0.1)
    assert counts(alternating_activation(one, other, NIGHT, NIGHT)) == found


@pytest.mark.parametrize(("duration", "found"), [(0.099, []), (0.1, [4]), (0.5, [4]), (0.501, [])])
def test_alternating_bursts_last_100_to_500_ms(event, duration, found):
    one, other = legs(event, [10, 11, 12, 13], "lrlr", duration)
    assert counts(alternating_activation(one, other, NIGHT, NIGHT)) == found


def test_bursts_at_the_same_time_are_not_in_turn(event):
    one, other = legs(event, [10, 11, 11.5, 12, 13, 14, 15], "lrllrlr")
    both = [*other, event(12, "twitch", 0.3)]
    assert counts(alternating_activation(one, other, NIGHT, NIGHT)) == [4]
    assert alternating_activation(one, both, NIGHT, NIGHT) == alternating_activation(both, one, NIGHT, NIGHT) == []


def test_alternation_knows_when_each_sensor_began(event):
    one, other = legs(event, [10.0, 11.0, 12.0, 13.0], "lrlr")
    began_later = [event(burst.onset_s - 7.0, "twitch", 0.3) for burst in other]
    (run,) = alternating_activation(one, began_later, NIGHT, NIGHT, 7.0)
    assert (run.onset_s, run.count, run.interval_s) == (10.0, 4, 1.0)
    assert run.duration_s == pytest.approx(3.3)


def test_alternation_needs_both_sensors_all_the_time(event):
    one, other = legs(event, [10.0, 11.0, 12.0, 13.0], "lrlr")
    away = observed_spans(100.0, [(11.4, 11.6)])
    assert alternating_activation(one, other, NIGHT, away) == []
    assert alternating_activation(one, other, away, NIGHT) == []
    assert alternating_activation(one, other, NIGHT, [Span(11.5, 100.0)]) == []
    assert alternating_activation(one, other, NIGHT, []) == []
