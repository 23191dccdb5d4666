"""What goes wrong with a night's file, in sentences: what happened, and what to do."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2 as sqlite

from detector.errors import DamagedNightError, NightError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRIMARY_CODE = 0xFF
"""SQLite's error codes say more in their higher bits."""

_IN_USE = "{path} is in use by another program: close that and try again"
_NO_ACCESS = "{path} cannot be opened: check that you may read and write it and its folder"
_SENTENCES = {
    sqlite.SQLITE_NOTADB: "{path} is no night: it was not written by fasciwatch",
    sqlite.SQLITE_CORRUPT: "{path} is damaged: {error}",
    # A statement of ours that finds no column of its name, or a text that is none.
    sqlite.SQLITE_ERROR: "{path} is damaged: {error}",
    0: "{path} is damaged: {error}",
    sqlite.SQLITE_MISMATCH: "{path} is damaged: {error}",
    sqlite.SQLITE_CONSTRAINT: "{path} is damaged: {error}",
    sqlite.SQLITE_FULL: "the disk is full, {path} cannot grow: free some space",
    sqlite.SQLITE_IOERR: (
        "the disk of {path} cannot be read or written ({error}): it may be failing, unplugged, or read-only by now"
    ),
    sqlite.SQLITE_BUSY: _IN_USE,
    sqlite.SQLITE_LOCKED: _IN_USE,
    sqlite.SQLITE_CANTOPEN: _NO_ACCESS,
    sqlite.SQLITE_READONLY: _NO_ACCESS,
    sqlite.SQLITE_PERM: _NO_ACCESS,
}

_DAMAGE = frozenset({sqlite.SQLITE_CORRUPT, sqlite.SQLITE_ERROR, sqlite.SQLITE_MISMATCH, sqlite.SQLITE_CONSTRAINT, 0})
"""The file contradicts what this program asks of it."""


@contextlib.contextmanager
def as_night_error(path: Path) -> Iterator[None]:
    """Turn what SQLite, the system and the codecs raise into a sentence about this night."""
    try:
        yield
    except (sqlite.Error, OSError, ValueError, OverflowError) as error:
        raise explain(error, path) from error


def explain(error: Exception, path: Path) -> NightError:
    """Say in one sentence what is wrong with a night and what to do."""
    if isinstance(error, OSError):
        return NightError(f"{path} cannot be read or written: {error.strerror or error}")
    if isinstance(error, ValueError | OverflowError):
        return DamagedNightError(f"{path} is damaged: {error}")
    code = primary_code(error)
    if isinstance(error, sqlite.ProgrammingError | sqlite.InterfaceError):  # this program's own mistake
        return NightError(f"{path} cannot be used: {error}")
    sentence = _SENTENCES.get(code, "{path} cannot be used: {error}").format(path=path, error=error)
    return DamagedNightError(sentence) if code in _DAMAGE else NightError(sentence)


def primary_code(error: Exception) -> int:
    """SQLite's code of an error, without its finer points; 0 where it is none of SQLite's."""
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY_CODE
