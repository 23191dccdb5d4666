"""The checksum that every row of a small table has: a run, a wearable, an event, a gap, a level, a minute, a label.

Samples and notifications have checksums of their own, over their bytes. A row that was written before version 5 of the
tables has none, and is taken as it stands.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from detector.night.schema import SEAL, may_be_missing, newer_than, sealed, sealed_at_first

MOST_ROWS = 250_000
"""Of a table at the most: a night of ten hours has seven a second then."""

_WHAT = {
    "made_by": "a run of the recorder",
    "sensor": "a wearable",
    "event": "an event",
    "gap": "a gap",
    "battery": "a battery's level",
    "rate": "a rate",
    "wear": "a mark of wear",
    "clock": "a clock",
    "temperature": "a temperature",
    "minute": "what was measurable in a minute",
    "action": "what a reviewer did",
    "label": "a label",
    "regrouping": "an event's family",
    "estimate": "an estimate",
}


_AS_THEY_ARE = frozenset({int, str, bytes, type(None)})
"""Types of values that SQLite gives back as they went in."""


def seal(table: str, values: Sequence[Any]) -> int:
    """Return the CRC-32 of a row, given the values of its `sealed` columns as they are handed to SQLite."""
    known = [value if value.__class__ in _AS_THEY_ARE else _as_read(value) for value in values]
    while len(known) > sealed_at_first(table) and known[-1] is None:
        known.pop()  # a column that came later, in a row that was there before
    return zlib.crc32(repr((table, *known)).encode("utf-8", "surrogatepass"))


def fingerprint(rows: Iterable[Sequence[Any]]) -> int:
    """Return a CRC-32 over rows: another one wherever the rows, or their order, are others."""
    found = 0
    for row in rows:
        found = zlib.crc32(repr(row).encode("utf-8", "surrogatepass"), found)
    return found


def check_seal(table: str, values: Sequence[Any], crc32: object) -> bool:
    """Hold a row against its checksum.

    Returns
    -------
    bool
        Whether it has one.

    Raises
    ------
    ValueError
        Where it is another row's.
    """
    if crc32 is None:
        return False
    if seal(table, values) != crc32:
        raise ValueError(f"the checksum of {_WHAT[table]} is wrong")
    return True


def insert(table: str, values: Sequence[Any], otherwise: str = "") -> tuple[str, tuple[Any, ...]]:
    """Write a row with its checksum: SQL and its parameters.

    Parameters
    ----------
    table
        Its name.
    values
        Of its `sealed` columns.
    otherwise
        What to do where there is such a row: an ON CONFLICT clause.

    Returns
    -------
    sql, parameters : str, tuple
        As `execute` takes them.
    """
    return _insertion(table, otherwise), (*values, seal(table, values))


@cache
def _insertion(table: str, otherwise: str) -> str:
    columns = (*sealed(table), SEAL)
    marks = ", ".join("?" * len(columns))
    # Only names of our own come here; values are bound.
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {otherwise}".rstrip()  # noqa: S608 - see above


def updates(table: str, key: int) -> str:
    """Name what takes the place of a row with the same key: all but its first `key` columns."""
    return ", ".join(f"{name} = excluded.{name}" for name in (*sealed(table)[key:], SEAL))


def fetch(connection: Any, table: str, rest: str = "", parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the `sealed` columns of rows, each held against its checksum; none where the night is older than the table.

    Parameters
    ----------
    connection
        Of the night.
    table
        Its name.
    rest
        What follows in the statement: which rows, in which order.
    parameters
        Of that.

    Raises
    ------
    ValueError
        Where a checksum is wrong.
    """
    if table in newer_than(1) and not _has(connection, table):
        return
    names = (*sealed(table), SEAL)
    missing = _missing(connection, table)
    columns = ", ".join("NULL" if name in missing else name for name in names)
    rows = connection.execute(f"SELECT {columns} FROM {table} {rest}", parameters)  # noqa: S608 - our names
    for place, (*values, stored) in enumerate(rows):
        if place == MOST_ROWS:
            raise ValueError(f"it holds more than {MOST_ROWS} rows in the table {table!r}")
        check_seal(table, values, stored)
        yield tuple(values)


def _has(connection: Any, table: str) -> bool:
    found = connection.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,))
    return bool(found.fetchone() == (1,))


def _missing(connection: Any, table: str) -> frozenset[str]:
    """Name the columns that the table has in later nights only."""
    later = may_be_missing(table)
    marks = ", ".join("?" * len(later))
    there = connection.execute(
        f"SELECT name FROM pragma_table_info(?) WHERE name IN ({marks})",  # noqa: S608 - marks alone
        (table, *later),
    )
    return later - {name for (name,) in there}


def _as_read(value: Any) -> Any:
    """Return what SQLite will give back: NaN as nothing, and whole numbers as the same in every type."""
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - NaN
            return None
        return int(value) if value.is_integer() else value
    return int(value) if isinstance(value, bool) else value
