"""Promise: periodic limb movements of two legs are counted by WASM 2016: both legs' movements make one series."""

from __future__ import annotations

import pytest

from detector.series import Span, leg_of, periodic_limb_movements, periodic_movements_of_both_legs, series_of_pair

from .conftest import make_event

SPANS = [Span(0.0, 5000.0)]


def moves(*onsets_s, lasts_s=2.0):
    return [make_event(float(onset_s), "limb_movement", lasts_s) for onset_s in onsets_s]


def counts(left, right, starts_s=0.0):
    return [run.count for run in periodic_movements_of_both_legs(left, right, SPANS, SPANS, starts_s)]


def test_legs_in_turn_are_one_series():
    left, right = moves(*range(100, 700, 100)), moves(*range(150, 750, 100))
    assert counts(left, right) == counts(right, left) == [12]
    assert periodic_limb_movements(left, SPANS) == []


def test_legs_in_turn_too_quickly_are_none():
    left, right = moves(*range(100, 172, 12)), moves(*range(106, 178, 12))
    assert counts(left, right) == []
    assert [run.count for run in periodic_limb_movements(left, SPANS)] == [6]


@pytest.mark.parametrize(("later_s", "found"), [(0.0, [6]), (1.5, [6]), (2.49, [6]), (2.5, []), (5.0, [])])
def test_both_legs_at_once_move_once(later_s, found):
    """Less than half a second from the end of one to the onset of the other, or else an interval that is too short."""
    onsets = range(100, 280, 30)
    assert counts(moves(*onsets), moves(*(onset + later_s for onset in onsets))) == found


@pytest.mark.parametrize("length_s", [7.5, 7.8])
def test_a_movement_of_both_legs_lasts_15_s_at_most(length_s):
    left = moves(*range(100, 400, 40), lasts_s=2.0)
    left[3:4] = moves(220, lasts_s=length_s)
    right = moves(220 + length_s - 0.1, lasts_s=length_s)
    lasts = 2 * length_s - 0.1
    assert counts(left, right) == ([8] if lasts <= 15 else [4])


def test_a_movement_that_is_no_candidate_ends_the_series_of_both():
    left = moves(*range(100, 500, 50))
    assert counts(left, [make_event(260.0, "movement", 20.0)]) == [4, 4]


def test_the_sensors_have_their_own_first_samples():
    left = moves(*range(100, 700, 100))
    right = moves(*range(50, 650, 100))
    assert counts(left, right, starts_s=100.0) == [12]


def test_one_leg_not_observed_is_not_both():
    left = moves(*range(100, 700, 50))
    assert periodic_movements_of_both_legs(left, [], SPANS, [Span(0, 90)], 0.0) == []
    assert periodic_movements_of_both_legs(left, [], SPANS, [], 0.0) == []


@pytest.mark.parametrize(
    ("place", "leg"),
    [
        ("left-leg", "left"),
        ("Right calf", "right"),
        ("right_leg", "right"),
        ("left wrist", None),
        ("leg", None),
        ("left and right foot", None),
        ("", None),
        (None, None),
    ],
)
def test_which_leg_a_place_is_on(place, leg):
    assert leg_of(place) == leg


def test_two_legs_are_told_of_even_where_there_is_no_series():
    pair = (("L", "R"), (moves(100), moves(200)), (SPANS, SPANS), 0.0)
    (told,) = series_of_pair(*pair, are_legs=True)
    assert (told.index.name, told.index.events.count) == ("periodic_limb_movements", 0)
    assert series_of_pair(*pair) == []
