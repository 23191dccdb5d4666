"""A small file that may be thrown away at any time: what was worked out of nights, by their names.

Each row is sealed: what does not fit its seal is no row. So nothing need be done for the file's own soundness. It has
no log beside it, and waits for no disk: a kill in the middle of a write, or a power cut, costs what is in it and
nothing else. A file that is damaged, of another version or locked for long is made anew, or done without.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlcipher3 import dbapi2 as sqlite

from detector.night.files import private_file
from detector.night.keys import pragma
from detector.night.sentences import primary_code
from detector.night.unlocking import uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_BUSY_MS = 100
"""So long another process is waited for: it writes a row, which takes less."""
_BUSY = frozenset({sqlite.SQLITE_BUSY, sqlite.SQLITE_LOCKED})
_SEAL_BYTES = 16


class Row(NamedTuple):
    """What is kept of a night.

    Parameters
    ----------
    state
        How its file was when this was worked out of it.
    recorded_ns
        When it was recorded, in ns.
    line, digest, rates
        What was worked out, as JSON; "" where it is kept elsewhere.
    """

    state: str
    recorded_ns: int
    line: str = ""
    digest: str = ""
    rates: str = ""


class Store:
    """The rows of one file.

    Parameters
    ----------
    path
        The file; it is made where it is missing, for nobody else to look into.
    version
        Names how what is kept is worked out and written: rows of another one are none.
    passphrase
        What encrypts it; None for none.

    Raises
    ------
    LockedStoreError
        Where it is encrypted with another passphrase, or is damaged so that it looks so.
    """

    def __init__(self, path: Path, version: str, passphrase: str | None = None) -> None:
        self._path = path
        self._version = version
        self._passphrase = passphrase
        self._lock = threading.Lock()
        self._chances = 1
        self._connection: Any = None
        self._open(self._connect)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._end()

    def get(self, path: Path) -> Row | None:
        """Return what is kept of a night; None where that is nothing."""
        name = os.fsencode(path.name)
        found = self._try(lambda connection: connection.execute(_GET, (name,)).fetchone())
        if found is None:
            return None
        *facts, seal = found
        try:
            row = Row(*facts)
        except TypeError:
            return None
        return row if seal == self._seal(name, row) else None

    def put(self, path: Path, row: Row) -> None:
        """Keep what was worked out of a night."""
        name = os.fsencode(path.name)
        values = (name, *row, self._seal(name, row))
        self._try(lambda connection: connection.execute(_PUT, values))

    def forget(self, names: Iterable[bytes]) -> bool:
        """Forget nights; gives whether that is done: where it is not, the file may still hold something of them."""
        every = [(name,) for name in names]

        def delete(connection: Any) -> bool:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("DELETE FROM kept WHERE name = ?", every)
            return True

        return self._try(delete) is True

    def names(self) -> set[bytes]:
        """Return the names of the nights of which something is kept."""
        found = self._try(lambda connection: connection.execute("SELECT name FROM kept").fetchall())
        return {name for (name,) in found or () if isinstance(name, bytes)}

    def _seal(self, name: bytes, row: Row) -> bytes:
        told = hashlib.blake2b(digest_size=_SEAL_BYTES)
        told.update(repr((self._version, name, *row)).encode("utf-8", "surrogatepass"))
        return told.digest()

    def _try(self, ask: Callable[[Any], Any]) -> Any:
        """Ask the file; None where it does not answer. One that is damaged is made anew, once."""
        with self._lock:
            if self._connection is None:
                return None
            try:
                return ask(self._connection)
            except (sqlite.Error, OverflowError) as error:
                if isinstance(error, sqlite.Error) and primary_code(error) in _BUSY:
                    return None
                self._make_anew()
                return None

    def _open(self, connect: Callable[[], Any]) -> None:
        try:
            self._connection = connect()
        except sqlite.Error as error:
            if primary_code(error) in _BUSY:
                return  # done without, this time
            if primary_code(error) == sqlite.SQLITE_NOTADB and self._passphrase is not None:
                raise LockedStoreError from None
            self._make_anew()
        except OSError:
            return  # nobody can write here: done without

    def _make_anew(self) -> None:
        self._end()
        if not self._chances:
            return
        self._chances -= 1
        with contextlib.suppress(OSError, sqlite.Error):
            self._path.unlink(missing_ok=True)
            self._connection = self._connect()

    def _end(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite.Error):
                self._connection.close()
        self._connection = None

    def _connect(self) -> Any:
        with contextlib.suppress(FileExistsError):
            private_file(self._path)
        if self._path.is_symlink() or not self._path.is_file():
            # What a link leads to is somebody else's: nothing is written there, and the link makes room.
            raise sqlite.DatabaseError("this is no file of ours")
        if os.name == "posix" and self._path.stat().st_mode & 0o077:
            self._path.chmod(0o600)
        connection = sqlite.connect(
            uri_of(self._path) + "?mode=rw", uri=True, isolation_level=None, check_same_thread=False
        )
        try:
            if self._passphrase is not None:
                connection.execute("PRAGMA cipher_log_level = NONE")
                connection.execute(pragma(self._passphrase))
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA journal_mode = MEMORY")  # nothing beside it that another file could inherit
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is gone from the file
            schema = connection.execute("SELECT type, sql FROM sqlite_schema").fetchall()
            if not schema:
                connection.execute(_TABLE)
            elif schema != [("table", _TABLE)]:
                raise sqlite.DatabaseError("this file is of another version")  # noqa: TRY301 - as if SQLite had said so
        except BaseException:
            connection.close()
            raise
        return connection


_COLUMNS = ", ".join(Row._fields)
_GET = f"SELECT {_COLUMNS}, seal FROM kept WHERE name = ?"  # noqa: S608 - our names
_PUT = f"INSERT OR REPLACE INTO kept VALUES (?, ?{', ?' * len(Row._fields)})"  # noqa: S608 - our names
_TABLE = f"CREATE TABLE kept (name BLOB PRIMARY KEY, {_COLUMNS}, seal BLOB) WITHOUT ROWID"


class LockedStoreError(Exception):
    """The file is encrypted with another passphrase, or damaged."""
