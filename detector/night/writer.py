"""The thread that writes a night: the only one that touches its file."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.night.inbox import Failure, Inbox
from detector.night.track import EVERYTHING, Due, Piece, Statement, Track

if TYPE_CHECKING:
    from detector.night.file import NightFile

COMMIT_S = 1.0
"""Seconds between commits: 0.03 % of a core and one or two pages a second."""

_OPEN_ROW_AGE = 0.75
"""A row in progress is stored when it is older than this part of the time between commits.

Rows last a second, so most are stored once, complete; and a crash loses less than two seconds: one since the last
commit, and three quarters of one of a row that was too young for it.
"""

_HEARD_AGE = 5.0
"""Raw notifications are stored when the oldest is older than this many times between commits.

They serve to mend, not to count; a page of them each second would double what is written to the disk in a night.
"""


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
    put_s: float


@dataclass(frozen=True, slots=True)
class Break:
    """A gap in a sensor's samples."""

    number: int
    start_ns: int
    end_ns: int
    cause: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something said once: an event, the battery.

    Parameters
    ----------
    statement
        What to write.
    about
        The sensors whose samples up to now must be durable with it: no event may outlive what it was found in, or what
        another sensor felt meanwhile.
    """

    statement: Statement
    about: tuple[int, ...] = ()


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
        self._settle: set[int] = set()

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
            if not self._commit_at_last(now_s, urgent=batch.urgent):
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
                self._tracks[item.number].hear(item.arrival_ns, item.data, item.put_s)
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
                self._settle.update(item.about)
            case NewTrack():
                self._notes.append(item.statement)
                self._tracks.setdefault(item.number, Track(item.number, item.lsb_g)).lsb_g = item.lsb_g

    def _commit_at_last(self, now_s: float, *, urgent: bool) -> bool:
        """Commit, and try again while it fails and there is hope; the inbox fills meanwhile."""
        while True:
            last = self._inbox.closing
            failure = self._file.find() or self._commit(now_s, urgent=urgent)
            if failure is None:
                return True
            self._inbox.failed(failure)
            if failure.final or last:
                return False
            self._inbox.pause(time.monotonic() + self._commit_s)

    def _commit(self, now_s: float, *, urgent: bool) -> Failure | None:
        due = Due(now_s - _OPEN_ROW_AGE * self._commit_s, now_s - _HEARD_AGE * self._commit_s)
        dues = {number: EVERYTHING if urgent or number in self._settle else due for number in self._tracks}
        statements = list(self._notes)
        for number, track in self._tracks.items():
            statements += track.statements(dues[number])
        if not statements:
            return None
        failure = self._file.write(statements)
        if failure is not None:
            return failure
        for number, track in self._tracks.items():
            track.committed(dues[number])
        self._notes = []
        self._settle.clear()
        return None
