"""Promise: a sound night is called sound; a damaged one never is, and what is right of it is saved."""

from __future__ import annotations

import contextlib
import os
import shutil
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlite

from detector.errors import NightError
from detector.night import Night, NightLog, Sensor
from detector.night.integrity.check import check, repair
from detector.signal import DetectorConfig
from detector.watch import made_by, replay
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.night import SyntheticNight

RATE_HZ = 52.0
START_NS = 1_790_000_040 * NS
MINUTES = 12
CONFIG = DetectorConfig()
SENSORS = (Sensor("one", "a wearable", RATE_HZ, lsb_g=0.001), Sensor("two", "a wearable", RATE_HZ))


def streams():
    parts = [
        SyntheticNight(MINUTES / 60, RATE_HZ, seed, start_ns=START_NS, sensor=each.name)
        for seed, each in enumerate(SENSORS)
    ]
    for minute, blocks in enumerate(zip(*parts, strict=True)):
        for at in range(0, len(blocks[0].xyz), 52):
            for block in blocks:
                start_ns = block.start_ns + round(at * NS / RATE_HZ)
                piece = Samples(start_ns, RATE_HZ, block.xyz[at : at + 52], block.sensor)
                if minute == 4 and 520 <= at < 1040:
                    if at == 520:
                        yield Gap(start_ns, start_ns + 10 * NS, "connection lost", block.sensor)
                else:
                    yield piece


def make(path, passphrase=None):
    with NightLog(path, made_by("record", CONFIG), wait=True, passphrase=passphrase) as log:
        replay(SENSORS, streams(), CONFIG, log)
        for i in range(600):
            log.raw("one", START_NS + i * NS, os.urandom(60))
        log.battery("two", START_NS, 80)
    return path


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    return make(tmp_path_factory.mktemp("sound") / "sound.night")


def samples_at(path):
    """What the night says was measured when; its place in time is that of its row."""
    with Night(path) as night:
        return {(row.sensor, row.start_ns): row.xyz.tobytes() for row in night.samples()}


def test_a_sound_night_is_sound(night):
    report = check(night)
    assert report.findings == ()
    assert report.sensors == 2
    assert report.samples == 2 * (MINUTES * 60 - 10) * 52
    assert report.events > 20
    assert report.recorded_s == pytest.approx(2 * (MINUTES * 60 - 10))


def test_while_it_is_recorded_and_after_a_crash(night, tmp_path):
    path = tmp_path / "live.night"
    shutil.copy(night, path)
    with NightLog(path, made_by("record", CONFIG), wait=True) as log:
        for sensor in SENSORS:
            log.sensor(sensor.name, model=sensor.model, nominal_hz=RATE_HZ)
        for sensor in SENSORS:
            before_ns = log.last_end_ns(sensor.name)
            log.gap(Gap(before_ns, before_ns + 7 * NS, GapCause.CRASHED, sensor.name))
            xyz = np.zeros((30, 3), np.float32)
            log.samples(Samples(before_ns + 7 * NS, RATE_HZ, xyz, sensor.name), begins_row=True)
        log.flush()
        assert check(path).is_sound


def edited(night, tmp_path, *statements):
    path = tmp_path / "edited.night"
    shutil.copy(night, path)
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE segment SET samples = zeroblob(length(samples)) WHERE id = 3", "a minute is damaged"),
        ("UPDATE segment SET start_ns = start_ns + 1 WHERE id = 3", "a minute is damaged"),
        ("DELETE FROM segment WHERE id = 3", "are not there"),
        ("DELETE FROM gap", "10.000 s are missing without a gap"),
        ("UPDATE gap SET end_ns = start_ns - 1, crc32 = NULL", "ends before it begins"),
        ("UPDATE gap SET end_ns = end_ns + 1", "the checksum of a gap is wrong"),
        ("UPDATE gap SET start_ns = start_ns - (1 << 40), crc32 = NULL", "s of samples"),
        ("UPDATE event SET peak_mg = peak_mg + 1", "the checksum of an event is wrong"),
        (
            "UPDATE event SET onset_ns = 1790864000000000000, onset_utc = '2026-10-01T14:13:20Z', crc32 = NULL",
            "lies where there are no samples",
        ),
        ("UPDATE event SET kind = 'yawn', crc32 = NULL", "of no kind that is known: 'yawn'"),
        ("UPDATE event SET score = NULL, crc32 = NULL", "an event has no score"),
        ("UPDATE event SET onset_s = 9e999, crc32 = NULL", "an event's onset cannot be inf"),
        ("UPDATE event SET sensor = 'three', crc32 = NULL", "belongs to no wearable"),
        ("UPDATE event SET run = 77", "refers to a row of 'made_by'"),
        ("UPDATE raw SET notifications = zeroblob(9)", "raw notifications from 0 on are damaged"),
        ("UPDATE battery SET percent = 101, crc32 = NULL", "a battery's level cannot be 101.0"),
        ("UPDATE battery SET percent = 81", "the checksum of a battery's level is wrong"),
        ("UPDATE sensor SET model = 'another'", "the checksum of a wearable is wrong"),
        ("UPDATE made_by SET settings = '{}'", "the checksum of a run of the recorder is wrong"),
        ("UPDATE wear SET sign = 'dream', crc32 = NULL", "a mark of wear cannot be 'dream'"),
        (
            "UPDATE minute SET measurable_s = observed_s + 1, crc32 = NULL",
            "what was measurable in a minute contradicts itself",
        ),
        ("UPDATE minute SET why = 'bored', crc32 = NULL", "what was measurable in a minute contradicts itself"),
        ("UPDATE minute SET noise_mg = -1, crc32 = NULL", "what was measurable in a minute contradicts itself"),
        ("DROP INDEX segment_place", None),
    ],
)
def test_what_is_wrong_is_told_and_a_copy_made_without_it(night, tmp_path, statement, words):
    path = edited(night, tmp_path, statement)
    before = path.read_bytes()
    report = check(path)
    assert words is None or any(words in finding.what for finding in report.findings), report.findings
    copy = tmp_path / "copy.night"
    assert repair(path, copy) == report
    assert path.read_bytes() == before
    assert check(copy).findings == ()
    assert [file.name for file in tmp_path.iterdir() if "copy" in file.name] == ["copy.night"]
    whole = samples_at(night)
    assert samples_at(copy).items() <= whole.items()
    if os.name == "posix":
        assert copy.stat().st_mode & 0o777 == 0o600


