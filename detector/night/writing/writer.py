"""The thread that writes a night: the only one that touches its file."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.night.statements import Statement, put_gap
from detector.night.writing.inbox import Failure, Inbox
from detector.night.writing.track import Piece, Track

if TYPE_CHECKING:
    from detector.night.writing.file import NightFile

COMMIT_S = 1.5
"""Seconds between commits.

Each commit writes all samples there are, the row in progress as far as it has come. So a crash loses what came since
the last commit began: this long, and the time a commit takes, which makes less than two seconds where the disk syncs
within half a second. And so no event outlives what it was found in, or what another sensor felt meanwhile.

However little is new, a commit writes a page of the night and its header into SQLite's log, which is most of what a
night writes: a commit each second would write two fifths more.
"""


_AGAIN_S = 1.0
"""Seconds until writing is tried again where it has failed."""


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
    file
        The open night; the writer owns it from now on and closes it.
    inbox
        Where from.
    tracks
        The sensors the night knows already, by number.
    commit_s
        Seconds between commits.
    """

    def __init__(self, file: NightFile, inbox: Inbox[Item], tracks: dict[int, Track], commit_s: float) -> None:
        super().__init__(name=f"night {file.path.name}", daemon=True)
        self._file = file
        self._inbox = inbox
        self._tracks = tracks
        self._commit_s = commit_s
        self._notes: list[Statement] = []

    def run(self) -> None:
        """Write until the inbox is closed, then leave one tidy file."""
        finished = False
        try:
            finished = self._write_all()
        except Exception as error:  # noqa: BLE001 - the thread must not die unheard, with the night it was to save
            self._inbox.failed(Failure(f"{self._file.path} is no longer written: {error!r}", final=True))
        finally:
            self._file.close(tidily=finished)

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
            self._inbox.writing()
            if not self._commit_at_last(urgent=batch.urgent):
                return False
            self._inbox.written(taken)
            taken = 0
            if batch.closing:
                return True
            trouble = self._file.settle()
            if trouble is not None:  # all is durable as yet, and what comes is taken
                self._inbox.failed(trouble)

    def _apply(self, item: Item) -> None:
        match item:
            case Fresh():
                self._tracks[item.number].add(item.piece)
            case Heard():
                self._tracks[item.number].hear(item.arrival_ns, item.data)
            case Break():
                track = self._tracks[item.number]
                track.end_row()
                self._notes.append(put_gap(item.number, track.end_index, item.start_ns, item.end_ns, item.cause))
            case Note():
                self._notes.append(item.statement)
            case NewTrack():
                self._notes.append(item.statement)
                self._tracks.setdefault(item.number, Track(item.number, item.lsb_g)).lsb_g = item.lsb_g

    def _commit_at_last(self, *, urgent: bool) -> bool:
        """Commit, and try again while it fails and there is hope; the inbox fills meanwhile."""
        while True:
            last = self._inbox.is_out_of_patience
            failure = self._file.find() or self._commit(urgent=urgent)
            if failure is None:
                return True
            self._inbox.failed(failure)
            if failure.final or last:
                return False
            self._inbox.pause(time.monotonic() + min(self._commit_s, _AGAIN_S))

    def _commit(self, *, urgent: bool) -> Failure | None:
        statements = list(self._notes)
        for track in self._tracks.values():
            statements += track.statements(urgent=urgent)
        if not statements:
            return None
        failure = self._file.write(statements)
        if failure is not None:
            return failure
        for track in self._tracks.values():
            track.committed(urgent=urgent)
        self._notes = []
        return None
