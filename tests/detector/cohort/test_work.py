"""Promise: a result is a pure function of recording and settings, to the bit what `replay` finds, and is made once.

It is made again where the recording, the settings or the result itself are no longer the same, and only there.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.formats.small import small
from detector import replaying
from detector.cohort import work as working
from detector.cohort.computing.compute import compute
from detector.cohort.gathering import begin
from detector.cohort.result import Result, UnsoundError
from detector.cohort.settings import Settings
from detector.cohort.source import Source, files_of
from detector.cohort.work import night_path, result_path, work
from detector.errors import FasciwatchError
from detector.night import Night, NightLog
from detector.night.judging.judgements import Action, Judgement
from detector.night.writing.labels import append
from detector.signal import DetectorConfig
from detector.summary.digest import digest_of

SMALL = small()
OLD_NS = 1_700_000_000_000_000_000


@pytest.fixture
def count(monkeypatch):
    """How often something was computed, and how often a recording was read for its hash."""
    done = {"computed": 0, "read": 0}

    def computed(*words):
        done["computed"] += 1
        return compute(*words)

    class Read(Source):
        @classmethod
        def of(cls, path):
            done["read"] += 1
            return Source.of(path)

    monkeypatch.setattr(working, "compute", computed)
    monkeypatch.setattr(working, "Source", Read)
    return done


@pytest.fixture
def old(record, tmp_path):
    """A recording that was written long ago: its time says all."""
    path = record(tmp_path / "one.npz")
    os.utime(path, ns=(OLD_NS, OLD_NS))
    return path


@pytest.mark.parametrize("reader", sorted(SMALL))
def test_events_are_those_of_replay_to_the_bit(reader, task_of, tmp_path):
    path = SMALL[reader].put(tmp_path)
    opened = replaying.open_input(path, DetectorConfig(), {}, as_made=False)
    events, _ = replaying.replay(opened, None)
    result = Result.read(work(task_of(path), Settings(), tmp_path / "out"))
    assert list(result.events) == events
    assert result.format == opened.format


def test_its_numbers_are_those_of_the_night_that_replay_writes(record, task_of, tmp_path):
    path = record(tmp_path / "one.npz", minutes=6)
    (tmp_path / "library").mkdir()
    opened = replace(replaying.open_input(path, DetectorConfig(), {}, as_made=False), timezone="UTC")
    events, written = replaying.replay(opened, tmp_path / "library")
    assert events
    result = Result.read(work(task_of(path), Settings(), tmp_path / "out"))
    with Night(written) as night:
        told = digest_of(night)
        assert result.signals[0].minutes == tuple(night.measured(night.sensors[0].name))
    assert result.digest == replace(told, name="one", night_id=result.source.sha256)


def test_twice_the_same_bytes(old, task_of, tmp_path):
    one, other = (work(task_of(old), Settings(), tmp_path / name) for name in ("a", "b"))
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


def test_the_same_bytes_from_a_copy_elsewhere(old, tmp_path, task_of):
    (tmp_path / "elsewhere").mkdir()
    copy = Path(shutil.copy(old, tmp_path / "elsewhere"))
    one, other = work(task_of(old), Settings(), tmp_path / "a"), work(task_of(copy), Settings(), tmp_path / "b")
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


def test_with_its_night_kept_it_is_the_same_result(old, task_of, tmp_path):
    one = work(task_of(old), Settings(), tmp_path / "a")
    other = work(task_of(old), Settings(keep_nights=True), tmp_path / "b")
    assert one.read_bytes() == other.read_bytes()
    with Night(night_path(other)) as night:
        assert night.kinds()
    assert not [path for path in night_path(other).parent.iterdir() if path.name.startswith(".")]


def test_a_night_that_is_wanted_later_is_made(old, task_of, count, tmp_path):
    work(task_of(old), Settings(), tmp_path / "out")
    target = work(task_of(old), Settings(keep_nights=True), tmp_path / "out")
    assert night_path(target).is_file()
    assert count["computed"] == 2


def test_what_is_there_is_left_alone_and_not_even_read(old, task_of, count, tmp_path):
    target = work(task_of(old), Settings(), tmp_path / "out")
    before = target.stat()
    assert work(task_of(old), Settings(), tmp_path / "out") == target
    assert count == {"computed": 1, "read": 1}
    assert target.stat().st_ino == before.st_ino


def test_a_recording_written_to_just_now_is_read_again_but_not_computed(record, task_of, count, tmp_path):
    path = record(tmp_path / "one.npz")
    for _ in range(2):
        work(task_of(path), Settings(), tmp_path / "out")
    assert count == {"computed": 1, "read": 2}


def test_a_recording_that_was_only_touched_is_read_once_more(old, task_of, count, tmp_path):
    work(task_of(old), Settings(), tmp_path / "out")
    os.utime(old, ns=(OLD_NS + 1, OLD_NS + 1))
    for _ in range(3):
        work(task_of(old), Settings(), tmp_path / "out")
    assert count == {"computed": 1, "read": 2}


def test_a_changed_recording_is_computed_again(record, task_of, count, tmp_path):
    path = record(tmp_path / "one.npz", seed=1)
    first = work(task_of(path), Settings(), tmp_path / "out").read_bytes()
    record(path, seed=2)
    assert work(task_of(path), Settings(), tmp_path / "out").read_bytes() != first
    assert count["computed"] == 2


def test_also_where_its_length_and_time_are_the_same(old, task_of, count, tmp_path):
    work(task_of(old), Settings(), tmp_path / "out")
    data = bytearray(old.read_bytes())
    data[-1000] ^= 1
    old.write_bytes(data)
    os.utime(old, ns=(OLD_NS, OLD_NS))
    with pytest.raises(FasciwatchError):  # its checksum is wrong now
        work(task_of(old), Settings(), tmp_path / "out")
    assert count["computed"] == 2


@pytest.mark.parametrize(
    "other",
    [
        Settings(DetectorConfig(false_alarms_per_hour=10.0)),
        Settings(wishes={"rate_hz": 100.0}),
        Settings(timezone="Europe/Berlin"),
    ],
)
def test_other_settings_have_results_of_their_own(other, old, task_of, tmp_path):
    one, two = (work(task_of(old), settings, tmp_path / "out") for settings in (Settings(), other))
    assert one != two
    assert one.exists()


def test_another_version_has_results_of_its_own(old, task_of, tmp_path, monkeypatch):
    one = work(task_of(old), Settings(), tmp_path / "out")
    monkeypatch.setattr(working, "__version__", "0.2.0")
    assert result_path(task_of(old), Settings(), tmp_path / "out") != one


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda _: b"",
        lambda data: data[:-20] + bytes([data[-20] ^ 1]) + data[-19:],
        lambda _: gzip.compress(b"{}"),
        lambda _: gzip.compress(b"[1, 2"),
        lambda data: gzip.compress(json.dumps(json.loads(gzip.decompress(data)) | {"form": 0}).encode()),
        lambda data: gzip.compress(json.dumps(json.loads(gzip.decompress(data)) | {"digest": {}}).encode()),
    ],
)
def test_a_damaged_result_is_made_again(spoil, old, task_of, count, tmp_path):
    target = work(task_of(old), Settings(), tmp_path / "out")
    sound = target.read_bytes()
    target.write_bytes(spoil(sound))
    with pytest.raises(UnsoundError):
        Result.read(target)
    assert work(task_of(old), Settings(), tmp_path / "out").read_bytes() == sound
    assert count["computed"] == 2


def test_in_short_it_is_the_same_but_for_events_and_minutes(old, task_of, tmp_path):
    target = work(task_of(old), Settings(), tmp_path / "out")
    whole, short = Result.read(target), Result.read(target, in_short=True)
    assert short == replace(whole, events=(), signals=tuple(replace(each, minutes=()) for each in whole.signals))


def test_what_a_recording_is_read_with_beside_it_counts(task_of, count, tmp_path):
    path = SMALL["bids"].put(tmp_path)
    work(task_of(path), Settings(), tmp_path / "out")
    about = path.with_name(path.name.replace("_motion.tsv", "_motion.json"))
    about.write_text(json.dumps(json.loads(about.read_text()) | {"TaskName": "another"}))
    work(task_of(path), Settings(), tmp_path / "out")
    assert count["computed"] == 2


def test_labels_of_a_night_go_into_its_result(record, task_of, tmp_path):
    path = record(tmp_path / "one.npz", minutes=6)
    (tmp_path / "library").mkdir()
    _, written = replaying.replay(replaying.open_input(path, DetectorConfig(), {}, as_made=False), tmp_path / "library")
    before = Result.read(work(task_of(written), Settings(), tmp_path / "out"))
    assert before.digest.sensors[0].review == "none"
    assert before.events == Result.read(work(task_of(path), Settings(), tmp_path / "out")).events
    with Night(written) as night:
        every = [place for place in night.places() if place.kind == "twitch"]
    append(written, Action("you", "single", tuple(Judgement(place, "yes") for place in every)))
    after = Result.read(work(task_of(written), Settings(), tmp_path / "out"))
    assert after.digest.sensors[0].review == "all"
    assert after.digest.sensors[0].true_per_hour == pytest.approx(after.digest.sensors[0].per_hour)


def test_a_night_that_is_being_recorded_waits(task_of, made_by, tmp_path):
    path = tmp_path / "tonight.night"
    with NightLog(path, made_by) as log:
        log.sensor("Sense", model="Verity Sense", nominal_hz=52)
        with pytest.raises(FasciwatchError, match="still being recorded"):
            work(task_of(path), Settings(), tmp_path / "out")


def test_a_place_of_the_table_is_that_of_the_result(old, task_of, tmp_path):
    target = work(task_of(old, place="left calf"), Settings(), tmp_path / "out")
    assert Result.read(target).digest.sensors[0].place == "left calf"
    assert target != result_path(task_of(old), Settings(), tmp_path / "out")


def test_what_cannot_be_written_leaves_nothing(old, task_of, tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("detector.cohort.result.os.fsync", full)
    with pytest.raises(FasciwatchError, match="No space left"):
        work(task_of(old), Settings(), tmp_path / "out")
    assert not list((tmp_path / "out" / "results").iterdir())


def test_settings_come_back_as_they_were():
    settings = Settings(DetectorConfig(2.0), {"columns": ["x", "y", "z"], "rate_hz": 50.0}, "Europe/Berlin")
    assert Settings.from_json(settings.to_json()) == settings
    assert Settings.from_json(settings.to_json()).hash == settings.hash


def test_what_a_killed_process_left_half_written_goes_and_what_is_being_written_stays(tmp_path):
    folder = tmp_path / "out" / "results"
    folder.mkdir(parents=True)
    dead, alive, done = (folder / name for name in (".a.json.gz.1.partial", ".b.json.gz.2.partial", "c.json.gz"))
    for path in (dead, alive, done):
        path.write_bytes(b"half")
    for path in (dead, done):
        os.utime(path, (1e9, 1e9))
    begin(tmp_path / "out", Settings(), 1)
    assert sorted(path.name for path in folder.iterdir()) == [alive.name, done.name]


def test_what_a_recording_is_read_with_belongs_to_it(tmp_path):
    """Where a header or the samples beside it change, the result is made anew."""
    for name, words in (
        ("u/unisens.xml", '<unisens><signalEntry id="acc.bin"/><signalEntry id="../x.bin"/></unisens>'),
        ("u/acc.bin", "x"),
        ("bids/dataset_description.json", "{}"),
        ("bids/task-rest_motion.json", "{}"),
        ("bids/sub-2_channels.tsv", "x"),
        ("bids/sub-1/motion/sub-1_task-rest_channels.tsv", "x"),
        ("bids/sub-1/motion/sub-1_task-rest_motion.tsv", "x"),
        ("task-rest_motion.json", "of another data set"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(words)
    assert [each.name for each in files_of(tmp_path / "u" / "unisens.xml")] == ["unisens.xml", "acc.bin"]
    assert [each.name for each in files_of(tmp_path / "u" / "acc.bin")] == ["acc.bin", "unisens.xml"]
    motion = tmp_path / "bids/sub-1/motion/sub-1_task-rest_motion.tsv"
    assert [each.relative_to(tmp_path / "bids").as_posix() for each in files_of(motion)] == [
        "sub-1/motion/sub-1_task-rest_motion.tsv",
        "sub-1/motion/sub-1_task-rest_channels.tsv",
        "task-rest_motion.json",
    ]
