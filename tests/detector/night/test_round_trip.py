"""Promise: what goes into a night comes out again, rows bit for bit, whether folded, reopened or being written."""

from __future__ import annotations

import dataclasses
import math
import stat
import sys

import numpy as np
import pytest

from detector.events import EVENT_FIELDS
from detector.night import Battery, MadeBy, Night, NightLog, Sensor
from detector.timeline import Rows
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples


def counts(night, table):
    return night._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - tables named below


def test_three_minutes_folded(open_log, feed, same, rest, path, start_ns):
    log = open_log()
    rows = feed(log, Samples(start_ns, 51.7, rest(52 * 190), "Sense"))
    log.close()
    with Night(path) as night:
        same(list(night.samples()), rows)
        assert counts(night, "row") == 0
        assert counts(night, "segment") == 4
        assert (night.start_ns, night.end_ns) == (start_ns, rows[-1].end_ns)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_rows_are_the_same_before_and_after_folding(open_log, feed, same, rest, path, start_ns):
    log = open_log()
    rows = []
    rng = np.random.default_rng(5)
    for minute in range(4):
        # Commits at odd moments store rows in progress, which their complete versions must replace.
        for part in np.array_split(rest(3003, seed=minute), 8):
            begin = rows[-1].end_ns if rows else start_ns
            rows += feed(log, Samples(begin, 51.7, part, "Sense"), batch=int(rng.integers(1, 90)))
            log.flush()
            with Night(path) as night:
                same(list(night.samples()), rows)
    log.close()
    with Night(path) as night:
        same(list(night.samples()), rows)


def test_replayed_rows_are_cut_the_same_again(open_log, feed, rest, path, start_ns):
    log = open_log()
    feed(log, Samples(start_ns, 51.7, rest(1000), "Sense"))
    log.gap(Gap(start_ns + 20 * NS, start_ns + 30 * NS, "out of range", "Sense"))
    feed(log, Samples(start_ns + 30 * NS, 51.7, rest(1000), "Sense"))
    log.close()
    with Night(path) as night:
        stored = list(night.stream())
    cutter = Rows(52)
    again = []
    for part in stored:
        if isinstance(part, Gap):
            cutter.close()
            again.append(part)
        else:
            pieces = list(cutter.cut(part))
            assert [begins for _, begins in pieces] == [True]
            again += [piece for piece, _ in pieces]
    assert [part.start_ns for part in again] == [part.start_ns for part in stored]


def test_windows_yield_the_rows_that_touch_them(open_log, feed, same, rest, path, start_ns):
    log = open_log()
    rows = feed(log, Samples(start_ns, 51.7, rest(52 * 150), "Sense"))
    log.flush()
    with Night(path) as night:
        for first, last in ((0, 1), (58.5, 63.2), (119, 130), (140, 1e4), (-50, 0), (-50, -1)):
            begin, end = start_ns + round(first * NS), start_ns + round(last * NS)
            touched = [row for row in rows if row.end_ns > begin and row.start_ns < end]
            same(list(night.samples("Sense", begin, end)), touched)


def test_minmax_is_that_of_the_samples_folded_or_not(open_log, feed, rest, path, start_ns):
    log = open_log()
    xyz = rest(52 * 100)
    xyz[1000] = [np.nan, np.inf, -5]
    rows = feed(log, Samples(start_ns, 51.7, xyz, "Sense"))
    log.flush()
    with Night(path) as night:
        assert counts(night, "row") > 0
        assert counts(night, "segment") > 0
        found = night.minmax("Sense")
    assert found.start_ns.tolist() == [row.start_ns for row in rows]
    assert found.end_ns.tolist() == [row.end_ns for row in rows]
    np.testing.assert_array_equal(found.smallest, [np.fmin.reduce(row.xyz) for row in rows])
    np.testing.assert_array_equal(found.largest, [np.fmax.reduce(row.xyz) for row in rows])


def test_a_gap_ends_its_row_and_keeps_its_place_even_if_the_clock_steps_back(open_log, feed, rest, path, start_ns):
    log = open_log()
    before = feed(log, Samples(start_ns, 52.0, rest(80), "Sense"))
    gap = Gap(before[-1].end_ns, start_ns + 9 * NS, "out of range", "Sense")
    log.gap(gap)
    after = feed(log, Samples(start_ns - 3600 * NS, 52.0, rest(80), "Sense"))
    last = Gap(after[-1].end_ns, after[-1].end_ns + NS, "switched off", "Sense")
    log.gap(last)
    log.close()
    with Night(path) as night:
        parts = list(night.stream())
        assert night.gaps() == sorted([gap, last], key=lambda one: one.start_ns)
    assert [part if isinstance(part, Gap) else part.start_ns for part in parts] == [
        *(row.start_ns for row in before),
        gap,
        *(row.start_ns for row in after),
        last,
    ]


