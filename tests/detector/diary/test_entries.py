"""Promise: what cannot be said of a night is refused, and its times are those of the wearer's clock across midnight and
where that is changed."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.diary import Entry, Treatment
from detector.diary.clock import bed_time, in_words, up_time
from firmware_bridge.samples import NS

from .conftest import EVENING, ZONE

AUTUMN, SPRING = date(2026, 10, 24), date(2026, 3, 28)
"""Evenings of nights in which the clock is changed in Europe."""


def utc(*when):
    return round(datetime(*when, tzinfo=UTC).timestamp()) * NS


@pytest.mark.parametrize(
    ("evening", "words", "expected"),
    [
        (EVENING, "23:10", utc(2026, 11, 27, 22, 10)),
        (EVENING, "00:30", utc(2026, 11, 27, 23, 30)),
        (EVENING, "12:00", utc(2026, 11, 27, 11)),
        (EVENING, "11:59", utc(2026, 11, 28, 10, 59)),
        (AUTUMN, "02:30", utc(2026, 10, 25, 0, 30)),
        (AUTUMN, "02:30+01:00", utc(2026, 10, 25, 1, 30)),
        (AUTUMN, "03:00", utc(2026, 10, 25, 2)),
        (SPRING, "01:59", utc(2026, 3, 29, 0, 59)),
        (SPRING, "03:00", utc(2026, 3, 29, 1)),
    ],
)
def test_times_of_going_to_bed(evening, words, expected):
    assert bed_time(evening, ZONE, words) == expected
    assert bed_time(evening, ZONE, in_words(expected, ZONE)) == expected


def test_getting_up_comes_after_going_to_bed():
    bed = bed_time(EVENING, ZONE, "02:00")
    assert in_words(up_time(EVENING, ZONE, "13:30", bed), ZONE) == "13:30"
    assert up_time(EVENING, ZONE, "13:30", bed) - bed == 11.5 * 3600 * NS
    assert up_time(EVENING, ZONE, "07:00", None) == utc(2026, 11, 28, 6)
    first, second = (bed_time(AUTUMN, ZONE, words) for words in ("02:30+02:00", "02:30+01:00"))
    assert up_time(AUTUMN, ZONE, "02:30", first) == second
    assert (
        Entry(AUTUMN, ZONE, bed_time(AUTUMN, ZONE, "23:00"), up_time(AUTUMN, ZONE, "07:00", None)).in_bed_s == 9 * 3600
    )
    assert (
        Entry(SPRING, ZONE, bed_time(SPRING, ZONE, "23:00"), up_time(SPRING, ZONE, "07:00", None)).in_bed_s == 7 * 3600
    )


@pytest.mark.parametrize(
    "words", ["24:00", "7", "23:60", "", "noon", "\u0662\u0663:\u0661\u0660", "23:10+99:00", "-1:00"]
)
def test_what_is_no_time(words):
    with pytest.raises(ValueError, match=r"no time of day|there was no"):
        bed_time(EVENING, ZONE, words)


def test_a_time_that_the_clock_was_put_over():
    with pytest.raises(ValueError, match="there was no 02:30"):
        bed_time(SPRING, ZONE, "02:30")


@given(
    evening=st.dates(date(2015, 1, 1), date(2035, 1, 1)) | st.sampled_from([AUTUMN, SPRING]),
    zone=st.sampled_from(
        [ZONE, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Etc/UTC", "Pacific/Apia"]
    ),
    bed=st.integers(0, 1439),
    lasts=st.integers(1, 22 * 60),
)
def test_times_are_read_as_they_are_written(evening, zone, bed, lasts):
    try:
        bed_ns = bed_time(evening, zone, f"{bed // 60:02}:{bed % 60:02}")
    except ValueError:  # the clock was put over it
        return
    up_ns = bed_ns + lasts * 60 * NS
    Entry(evening, zone, bed_ns, up_ns)
    assert bed_time(evening, zone, in_words(bed_ns, zone)) == bed_ns
    assert up_time(evening, zone, in_words(up_ns, zone), bed_ns) == up_ns


@pytest.mark.parametrize(
    "answers",
    [
        {"night": 10.5},
        {"pain": -1},
        {"stiffness": math.nan},
        {"night": True},
        {"night": "7"},
        {"twitching": "11"},
        {"spasms": math.inf},
        {"note": "x" * 4001},
        {"note": 5},
        {"twitching": "x" * 201},
        {"bed_utc_ns": 5},
        {"bed_utc_ns": utc(2026, 11, 29)},
        {"up_utc_ns": utc(2026, 11, 27, 8)},
        {"bed_utc_ns": utc(2026, 11, 27, 22), "up_utc_ns": utc(2026, 11, 27, 21)},
        {"bed_utc_ns": 1 << 70},
        {"treatments": ("massage",)},
        {"treatments": (Treatment("x"),) * 41},
        {"timezone": ""},
        {"evening": date(1999, 1, 1)},
        {"evening": datetime(2026, 11, 27)},  # noqa: DTZ001 - no date
    ],
)
def test_what_cannot_be_said(answers):
    with pytest.raises(ValueError, match=r"\w+"):
        Entry(**{"evening": EVENING, "timezone": ZONE} | answers)


def test_words_are_made_fit_to_be_shown():
    entry = Entry(EVENING, ZONE, twitching=" 7,5 ", spasms="a  few\x1b[2J", note="one\r\ntwo\0\n\n", night=7)
    assert (entry.twitching, entry.spasms, entry.note) == (7.5, "a few\N{REPLACEMENT CHARACTER}[2J", "one\ntwo")


@pytest.mark.parametrize(
    ("name", "amount", "unit"),
    [
        ("", None, ""),
        ("\0", None, ""),
        ("x", -1, ""),
        ("x", math.nan, ""),
        ("x", 1, "5mg"),
        ("x" * 201, None, ""),
    ],
)
def test_what_is_no_treatment(name, amount, unit):
    with pytest.raises(ValueError, match=r"\w+"):
        Treatment(name, amount, unit)


def test_when_a_treatment_was():
    assert Treatment("massage", at=time(18, 30)).when(EVENING) == datetime(2026, 11, 27, 18, 30)  # noqa: DTZ001 - the wearer's
    assert Treatment("massage", at=time(2)).when(EVENING) == datetime(2026, 11, 28, 2)  # noqa: DTZ001 - as above
    assert Treatment("massage").when(EVENING) is None
