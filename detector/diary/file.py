"""The diary's file: making it, opening it, unlocking it, and encrypting it.

It is SQLite's, with a rollback journal and ``synchronous = EXTRA``: a transaction is on the disk once its COMMIT
returns, and nothing lies beside the file between two of them. No connection is held: whoever writes holds the writer's
lock, as for a label, and one thread of this process at a time has the file open, since POSIX drops a process's locks
when any of its descriptors of a file is closed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlite

from detector.diary.rows import APPLICATION_ID, COLUMNS, SCHEMA_VERSION, TABLES
from detector.errors import DamagedDiaryError, DiaryError, LockedDiaryError, NightError
from detector.night.files import beside, journal_of, leads_nowhere, private_file, remove_files, settle, sync
from detector.night.keys import FILE_VARIABLE, RING
from detector.night.sentences import explain, primary_code
from detector.night.unlocking import connect, is_encrypted, uri_of
from detector.night.whole import refuse_what_computes
from detector.night.writing.lock import Held, WriterLock

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = 4096
_SALT_BYTES, _KEY_BYTES = 16, 32
_ROUNDS = 256_000
"""SQLCipher's own, of a passphrase (https://www.zetetic.net/sqlcipher/sqlcipher-api/, "PRAGMA kdf_iter")."""
_NO_ACCESS = frozenset({sqlite.SQLITE_CANTOPEN, sqlite.SQLITE_READONLY})

ONE_AT_A_TIME = threading.RLock()
"""Held while this process has a diary open."""


@contextlib.contextmanager
def as_diary_error(path: Path) -> Iterator[None]:
    """Turn what SQLite, the system and the rows raise into a sentence about this diary."""
    try:
        yield
    except DiaryError:
        raise
    except NightError as error:
        raise (DamagedDiaryError if "is damaged" in str(error) else DiaryError)(str(error)) from error
    except (sqlite.Error, OSError, ValueError, OverflowError) as error:
        words = str(explain(error, path)).replace("is no night:", "is no diary:")
        raise (DamagedDiaryError if "is damaged" in words else DiaryError)(words) from error


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Any]:
    """Open a diary that is there, to read it.

    Raises
    ------
    DiaryError
        Where it is none, damaged, newer than this program, or cannot be read or unlocked.
    """
    with ONE_AT_A_TIME, contextlib.ExitStack() as stack, as_diary_error(path):
        _see_that_it_is_there(path)
        try:
            connection = _opened(path, "ro", stack)
        except sqlite.OperationalError as error:
            if primary_code(error) not in _NO_ACCESS:
                raise
            connection = _opened_after_a_crash(path, stack)
        connection.execute("PRAGMA query_only = ON")
        _look(connection, path)
        yield connection


@contextlib.contextmanager
def writing(path: Path, passphrase: str | None = None) -> Iterator[Any]:
    """Open a diary for one transaction, which is on the disk when the block has come to its end; make it if need be.

    Parameters
    ----------
    path
        The file.
    passphrase
        Encrypts a diary that is made by this, and one that is there and is not encrypted yet.

    Raises
    ------
    DiaryError
        As of `reading`; and where somebody else writes it for long.
    """
    with ONE_AT_A_TIME, as_diary_error(path), _locked(path):
        _sweep(path)
        if not path.exists() and not path.is_symlink():
            _make(path, passphrase)
        elif passphrase is not None:
            _encrypt(path, passphrase)
        _see_that_it_is_there(path)
        with contextlib.ExitStack() as stack:
            connection = _opened(path, "rw", stack)
            _look(connection, path)
            connection.execute("PRAGMA journal_mode = DELETE")  # another program may have chosen another one
            # FULL would leave the end of a transaction to the next one, where there is no log.
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted shall not be found in the file
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")


def encrypt(path: Path, passphrase: str) -> bool:
    """Have a diary encrypted from now on, be it there or not; gives whether one that was there was not until now.

    Raises
    ------
    DiaryError
        Where that cannot be done; it is as it was then.
    """
    with ONE_AT_A_TIME, as_diary_error(path), _locked(path):
        _sweep(path)
        if not path.exists() and not path.is_symlink():
            _make(path, passphrase)
            return False
        return _encrypt(path, passphrase)