def test_two_wearables_in_one_night_are_merged_by_time(open_log, feed, same, rest, path, start_ns):
    log = open_log()
    log.sensor("Leg", model="H10", nominal_hz=100, place="left calf")
    arm = feed(log, Samples(start_ns, 51.7, rest(52 * 70), "Sense"))
    leg = feed(log, Samples(start_ns + NS // 3, 101.2, rest(100 * 70, seed=2), "Leg"), nominal_hz=100)
    log.gap(Gap(leg[-1].end_ns, leg[-1].end_ns + NS, "lost", "Leg"))
    log.close()
    with Night(path) as night:
        assert night.sensors == (
            Sensor("Sense", "Verity Sense", 52.0, 8.0, 0.001),
            Sensor("Leg", "H10", 100.0, place="left calf"),
        )
        same(list(night.samples("Leg")), leg)
        same(list(night.samples()), sorted(arm + leg, key=lambda row: row.start_ns))
        starts = [part.start_ns for part in night.stream()]
        assert starts == sorted(starts)
        assert isinstance(list(night.stream("Leg"))[-1], Gap)


def test_events_come_back_field_for_field(open_log, feed, event, rest, path, start_ns):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52), "Sense"))
    dated = event()
    odd = dataclasses.replace(dated, onset_s=0.25, onset_utc="", snr_db=math.nan, score=math.inf, peak_mg=np.float64(3))
    counted = dataclasses.replace(dated, family=np.int64(4), kind="train", onset_utc="2026-11-24T05:21:01.000001+00:00")
    for one in (counted, dated, odd):
        log.event(one)
    log.close()
    with Night(path) as night:
        found = night.events()
        onsets = [row[0] for row in night._connection.execute("SELECT onset_ns FROM event ORDER BY onset_ns")]
        types = {row[1]: row[2] for row in night._connection.execute("PRAGMA table_info(event)")}
        assert night.kinds() == {"train": 1, "twitch": 2}
    # By repr, for NaN is not equal to itself; numpy's numbers come back as Python's.
    plain = [dated, dataclasses.replace(counted, family=4), dataclasses.replace(odd, peak_mg=3.0)]
    assert [repr(one) for one in found] == [repr(one) for one in plain]
    assert onsets == [1795497601123456000, 1795497661000001000, start_ns + NS // 4]
    # A field that is added to Event without its type in the table fails here.
    sql = {"float": "REAL", "str": "TEXT", "int": "INTEGER", "Kind": "TEXT"}
    assert [types[field.name] for field in dataclasses.fields(dated)] == [
        sql[f.type] for f in dataclasses.fields(dated)
    ]
    assert set(EVENT_FIELDS) <= set(types)


def test_notifications_and_battery(open_log, path, start_ns):
    log = open_log()
    heard = [(start_ns + i * NS // 3, bytes([i % 251]) * (i % 9)) for i in range(400)]
    for i, (arrival_ns, data) in enumerate(heard):
        log.raw("Sense", arrival_ns, data)
        if i % 50 == 0:
            log.flush()
    log.battery("Sense", start_ns, 93)
    log.battery("Sense", start_ns + NS, 92.5)
    log.flush()
    with Night(path) as night:
        assert list(night.raw("Sense")) == heard
    log.close()
    with Night(path) as night:
        assert list(night.raw("Sense")) == heard
        assert night.battery() == [Battery("Sense", start_ns, 93.0), Battery("Sense", start_ns + NS, 92.5)]


@pytest.mark.parametrize("rows", [50, 130])  # in seconds alone, and folded into minutes as well
def test_anchors_say_where_rows_lie(open_log, feed, rest, path, start_ns, rows):
    log = open_log()
    stored = feed(log, Samples(start_ns, 51.7, rest(52 * rows), "Sense"))
    log.flush()
    with Night(path) as night:
        anchors = night.anchors("Sense")
    assert anchors.start_ns.tolist() == [row.start_ns for row in stored]
    assert anchors.rate_hz.tolist() == [row.rate_hz for row in stored]
    assert anchors.length.tolist() == [len(row.xyz) for row in stored]


def test_a_wearable_without_dates_says_so_also_after_it_is_told_more(open_log, path, made_by):
    log = open_log()
    log.sensor("Boot", model="CSV", nominal_hz=50, has_date=False)
    log.close()
    with NightLog(path, made_by) as log:
        log.sensor("Boot", model="CSV", nominal_hz=50, place="calf", has_date=False)
    with Night(path) as night:
        assert [(one.name, one.has_date) for one in night.sensors] == [("Sense", True), ("Boot", False)]
        assert all(type(one.has_date) is bool for one in night.sensors)
        assert night.sensors[1] == Sensor("Boot", "CSV", 50.0, place="calf", has_date=False)


def test_a_reopened_night_counts_on(open_log, feed, same, rest, path, made_by, start_ns):
    log = open_log()
    assert log.first_start_ns("Sense") is None
    assert log.last_end_ns("Sense") is None
    rows = feed(log, Samples(start_ns, 51.7, rest(52 * 70), "Sense"))
    log.close()
    log = open_log()
    assert log.first_start_ns("Sense") == start_ns
    assert log.last_end_ns("Sense") == rows[-1].end_ns
    gap = Gap(rows[-1].end_ns, start_ns + 90 * NS, GapCause.RESTARTED, "Sense")
    log.gap(gap)
    more = feed(log, Samples(start_ns + 90 * NS, 51.7, rest(52 * 70), "Sense"))
    log.raw("Sense", start_ns, b"late")
    log.close()
    with Night(path) as night:
        same(list(night.samples()), rows + more)
        assert list(night.stream())[len(rows)] == gap
        assert [(run.number, run.made_by) for run in night.runs] == [(1, made_by), (2, made_by)]
        assert all(run.ended_utc_ns and run.settings_sha256 == made_by.settings_sha256 for run in night.runs)
        first, last = night._connection.execute("SELECT min(first_index), max(end_index) FROM segment").fetchone()
    assert (first, last) == (0, 52 * 140)


def test_the_caller_may_use_its_array_again(open_log, rest, path, start_ns):
    log = open_log()
    xyz = rest(52)
    log.samples(Samples(start_ns, 52.0, xyz, "Sense"), True)
    kept = xyz.copy()
    xyz[:] = 0
    log.close()
    with Night(path) as night:
        assert next(iter(night.samples())).xyz.tobytes() == kept.tobytes()


def test_a_reader_goes_on_reading_while_rows_are_folded_away(open_log, feed, same, rest, path, start_ns):
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, rest(52 * 100), "Sense"))
    log.flush()
    with Night(path) as night:
        reading = night.samples()
        found = [next(reading) for _ in range(10)]
        rows += feed(log, Samples(rows[-1].end_ns, 52.0, rest(52 * 100), "Sense"))
        log.flush()
        found += list(reading)
        same(found, rows)


def test_a_night_may_be_closed_and_continued_while_someone_looks_on(open_log, feed, same, rest, path, start_ns):
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, rest(52 * 100), "Sense"))
    log.flush()
    with Night(path) as night:
        log.close()
        same(list(night.samples()), rows)
        log = open_log()
        rows += feed(log, Samples(rows[-1].end_ns, 52.0, rest(52 * 100), "Sense"))
        log.flush()
        same(list(night.samples()), rows)
    log.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_same_settings_have_the_same_hash_whatever_their_order():
    one = MadeBy(0, "1", {"a": 1, "b": [2.5, None]}, "3.11")
    other = MadeBy(5, "2", {"b": [2.5, None], "a": 1}, "3.12")
    assert one.settings_sha256 == other.settings_sha256
    assert one.settings_sha256 != MadeBy(0, "1", {"a": 2}, "3.11").settings_sha256


