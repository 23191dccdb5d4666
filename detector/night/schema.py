"""The night file: its tables, how it is opened, and how a file that is no night is told from one.

Never open a night with anything but SQLite while it may be in use by this process: POSIX drops all of a process's
locks on a file when any of its descriptors for it is closed, and with them the ones that keep other writers out.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlite

from detector.errors import NightError
from detector.events import EVENT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIX = ".night"
"""By custom, the ending of a night's file."""

APPLICATION_ID = 0x46574E74
"""``FWNt`` in the file's header, so that tools can name the file."""

SCHEMA_VERSION = 2
"""Goes up when a file written before cannot be read as it stands."""

_FILE_MODE = 0o600
FOLDER_MODE = 0o700
"""A night shows how a person slept: nobody else on the machine may look."""

_BUSY_MS = 5000
_WAL_KEPT_BYTES = 8_000_000
_WAL_PAGES = 2000

_PRIMARY_CODE = 0xFF
"""SQLite's error codes say more in their higher bits."""

_IN_USE = "{path} is in use by another program: close that and try again"
_NO_ACCESS = "{path} cannot be opened: check that you may read and write it and its folder"
_SENTENCES = {
    sqlite.SQLITE_NOTADB: "{path} is no night: it was not written by fasciwatch, or it is encrypted",
    sqlite.SQLITE_CORRUPT: "{path} is damaged: {error}",
    sqlite.SQLITE_FULL: "the disk is full, {path} cannot grow: free some space",
    sqlite.SQLITE_BUSY: _IN_USE,
    sqlite.SQLITE_LOCKED: _IN_USE,
    sqlite.SQLITE_CANTOPEN: _NO_ACCESS,
    sqlite.SQLITE_READONLY: _NO_ACCESS,
    sqlite.SQLITE_PERM: _NO_ACCESS,
}

_EVENT_COLUMNS = {
    "onset_utc": "TEXT NOT NULL",
    "kind": "TEXT NOT NULL",
    "family": "INTEGER NOT NULL",
    "sensor": "TEXT NOT NULL",
    "flags": "TEXT NOT NULL",
}

_WEAR = """
-- What shows in a minute that the wearable is worn; what the minutes say together is worked out in reading.
CREATE TABLE wear (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    minute_ns INTEGER NOT NULL,
    sign TEXT NOT NULL,
    PRIMARY KEY (sensor, minute_ns)
) STRICT, WITHOUT ROWID;
"""

_STEPS = {1: _WEAR}
"""What takes a night of a version to the next one; a night that is only read stays as it is."""

TABLES = f"""
CREATE TABLE made_by (
    id INTEGER PRIMARY KEY,
    started_utc_ns INTEGER NOT NULL,
    ended_utc_ns INTEGER,              -- NULL while recording, and after a crash
    version TEXT NOT NULL,
    settings TEXT NOT NULL,            -- JSON
    settings_sha256 TEXT NOT NULL,
    python TEXT NOT NULL,
    numba TEXT,
    source TEXT NOT NULL CHECK (source IN ('record', 'replay', 'demo')),
    source_name TEXT,
    source_sha256 TEXT,
    timezone TEXT
) STRICT;

CREATE TABLE sensor (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL,
    nominal_hz REAL NOT NULL,
    range_g REAL,
    lsb_g REAL,
    firmware TEXT,
    serial TEXT,
    place TEXT,
    has_date INTEGER NOT NULL CHECK (has_date IN (0, 1))  -- 0: times count from a boot or the file's start
) STRICT;

-- One second of samples: what has come since the last full minute. Without a rowid: a second fits into a leaf of the
-- primary key's tree, so that a commit writes one page instead of two.
CREATE TABLE row (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    first_index INTEGER NOT NULL,      -- counts the sensor's samples over the whole night
    start_ns INTEGER NOT NULL,
    rate_hz REAL NOT NULL,
    n INTEGER NOT NULL,
    codec INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    samples BLOB NOT NULL,
    PRIMARY KEY (sensor, first_index)
) STRICT, WITHOUT ROWID;

-- The rows of one minute. With a rowid: the blobs are pages long. The small columns stand first, so that an overview
-- reads no samples.
CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    first_index INTEGER NOT NULL,
    end_index INTEGER NOT NULL,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    anchors BLOB NOT NULL,             -- start, rate and length of each row
    extremes_codec INTEGER NOT NULL,
    extremes BLOB NOT NULL,            -- smallest and largest value per row and axis
    codec INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    samples BLOB NOT NULL
) STRICT;
-- Answers "which segment comes next from here, in this stretch of time" without touching the table.
CREATE UNIQUE INDEX segment_place ON segment (sensor, end_index, start_ns, end_ns);

-- Raw notifications: a second's, later a minute's to a row. The number of the first one counts over the night. Without
-- a rowid for the same reason as above; a minute's blob goes to pages of its own either way.
CREATE TABLE raw (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    first INTEGER NOT NULL,
    n INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    notifications BLOB NOT NULL,
    PRIMARY KEY (sensor, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES made_by (id),
    sensor_id INTEGER NOT NULL REFERENCES sensor (id),
    onset_ns INTEGER NOT NULL,
    {", ".join(f"{name} {_EVENT_COLUMNS.get(name, 'REAL')}" for name in EVENT_FIELDS)}
) STRICT;

-- before_index, not time, says between which samples a gap lies: a replay must restart its filters at the same sample.
CREATE TABLE gap (
    id INTEGER PRIMARY KEY,
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    before_index INTEGER NOT NULL,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    cause TEXT NOT NULL
) STRICT;

CREATE TABLE battery (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    utc_ns INTEGER NOT NULL,
    percent REAL NOT NULL,
    PRIMARY KEY (sensor, utc_ns)
) STRICT, WITHOUT ROWID;
{_WEAR}
"""