def is_locked_file(path: Path) -> bool:
    """Whether a file is encrypted, or no file of SQLite's at all; nobody is asked for a passphrase."""
    with ONE_AT_A_TIME, as_diary_error(path), contextlib.ExitStack() as stack:
        _see_that_it_is_there(path)
        try:
            stack.enter_context(contextlib.closing(connect(uri_of(path) + "?mode=ro", None)))
        except sqlite.DatabaseError as error:
            return primary_code(error) == sqlite.SQLITE_NOTADB and path.stat().st_size % _PAGE == 0
    return False


def remove(path: Path) -> None:
    """Delete a diary with what lies beside it.

    Raises
    ------
    DiaryError
        Where it cannot be deleted.
    """
    with ONE_AT_A_TIME, as_diary_error(path), _locked(path):
        _sweep(path)
        remove_files(path)
        sync(path.parent)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        lock = WriterLock(path, brief=True)
    except Held:
        raise DiaryError("another fasciwatch writes the diary: wait for it") from None
    try:
        yield
    finally:
        lock.release()


def _see_that_it_is_there(path: Path) -> None:
    if leads_nowhere(path):
        raise DamagedDiaryError(f"{path} is damaged: it is a link that leads to no file")
    if not path.exists():
        raise DiaryError(f"there is no diary yet in {path.parent}")
    if not path.is_file():
        raise DiaryError(f"{path} is no file, and no diary")


def _opened(path: Path, mode: str, stack: contextlib.ExitStack) -> Any:
    uri = f"{uri_of(path)}?mode={mode}"
    return stack.enter_context(contextlib.closing(_unlocked(uri, path)))


def _unlocked(uri: str, path: Path) -> Any:
    """Open a file that is there, and unlock it where it is encrypted: a passphrase is worked with once a session."""
    try:
        return connect(uri, None)
    except sqlite.DatabaseError as error:
        if primary_code(error) != sqlite.SQLITE_NOTADB:
            raise
        if path.stat().st_size % _PAGE or not path.stat().st_size:
            raise DiaryError(f"{path} is no diary: it was not written by fasciwatch") from error
    known = RING.key_of(_number(path))
    if known is not None and (connection := _fits(uri, known[1])) is not None:
        RING.add(known[0])
        return connection
    salt = _salt_of(uri)
    tried = False
    for passphrase in RING:
        tried = True
        key = _key(passphrase, salt)
        connection = _fits(uri, key)
        if connection is not None:
            RING.add(passphrase)
            RING.keep(_number(path), passphrase, key)
            return connection
    raise LockedDiaryError(
        f"the diary {path} is encrypted, and with another passphrase"
        if tried
        else f"the diary {path} is encrypted: run this at a terminal, which asks for the passphrase, or name a file "
        f"that holds it in {FILE_VARIABLE}"
    )


def _fits(uri: str, key: str) -> Any | None:
    try:
        return connect(uri, key)
    except sqlite.DatabaseError as error:
        if primary_code(error) != sqlite.SQLITE_NOTADB:
            raise
    return None


