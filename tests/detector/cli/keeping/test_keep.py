"""Promise: check, backup, delete and thin say what they did, to people and programs, and do nothing unasked."""

from __future__ import annotations

import contextlib
import json
import os
import time

import numpy as np
import pytest
from click.testing import CliRunner
from sqlcipher3 import dbapi2 as sqlite

from detector.cli import main
from detector.night import NightLog, Sensor, put_aside
from detector.signal import DetectorConfig
from detector.watch import made_by, replay
from firmware_bridge.samples import NS, Samples

START_NS = 1_790_000_040 * NS


def fasciwatch(*words, code=0, **settings):
    done = CliRunner().invoke(main, [str(word) for word in words], **settings)
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done


def make(path, seconds=65):
    xyz = np.random.default_rng(1).normal(0, 1e-3, (52 * seconds, 3)).astype(np.float32)
    with NightLog(path, made_by("record", DetectorConfig()), wait=True) as log:
        replay([Sensor("one", "a wearable", 52)], [Samples(START_NS, 52.0, xyz, "one")], DetectorConfig(), log)
        log.raw("one", START_NS, os.urandom(20_000))
    return path


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "nights"
    for name in ("2026-11-20", "2026-11-21"):
        make(folder / f"{name}.night")
    return folder


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_check_of_sound_nights(library):
    done = fasciwatch("check", "2026-11-20", "--library", library)
    assert done.stdout == "2026-11-20.night: sound. 1 min 05 s of 1 wearable, 3380 samples, 0 events.\n"
    results = json.loads(fasciwatch("check", "--all", "--json", "--library", library).stdout)
    assert [result["sound"] for result in results] == [True, True]


def test_check_of_a_damaged_night_and_its_repair(library, tmp_path):
    night = library / "2026-11-20.night"
    data = bytearray(night.read_bytes())
    at = data.rindex(b"\x78\x01")  # a block of samples, packed
    data[at + 40] ^= 255
    night.write_bytes(data)
    done = fasciwatch("check", "2026-11-20", "--library", library, code=1)
    assert "things are wrong" in done.stdout
    assert "--repair COPY" in done.stdout
    copy = tmp_path / "saved.night"
    assert f"What is sound of it is in {copy}" in fasciwatch("check", night, "--repair", copy, code=1).stdout
    assert "sound" in fasciwatch("check", copy).stdout


def test_check_of_what_is_no_night(tmp_path, library):
    letter = tmp_path / "letter.night"
    letter.write_text("dear all")
    assert "letter.night: cannot be read" in fasciwatch("check", letter, code=2).stderr
    done = fasciwatch("check", library / "2026-11-20.night", "--repair", letter, code=2)
    assert done.stderr.startswith("2026-11-20.night: cannot be repaired: ")
    fasciwatch("check", code=2)
    fasciwatch("check", "--all", "--repair", "x", "--library", library, code=2)


def test_backup(library, tmp_path):
    done = fasciwatch("backup", "2026-11-20", tmp_path / "one.night", "--library", library)
    assert "2026-11-20.night: copied to" in done.stdout
    away = tmp_path / "away"
    fasciwatch("backup", "--all", away, "--library", library)
    assert names(away) == ["2026-11-20.night", "2026-11-21.night"]
    assert "all nights are there" in fasciwatch("backup", "--all", away, "--library", library).stderr
    NightLog(library / "2026-11-21.night", made_by("record", DetectorConfig())).close()
    (again,) = json.loads(fasciwatch("backup", "--all", away, "--json", "--library", library).stdout)
    assert again["copy"] == str(away / "2026-11-21.night")


