"""Promise: ticks are round numbers within their axis; times are those of the wearer's clock, also where
it is changed."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.figures.axes import Scale, day_ticks, log_ticks, plain, round_ticks, round_top, time_ticks

NS = 1_000_000_000
BERLIN = ZoneInfo("Europe/Berlin")


def at(*when):
    return int(datetime(*when, tzinfo=UTC).timestamp()) * NS


def hours(start_ns, end_ns, zone, about=12):
    return [label for _, label in time_ticks(start_ns, end_ns, zone, about)]


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.integers(2, 12))
def test_ticks_are_round_and_within(low, span, about):
    ticks = round_ticks(low, low + span, about)
    assert len(ticks) <= about + 1
    assert all(low - span / 1e6 <= each <= low + span * (1 + 1e-6) for each in ticks)


@given(st.floats(0, 1e9))
def test_an_axis_ends_at_a_round_number_not_below_what_it_shows(largest):
    assert round_top(largest) >= largest * (1 - 1e-9)


def test_a_log_axis():
    scale = Scale(0.1, 1000, 0, 400, is_log=True)
    assert scale(0.1) == 0
    assert scale(1000) == 400
    assert scale(10) == pytest.approx(200)
    assert math.isnan(scale(0))
    assert log_ticks(0.1, 1000, 8) == pytest.approx([0.1, 1, 10, 100, 1000])
    with pytest.raises(ValueError, match="no axis"):
        Scale(0, 1, 0, 1, is_log=True)


def test_numbers_as_people_write_them():
    assert [plain(each) for each in (0.5, 10, 12_500, -2)] == ["0.5", "10", "12\u202f500", "\u22122"]


def test_hours_of_the_wearers_clock():
    assert hours(at(2026, 11, 23, 21, 10), at(2026, 11, 24, 1, 50), BERLIN, 6) == ["23:00", "00:00", "01:00", "02:00"]
    assert hours(at(2026, 11, 23, 18, 0), at(2026, 11, 23, 21, 0), ZoneInfo("Asia/Kolkata"), 4) == [
        "00:00",
        "01:00",
        "02:00",
    ]


def test_the_hour_that_comes_twice_has_two_ticks():
    told = hours(at(2026, 10, 24, 22), at(2026, 10, 25, 5), BERLIN)
    assert told == [
        "00:00+02:00", "01:00+02:00", "02:00+02:00", "02:00+01:00", "03:00+01:00", "04:00+01:00", "05:00+01:00",
        "06:00+01:00",
    ]  # fmt: skip


def test_the_hour_that_is_left_out_has_none():
    told = hours(at(2026, 3, 28, 23), at(2026, 3, 29, 4), BERLIN, 6)
    assert told == ["00:00+01:00", "01:00+01:00", "03:00+02:00", "04:00+02:00", "05:00+02:00", "06:00+02:00"]


def test_days():
    assert day_ticks(10, 16) == [10, 11, 12, 13, 14, 15, 16]
    assert day_ticks(0, 365, 8)[1] - day_ticks(0, 365, 8)[0] == 56
