"""Promise: a commit writes all samples there are, also of a row in progress, and notifications by the minute; it writes
little more than what is new, so that a night wears no memory card out."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.night import Night, NightLog
from detector.night.connection import open_for_writing
from detector.night.writing.track import Piece, Track
from detector.night.writing.writer import COMMIT_S
from firmware_bridge.samples import NS, Samples

BATCH = 36
"""Samples in a notification of a Polar H10."""

WRITTEN_MAX_MB = 140.0
"""What may go through SQLite's log in a night of 8 h at 200 Hz; the disk is given more, for it writes whole pages."""


@pytest.fixture
def night(tmp_path):
    """A connection to a new night that knows one sensor."""
    with contextlib.closing(open_for_writing(tmp_path / "a.night")) as connection:
        connection.execute("INSERT INTO sensor VALUES (1, 'Sense', 'm', 200.0, 8.0, 0.001, NULL, NULL, NULL, 1, NULL)")
        yield connection


def commit(connection, track, *, urgent=False):
    """Commit as the writer does; return how many statements it took."""
    statements = list(track.statements(urgent=urgent))
    connection.execute("BEGIN IMMEDIATE")
    for sql, parameters in statements:
        connection.execute(sql, parameters)
    connection.execute("COMMIT")
    track.committed(urgent=urgent)
    return len(statements)


def rows(connection):
    return connection.execute("SELECT first_index, n FROM row ORDER BY first_index").fetchall()


def test_a_row_in_progress_is_written_as_far_as_it_has_come(night, rest, start_ns):
    track = Track(1, 0.001)
    for count in range(1, 4):
        track.add(Piece(start_ns, 200.0, rest(BATCH), begins_row=count == 1))
        assert commit(night, track) == 1
        assert rows(night) == [(0, count * BATCH)]
    assert commit(night, track) == 0  # nothing is new
    track.add(Piece(start_ns + NS, 200.0, rest(BATCH), begins_row=True))
    commit(night, track)
    assert rows(night) == [(0, 3 * BATCH), (3 * BATCH, BATCH)]
    track.end()
    commit(night, track)
    assert rows(night) == []
    assert night.execute("SELECT first_index, end_index FROM segment").fetchall() == [(0, 4 * BATCH)]


def test_notifications_are_written_when_their_minute_is_over_or_somebody_waits(night, start_ns):
    def raw():
        return night.execute("SELECT first, n FROM raw ORDER BY first").fetchall()

    minute_ns = start_ns // (60 * NS) * 60 * NS
    track = Track(1, 0.001)
    for second in range(3):
        track.hear(minute_ns + second * NS, b"abc")
        assert commit(night, track) == 0
    commit(night, track, urgent=True)
    track.hear(minute_ns + 59 * NS, b"abc")
    commit(night, track)
    assert raw() == [(0, 3)]
    track.hear(minute_ns + 60 * NS, b"abc")
    commit(night, track)
    assert raw() == [(0, 4)]
    track.end()
    commit(night, track)
    assert raw() == [(0, 4), (4, 1)]


@pytest.mark.parametrize(("rate_hz", "passphrase"), [(200, None), (100, None), (200, "geheim")])
def test_a_night_writes_little_more_than_what_is_new(tmp_path, rest, rate_hz, passphrase):
    path = tmp_path / "a.night"
    seconds = 300
    xyz = rest(seconds * rate_hz)
    with contextlib.closing(open_for_writing(path, passphrase=passphrase)) as connection:
        connection.execute("INSERT INTO sensor VALUES (1, 'Sense', 'm', 200.0, 8.0, 0.001, NULL, NULL, NULL, 1, NULL)")
        track = Track(1, 0.001)
        filled, due_s = 0, COMMIT_S
        for at in range(0, len(xyz), BATCH):
            for piece in np.split(xyz[at : at + BATCH], [rate_hz - filled] if filled + BATCH > rate_hz else []):
                track.add(Piece(round(at / rate_hz * NS), rate_hz, piece, begins_row=filled % rate_hz == 0))
                filled = (filled + len(piece)) % rate_hz
            track.hear(round(at / rate_hz * NS), np.rint(xyz[at : at + BATCH] * 1e3).astype("<i2").tobytes())
            if at / rate_hz >= due_s:
                commit(connection, track)
                due_s += COMMIT_S
        log_bytes = path.with_name("a.night-wal").stat().st_size
    written_mb = log_bytes / 1e6 * 8 * 3600 / seconds
    assert written_mb < (WRITTEN_MAX_MB if passphrase is None else 1.4 * WRITTEN_MAX_MB)  # it has larger pages


def page_size(path):
    with contextlib.closing(sqlite.connect(path)) as connection:
        return connection.execute("PRAGMA page_size").fetchone()[0]


def test_a_night_that_was_begun_with_other_pages_keeps_them(tmp_path, made_by, feed, rest, same, start_ns):
    old, new = tmp_path / "old.night", tmp_path / "new.night"
    made = []
    for path in (new, old):
        if path == old:
            with contextlib.closing(sqlite.connect(new)) as connection:
                connection.execute("PRAGMA page_size = 4096")
                connection.execute("VACUUM INTO ?", (str(old),))
        log = NightLog(path, made_by)
        log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001)
        made += feed(log, Samples((made[-1].end_ns if made else start_ns), 52.0, rest(52 * 70), "Sense"))
        log.close()
    assert (page_size(new), page_size(old)) == (2048, 4096)
    with Night(old) as night:
        same(list(night.samples()), made)
