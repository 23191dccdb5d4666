"""Reading what can be read of a night's tables, page by page, around what is damaged."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlcipher3 import dbapi2 as sqlite

from detector.night.schema import is_encrypted, open_for_reading, primary_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from detector.night.tables import Definition

_DAMAGE = frozenset({sqlite.SQLITE_CORRUPT, sqlite.SQLITE_IOERR, sqlite.SQLITE_NOTADB, sqlite.SQLITE_MISMATCH})
_TRIED = 10_000
"""Numbers tried in vain before a table is taken to end."""


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
        self.connection = self._connect()
        self.is_encrypted = is_encrypted(self.connection)
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
        connection = self._open.enter_context(open_for_reading(self._night, damaged=True))
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
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    is_whole: bool


def read_table(reader: Reader, name: str, definition: Definition) -> Table:
    """Read a table by what its definition ought to be: that in the file may be damaged, too.

    Raises
    ------
    sqlite.Error
        Where something else than damage is in the way.
    """
    # As bytes, and the rows by names of our own: a damaged name need not be text. And by the table alone: an index may
    # be whole where the table is not.
    info, _ = reader.all("SELECT CAST(name AS BLOB) FROM pragma_table_info(?) ORDER BY cid", (name,))
    if len(info) != len(definition.columns):
        return Table(definition.columns, [], is_whole=False)
    key = definition.key
    source = f"WITH found({', '.join(definition.columns)}) AS (SELECT * FROM {name} NOT INDEXED)"  # noqa: S608 - our names
    rows, whole = _some(reader, source, key, "")
    if not whole:
        by_number = definition.columns[0] == "id"
        rows += _by_number(reader, source, rows) if by_number else _from_the_end(reader, source, key, rows)
    named = tuple(column.decode("utf-8", "replace") for (column,) in info)
    return Table(definition.columns, rows, whole and named == definition.columns)


def _some(reader: Reader, source: str, key: Sequence[int], direction: str) -> tuple[list[tuple[Any, ...]], bool]:
    """Read until something stands in the way."""
    order = ", ".join(f"{place + 1} {direction}" for place in key)
    rows, obstacle = reader.all(f"{source} SELECT * FROM found ORDER BY {order}")  # noqa: S608 - as above
    return rows, obstacle is None


def _by_number(reader: Reader, source: str, known: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Ask for each of the rows beyond the damage by its number."""
    number = known[-1][0] if known else 0
    missed = 0
    while missed < _TRIED:
        number += 1
        missed += 1
        rows, _ = reader.all(f"{source} SELECT * FROM found WHERE id = ?", (number,))  # noqa: S608 - as above
        if rows:
            missed = 0
            yield rows[0]


def _from_the_end(
    reader: Reader, source: str, key: Sequence[int], known: list[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Read back to the damage."""
    seen = {row[: len(key)] for row in known}
    backwards, _ = _some(reader, source, key, "DESC")
    return (row for row in reversed(backwards) if row[: len(key)] not in seen)
