"""The checksum that every row of a small table has: a run, a wearable, an event, a gap, a level, a minute.

Samples and notifications have checksums of their own, over their bytes. A row that was written before version 5 of the
tables has none, and is taken as it stands.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from detector.events import EVENT_FIELDS
from detector.night.records import SENSOR_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

SEALED: Mapping[str, tuple[str, ...]] = {
    "made_by": (
        "id",
        "started_utc_ns",
        "ended_utc_ns",
        "version",
        "settings",
        "settings_sha256",
        "python",
        "numba",
        "source",
        "source_name",
        "source_sha256",
        "timezone",
    ),
    "sensor": ("id", *SENSOR_FIELDS),
    "event": ("run", "sensor_id", "onset_ns", *EVENT_FIELDS),
    "gap": ("sensor", "before_index", "start_ns", "end_ns", "cause"),
    "battery": ("sensor", "utc_ns", "percent"),
    "rate": ("sensor", "first_index", "nominal_hz"),
    "wear": ("sensor", "minute_ns", "sign"),
    "clock": ("run", "boot", "offset_ns"),
    "temperature": ("sensor", "utc_ns", "celsius"),
    "minute": (
        "sensor",
        "minute_ns",
        "observed_s",
        "measurable_s",
        "why",
        "noise_mg",
        "threshold_mg",
        "pulse_per_min",
    ),
}
"""Columns that a row's checksum is over, by table; the number that SQLite gives an event or a gap is none of them."""

SEAL = "crc32"
"""Name of the column that holds it."""

MOST_ROWS = 250_000
"""Of a table at the most: a night of ten hours has seven a second then."""

ADD_SEALS = "".join(f"ALTER TABLE {table} ADD COLUMN {SEAL} INTEGER;\n" for table in SEALED if table != "rate")
"""What gives the tables of version 4 that column; the table of rates came with it."""

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
}


def seal(table: str, values: Sequence[Any]) -> int:
    """Return the CRC-32 of a row, given the values of its `SEALED` columns as they are handed to SQLite."""
    return zlib.crc32(repr((table, *map(_as_read, values))).encode("utf-8", "surrogatepass"))


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
        Of its `SEALED` columns.
    otherwise
        What to do where there is such a row: an ON CONFLICT clause.
    """
    columns = (*SEALED[table], SEAL)
    marks = ", ".join("?" * len(columns))
    # Only names of our own come here; values are bound.
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {otherwise}".rstrip(),  # noqa: S608 - see above
        (*values, seal(table, values)),
    )


def updates(table: str, key: int) -> str:
    """Name what takes the place of a row with the same key: all but its first `key` columns."""
    return ", ".join(f"{name} = excluded.{name}" for name in (*SEALED[table][key:], SEAL))


def fetch(connection: Any, table: str, rest: str = "", parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the `SEALED` columns of rows, each held against its checksum.

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
    columns = ", ".join(SEALED[table])
    crc32 = SEAL if is_sealed(connection, table) else "NULL"
    rows = connection.execute(f"SELECT {columns}, {crc32} FROM {table} {rest}", parameters)  # noqa: S608 - our names
    for place, (*values, stored) in enumerate(rows):
        if place == MOST_ROWS:
            raise ValueError(f"it holds more than {MOST_ROWS} rows in the table {table!r}")
        check_seal(table, values, stored)
        yield tuple(values)


def is_sealed(connection: Any, table: str) -> bool:
    """Whether a table has the column of checksums."""
    found = connection.execute("SELECT count(*) FROM pragma_table_info(?) WHERE name = ?", (table, SEAL))
    return bool(found.fetchone() == (1,))


def _as_read(value: Any) -> Any:
    """Return what SQLite will give back: NaN as nothing, and whole numbers as the same in every type."""
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - NaN
            return None
        return int(value) if value.is_integer() else value
    return int(value) if isinstance(value, bool) else value
