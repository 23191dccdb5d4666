"""Promise: a commit that failed is written again into a copy of its night, unless the copy is known to hold it."""

from __future__ import annotations

import shutil
import sys

import pytest

from detector.night import Night, NightLog
from detector.night.connection import open_for_writing
from detector.night.statements import put_battery
from detector.night.writing.file import NightFile
from detector.night.writing.lock import WriterLock


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no open file")
def test_a_commit_that_adds_nothing_that_is_counted_is_written_again(tmp_path, made_by):
    path, copy = tmp_path / "a.night", tmp_path / "copy.night"
    with NightLog(path, made_by) as log:
        log.sensor("Sense", model="Verity Sense", nominal_hz=52)
    lock = WriterLock(path)
    file = NightFile(open_for_writing(path), path, lock, None)
    # Fails in the commit itself, as on a disk that breaks: there is no wearable 99.
    assert file.write([("PRAGMA defer_foreign_keys = ON", ()), put_battery(99, 1, 50.0)]) is not None
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
    for suffix in ("-wal", ""):
        copy.with_name(copy.name + suffix).replace(f"{path}{suffix}")
    assert file.find() is not None  # it may still be in the making
    assert file.find() is None
    assert file.write([put_battery(1, 1, 50.0)]) is None
    file.close(tidily=True)
    lock.release()
    with Night(path) as night:
        assert [level.percent for level in night.battery()] == [50.0]
