"""Opening a file of SQLite's, and unlocking it where it is encrypted.

What is opened here need not be a night: `detector.night.connection` looks at that.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlite

from detector.errors import LockedNightError
from detector.night.keys import FILE_VARIABLE, RING, derived_key, pragma
from detector.night.sentences import primary_code

if TYPE_CHECKING:
    from pathlib import Path

_BUSY_MS = 5000
_CACHE_KIB = 256
"""A writer comes back to few pages: the end of each table, and the paths there. A reader goes through them in order.

SQLCipher's own default is 8 MB for each connection.
"""
_PAGE = 4096
"""SQLCipher's page."""

_LOCKED = (
    "{path} is no night, or it is encrypted: if it is, run this at a terminal, which asks for the passphrase, or name "
    f"a file that holds it in {FILE_VARIABLE}"
)
_NOT_THIS_ONE = "{path} is no night, or it is encrypted with another passphrase"


def uri_of(path: Path) -> str:
    """Return the name that SQLite knows a file by."""
    # Not by pathlib's resolve: it raises RuntimeError where links lead to each other, before Python 3.13.
    return type(path)(os.path.realpath(path)).as_uri()


def unlock(uri: str, path: Path, *, damaged: bool = False) -> tuple[Any, str | None]:
    """Open a file that is there; gives the connection, and the passphrase that fits where it is encrypted."""
    try:
        return connect(uri, None, damaged=damaged), None
    except sqlite.DatabaseError as error:
        # A file of another kind must not make anybody type a passphrase: an encrypted night consists of pages.
        if primary_code(error) != sqlite.SQLITE_NOTADB or path.stat().st_size % _PAGE:
            raise
    found = _unlock_by_key(uri, path, damaged=damaged)
    if found is not None:
        return found
    tried = False
    for passphrase in RING:
        tried = True
        try:
            connection = connect(uri, passphrase, damaged=damaged)
        except sqlite.DatabaseError as error:
            if primary_code(error) != sqlite.SQLITE_NOTADB:
                raise
        else:
            RING.add(passphrase)
            return connection, passphrase
    raise LockedNightError(_NOT_THIS_ONE.format(path=path) if tried else _LOCKED.format(path=path))


def _unlock_by_key(uri: str, path: Path, *, damaged: bool) -> tuple[Any, str] | None:
    """Open an encrypted file by the key that its passphrase has come to before; None where none is known, or fits."""
    known = RING.key_of(_number(path))
    if known is None:
        return None
    passphrase, key = known
    try:
        connection = connect(uri, key, damaged=damaged)
    except sqlite.DatabaseError as error:
        if primary_code(error) != sqlite.SQLITE_NOTADB:
            raise
        return None  # another night lies there by now
    RING.add(passphrase)
    return connection, passphrase


def _number(path: Path) -> tuple[int, int]:
    """Name a file by its disk and its number there."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino


def connect(uri: str, passphrase: str | None, *, damaged: bool = False) -> Any:
    """Open a file and read its first page.

    Raises
    ------
    sqlite.DatabaseError
        As ``SQLITE_NOTADB`` where the passphrase does not fit, or there is none and one is needed.
    """
    connection = sqlite.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        if passphrase is not None:
            connection.execute("PRAGMA cipher_log_level = NONE")  # it would tell the terminal of each that does not fit
            connection.execute(pragma(passphrase))
        if damaged:  # else SQLite reads nothing of a file that has been cut off
            connection.execute("PRAGMA writable_schema = ON")
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("PRAGMA trusted_schema = OFF")  # a file's own definitions may call nothing
        is_empty(connection)
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


def is_encrypted(connection: Any) -> bool:
    """Whether a night that has been opened is encrypted."""
    return connection.execute("PRAGMA cipher_salt").fetchone() is not None


def is_empty(connection: Any) -> bool:
    """Whether nothing has been written into a file yet; its first page is read for this."""
    return bool(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,))


def keep_key(connection: Any, path: Path, passphrase: str) -> None:
    """Remember what the passphrase of a night that is open comes to: it is opened faster from then on."""
    if RING.key_of(_number(path)) is None:
        RING.keep(_number(path), passphrase, derived_key(connection, passphrase))
