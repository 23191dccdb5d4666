"""Reading what can be read of a night's tables, page by page, around what is damaged."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlcipher3 import dbapi2 as sqlite

from detector.night.connection import open_for_reading
from detector.night.keys import RING, derived_key
from detector.night.schema import columns_of
from detector.night.sentences import primary_code
from detector.night.unlocking import is_encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from detector.night.schema import Definition

_DAMAGE = frozenset({sqlite.SQLITE_CORRUPT, sqlite.SQLITE_IOERR, sqlite.SQLITE_NOTADB, sqlite.SQLITE_MISMATCH})
_BEYOND = 10_000
"""So many numbers beyond the last that can be read a table may go on, where its end cannot be read."""
_ATTEMPTS = 200
"""Places that are tried between two damaged ones."""


class Reader:
    """Reads a night as it was when it was opened; a context.

    SQLCipher gives nothing more over a connection that has met a damaged page: another one is opened then.

    Parameters
    ----------
    night
        The file.

    Raises
    ------
    NightError
        As `open_for_reading`.

    Attributes
    ----------
    version
        Of the tables, as the file names it.
    """

    def __init__(self, night: Path) -> None:
        self._night = night
        self._open = ExitStack()
        self._key: str | None = None
        self.connection = self._connect()
        self.is_encrypted = is_encrypted(self.connection)
        if self.is_encrypted and RING.latest is not None:
            self._key = derived_key(self.connection, RING.latest)
        (self.version,) = self.connection.execute("PRAGMA user_version").fetchone()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[list[tuple[Any, ...]], str | None]:
        """Read until the end, or until something stands in the way; gives the rows, and what stood there."""
        rows: list[tuple[Any, ...]] = []
        try:
            for row in self.connection.execute(sql, parameters):
                rows.append(row)  # noqa: PERF402 - what came before an error is kept
        except sqlite.Error as error:
            code = primary_code(error)
            # SQLCipher has no name for a page that its key does not fit.
            if code not in _DAMAGE and not (self.is_encrypted and code == sqlite.SQLITE_ERROR):
                raise
            if self.is_encrypted:
                self._open.close()
                self.connection = self._connect()
            return rows, str(error)
        return rows, None

    def _connect(self) -> Any:
        connection = self._open.enter_context(open_for_reading(self._night, damaged=True, key=self._key))
        connection.execute("BEGIN")  # a recorder may write it meanwhile
        return connection


@dataclass(frozen=True, slots=True)
class Table:
    """What can be read of a table.

    Parameters
    ----------
    columns
        Names of the columns.
    rows
        In the order of the primary key.
    is_whole
        Whether nothing stood in the way.
    is_newer
        Whether it has columns that the file's version does not have.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    is_whole: bool
    is_newer: bool = False


def read_table(reader: Reader, name: str, definition: Definition) -> Table:
    """Read a table by what its definition ought to be: that in the file may be damaged, too.

    Returns
    -------
    Table
        The rows that can be read, and whether there were others.

    Raises
    ------
    sqlite.Error
        Where something else than damage is in the way.
    """
    # As bytes, and the rows by names of our own: a damaged name need not be text. And by the table alone: an index may
    # be whole where the table is not.
    info, _ = reader.all("SELECT CAST(name AS BLOB) FROM pragma_table_info(?) ORDER BY cid", (name,))
    columns = definition.columns
    if len(info) != len(columns):
        columns = columns_of(name, reader.version)
        if len(info) != len(columns):
            return Table(definition.columns, [], is_whole=False)
    key = definition.key
    source = f"WITH found({', '.join(columns)}) AS (SELECT * FROM {name} NOT INDEXED)"  # noqa: S608 - our names
    rows, whole = _some(reader, source, key, "")
    if not whole:
        backwards = list(_from_the_end(reader, source, key, rows))
        if columns[0] == "id":
            first = rows[-1][0] if rows else 0
            end = backwards[0][0] if backwards else first + _BEYOND
            rows += _between(reader, source, first, end)
        rows += backwards
    named = tuple(column.decode("utf-8", "replace") for (column,) in info)
    later = (None,) * (len(definition.columns) - len(columns))  # those that came with a later version stand at the end
    is_newer = len(columns) > len(columns_of(name, reader.version))
    return Table(definition.columns, [row + later for row in rows], whole and named == columns, is_newer)


def _some(reader: Reader, source: str, key: Sequence[int], direction: str) -> tuple[list[tuple[Any, ...]], bool]:
    """Read until something stands in the way."""
    order = ", ".join(f"{place + 1} {direction}" for place in key)
    rows, obstacle = reader.all(f"{source} SELECT * FROM found ORDER BY {order}")  # noqa: S608 - as above
    return rows, obstacle is None


def _between(reader: Reader, source: str, first: int, end: int) -> list[tuple[Any, ...]]:
    """Look for rows between two places of damage, by their numbers, in halves of halves."""
    found: dict[int, tuple[Any, ...]] = {}
    waiting = deque([(first + 1, end)])
    for _ in range(_ATTEMPTS):
        if not waiting:
            break
        low, high = waiting.popleft()
        middle = (low + high) // 2
        rows, obstacle = reader.all(f"{source} SELECT * FROM found WHERE id >= ? AND id < ? ORDER BY 1", (middle, high))  # noqa: S608 - as above
        found.update((row[0], row) for row in rows)
        after = rows[-1][0] + 1 if rows else middle + 1
        # Where it could be read up to the end, nothing else is there.
        halves = [(low, middle), (after, high)] if obstacle is not None else [(low, middle)]
        waiting.extend((one, other) for one, other in halves if one < other)
    return [found[number] for number in sorted(found)]


def _from_the_end(
    reader: Reader, source: str, key: Sequence[int], known: list[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Read back to the damage."""
    seen = {row[: len(key)] for row in known}
    backwards, _ = _some(reader, source, key, "DESC")
    return (row for row in reversed(backwards) if row[: len(key)] not in seen)
