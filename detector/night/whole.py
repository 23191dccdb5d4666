"""Whether a file is a night, and put together as one should be: before it is read, not instead of it.

Checksums say whether what is read is right, not whether all of it was read: one flipped bit in a page of SQLite's tree
makes rows vanish without a word. And SQLite runs what a file defines: a view, a trigger or a generated column may
compute for ever.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from detector.errors import DamagedNightError, NightError
from detector.night.schema import APPLICATION_ID, SCHEMA_VERSION, definitions, newer_than

if TYPE_CHECKING:
    from pathlib import Path

_COMPUTED = re.compile(rb"\bAS\s*\(|^\s*CREATE\s+VIRTUAL", re.IGNORECASE)


def check_identity(connection: Any, path: Path) -> int:
    """Refuse what is no night or is too new; gives the version of its tables.

    Returns
    -------
    int
        The version.

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
        raise DamagedNightError(f"{path} is damaged: it names no night format")
    return int(version)


def refuse_what_computes(connection: Any, path: object) -> None:
    """Refuse a file that holds more than tables of values and indices of them.

    Raises
    ------
    DamagedNightError
        With what it holds.
    """
    schema = connection.execute("SELECT type, CAST(coalesce(sql, '') AS BLOB) FROM sqlite_schema").fetchall()
    for kind, sql in schema:
        if kind not in {"table", "index"} or _COMPUTED.search(sql):
            raise DamagedNightError(f"{path} is damaged: it holds what computes, which no night does: a view, say")


def see_that_it_is_whole(connection: Any, path: object) -> None:
    """Look whether all tables are there, and whether every page of them can be reached and is where it belongs.

    It takes a tenth of a second for a night of 100 MB. An encrypted one has a checksum on each page, which SQLCipher
    looks at whenever it reads it.

    Raises
    ------
    DamagedNightError
        With what is wrong.
    sqlite.Error
        Where SQLite itself stumbles.
    """
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    missing = sorted(definitions().keys() - newer_than(version) - there)
    if missing:
        raise DamagedNightError(f"{path} is damaged: it has no table {missing[0]!r}")
    if connection.execute("PRAGMA cipher_salt").fetchone() is None:  # it is not encrypted
        (words,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if words != "ok":
            raise DamagedNightError(f"{path} is damaged: {str(words).splitlines()[-1]}")
    stray = connection.execute("PRAGMA foreign_key_check").fetchone()
    if stray is not None:
        raise DamagedNightError(f"{path} is damaged: a row of {stray[0]!r} refers to one that is not there")