def open_for_writing(path: Path, *, fresh: bool = False) -> Any:
    """Open a night for its one writer, making it where it is not there yet.

    Parameters
    ----------
    path
        The file.
    fresh
        Whether it must not be there yet.

    Returns
    -------
    connection
        In autocommit mode, usable from another thread than this one.

    Raises
    ------
    NightError
        Where the file is no night, is newer than this program, or cannot be written.
    """
    with as_night_error(path):
        try:
            # SQLite gives its -wal and -shm files the mode of the file itself, so this makes all three private.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _FILE_MODE))
        except FileExistsError:
            if fresh:
                raise NightError(f"{path} is there already: name another file, or delete it") from None
        connection = sqlite.connect(
            path.resolve().as_uri() + "?mode=rw", uri=True, isolation_level=None, check_same_thread=False
        )
    try:
        with as_night_error(path):
            _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: Any, path: Path) -> None:
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    # A crash while the file was being made leaves it empty, or with a header and no tables.
    fresh = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    if not fresh:
        _bring_up_to_date(connection, check_identity(connection, path))
    if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
        raise NightError(f"{path} is being read by another program: close that and try again")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
    # A page is written to the file itself once per checkpoint, however often it went through the log before.
    connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    if fresh:
        connection.executescript(
            f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; {TABLES} COMMIT;"
        )


def _bring_up_to_date(connection: Any, version: int) -> None:
    """Bring a night that an older program has begun to today's tables, all or nothing."""
    steps = "".join(_STEPS[older] for older in range(version, SCHEMA_VERSION))
    if steps:
        connection.executescript(f"BEGIN; {steps} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")


@contextlib.contextmanager
def open_for_reading(path: Path) -> Iterator[Any]:
    """Open a night read-only, also while it is recorded and after a crash.

    Raises
    ------
    NightError
        Where the file is missing, damaged, no night, or newer than this program.
    """
    with contextlib.ExitStack() as stack:
        with as_night_error(path):
            if not path.exists():
                raise NightError(f"there is no night {path}: check the name")
            if not path.is_file():
                raise NightError(f"{path} is no file: name a night, or a file that ends in .night")
            try:
                connection = _connect_to_read(path.resolve().as_uri() + "?mode=ro", stack)
            except sqlite.OperationalError as error:
                if primary_code(error) not in {sqlite.SQLITE_CANTOPEN, sqlite.SQLITE_READONLY}:
                    raise
                connection = _connect_elsewhere(path, stack)
            check_identity(connection, path)
        yield connection


def _connect_to_read(uri: str, stack: contextlib.ExitStack) -> Any:
    connection = sqlite.connect(uri, uri=True, isolation_level=None)
    try:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    stack.callback(connection.close)
    return connection


def _connect_elsewhere(path: Path, stack: contextlib.ExitStack) -> Any:
    """Read a night that crashed and now lies where nothing can be written: SQLite must rebuild its -shm beside it."""
    wal = path.with_name(path.name + "-wal")
    if not wal.exists() or wal.stat().st_size == 0:
        return _connect_to_read(path.resolve().as_uri() + "?immutable=1", stack)
    # "immutable" would ignore the -wal and silently lose what is in it. Nobody writes here: a live recorder's -shm
    # would have been found.
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fasciwatch-"))
    copy = type(path)(folder) / path.name
    for source in (path, wal):
        shutil.copyfile(source, copy.with_name(source.name))
    return _connect_to_read(copy.as_uri() + "?mode=ro", stack)


def remove_files(path: Path) -> None:
    """Delete a night and what SQLite keeps beside it: a left-over WAL would be read into the next night of its name."""
    for suffix in ("-wal", "-shm", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def check_identity(connection: Any, path: Path) -> int:
    """Refuse what is no night or is too new; gives the version of its tables.

    Raises
    ------
    NightError
        With what the file is instead.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise NightError(f"{path} is no night: it was not written by fasciwatch")
    if version > SCHEMA_VERSION:
        raise NightError(
            f"{path} was written by a newer fasciwatch (night format {version}, this one knows {SCHEMA_VERSION}): "
            "update fasciwatch"
        )
    if version < 1:
        raise NightError(f"{path} is damaged: it names no night format")
    return int(version)


@contextlib.contextmanager
def as_night_error(path: Path) -> Iterator[None]:
    """Turn what SQLite, the system and the codecs raise into a sentence about this night."""
    try:
        yield
    except (sqlite.Error, OSError, ValueError) as error:
        raise explain(error, path) from error


def explain(error: Exception, path: Path) -> NightError:
    """Say in one sentence what is wrong with a night and what to do."""
    if isinstance(error, OSError):
        return NightError(f"{path} cannot be read or written: {error.strerror or error}")
    if isinstance(error, ValueError):
        return NightError(f"{path} is damaged: {error}")
    sentence = _SENTENCES.get(primary_code(error), "{path} cannot be used: {error}")
    return NightError(sentence.format(path=path, error=error))


def primary_code(error: Exception) -> int:
    """SQLite's code of an error, without its finer points; 0 where it is none of SQLite's."""
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY_CODE
