"""The file a night is written to: where it lies, whether it is still the same one, and what of it is durable."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlite

from detector.errors import NightError
from detector.night.connection import open_for_writing, tidy
from detector.night.files import sync, wal_of
from detector.night.keys import RING
from detector.night.sentences import explain, primary_code
from detector.night.statements import progress
from detector.night.writing.inbox import Failure
from detector.night.writing.lock import Held, WriterLock, held

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    from detector.night.statements import Statement

PATIENCE_S = 60.0
"""So long a night may be away (a stick pulled, a folder renamed, a share that went) before its recording ends."""

_REWRITE_PAUSE_S = 60.0
"""Between two attempts to write the whole night again: each writes as much as the night holds."""

WAL_PAGES = 2000
"""So many pages the WAL holds before it is copied into the file: a page is written there once, however often it went
through the WAL before."""

_FINAL_CODES = frozenset(
    {sqlite.SQLITE_CORRUPT, sqlite.SQLITE_NOTADB, sqlite.SQLITE_CONSTRAINT, sqlite.SQLITE_MISMATCH}
)
"""Trying again changes nothing about these; a full disk or an unplugged one may come back."""

_State = list[tuple[int | None, ...]]


class NightFile:
    """A night's file while it is written, by one thread.

    What a failed write or sync leaves, and what is done about it:

    - A failed commit (SQLITE_IOERR, whether the disk is read-only or fails) is rolled back, and SQLite's connection can
      be used again at once. Tried again, the same transaction writes the same frames of the WAL in the same places.
      That is what a failed sync of it asks for: Linux may have dropped the pages that it could not write, and calls the
      next sync a success. So the connection is not opened anew in between: it would read the dropped frames from the
      system's memory, and take them for durable. Where that cannot be helped (the file is another one now, or what is
      open is on a stick that has gone), all that is read is written anew by copying the WAL into the file.
    - A failed sync of the file itself, in a checkpoint, leaves the WAL as it is, and the next checkpoint copies the
      same pages again. Pages that an earlier checkpoint had copied without a sync, since a reader kept it from coming
      to the end, would not be copied again: then the whole night is written anew.

    Parameters
    ----------
    connection
        The open night.
    path
        Where it lies.
    lock
        The right to write it.
    passphrase
        Its passphrase, where it was given for it.
    """

    def __init__(self, connection: Any, path: Path, lock: WriterLock, passphrase: str | None) -> None:
        self.path = path
        self.connection: Any = connection
        self._lock = lock
        self._passphrase = passphrase
        self._identity = self._opened = _identity(path.stat())
        self._held: _State = self._state()
        self._tried: _State | None = None
        self._is_there_already = False
        self._away_since_s: float | None = None
        self._was_away = False
        self._is_dead = False
        self._is_shut = False
        self._seen: object = None
        self._half_copied = False
        self._rewrite_after_s: float | None = None

    def _state(self) -> _State:
        return progress(self.connection)

    @property
    def is_in_place(self) -> bool:
        """Whether what lies at its path is this night."""
        with contextlib.suppress(OSError):
            return _identity(self.path.stat()) == self._identity
        return False

    def write(self, statements: Iterable[Statement]) -> Failure | None:
        """Write all or nothing, durably; what has failed is to be tried again with the same statements."""
        if self._is_there_already:
            self._is_there_already = False
            return None
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            for sql, parameters in statements:
                self.connection.execute(sql, parameters)
            # Kept until it is known how it ended, also if it fails sooner next time.
            tried = self._tried = self._state()
            self.connection.execute("COMMIT")
        except sqlite.Error as error:
            with contextlib.suppress(sqlite.Error):  # a full disk rolls back by itself
                self.connection.execute("ROLLBACK")
            # A stick that is plugged in again may get the numbers it had: what is open is on the one that went.
            self._is_dead = self._was_away and primary_code(error) == sqlite.SQLITE_IOERR
            return self._failure(error)
        self._held, self._tried = tried, None
        self._was_away = False
        return None

    def _failure(self, error: sqlite.Error) -> Failure:
        return Failure(str(explain(error, self.path)), primary_code(error) in _FINAL_CODES)

    def settle(self, *, last: bool = False) -> Failure | None:
        """Copy the WAL into the file once it is long; gives what is wrong with that, while commits go well.

        Parameters
        ----------
        last
            Whether the night is closed next: copy it however long it is.
        """
        try:
            if self._rewrite_after_s is not None:
                # Until all is written anew the WAL must not come to its end: it alone holds some pages for sure.
                if time.monotonic() < self._rewrite_after_s and not last:
                    return None
                self._rewrite_after_s = time.monotonic() + _REWRITE_PAUSE_S
                self.connection.execute("PRAGMA temp_store = MEMORY")
                self.connection.execute("VACUUM")
                self._rewrite_after_s = None
            _, frames, _ = self.connection.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
            if last or frames >= WAL_PAGES:
                _, frames, copied = self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                self._half_copied = copied < frames
        except sqlite.Error as error:
            if self._half_copied and primary_code(error) == sqlite.SQLITE_IOERR and self._rewrite_after_s is None:
                self._rewrite_after_s = time.monotonic()
            return self._failure(error)
        return None

    def close(self, *, tidily: bool) -> None:
        """Close it, and leave one file if it is finished and all is well."""
        with contextlib.suppress(sqlite.Error):
            # A reader that has the night open keeps it in WAL mode, which is as safe: the next closing tidies up.
            # A second time, since a failed sync may leave something to do.
            if tidily and (self.settle(last=True) is None or self.settle(last=True) is None):
                tidy(self.connection)
        self._shut()

    def _shut(self) -> None:
        """Close what is open, and leave alone what else may lie at the path by now.

        SQLite copies and deletes the WAL when the last one closes a night, unless the file has moved; which it tells by
        the file's number on its disk. The copy on another disk may have the same number: its WAL, which would be
        deleted in place of ours, is put aside meanwhile.
        """
        wal = wal_of(self.path)
        aside = wal.with_name(wal.name + "-aside")
        is_aside = False
        with contextlib.suppress(OSError):
            device, number = _identity(self.path.stat())
            if number == self._opened[1] and device != self._opened[0]:
                wal.rename(aside)
                is_aside = True
        with contextlib.suppress(sqlite.Error):
            self.connection.close()
        if is_aside:
            aside.rename(wal)

    def find(self) -> Failure | None:
        """See whether the night is where it was; one that has come back is taken up again.

        The system lets one write into a deleted file for hours. Nothing is written while it is away: it waits in the
        queue.
        """
        try:
            there = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            there = None
        except OSError:  # a share that does not answer just now: writing will tell
            return None
        if there is not None and _identity(there) == self._identity and not (self._is_dead or self._is_shut):
            failure = None if self._away_since_s is None else self._renew_lock()
            if failure is None:
                self._away_since_s = None
            return failure
        now_s = time.monotonic()
        if self._away_since_s is None:
            self._away_since_s, self._seen = now_s, None
        self._was_away = True
        if there is not None:
            # A copy in the making must be left alone: it has all its parts once it stays as it is.
            before, self._seen = self._seen, [_shape(each) for each in (self.path, wal_of(self.path))]
            if before == self._seen:
                failure = self._take_up()
                if failure is None or failure.final:
                    return failure
        words = f"{self.path} was moved or deleted while it was being recorded: put it back"
        if now_s - self._away_since_s >= PATIENCE_S:
            return Failure(f"{words}, or start again", final=True)
        return Failure(f"{words}, or plug its disk in again, within {PATIENCE_S:.0f} s", final=False)

    def _renew_lock(self) -> Failure | None:
        """Hold the lock where the night lies now: its file went with the folder, and may have got lost on the way."""
        try:
            self._lock.renew()
        except Held:
            return Failure(str(held(self.path)), final=True)
        except OSError as error:
            return Failure(str(explain(error, self.path)), final=False)
        return None

    def _take_up(self) -> Failure | None:
        """Open the night anew under another identity: a stick that was mounted again, a copy.

        The old connection goes first: SQLite shares locks and memory between files of the same numbers.
        """
        if not self._is_shut:
            self._shut()
        self._is_shut = True
        failure = self._renew_lock()
        if failure is not None:
            return failure
        try:
            for each in (self.path, wal_of(self.path)):
                with contextlib.suppress(FileNotFoundError):
                    sync(each)  # who made a copy need not have done so
            if self._passphrase is not None:
                RING.add(self._passphrase)
            self.connection = open_for_writing(self.path, passphrase=self._passphrase)
            self._opened, self._is_shut = _identity(self.path.stat()), False
        except OSError as error:
            return Failure(str(explain(error, self.path)), final=False)
        except NightError as error:
            cause = error.__cause__
            passing = isinstance(cause, OSError) or (
                isinstance(cause, sqlite.Error) and primary_code(cause) not in _FINAL_CODES
            )
            return Failure(str(error), final=not passing)
        return self._compare()

    def _compare(self) -> Failure | None:
        """See that this is the night, with all that was committed; then make sure of it by copying its WAL."""
        try:
            state = self._state()
            if state not in (self._held, self._tried):
                return Failure(
                    f"what lies at {self.path} now is not all of the night that was being recorded there: put that "
                    "back, or start again",
                    final=True,
                )
            # A transaction whose end was not heard of may be there as a whole: twice, its events would be two. One that
            # adds nothing that is counted does no harm twice.
            is_there_already = state != self._held
            busy, _, _ = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                return Failure(f"{self.path} is in use by another program: close that", final=False)
        except sqlite.Error as error:
            return self._failure(error)
        self._identity, self._held, self._is_there_already = self._opened, state, is_there_already
        self._away_since_s, self._is_dead, self._half_copied = None, False, False
        return None


def _identity(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino


def _shape(path: Path) -> tuple[int, ...] | None:
    """What changes while a file is written."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return *_identity(stat), stat.st_size, stat.st_mtime_ns