def test_what_is_lost_becomes_a_gap_with_its_time(night, tmp_path):
    path = edited(night, tmp_path, "UPDATE segment SET crc32 = 0 WHERE id = (SELECT max(id) - 6 FROM segment)")
    copy = tmp_path / "copy.night"
    repair(path, copy)
    with Night(copy) as opened:
        (lost,) = [gap for gap in opened.gaps() if gap.cause == GapCause.DAMAGED]
        assert (lost.end_ns - lost.start_ns) / NS == pytest.approx(60, abs=0.1)
        stream = list(opened.stream(lost.sensor))
        at = stream.index(lost)
        assert stream[at - 1].end_ns == pytest.approx(lost.start_ns, abs=1e6)
        assert stream[at + 1].start_ns == lost.end_ns
    assert len(samples_at(copy)) == len(samples_at(night)) - 60


def test_of_a_file_that_was_cut_off_the_beginning_is_saved(night, tmp_path):
    path, copy = tmp_path / "cut.night", tmp_path / "copy.night"
    data = night.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    assert not check(path).is_sound
    repair(path, copy)
    assert check(copy).is_sound
    whole, saved = samples_at(night), samples_at(copy)
    assert saved.items() <= whole.items()
    assert len(saved) > len(whole) / 4


@pytest.mark.parametrize("letter", [b"E", b"f", b"\xc3"])
def test_a_column_whose_name_is_damaged_is_saved_by_its_place(night, tmp_path, letter):
    path, copy = tmp_path / "hit.night", tmp_path / "copy.night"
    path.write_bytes(night.read_bytes().replace(b"extremes_codec INTEGER", letter + b"xtremes_codec INTEGER"))
    assert any("its definition is damaged" in finding.what for finding in check(path).findings)
    repair(path, copy)
    assert check(copy).is_sound
    assert samples_at(copy) == samples_at(night)


def test_a_table_whose_name_is_damaged_is_missed(night, tmp_path):
    path = tmp_path / "hit.night"
    path.write_bytes(night.read_bytes().replace(b"CREATE TABLE segment", b"CREATE TABLE segmenu"))
    assert any("table 'segment'" in finding.what for finding in check(path).findings)


def test_a_damaged_number_of_the_format_is_found(night, tmp_path):
    path = tmp_path / "hit.night"
    data = bytearray(night.read_bytes())
    data[60:64] = (2).to_bytes(4, "big")  # where SQLite keeps it
    path.write_bytes(data)
    assert [finding.what for finding in check(path).findings] == [
        *(
            f"it is said to be of format 2, which has no table {name!r}"
            for name in ("clock", "temperature", "minute", "rate", "action", "label", "regrouping", "estimate")
        ),
        "it is said to be of format 2, which has no checksums of events and gaps",
    ]


@cache
def sound_bytes(path):
    return path.read_bytes()


@given(
    blows=st.lists(st.tuples(st.sampled_from(["flip", "page", "cut"]), st.integers(0, 2**31)), min_size=1, max_size=4)
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_wrong_is_called_sound_whatever_befalls_the_file(night, tmp_path, blows):
    data = bytearray(sound_bytes(night))
    for how, where in blows:
        if how == "flip":
            data[where % len(data)] ^= 1 + where % 255
        elif how == "page":
            page = where % (len(data) // 4096) * 4096
            data[page : page + 4096] = bytes(4096)
        elif where % 8 == 0:
            del data[len(data) // 2 + where % (len(data) // 2) :]
    path, copy = tmp_path / "hit.night", tmp_path / "saved.night"
    for left in tmp_path.iterdir():
        left.unlink()
    path.write_bytes(data)
    whole = samples_at(night)
    with contextlib.suppress(NightError):  # a sentence is an answer; anything else fails the test
        if check(path).is_sound:
            assert samples_at(path) == whole
    with contextlib.suppress(NightError):
        repair(path, copy)
        assert samples_at(copy).items() <= whole.items()
        assert [finding for finding in check(copy).findings if "goes back" not in finding.what] == []


def test_an_encrypted_night(tmp_path, ring):
    ring.add("correct horse battery")
    path = make(tmp_path / "secret.night", "correct horse battery")
    assert check(path).is_sound
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert not check(path).is_sound
    copy = tmp_path / "copy.night"
    repair(path, copy)
    assert check(copy).is_sound
    assert b"SQLite format" not in copy.read_bytes()


def test_a_copy_that_is_there_is_left_alone(night, tmp_path):
    copy = tmp_path / "copy.night"
    copy.write_text("mine")
    with pytest.raises(NightError, match="there already"):
        repair(night, copy)
    assert copy.read_text() == "mine"
