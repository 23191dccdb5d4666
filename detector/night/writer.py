"""The thread that writes a night: the only one that touches its file."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlite

from detector.night.inbox import Failure, Inbox
from detector.night.schema import explain, primary_code, tidy
from detector.night.track import Piece, Statement, Track

if TYPE_CHECKING:
    from pathlib import Path

COMMIT_S = 1.5
"""Seconds between commits.

Each commit writes all samples there are, the row in progress as far as it has come. So a crash loses what came since
the last commit began: this long, and the time a commit takes, which makes less than two seconds where the disk syncs
within half a second. And so no event outlives what it was found in, or what another sensor felt meanwhile.

However little is new, a commit writes a page of the night and its header into SQLite's log, which is most of what a
night writes: a commit each second would write two fifths more.
"""

_FINAL_CODES = frozenset(
    {sqlite.SQLITE_CORRUPT, sqlite.SQLITE_NOTADB, sqlite.SQLITE_CONSTRAINT, sqlite.SQLITE_MISMATCH}
)
"""Trying again changes nothing about these; a full disk or an unplugged one may come back."""


@dataclass(frozen=True, slots=True)
class NewTrack:
    """A sensor the night has not seen yet, or more knowledge of one."""

    number: int
    lsb_g: float | None
    statement: Statement


@dataclass(frozen=True, slots=True)
class Fresh:
    """Samples of a sensor."""

    number: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class Heard:
    """A raw notification of a sensor."""

    number: int
    arrival_ns: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """A gap in a sensor's samples."""

    number: int
    start_ns: int
    end_ns: int
    cause: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something said once: an event, the battery."""

    statement: Statement


Item = NewTrack | Fresh | Heard | Break | Note


class Writer(threading.Thread):
    """Writes what comes through an inbox.

    Parameters
    ----------
    connection
        The open night; the writer owns it from now on and closes it.
    path
        Its file.
    inbox
        Where from.
    tracks
        The sensors the night knows already, by number.
    commit_s
        Seconds between commits.
    """

    def __init__(
        self, connection: Any, path: Path, inbox: Inbox[Item], tracks: dict[int, Track], commit_s: float
    ) -> None:
        super().__init__(name=f"night {path.name}", daemon=True)
        self._connection = connection
        self._path = path
        self._file = path.stat()
        self._inbox = inbox
        self._tracks = tracks
        self._commit_s = commit_s
        self._notes: list[Statement] = []

    def run(self) -> None:
        """Write until the inbox is closed, then leave one tidy file."""
        try:
            if self._write_all():
                # A reader that has the night open keeps it in WAL mode, which is as safe: the next closing tidies up.
                with contextlib.suppress(sqlite.Error):
                    tidy(self._connection)
        except Exception as error:  # noqa: BLE001 - the thread must not die unheard, with the night it was to save
            self._inbox.failed(Failure(f"{self._path} is no longer written: {error!r}", final=True))
        finally:
            with contextlib.suppress(sqlite.Error):
                self._connection.close()

    def _write_all(self) -> bool:
        due_s = time.monotonic() + self._commit_s
        taken = 0
        while True:
            batch = self._inbox.take(due_s)
            for item in batch.items:
                self._apply(item)
            taken += len(batch.items)
            now_s = time.monotonic()
            if not (batch.urgent or batch.closing or now_s >= due_s):
                continue
            if batch.closing:
                for track in self._tracks.values():
                    track.end()
            due_s = now_s + self._commit_s
            if not self._commit_at_last(urgent=batch.urgent):
                return False
            self._inbox.written(taken)
            taken = 0
            if batch.closing:
                return True

    def _apply(self, item: Item) -> None:
        match item:
            case Fresh():
                self._tracks[item.number].add(item.piece)
            case Heard():
                self._tracks[item.number].hear(item.arrival_ns, item.data)
            case Break():
                track = self._tracks[item.number]
                track.end_row()
                self._notes.append(
                    (
                        "INSERT INTO gap (sensor, before_index, start_ns, end_ns, cause) VALUES (?, ?, ?, ?, ?)",
                        (item.number, track.end_index, item.start_ns, item.end_ns, item.cause),
                    )
                )
            case Note():
                self._notes.append(item.statement)
            case NewTrack():
                self._notes.append(item.statement)
                self._tracks.setdefault(item.number, Track(item.number, item.lsb_g)).lsb_g = item.lsb_g

    def _commit_at_last(self, *, urgent: bool) -> bool:
        """Commit, and try again while it fails and there is hope; the inbox fills meanwhile."""
        while True:
            last = self._inbox.closing
            failure = self._commit(urgent=urgent)
            failure = self._misplaced() or failure  # it is final, whatever passing trouble comes with it
            if failure is None:
                return True
            self._inbox.failed(failure)
            if failure.final or last:
                return False
            self._inbox.pause(time.monotonic() + self._commit_s)

    def _commit(self, *, urgent: bool) -> Failure | None:
        statements = list(self._notes)
        for track in self._tracks.values():
            statements += track.statements(urgent=urgent)
        if not statements:
            return None
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for sql, parameters in statements:
                self._connection.execute(sql, parameters)
            self._connection.execute("COMMIT")
        except sqlite.Error as error:
            with contextlib.suppress(sqlite.Error):  # a full disk rolls back by itself
                self._connection.execute("ROLLBACK")
            final = primary_code(error) in _FINAL_CODES
            return Failure(str(explain(error, self._path)), final)
        for track in self._tracks.values():
            track.committed(urgent=urgent)
        self._notes = []
        return None

    def _misplaced(self) -> Failure | None:
        """Where the file went, if it is not where it was: the system lets one write into a deleted file for hours."""
        try:
            there = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            there = None
        except OSError:  # a share that does not answer just now
            return None
        if there is not None and (there.st_dev, there.st_ino) == (self._file.st_dev, self._file.st_ino):
            return None
        return Failure(
            f"{self._path} was moved or deleted while it was being recorded: put it back, or start again", final=True
        )
