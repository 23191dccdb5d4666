"""Promise: ten minutes without life are off the body or charging; less than that is not made much of."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from detector.minutes import MINUTE_NS, Minute, Sign
from detector.wear.states import State, Stretch, states, stretches
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Gap

LETTERS = {"m": Sign.MOVEMENT, "p": Sign.PULSE, "b": Sign.BREATH, "-": Sign.NONE}
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


def test_ten_minutes_without_life_are_off_the_body():
    assert read("b----------b") == "w" + 10 * "o" + "w"


def test_the_ends_are_unclear_where_they_are_short():
    assert read("---b---") == "???w???"


def test_a_night_on_the_table():
    assert read(480 * "-") == 480 * "o"


def test_no_minutes():
    assert read("") == ""


def test_a_battery_that_fills_is_in_a_charger():
    levels = [(0, 50.0), (20 * MINUTE_NS, 50.0), (30 * MINUTE_NS, 52.0), (40 * MINUTE_NS, 55.0), (50 * MINUTE_NS, 54.0)]
    assert read(60 * "-", levels) == 20 * "o" + 20 * "c" + 20 * "o"


def test_a_gauge_that_wavers_charges_nothing():
    levels = [(i * MINUTE_NS, 50.0 + i % 2) for i in range(60)]
    assert read(60 * "-", levels) == 60 * "o"


def test_who_moves_is_not_in_a_charger():
    assert read(60 * "m", [(0, 50.0), (60 * MINUTE_NS, 90.0)]) == 60 * "w"


def test_stretches():
    found = stretches(minutes("b" + 10 * "-" + "bb"), [], [Gap(0, 5, "connection lost", "one")])
    assert found == [
        Stretch(0, MINUTE_NS, State.WORN, 1),
        Stretch(MINUTE_NS, 11 * MINUTE_NS, State.OFF_BODY, 10),
        Stretch(11 * MINUTE_NS, 13 * MINUTE_NS, State.WORN, 2),
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
        assert minute.sign == Sign.NONE or state == State.WORN


def test_warm_skin_is_a_sign_of_life():
    assert read(60 * "-", warmth=each_minute((60, 33.0))) == 60 * "w"
    assert read(60 * "-", warmth=each_minute((60, 24.0))) == 60 * "o"


def test_what_cools_down_has_been_taken_off():
    cooling = [(i * MINUTE_NS, 34.0 if i < 20 else max(34.0 - 0.5 * (i - 19), 22.0)) for i in range(60)]
    assert read(60 * "-", warmth=cooling) == 21 * "w" + 39 * "o"


def test_what_is_cold_may_be_worn_all_the_same():
    assert read("mpb" * 10, warmth=each_minute((30, 15.0))) == 30 * "w"


def test_a_charger_warms_too():
    levels = [(i * MINUTE_NS, 20.0 + i) for i in range(61)]
    assert read(60 * "-", levels, each_minute((60, 34.0))) == 60 * "c"


def test_warmth_that_is_not_told_for_a_while_is_no_warmth():
    assert read(40 * "-", warmth=each_minute((20, 33.0))) == 20 * "w" + 20 * "o"
