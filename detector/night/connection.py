"""Connections to a night's file: to write it, and to read it also while it is written.

Never open a night with anything but SQLite while it may be in use by this process: POSIX drops all of a process's
locks on a file when any of its descriptors for it is closed, and with them the ones that keep other writers out.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlite

from detector.errors import DamagedNightError, NightError
from detector.night.files import journal_of, leads_nowhere, private_file, wal_of
from detector.night.schema import APPLICATION_ID, SCHEMA_VERSION, steps_from
from detector.night.sentences import as_night_error, primary_code
from detector.night.unlocking import connect, is_empty, is_encrypted, keep_key, unlock, uri_of
from detector.night.whole import check_identity, refuse_what_computes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CLOSING_BUSY_MS = 200
_WAL_KEPT_BYTES = 8_000_000
_PLAIN_PAGE = 2048
"""Page of a night that is not encrypted.

A commit changes one page as a rule, and the page is written whole. With pages of 4096 bytes a night at 200 Hz would
write a third more. Pages of 1024 would not write less: a row of 200 Hz would take up a page of its own and part of
another. An encrypted night keeps SQLCipher's, for it could not be opened without being told any other.
"""

_NOWHERE = "{path} is damaged: it is a link that leads to no file"
_NOT_THERE = "there is no night {path}: check the name"


def open_for_writing(path: Path, *, fresh: bool = False, passphrase: str | None = None) -> Any:
    """Open a night for its one writer, making it where it is not there yet.

    Parameters
    ----------
    path
        The file.
    fresh
        Whether it must not be there yet.
    passphrase
        Encrypts a night that is made by this; None for one that is not. One that is there stays as it is.

    Returns
    -------
    connection
        In autocommit mode, usable from another thread than this one.

    Raises
    ------
    NightError
        Where the file is no night, is newer than this program, cannot be written or unlocked, or is not encrypted
        where it shall be.
    """
    made = True
    with as_night_error(path):
        try:
            private_file(path)
        except FileExistsError:
            if fresh:
                raise NightError(f"{path} is there already: name another file, or delete it") from None
            if leads_nowhere(path):
                raise DamagedNightError(_NOWHERE.format(path=path)) from None
            made = False
        uri = uri_of(path) + "?mode=rw"
        connection = connect(uri, passphrase) if made else _open_again(uri, path, passphrase)
    try:
        with as_night_error(path):
            _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_add(path: Path) -> Any:
    """Open a night that has been recorded, to add a little to it in one transaction.

    It gets today's tables, and stays what it is beside: one file, without SQLite's log beside it, where it is one. The
    log that a recorder needs would have to be begun and ended each time, and could be mistaken for that of another
    night that takes its place meanwhile.

    Parameters
    ----------
    path
        The file; its writer's lock must be held.

    Returns
    -------
    connection
        In autocommit mode; a transaction is on the disk once its COMMIT returns.

    Raises
    ------
    NightError
        Where there is none, or it is no night, is newer than this program, or cannot be written or unlocked.
    """
    with as_night_error(path):
        if leads_nowhere(path):
            raise DamagedNightError(_NOWHERE.format(path=path))
        if not path.is_file():
            raise NightError(_NOT_THERE.format(path=path))
        connection, passphrase = unlock(uri_of(path) + "?mode=rw", path)
    try:
        with as_night_error(path):
            version = check_identity(connection, path)
            refuse_what_computes(connection, path)
            if passphrase is not None:
                keep_key(connection, path, passphrase)
            # FULL would leave the end of a transaction to the next one, where there is no log.
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA foreign_keys = ON")
            _bring_up_to_date(connection, version)
    except BaseException:
        connection.close()
        raise
    return connection


def take_up_log(path: Path) -> None:
    """Have all of a night in its one file, and nothing beside it that another night of its name could take for its own.

    Raises
    ------
    NightError
        Where somebody has it open, or it cannot be read.
    """
    with as_night_error(path), contextlib.closing(unlock(uri_of(path) + "?mode=rw", path)[0]) as connection:
        if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
            tidy(connection)


def tidy(connection: Any) -> None:
    """Leave one file without -wal and -shm, which can be copied as it is and read where nothing can be written.

    Raises
    ------
    sqlite.Error
        Where somebody has the night open.
    """
    connection.execute(f"PRAGMA busy_timeout = {_CLOSING_BUSY_MS}")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA journal_mode = DELETE")


def _open_again(uri: str, path: Path, passphrase: str | None) -> Any:
    """Open a night that is there; with a passphrase it must be encrypted, whatever passphrase it was begun with."""
    connection, fitting = unlock(uri, path)
    if passphrase is None or fitting is not None:
        return connection
    empty = is_empty(connection)
    connection.close()
    if empty:  # left by a crash before anything was written
        return connect(uri, passphrase)
    raise begun_without_encryption(path)


def begun_without_encryption(path: Path) -> NightError:
    """Say that a night cannot be encrypted in its middle."""
    return NightError(
        f"{path} was begun without encryption: go on without --encrypt, or name another folder with --library"
    )


def _prepare(connection: Any, path: Path) -> None:
    # A crash while the file was being made leaves it empty, or with a header and no tables.
    fresh = is_empty(connection)
    if fresh and not is_encrypted(connection):
        connection.execute(f"PRAGMA page_size = {_PLAIN_PAGE}")
    if not fresh:
        refuse_what_computes(connection, path)
        _bring_up_to_date(connection, check_identity(connection, path))
    if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
        raise NightError(f"{path} is being read by another program: close that and try again")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
    # SQLite's own checkpoints tell nobody of an error: who writes for long runs them, and all do at the end.
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    if fresh:
        connection.executescript(
            f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; "
            f"{steps_from(0)} COMMIT;"
        )


def _bring_up_to_date(connection: Any, version: int) -> None:
    """Bring a night that an older program has begun to today's tables, all or nothing."""
    if version < SCHEMA_VERSION:
        connection.executescript(f"BEGIN; {steps_from(version)} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")


