"""Promise: each night counts once or is told with its reason, and what is compared was recorded and seen alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from gettext import NullTranslations

import pytest

from detector.summary.many.said import left_out_counts, why_left_out
from detector.summary.many.table import counted, place_named, places, table_of
from tests.detector.summary.many.made_up import HOUR_S, night, sensor, unreadable

WORDS = NullTranslations()


def reasons(table):
    return {one.name: one.reason for one in table.left_out}


def test_every_night_counts_or_is_told():
    nights = [
        night(0),
        night(1, sensor(hours=1.0)),
        night(2, sensor(worn_s=600.0)),
        night(3, sensor(place="right calf", side="right")),
        night(4, sensor(seen_mg=40.0)),
        night(5, sensor(measurable_s=HOUR_S)),
        night(6, replace(sensor(), has_date=False), evening=None),
        unreadable("2026-03-08", "damaged", "a page is missing"),
        unreadable("2026-03-09", "locked"),
        night(9),
    ]
    recording = night(10)
    nights.append(replace(recording, line=replace(recording.line, state="recording")))
    table = table_of(nights)
    assert [one.evening for one in table.nights] == ["2026-03-01", "2026-03-10"]
    assert reasons(table) == {
        "2026-03-02": "short",
        "2026-03-03": "not worn",
        "2026-03-04": "place",
        "2026-03-05": "coarse",
        "2026-03-06": "unmeasurable",
        "2026-03-07": "no date",
        "2026-03-08": "damaged",
        "2026-03-09": "locked",
        "2026-03-11": "recording",
    }
    told = {one.name: why_left_out(one, WORDS) for one in table.left_out}
    assert told["2026-03-02"] == "too short: 1 h 00 min"
    assert told["2026-03-03"] == "worn for 10 min only"
    assert told["2026-03-04"] == "worn elsewhere: right calf"
    assert told["2026-03-05"] == "sees twitches of 40 mg and more only"
    assert told["2026-03-08"] == "cannot be read: a page is missing"
    assert len(table.nights) + len(table.left_out) == len(nights)
    assert "1 too short" in left_out_counts(table, WORDS)


def test_each_place_has_a_line_of_its_own():
    both = night(0, sensor(10.0), sensor(30.0, name="H10", place="Right-Calf", side="right"))
    nights = [both, night(1), night(2, sensor(place=None, side=None))]
    assert places(nights) == ["left calf", "", "right calf"]
    assert [one.level.found for one in table_of(nights, "left calf").nights] == [70, 140]
    right = table_of(nights, place_named("right_CALF"))
    assert [(one.evening, one.sensors, one.level.found) for one in right.nights] == [("2026-03-01", (1,), 210)]
    assert [one.evening for one in table_of(nights, "").nights] == ["2026-03-03"]


@pytest.mark.parametrize(
    "other",
    [
        night(2, sensor(model="Bangle.js 2")),
        night(2, sensor(), version="0.2.0"),
        night(2, sensor(), settings=("b" * 64,)),
    ],
)
def test_another_wearable_version_or_setting_breaks_the_line(other):
    nights = [night(0), night(1), other, night(3)]
    table = table_of(nights)
    assert [[one.evening[-2:] for one in part] for part in table.segments] == [["01", "02"], ["03"], ["04"]]
    assert [one.evening[-2:] for one in table.alike()] == ["01", "02", "04"]


def test_two_devices_of_one_model_are_compared():
    table = table_of([night(0), night(1, sensor(name="another Sense"))])
    assert len(table.segments) == 1


def test_all_nights_are_measured_by_what_each_of_them_could_see():
    nights = [night(0, sensor(seen_mg=5.0)), night(1, sensor(seen_mg=12.5)), night(2, sensor(seen_mg=8.0))]
    table = table_of(nights)
    assert table.amplitude_mg == 12.5
    assert {one.level.amplitude_mg for one in table.nights} == {12.5}
    unknown = table_of([*nights, night(3, sensor(measurable_s=None))])
    assert unknown.amplitude_mg == 0
    assert {one.level.amplitude_mg for one in unknown.nights} == {0}


def test_a_recording_that_was_begun_again_is_one_night():
    first = night(0, sensor(10.0, 2.0), name="2026-03-01", start_h=10)
    second = night(0, sensor(20.0, 4.0), name="2026-03-01-2", start_h=13)
    (one,) = table_of([first, second]).nights
    assert one.names == ("2026-03-01", "2026-03-01-2")
    assert (one.level.found, one.hours) == (100, 6.0)
    assert one.rate.per_hour == pytest.approx(100 / 6)
    # The labels of one half are no sample of both.
    half = night(0, sensor(20.0, 4.0, review="sample"), name="2026-03-01-2", start_h=13)
    (one,) = table_of([first, half]).nights
    assert (one.review, one.level.labelled) == ("part", 0)


def test_of_recordings_that_cannot_be_one_the_longest_counts():
    long = night(0, sensor(hours=7), name="long", start_h=10)
    at_once = night(0, sensor(hours=4), name="at once", start_h=11)
    copy = replace(long, line=replace(long.line, name="long copy"), digest=replace(long.digest, name="long copy"))
    other = night(0, sensor(hours=4, model="Bangle.js 2"), name="other", start_h=18)
    table = table_of([other, copy, at_once, long])
    assert [one.names for one in table.nights] == [("long",)]
    assert reasons(table) == {"at once": "second", "long copy": "copy", "other": "second"}


def test_evenings_and_wearables_may_be_chosen():
    nights = [night(day, sensor(name="Sense" if day % 2 else "Other")) for day in range(6)]
    some = table_of(nights, first=date(2026, 3, 2), last=date(2026, 3, 4))
    assert [one.evening[-2:] for one in some.nights] == ["02", "03", "04"]
    table = table_of(nights, sensor="Sense")
    assert len(table.nights) == 3
    assert set(reasons(table).values()) == {"sensor"}


def test_without_nights():
    table = table_of([])
    assert (table.nights, table.left_out, table.segments) == ((), (), [])
    assert table_of([unreadable("x", "damaged")]).nights == ()


def test_arrays_for_a_comparison():
    nights = [night(0, sensor(review="sample")), night(1, sensor(review="part")), night(2, sensor(review="all"))]
    table = table_of(nights)
    arrays = counted(table.nights)
    assert arrays.days.tolist() == [one.day for one in table.nights]
    assert arrays.labelled.tolist() == [20, 0, 140]
    assert arrays.yes.tolist() == [15, 0, 105]


@pytest.mark.parametrize("review", ["sample", "all"])
def test_a_reviewed_night_tells_how_many_are_true(review):
    (one,) = table_of([night(0, sensor(20.0, review=review, yes=0.5))]).nights
    per_hour, low, high = one.true
    assert per_hour == pytest.approx(10, rel=0.1)
    assert low < per_hour < high
    # The rate's own uncertainty is in it.
    assert low < one.rate.low_per_hour * 0.5 + 0.5
    assert high > one.rate.high_per_hour * 0.5 - 0.5


def test_a_night_without_twitches_has_a_rate():
    (one,) = table_of([night(0, sensor(0.0, review="all"))]).nights
    assert one.true[:2] == (0, 0)
    assert one.true[2] > 0
