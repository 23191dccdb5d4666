"""Promise: labels, recorders and readers have their turn one after the other, and whoever is killed meanwhile has lost
nothing that was acknowledged."""

from __future__ import annotations

import random
import time

import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.errors import BeingRecordedError, NightError
from detector.night import Night, connection
from detector.night.integrity.check import check
from detector.night.upkeep.age import is_being_recorded
from detector.night.writing.labels import append
from firmware_bridge.samples import NS, Samples
from tests.detector.night.labelling import LABELLER, actions, started, yes

KILLS = 12


def test_a_night_that_is_being_recorded_is_read_and_judged_after_it(open_log, path):
    log = open_log()
    log.flush()
    began_s = time.monotonic()
    with pytest.raises(BeingRecordedError, match="after the recording"):
        append(path, yes(1))
    assert time.monotonic() - began_s < 2
    assert is_being_recorded(path)
    assert actions(path) == []
    log.close()
    assert not is_being_recorded(path)
    assert append(path, yes(1)) == 1


def test_a_night_whose_recorder_was_killed_is_judged(open_log, path, tmp_path):
    log = open_log()
    log.flush()
    crashed = tmp_path / "crashed.night"
    for end in ("", "-wal"):
        crashed.with_name(crashed.name + end).write_bytes(path.with_name(path.name + end).read_bytes())
    append(crashed, yes(1))
    assert len(actions(crashed)) == 1


def test_two_pages_at_once(night):
    pages = [started(LABELLER, night, name, 15) for name in ("me", "you")]
    for page in pages:
        out, err = page.communicate(timeout=120)
        assert page.returncode == 0, err
        assert "recorded" not in out
    log = actions(night)
    assert [action.number for action in log] == list(range(1, 31))
    for name in ("me", "you"):
        own = [action.judgements[0].place.onset_ns // NS for action in log if action.reviewer == name]
        assert own == list(range(15))


def test_a_recording_begins_while_labels_are_given_and_goes_on(night, open_log, feed, rest, start_ns):
    page = started(LABELLER, night, "me", 10_000)
    try:
        seen = [page.stdout.readline().strip() for _ in range(3)]
        assert seen == ["1", "2", "3"]
        log = open_log()
        while page.stdout.readline().strip() != "recorded":
            pass
        feed(log, Samples(start_ns + 5 * NS, 52.0, rest(52 * 3), "Sense"))
        log.flush()
        log.close()
        for words in page.stdout:  # and are given again once it is over
            if words.strip() != "recorded":
                break
    finally:
        page.kill()
        page.communicate()
    with Night(night) as there:
        assert len(there.actions()) >= int(words)
        assert len(there.runs) == 2
    assert check(night).is_sound


READER = """
import sys
from pathlib import Path
from detector.night import Night
from detector.errors import NightError
while True:
    with Night(Path(sys.argv[1])) as night:
        print(len(night.actions()), len(list(night.samples())), len(night.places()), flush=True)
"""


def test_recordings_begin_and_end_while_pages_read(night, open_log, feed, rest, start_ns):
    append(night, yes(1))
    pages = [started(READER, night) for _ in range(2)]
    try:
        for page in pages:
            page.stdout.readline()
        for number in range(4):
            log = open_log()
            feed(log, Samples(start_ns + (5 + number) * NS, 52.0, rest(52), "Sense"))
            log.flush()
            log.close()
            append(night, yes(number))
        assert all(page.poll() is None for page in pages), [page.stderr.read() for page in pages]
    finally:
        for page in pages:
            page.kill()
            page.communicate()
    with Night(night) as there:
        assert (len(there.runs), len(there.actions())) == (5, 5)
    assert check(night).is_sound


def test_a_night_that_is_lost_while_it_is_recorded_and_looked_at(open_log, path, tmp_path):
    log = open_log()
    log.flush()
    with Night(path) as page:
        assert page.actions() == []
    path.parent.rename(tmp_path / "away")
    for ask in (lambda: actions(path), lambda: append(path, yes(1))):
        with pytest.raises(NightError):
            ask()
    assert not path.parent.exists()
    (tmp_path / "away").rename(path.parent)
    log.close()
    assert append(path, yes(1)) == 1


def test_what_was_acknowledged_outlives_a_kill(night):
    rng = random.Random(16)  # noqa: S311 - no secret
    acknowledged = 0
    for _ in range(KILLS):
        page = started(LABELLER, night, "me", 10_000)
        said = [page.stdout.readline()]  # it has begun
        time.sleep(rng.uniform(0, 0.1))  # any moment: it may be within a transaction, or between two
        page.kill()
        said += page.communicate()[0].splitlines()
        acknowledged = max([acknowledged, *(int(words) for words in said if words.strip())])
        log = actions(night)
        assert acknowledged <= len(log)
        assert [action.number for action in log] == list(range(1, len(log) + 1))
    assert acknowledged > KILLS
    assert check(night).is_sound


HALF = """
import os, sys
from pathlib import Path
from detector.night.writing.labels import adding
with adding(Path(sys.argv[1])) as connection:
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("PRAGMA cache_spill = 1")
    connection.execute("UPDATE segment SET samples = zeroblob(length(samples))")
    connection.execute("UPDATE action SET reviewer = 'nobody'")
    os._exit(9)
"""


def test_half_a_label_is_taken_back_by_who_only_reads(night):
    append(night, yes(1))
    whole = night.read_bytes()
    page = started(HALF, night)
    page.communicate()
    assert page.returncode == 9
    journal = night.with_name(night.name + "-journal")
    assert journal.stat().st_size, "the test means nothing else"
    assert not is_being_recorded(night)
    with Night(night) as there:
        assert [action.reviewer for action in there.actions()] == ["me"]
        assert len(list(there.samples())) == 5
    assert night.read_bytes() == whole


def test_half_a_label_where_nothing_can_be_written(night, monkeypatch):
    append(night, yes(1))
    started(HALF, night).communicate()
    before = night.read_bytes()
    really = connection._take_back_half_done

    def only_elsewhere(path, uri):
        if path == night:
            error = sqlite.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite.SQLITE_CANTOPEN
            raise error
        really(path, uri)

    monkeypatch.setattr(connection, "_take_back_half_done", only_elsewhere)
    assert [action.reviewer for action in actions(night)] == ["me"]
    assert night.read_bytes() == before