@contextlib.contextmanager
def open_for_reading(path: Path, *, damaged: bool = False, key: str | None = None) -> Iterator[Any]:
    """Open a night read-only, also while it is recorded and after a crash.

    Parameters
    ----------
    path
        The file.
    damaged
        Whether to open one that is cut off, too: reading what is not there fails later then.
    key
        What unlocks it at once, as of `derived_key`; None for a passphrase.

    Raises
    ------
    NightError
        Where the file is missing, damaged, no night, or newer than this program.
    """
    with contextlib.ExitStack() as stack:
        with as_night_error(path):
            if leads_nowhere(path):
                raise DamagedNightError(_NOWHERE.format(path=path))
            if not path.exists():
                raise NightError(_NOT_THERE.format(path=path))
            if not path.is_file():
                raise NightError(f"{path} is no file: name a night, or a file that ends in .night")
            try:
                connection = _connect_to_read(uri_of(path) + "?mode=ro", path, stack, damaged=damaged, key=key)
            except sqlite.OperationalError as error:
                if primary_code(error) not in {sqlite.SQLITE_CANTOPEN, sqlite.SQLITE_READONLY}:
                    raise
                connection = _connect_elsewhere(path, stack, damaged=damaged, key=key)
            check_identity(connection, path)
            refuse_what_computes(connection, path)
        yield connection


@contextlib.contextmanager
def open_without_passphrase(path: Path) -> Iterator[Any]:
    """Open a night that is not encrypted, for one glance.

    Raises
    ------
    NightError, sqlite.Error, OSError, ValueError
        Where it is encrypted, or no night.
    """
    if not path.is_file():  # a pipe would be waited for
        raise NightError(_NOT_THERE.format(path=path))
    with contextlib.closing(connect(uri_of(path) + "?mode=ro", None)) as connection:
        check_identity(connection, path)
        refuse_what_computes(connection, path)
        yield connection


def _connect_to_read(
    uri: str, path: Path, stack: contextlib.ExitStack, *, damaged: bool, key: str | None = None
) -> Any:
    connection = connect(uri, key, damaged=damaged) if key else unlock(uri, path, damaged=damaged)[0]
    stack.callback(connection.close)
    return connection


def _take_back_half_done(path: Path, uri: str) -> None:
    """Take back a transaction whose writer was killed in its middle, which who only reads may not.

    SQLite does so where a file is opened for writing and read.
    """
    with contextlib.closing(unlock(f"{uri}?mode=rw", path)[0]):
        pass


def _connect_elsewhere(
    path: Path, stack: contextlib.ExitStack, *, damaged: bool = False, key: str | None = None
) -> Any:
    """Read a night that crashed and now lies where nothing can be written: SQLite must rebuild its -shm beside it."""
    journal = journal_of(path)
    if journal.exists() and journal.stat().st_size:
        try:
            _take_back_half_done(path, uri_of(path))
        except sqlite.OperationalError as error:
            if primary_code(error) not in {sqlite.SQLITE_CANTOPEN, sqlite.SQLITE_READONLY}:
                raise
            path = _copied(path, journal, stack)
            _take_back_half_done(path, uri_of(path))
        return _connect_to_read(uri_of(path) + "?mode=ro", path, stack, damaged=damaged, key=key)
    wal = wal_of(path)
    if not wal.exists() or wal.stat().st_size == 0:
        return _connect_to_read(uri_of(path) + "?immutable=1", path, stack, damaged=damaged, key=key)
    # "immutable" would ignore the -wal and silently lose what is in it. Nobody writes here: a live recorder's -shm
    # would have been found.
    copy = _copied(path, wal, stack)
    return _connect_to_read(copy.as_uri() + "?mode=ro", copy, stack, damaged=damaged, key=key)


def _copied(path: Path, beside: Path, stack: contextlib.ExitStack) -> Path:
    """Copy a night and what lies beside it to where it can be written; gives the copy."""
    copy = type(path)(stack.enter_context(tempfile.TemporaryDirectory(prefix="fasciwatch-"))) / path.name
    for source in (path, beside):
        shutil.copyfile(source, copy.with_name(source.name))
    return copy
