"""Promise: an hour without life is off the body or charging; what is not sure is unclear, and chosen by no event."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from detector.minutes import MINUTE_NS, Minute, Sign
from detector.wear.states import State, Stretch, states, stretches
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Gap

LETTERS = {"x": None, "m": Sign.MOVEMENT, "p": Sign.PULSE, "b": Sign.BREATH, "-": Sign.NONE}
SHORT = {State.WORN: "w", State.OFF_BODY: "o", State.CHARGING: "c", State.UNCLEAR: "?"}


def minutes(signs):
    return [Minute(i * MINUTE_NS, LETTERS[letter]) for i, letter in enumerate(signs)]


def read(signs, levels=(), warmth=()):
    return "".join(SHORT[state] for state in states(minutes(signs), levels, warmth))


def each_minute(*celsius):
    """Temperatures, the same for so many minutes each: pairs of minutes and °C."""
    every = [degrees for count, degrees in celsius for _ in range(count)]
    return [(i * MINUTE_NS + 7, degrees) for i, degrees in enumerate(every)]


def test_life_is_life():
    assert read("mpb") == "www"


def test_a_quiet_sleeper_is_worn():
    assert read("b---------b") == "wwwwwwwwwww"


def test_an_hour_without_life_is_off_the_body():
    assert read("b" + 60 * "-" + "b") == "w" + 60 * "o" + "w"


def test_less_may_be_a_limb_that_shows_nothing():
    assert read("b" + 10 * "-" + "b") == "w" + 10 * "?" + "w"
    assert read("b" + 59 * "-" + "b") == "w" + 59 * "?" + "w"


def test_quiet_minutes_on_both_sides_of_a_gap_are_not_in_a_row():
    told = [minute for minute in minutes(40 * "b" + 35 * "-" + 120 * "x" + 35 * "-" + 40 * "b") if minute.sign]
    found = stretches(told, [], [])
    assert [(each.state, each.minutes) for each in found] == [
        (State.WORN, 40),
        (State.UNCLEAR, 35),
        (State.UNCLEAR, 35),
        (State.WORN, 40),
    ]
    assert found[2].start_ns - found[1].end_ns == 120 * MINUTE_NS


def test_who_puts_it_down_moves_it_and_is_not_worn_for_that():
    assert read(60 * "-" + "m" + 60 * "-") == 60 * "o" + "?" + 60 * "o"
    assert read("b" + 20 * "-" + "mm" + 20 * "-" + "b") == "w" + 42 * "?" + "w"
    assert read("b" + 20 * "-" + "mbm" + 20 * "-" + "b") == "w" + 20 * "?" + "www" + 20 * "?" + "w"
    assert read(12 * "m" + 20 * "-") == 12 * "w" + 20 * "?"
    assert read(6 * "m") == 6 * "w"


@given(st.text(alphabet="mpb-", max_size=150), st.lists(st.integers(0, 150), max_size=50))
def test_no_twitch_makes_a_minute_worn(signs, at):
    told = minutes(signs)
    without = states(told, [])
    for one, other in zip(without, states(told, [], twitches_ns=[minute * MINUTE_NS for minute in at]), strict=True):
        assert (one == State.WORN) == (other == State.WORN)


def test_what_twitches_much_is_not_called_a_table():
    told = minutes(120 * "-")
    assert set(states(told, [], twitches_ns=[i * MINUTE_NS for i in range(9)])) == {State.OFF_BODY}
    assert set(states(told, [], twitches_ns=[i * MINUTE_NS for i in range(60)])) == {State.UNCLEAR}


def test_the_ends_are_unclear_where_they_are_short():
    assert read("---b---") == "???w???"


def test_a_night_on_the_table():
    assert read(480 * "-") == 480 * "o"


def test_no_minutes():
    assert read("") == ""


def test_a_battery_that_fills_is_in_a_charger():
    levels = [(0, 50.0), (20 * MINUTE_NS, 50.0), (30 * MINUTE_NS, 52.0), (40 * MINUTE_NS, 55.0), (50 * MINUTE_NS, 54.0)]
    assert read(60 * "-", levels) == 20 * "o" + 20 * "c" + 20 * "o"
    assert read("b" + 39 * "-" + 20 * "b", levels) == "w" + 19 * "?" + 20 * "c" + 20 * "w"


def test_a_gauge_that_wavers_charges_nothing():
    levels = [(i * MINUTE_NS, 50.0 + i % 2) for i in range(60)]
    assert read(60 * "-", levels) == 60 * "o"


def test_who_moves_is_not_in_a_charger():
    assert read(60 * "m", [(0, 50.0), (60 * MINUTE_NS, 90.0)]) == 60 * "w"


def test_stretches():
    found = stretches(minutes("b" + 60 * "-" + "bb"), [], [Gap(0, 5, "connection lost", "one")])
    assert found == [
        Stretch(0, MINUTE_NS, State.WORN, 1),
        Stretch(MINUTE_NS, 61 * MINUTE_NS, State.OFF_BODY, 60),
        Stretch(61 * MINUTE_NS, 63 * MINUTE_NS, State.WORN, 2),
    ]


def test_who_does_not_measure_in_its_charger_is_charging_all_the_same():
    gap = Gap(MINUTE_NS, 9 * MINUTE_NS, GapCause.IN_CHARGER, "one")
    assert Stretch(gap.start_ns, gap.end_ns, State.CHARGING, 0) in stretches(minutes("b"), [], [gap])


@given(st.text(alphabet="mpb-", max_size=80), st.lists(st.tuples(st.integers(0, 80), st.floats(0, 100)), max_size=8))
def test_every_minute_has_a_state_and_is_in_one_stretch(signs, levels):
    told = minutes(signs)
    in_time = sorted((at * MINUTE_NS, percent) for at, percent in levels)
    found = states(told, in_time)
    assert len(found) == len(told)
    joined = stretches(told, in_time, [])
    assert sum(stretch.minutes for stretch in joined) == len(told)
    assert all(one.end_ns <= other.start_ns for one, other in pairwise(joined))
    for minute, state in zip(told, found, strict=True):
        assert minute.sign in {Sign.NONE, Sign.MOVEMENT} or state == State.WORN


def test_warm_skin_is_a_sign_of_life():
    assert read(60 * "-", warmth=each_minute((60, 33.0))) == 60 * "w"
    assert read(60 * "-", warmth=each_minute((60, 24.0))) == 60 * "o"


def test_what_cools_down_has_been_taken_off():
    cooling = [(i * MINUTE_NS, 34.0 if i < 20 else max(34.0 - 0.5 * (i - 19), 22.0)) for i in range(90)]
    assert read(90 * "-", warmth=cooling) == 21 * "w" + 69 * "o"


def test_what_is_cold_may_be_worn_all_the_same():
    assert read("mpb" * 10, warmth=each_minute((30, 15.0))) == 30 * "w"


def test_a_charger_warms_too():
    levels = [(i * MINUTE_NS, 20.0 + i) for i in range(61)]
    assert read(60 * "-", levels, each_minute((60, 34.0))) == 60 * "c"


def test_warmth_that_is_not_told_for_a_while_is_no_warmth():
    assert read(90 * "-", warmth=each_minute((20, 33.0))) == 20 * "w" + 70 * "o"