def _salt_of(uri: str) -> str:
    """Read the salt of an encrypted file; by SQLite, which has it open already in another thread maybe."""
    with contextlib.closing(sqlite.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("PRAGMA key = 'any'")  # without one it has no salt; nothing is worked out by this
        (salt,) = connection.execute("PRAGMA cipher_salt").fetchone()
        return str(salt)


def _key(passphrase: str, salt: str) -> str:
    """Return what SQLCipher makes of a passphrase, in its form of a raw key."""
    key = hashlib.pbkdf2_hmac("sha512", passphrase.encode(), bytes.fromhex(salt), _ROUNDS, _KEY_BYTES)
    return f"x'{key.hex()}{salt}'"


def _number(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_dev, stat.st_ino


def _opened_after_a_crash(path: Path, stack: contextlib.ExitStack) -> Any:
    """Take back a transaction whose writer was killed, which who only reads may not; in a copy, if need be."""
    try:
        with contextlib.ExitStack() as brief:
            _opened(path, "rw", brief)
    except sqlite.OperationalError as error:
        if primary_code(error) not in _NO_ACCESS:
            raise
    else:
        return _opened(path, "ro", stack)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fasciwatch-")))
    for source in (path, journal_of(path)):
        if source.exists():
            shutil.copyfile(source, folder / source.name)
    return _opened(folder / path.name, "rw", stack)


def _look(connection: Any, path: Path) -> None:
    """Refuse what is no diary, newer than this program, or not put together as one should be."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise DiaryError(f"{path} is no diary: it was not written by fasciwatch")
    if version > SCHEMA_VERSION:
        raise DiaryError(
            f"{path} was written by a newer fasciwatch (diary format {version}, this one knows {SCHEMA_VERSION}): "
            "update fasciwatch"
        )
    if version < 1:
        raise DamagedDiaryError(f"{path} is damaged: it names no diary format")
    refuse_what_computes(connection, path)
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if missing := sorted(COLUMNS.keys() - there):
        raise DamagedDiaryError(f"{path} is damaged: it has no table {missing[0]!r}")
    if not is_encrypted(connection):  # else each page has a checksum of its own
        (words,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if words != "ok":
            raise DamagedDiaryError(f"{path} is damaged: {str(words).splitlines()[-1]}")


def _make(path: Path, passphrase: str | None) -> None:
    """Make a diary of nothing; it gets its name once it is whole, so that no crash leaves half of one."""
    partial = _partial(path)
    key = None if passphrase is None else _key(passphrase, secrets.token_hex(_SALT_BYTES))
    try:
        private_file(partial)
        with contextlib.closing(connect(uri_of(partial) + "?mode=rw", key)) as connection:
            connection.execute("PRAGMA synchronous = EXTRA")
            _begin(connection, "main", TABLES)
        settle(partial, path)
    finally:
        remove_files(partial)
    if passphrase is not None and key is not None:
        RING.add(passphrase)
        RING.keep(_number(path), passphrase, key)


def _encrypt(path: Path, passphrase: str) -> bool:
    """Put an encrypted diary in the place of one that is not; gives whether that was so."""
    with contextlib.ExitStack() as stack:
        try:
            # To write: what a killed writer has left half done is taken back first.
            connection = stack.enter_context(contextlib.closing(connect(uri_of(path) + "?mode=rw", None)))
        except sqlite.DatabaseError as error:
            if primary_code(error) != sqlite.SQLITE_NOTADB:
                raise
            return False  # it is encrypted, or no diary, which shows in opening it
        _look(connection, path)
        connection.execute("PRAGMA journal_mode = DELETE")  # what is in another kind of log is taken up
        partial = _partial(path)
        key = _key(passphrase, secrets.token_hex(_SALT_BYTES))
        try:
            private_file(partial)
            connection.execute("ATTACH ? AS secret KEY ?", (str(partial), key))
            connection.execute("PRAGMA secret.synchronous = EXTRA")
            try:
                connection.execute("SELECT sqlcipher_export('secret')")
            except sqlite.DatabaseError as error:
                # The error of a function has no code of its own. What it reads was found sound just before.
                raise DiaryError(f"{path} could not be encrypted ({error}): it is as it was") from error
            connection.execute(f"PRAGMA secret.application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA secret.user_version = {SCHEMA_VERSION}")
            connection.execute("DETACH secret")
            with contextlib.closing(connect(uri_of(partial) + "?mode=rw", key)) as made:
                _look(made, partial)
                for table in COLUMNS:
                    count = f"SELECT count(*) FROM {table}"  # noqa: S608 - our names
                    if made.execute(count).fetchone() != connection.execute(count).fetchone():
                        raise DiaryError(f"{path} could not be encrypted: it is as it was")
            stack.close()  # Windows replaces no open file
            settle(partial, path)
        finally:
            stack.close()
            remove_files(partial)
    RING.add(passphrase)
    RING.keep(_number(path), passphrase, key)
    return True


def _begin(connection: Any, name: str, tables: str) -> None:
    connection.executescript(
        f"BEGIN; PRAGMA {name}.application_id = {APPLICATION_ID}; PRAGMA {name}.user_version = {SCHEMA_VERSION}; "
        f"{tables} COMMIT;"
    )


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def _sweep(path: Path) -> None:
    """Remove what a crash has left of a diary in the making; the writer's lock must be held."""
    for left in path.parent.glob(f".{path.name}.*.partial*"):
        left.unlink(missing_ok=True)
    if not path.exists():  # a journal would be taken for the next diary's
        for file in beside(path):
            file.unlink(missing_ok=True)
