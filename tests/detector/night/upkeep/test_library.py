"""Promise: a night is called by the wearer's evening, and is found by path, name, date or ``last``."""

from __future__ import annotations

import os
import stat
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from detector.errors import NightError
from detector.night import NightLog, evening, find_night, library_folder, night_path, put_aside, remove_night
from detector.night.writing.lock import WriterLock

BERLIN = ZoneInfo("Europe/Berlin")


def utc_ns(text):
    return int(datetime.fromisoformat(text).timestamp()) * 10**9


@pytest.mark.parametrize(
    ("moment", "tz", "day"),
    [
        ("2026-11-23T22:15:00+01:00", BERLIN, date(2026, 11, 23)),
        ("2026-11-24T06:59:59+01:00", BERLIN, date(2026, 11, 23)),
        ("2026-11-24T11:59:59+01:00", BERLIN, date(2026, 11, 23)),
        ("2026-11-24T12:00:00+01:00", BERLIN, date(2026, 11, 24)),
        ("2026-11-24T05:00:00+00:00", ZoneInfo("America/Los_Angeles"), date(2026, 11, 23)),
        ("2026-03-29T11:59:00+02:00", BERLIN, date(2026, 3, 28)),  # summer time began in this night
        ("2026-03-29T12:00:00+02:00", BERLIN, date(2026, 3, 29)),
        ("2026-10-25T11:59:00+01:00", BERLIN, date(2026, 10, 24)),  # and ended in this one
        ("2026-10-25T12:00:00+01:00", BERLIN, date(2026, 10, 25)),
        ("1969-12-31T23:00:00+00:00", UTC, date(1969, 12, 31)),
    ],
)
def test_a_night_belongs_to_its_evening(tmp_path, moment, tz, day):
    assert evening(utc_ns(moment), tz) == day
    assert night_path(tmp_path, utc_ns(moment), tz) == tmp_path / f"{day}.night"


@pytest.mark.skipif(sys.platform != "linux", reason="the environment moves the data folder on Linux only")
def test_the_users_own_library_is_private(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = library_folder(None)
    assert folder == tmp_path / "data" / "fasciwatch" / "nights"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)] == [0o700, 0o700]


def test_another_library(tmp_path):
    assert library_folder(tmp_path / "deep" / "nights").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(NightError, match="name another one"):
        library_folder(tmp_path / "file")
    with pytest.raises(NightError, match="name another one"):
        library_folder(tmp_path / "file" / "nights")


def test_looking_makes_no_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    overrides = [tmp_path / "deep" / "nights"]
    if sys.platform == "linux":  # the environment moves the data folder on Linux only
        overrides.append(None)
    for override in overrides:
        folder = library_folder(override, make=False)
        with pytest.raises(NightError, match=r"there is no night yet in .*: record one"):
            find_night("last", folder)
    assert list(tmp_path.iterdir()) == []
    assert library_folder(tmp_path, make=False) == tmp_path
    (tmp_path / "file").touch()
    for bad in (tmp_path / "file", tmp_path / ("n" * 300)):
        with pytest.raises(NightError, match="name another one"):
            library_folder(bad, make=False)


@pytest.mark.parametrize("length", [252, 300, 5000])
def test_a_name_no_file_can_have(tmp_path, length):
    with pytest.raises(NightError, match=r"there is no night n+ in"):
        find_night("n" * length, tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look into any folder")
def test_a_folder_one_may_not_look_into(tmp_path):
    (tmp_path / "a.night").touch()
    tmp_path.chmod(0)
    with pytest.raises(NightError, match="cannot be read or written"):
        find_night("a", tmp_path)
    tmp_path.chmod(0o700)


def test_finding(tmp_path, monkeypatch):
    folder = tmp_path / "nights"
    folder.mkdir()
    with pytest.raises(NightError, match="no night yet"):
        find_night("last", folder)
    with pytest.raises(NightError, match=r"no night 2026-11-23 in .*record one"):
        find_night("2026-11-23", folder)
    for day in range(20, 27):
        path = folder / f"2026-11-{day}.night"
        path.touch()
        os.utime(path, (day, day if day != 22 else 99))
    # None of them can be read: the evening tells, not the file's time, which a copy changes.
    assert find_night("last", folder) == folder / "2026-11-26.night"
    newest = folder / "2026-11-22.night"
    assert find_night("2026-11-22", folder) == newest
    assert find_night("2026-11-22.night", folder) == newest
    assert find_night(newest, tmp_path) == newest
    monkeypatch.chdir(folder)
    assert find_night("2026-11-22.night", tmp_path).samefile(newest)
    with pytest.raises(NightError, match=r"it holds 2026-11-22, .*2026-11-26 and 2 more"):
        find_night("2025-01-01", folder)
    for odd in ("", ".", "..", "a\0b", str(tmp_path)):
        with pytest.raises(NightError, match="there is no night"):
            find_night(odd, folder)


def test_a_night_that_is_closed_in_the_moment_in_which_it_is_looked_at(tmp_path, monkeypatch):
    path = tmp_path / "2026-11-23.night"
    path.touch()
    monkeypatch.setattr(Path, "exists", lambda _: True)  # as of the file beside it, which has gone by now
    assert find_night("last", tmp_path) == path


def test_removing_a_night_removes_all_of_it(tmp_path):
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"a.night{suffix}").write_bytes(b"x")
    remove_night(tmp_path / "a.night")
    assert list(tmp_path.iterdir()) == []
    remove_night(tmp_path / "a.night")


def test_a_night_that_is_being_recorded_is_not_removed(tmp_path):
    lock = WriterLock(tmp_path / "a.night")
    (tmp_path / "a.night").write_bytes(b"x")
    with pytest.raises(NightError, match="being recorded"):
        remove_night(tmp_path / "a.night")
    lock.release()
    assert (tmp_path / "a.night").exists()


def test_putting_a_night_aside(tmp_path):
    path = tmp_path / "2026-11-23.night"
    wal = path.with_name(path.name + "-wal")
    for number, name in enumerate(("2026-11-23-damaged", "2026-11-23-damaged-2", "2026-11-23-damaged-3")):
        path.write_bytes(b"night %d" % number)
        wal.write_bytes(b"wal %d" % number)
        aside = put_aside(path)
        assert aside == tmp_path / f"{name}.night"
        assert aside.read_bytes() == b"night %d" % number
        assert aside.with_name(aside.name + "-wal").read_bytes() == b"wal %d" % number
        assert not path.exists()
        assert not wal.exists()


def test_a_night_that_is_recorded_is_not_put_aside(tmp_path, made_by):
    path = tmp_path / "2026-11-23.night"
    with NightLog(path, made_by), pytest.raises(NightError, match="already being recorded"):
        put_aside(path)
    assert path.exists()