def test_wrong_samples_are_the_callers_mistake(open_log, rest, start_ns):
    log = open_log()
    for bad in (
        Samples(start_ns, 52.0, rest(5).astype(np.float64), "Sense"),
        Samples(start_ns, 52.0, rest(5)[:, :2], "Sense"),
        Samples(start_ns, 0.0, rest(5), "Sense"),
        Samples(start_ns, math.nan, rest(5), "Sense"),
    ):
        with pytest.raises(ValueError, match="must be"):
            log.samples(bad, True)
    with pytest.raises(LookupError, match="not introduced"):
        log.samples(Samples(start_ns, 52.0, rest(5), "Nobody"), True)
    with pytest.raises(ValueError, match="positive"):
        log.sensor("Odd", model="x", nominal_hz=0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of this kind")
def test_nobody_else_may_look(open_log, feed, rest, path, start_ns):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(520), "Sense"))
    log.flush()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys((path.name + suffix for suffix in ("", "-wal", "-shm", "-lock")), 0o600)


def test_an_abandoned_night_leaves_nothing_but_a_continued_one_stays(
    open_log, feed, same, rest, path, made_by, start_ns
):
    open_log().discard()
    assert list(path.parent.iterdir()) == []
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, rest(52), "Sense"))
    log.close()
    NightLog(path, made_by).discard()
    with Night(path) as night:
        same(list(night.samples()), rows)