@pytest.mark.parametrize("words", [["backup", "--all", "away"], ["thin", "--older-than", "0"]])
def test_a_damaged_night_does_not_keep_the_others_from_their_turn(library, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (library / "2026-11-20.night").write_text("no night")
    os.utime(library / "2026-11-20.night", (0, 0))
    done = fasciwatch(*words, "--json", "--library", library, code=1)
    damaged, sound = json.loads(done.stdout)
    assert "is no night" in damaged["error"]
    assert sound["night"].endswith("2026-11-21.night")
    assert "error" not in sound
    make(library / "2026-11-22.night")
    done = fasciwatch(*words, "--library", library, code=1)
    assert "2026-11-20.night: " in done.stderr
    assert "2026-11-22.night: " in done.stdout


def test_backup_makes_the_folder_it_is_told_of(library, tmp_path):
    fasciwatch("backup", "2026-11-20", "2026-11-21", tmp_path / "new", "--library", library)
    assert names(tmp_path / "new") == ["2026-11-20.night", "2026-11-21.night"]


def test_backup_does_not_say_that_nights_are_there_where_there_are_none(tmp_path):
    done = fasciwatch("backup", "--all", tmp_path / "away", "--library", tmp_path / "mistyped")
    assert done.stderr == f"There is no night in {tmp_path / 'mistyped'} to copy.\n"


def test_backup_refuses(library, tmp_path):
    assert (
        "the folder of the nights itself" in fasciwatch("backup", "--all", library, "--library", library, code=1).output
    )
    assert (
        "several nights need one"
        in fasciwatch("backup", "2026-11-20", "2026-11-21", tmp_path / "x.night", "--library", library, code=1).output
    )
    fasciwatch("backup", tmp_path, code=2)
    (tmp_path / "file").touch()
    assert fasciwatch("backup", "--all", tmp_path / "file", "--library", library, code=1).output.endswith(
        "name another one\n"
    )


def test_delete_says_what_it_did(library):
    done = fasciwatch("delete", "2026-11-20", "--yes", "--library", library)
    assert done.stdout.startswith("deleted 2026-11-20.night, 0.")
    assert "1 min 05 s recorded (2026-11-20.night)" in done.stdout
    assert names(library) == ["2026-11-21.night"]
    (gone,) = json.loads(fasciwatch("delete", "2026-11-21", "--yes", "--json", "--library", library).stdout)
    assert list(gone["files"]) == ["2026-11-21.night"]
    assert names(library) == []


def test_delete_leaves_nothing_beside_a_night_and_tells_of_its_damaged_parts(library):
    night = library / "2026-11-20.night"
    for beside in ("-wal", "-shm", "-journal"):
        night.with_name(night.name + beside).touch()
    put_aside(night)
    make(night)
    for beside in ("-wal", "-shm", "-journal"):
        night.with_name(night.name + beside).touch()
    told = fasciwatch("delete", "2026-11-20", "--yes", "--library", library).stderr
    assert f"{library / '2026-11-20-damaged.night'} is an earlier part of it" in told
    assert fasciwatch("delete", "2026-11-20-damaged", "--yes", "--library", library).stderr == ""
    assert names(library) == ["2026-11-21.night"]


def test_delete_does_nothing_unasked(library):
    assert "nobody to ask" in fasciwatch("delete", "2026-11-20", "--library", library, code=1).output
    assert "another one each day" in fasciwatch("delete", "last", "--yes", "--library", library, code=1).output
    assert (
        "there is no night 2026-11-22"
        in fasciwatch("delete", "2026-11-20", "2026-11-22", "--yes", "--library", library, code=1).output
    )
    assert len(names(library)) == 2


def test_a_damaged_night_can_be_deleted(library):
    (library / "2026-11-20.night").write_text("no night")
    assert "which cannot be read" in fasciwatch("delete", "2026-11-20", "--yes", "--library", library).stdout
    assert names(library) == ["2026-11-21.night"]


def test_what_is_no_night_by_name_nor_by_content_is_not_deleted(library, tmp_path):
    thesis = tmp_path / "2026-11-20"
    thesis.write_text("years of work")
    assert "is no night" in fasciwatch("delete", thesis, "--yes", "--library", library, code=1).output
    assert thesis.read_text() == "years of work"
    renamed = (library / "2026-11-20.night").rename(tmp_path / "renamed")
    fasciwatch("delete", renamed, "--yes", "--library", library)
    assert not renamed.exists()


def test_thin_makes_no_night_of_an_empty_file(tmp_path):
    empty = tmp_path / "empty.night"
    empty.touch()
    assert "is no night" in fasciwatch("thin", empty, code=1).stderr
    assert empty.read_bytes() == b""


def test_thin(library):
    assert "MB freed" in fasciwatch("thin", "2026-11-20", "--library", library).stdout
    week_ago_ns = time.time_ns() - 7 * 86_400 * 10**9
    with contextlib.closing(sqlite.connect(library / "2026-11-21.night", isolation_level=None)) as connection:
        connection.execute("UPDATE made_by SET started_utc_ns = ?1, ended_utc_ns = ?1, crc32 = NULL", (week_ago_ns,))
    (freed,) = json.loads(fasciwatch("thin", "--older-than", "6", "--json", "--library", library).stdout)
    assert freed["night"].endswith("2026-11-21.night")
    assert freed["freed_bytes"] > 10_000
    (again,) = json.loads(fasciwatch("thin", "--older-than", "6", "--json", "--library", library).stdout)
    assert again == {"night": freed["night"], "freed_bytes": 0}
    shown = fasciwatch("events", "last", "--library", library).stdout
    assert "2026-11-20.night" in shown  # the other one was recorded a week ago
    assert "is older than 600 days." in fasciwatch("thin", "--older-than", "600", "--library", library).stderr
    fasciwatch("thin", "--library", library, code=2)
