"""Promise: a copy of a night is whole, even of one in the making; what is deleted or thinned out is gone."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from detector.errors import NightError
from detector.night import Night, NightLog, remove_night
from detector.night.integrity.check import check
from detector.night.upkeep.backup import backup, is_newer
from detector.night.upkeep.thin import thin
from firmware_bridge.samples import NS, Samples


@pytest.fixture
def made(open_log, feed, rest, path, start_ns):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 200), "Sense"))
    for second in range(200):
        log.raw("Sense", start_ns + second * NS, os.urandom(100))
    log.close()
    return path


def held(path):
    with Night(path) as night:
        xyz = np.concatenate([row.xyz for row in night.samples("Sense")])
        return xyz.tobytes(), night.sensors, night.gaps(), night.events(), night.runs


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_a_copy_is_whole_and_private(made, tmp_path):
    copy = tmp_path / "copy.night"
    backup(made, copy)
    assert held(copy) == held(made)
    assert check(copy).is_sound
    assert names(tmp_path) == ["copy.night", "nights"]
    if os.name == "posix":
        assert copy.stat().st_mode & 0o777 == 0o600


def test_a_copy_of_a_night_that_is_being_recorded(open_log, feed, rest, path, start_ns, tmp_path):
    log = open_log(commit_s=0.01)
    rows = feed(log, Samples(start_ns, 52.0, rest(52 * 100), "Sense"))
    log.flush()
    later = feed(log, Samples(start_ns + 100 * NS, 52.0, rest(52 * 100, seed=2), "Sense"))  # on its way meanwhile
    copy = tmp_path / "copy.night"
    backup(path, copy)
    assert check(copy).is_sound
    with Night(copy) as night:
        copied = np.concatenate([row.xyz for row in night.samples("Sense")])
    acknowledged = np.concatenate([row.xyz for row in rows])
    everything = np.concatenate([row.xyz for row in [*rows, *later]])
    assert len(copied) >= len(acknowledged)
    np.testing.assert_array_equal(copied, everything[: len(copied)])
    log.close()
    assert held(path)[0] == everything.tobytes()  # and the recorder was not disturbed


def test_another_process_copies(open_log, feed, rest, path, start_ns, tmp_path):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 70), "Sense"))
    log.flush()
    copy = tmp_path / "copy.night"
    command = [sys.executable, "-m", "detector.cli", "backup", str(path), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "copied to" in done.stdout
    assert check(copy).samples == 52 * 70


def test_the_copy_of_an_encrypted_night_is_encrypted(path, made_by, feed, rest, start_ns, tmp_path, ring):
    ring.add("correct horse battery")
    with NightLog(path, made_by, passphrase=ring.latest) as log:
        log.sensor("Sense", model="Verity Sense", nominal_hz=52)
        feed(log, Samples(start_ns, 52.0, rest(52 * 70), "Sense"))
    copy = tmp_path / "copy.night"
    backup(path, copy)
    assert b"SQLite format" not in copy.read_bytes()
    assert held(copy) == held(path)


def test_a_file_that_is_there_is_left_alone_unless_told(made, tmp_path):
    copy = tmp_path / "copy.night"
    copy.write_text("mine")
    with pytest.raises(NightError, match="there already"):
        backup(made, copy)
    assert copy.read_text() == "mine"
    backup(made, copy, replace=True)
    assert held(copy) == held(made)


def test_a_copy_that_fails_leaves_nothing(made, tmp_path):
    with pytest.raises(NightError, match="cannot be read or written"):
        backup(made, tmp_path / "nowhere" / "copy.night")
    broken = tmp_path / "broken.night"
    broken.write_bytes(made.read_bytes()[:9000])
    with pytest.raises(NightError):
        backup(broken, tmp_path / "copy.night")
    assert names(tmp_path) == ["broken.night", "nights"]


def test_a_night_that_went_on_is_newer_than_its_copy(made, tmp_path, made_by):
    copy = tmp_path / "copy.night"
    backup(made, copy)
    assert not is_newer(made, copy)
    NightLog(made, made_by).close()
    assert is_newer(made, copy)


def test_thinning_takes_the_notifications_and_nothing_else(made):
    before, size = held(made), made.stat().st_size
    freed = thin(made)
    assert freed == size - made.stat().st_size > 15_000
    assert held(made) == before
    assert check(made).is_sound
    with Night(made) as night:
        assert list(night.raw("Sense")) == []
    assert names(made.parent) == [made.name]
    assert thin(made) == 0


def test_a_thinned_night_goes_on(made, made_by, feed, rest, start_ns):
    thin(made)
    with NightLog(made, made_by) as log:
        log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001, range_g=8.0)
        feed(log, Samples(start_ns + 300 * NS, 52.0, rest(52 * 5), "Sense"))
        log.raw("Sense", start_ns + 300 * NS, b"new")
    with Night(made) as night:
        assert [data for _, data in night.raw("Sense")] == [b"new"]


@pytest.mark.parametrize("doing", [thin, remove_night])
def test_not_while_it_is_recorded(open_log, path, doing):
    log = open_log()
    with pytest.raises(NightError, match="already being recorded"):
        doing(path)
    log.close()


def test_deleting_takes_all_that_is_left_of_a_night(made):
    other = made.with_name("2026-11-24.night")
    for name in (f"{made.name}-wal", f"{made.name}-shm", f".{made.name}.0123abcd.partial"):
        made.with_name(name).write_text("left over")
    other.write_text("another night")
    remove_night(made)
    assert names(made.parent) == [other.name]
