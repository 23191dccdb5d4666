"""Promise: a night whose folder goes away is waited for and gone on with, also as a copy that holds all of it; what is
not all of it is left alone."""

from __future__ import annotations

import shutil
import sys

import pytest

from detector.errors import NightError
from detector.night import Night, NightLog
from detector.night.writing import file
from firmware_bridge.samples import Samples


@pytest.fixture
def away(path):
    """Where the folder of the night goes."""
    return path.parent.with_name("away")


def refused(log, match):
    with pytest.raises(NightError, match=match):
        log.flush()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no open file")
def test_a_folder_that_stays_away_ends_the_recording(open_log, feed, path, rest, start_ns, monkeypatch):
    monkeypatch.setattr(file, "PATIENCE_S", 0.0)
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(520), "Sense"))
    log.flush()
    shutil.rmtree(path.parent)
    log.battery("Sense", start_ns, 50)
    with pytest.raises(NightError, match="was moved or deleted while it was being recorded"):
        log.flush()
    for _ in range(2):  # no hope: each call says so
        with pytest.raises(NightError, match="was moved or deleted"):
            log.battery("Sense", start_ns, 50)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no open file")
def test_a_folder_that_comes_back_is_gone_on_with(open_log, feed, same, path, away, rest, event, start_ns):
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, rest(520), "Sense"))
    log.flush()
    path.parent.rename(away)
    rows += feed(log, Samples(rows[-1].end_ns, 52.0, rest(520), "Sense"))
    log.event(event())
    refused(log, "put it back, or plug its disk in again, within 60 s")
    assert Night(away / path.name).end_ns == rows[9].end_ns  # nothing is written to where it does not belong
    away.rename(path.parent)
    log.flush()
    assert log.error is None
    log.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with Night(path) as night:
        same(list(night.samples()), rows)
        assert len(night.events()) == 1


def come_back_as_a_copy(log, path, away):
    shutil.copytree(away, path.parent)
    refused(log, "was moved or deleted")  # it might still be in the making


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no open file")
@pytest.mark.parametrize("passphrase", [None, "four words and more"])
def test_a_copy_that_holds_all_takes_its_place(
    open_log, feed, same, path, away, rest, event, start_ns, made_by, ring, passphrase
):
    log = open_log(passphrase=passphrase)
    rows = feed(log, Samples(start_ns, 52.0, rest(520), "Sense"))
    log.flush()
    path.parent.rename(away)
    rows += feed(log, Samples(rows[-1].end_ns, 52.0, rest(5200), "Sense"))
    log.event(event())
    refused(log, "was moved or deleted")
    come_back_as_a_copy(log, path, away)
    log.flush()
    with pytest.raises(NightError, match="already being recorded"):  # the lock has come along
        NightLog(path, made_by)
    log.event(event(2.0))
    log.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with Night(path) as night:
        same(list(night.samples()), rows)
        assert [found.onset_s for found in night.events()] == [1.0, 2.0]
        assert len(night.runs) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no open file")
@pytest.mark.parametrize("what", ["an older copy", "another night", "no night"])
def test_what_is_not_all_of_the_night_is_left_alone(open_log, feed, path, away, rest, made_by, start_ns, what):
    log = open_log()
    rows = feed(log, Samples(start_ns, 52.0, rest(520), "Sense"))
    log.flush()
    older = away.with_name("older")
    shutil.copytree(path.parent, older)
    feed(log, Samples(rows[-1].end_ns, 52.0, rest(52), "Sense"))
    log.flush()
    path.parent.rename(away)
    log.battery("Sense", start_ns, 50)
    refused(log, "was moved or deleted")
    if what == "an older copy":
        older.rename(path.parent)
    elif what == "another night":
        NightLog(path, made_by).close()
    else:
        path.parent.mkdir()
        path.write_bytes(b"time,x,y,z" * 1000)
    refused(log, "was moved or deleted")
    refused(log, "is no night" if what == "no night" else "not all of the night that was being recorded there")
    with pytest.raises(NightError):  # no hope
        log.battery("Sense", start_ns, 50)
    with Night(away / path.name) as night:
        assert night.end_ns > rows[-1].end_ns


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no open file")
def test_a_copy_that_another_recorder_has_taken_up_is_left_to_it(open_log, feed, path, away, rest, made_by, start_ns):
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(520), "Sense"))
    log.flush()
    path.parent.rename(away)
    log.battery("Sense", start_ns, 50)
    refused(log, "was moved or deleted")
    shutil.copytree(away, path.parent)
    other = NightLog(path, made_by)
    refused(log, "was moved or deleted")
    refused(log, "is already being recorded")
    log.discard()
    with pytest.raises(NightError, match="already being recorded"):  # still the other's
        NightLog(path, made_by)
    other.close()
