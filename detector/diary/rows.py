"""The tables of the diary, and what stands in a row: how it is written, and how it is read again.

Each row of `entry` is all that was said of an evening at a time: a later one takes the place of those before it, which
stay. Every row has a checksum over its values and over the table's name, and what is read is held against what it can
be, as in a night.
"""

from __future__ import annotations

import json
import zlib
from datetime import date, time
from typing import TYPE_CHECKING, Any

from detector.diary.entries import Entry, Treatment, Usual, usual_named
from detector.night.codec.typed import integer, moment, shown, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

APPLICATION_ID = 0x46574472
"""``FWDr`` in the file's header."""
SCHEMA_VERSION = 1
MOST_ROWS = 250_000
"""Of a table at the most."""
MOST_MARKS = 100_000

TABLES = """
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    evening TEXT NOT NULL,             -- date
    said_utc_ns INTEGER NOT NULL,
    timezone TEXT NOT NULL,
    bed_utc_ns INTEGER,
    up_utc_ns INTEGER,
    night REAL,
    twitching ANY,                     -- a number, or words
    pain REAL,
    stiffness REAL,
    spasms ANY,
    treatments TEXT,                   -- JSON: name, amount, unit and time of each
    note TEXT NOT NULL,
    crc32 INTEGER NOT NULL
) STRICT;
CREATE INDEX entry_evening ON entry (evening);

-- One's own list of treatments: a later row of a name takes the place of those before it.
CREATE TABLE own (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    amount REAL,
    listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
    crc32 INTEGER NOT NULL
) STRICT;

-- "I felt one": the moment of each.
CREATE TABLE mark (
    id INTEGER PRIMARY KEY,
    utc_ns INTEGER NOT NULL,
    evening TEXT NOT NULL,
    crc32 INTEGER NOT NULL
) STRICT;
CREATE INDEX mark_evening ON mark (evening);
"""

COLUMNS = {
    "entry": (
        "id", "evening", "said_utc_ns", "timezone", "bed_utc_ns", "up_utc_ns", "night", "twitching", "pain",
        "stiffness", "spasms", "treatments", "note",
    ),
    "own": ("id", "name", "unit", "amount", "listed"),
    "mark": ("id", "utc_ns", "evening"),
}  # fmt: skip
"""Those that the checksum is over."""

_LONGEST_DATE = len("2026-11-28")
_PARTS_OF_TREATMENT = 4


def seal(table: str, values: Sequence[Any]) -> int:
    """Return the CRC-32 of a row."""
    known = [int(value) if isinstance(value, float) and value.is_integer() else value for value in values]
    return zlib.crc32(repr((table, *known)).encode("utf-8", "surrogatepass"))


def insert(table: str, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """Write a row with its checksum: SQL and its parameters."""
    columns = (*COLUMNS[table], "crc32")
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", (*values, seal(table, values))  # noqa: S608 - our names


def fetch(connection: Any, table: str, rest: str = "", parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield rows, each held against its checksum.

    Raises
    ------
    ValueError
        Where a checksum is wrong.
    """
    names = ", ".join((*COLUMNS[table], "crc32"))
    rows = connection.execute(f"SELECT {names} FROM {table} {rest}", parameters)  # noqa: S608 - our names
    for place, (*values, crc32) in enumerate(rows):
        if place == MOST_ROWS:
            raise ValueError(f"it holds more than {MOST_ROWS} rows in the table {table!r}")
        if seal(table, values) != crc32:
            raise ValueError(f"the checksum of a row of {table!r} is wrong")
        yield tuple(values)


def entry_row(number: int, entry: Entry) -> tuple[Any, ...]:
    """Return the values of an entry's row."""
    return (
        number,
        entry.evening.isoformat(),
        entry.said_utc_ns,
        entry.timezone,
        entry.bed_utc_ns,
        entry.up_utc_ns,
        entry.night,
        entry.twitching,
        entry.pain,
        entry.stiffness,
        entry.spasms,
        None if entry.treatments is None else _treatments_in_words(entry.treatments),
        entry.note,
    )


def entry_of(values: Sequence[Any], version: int) -> Entry:
    """Return an entry.

    Raises
    ------
    ValueError
        Where it cannot be.
    """
    number, evening, said, zone, bed, up, night, twitching, pain, stiffness, spasms, treatments, note = values
    integer(number, "the number of an entry", 1)
    return Entry(
        evening_of(evening),
        text(zone, "a time zone"),
        bed,
        up,
        night,
        twitching,
        pain,
        stiffness,
        spasms,
        None if treatments is None else _treatments_of(text(treatments, "treatments")),
        text(note, "a note"),
        moment(said, "when something was said"),
        version,
    )


def own_of(values: Sequence[Any]) -> tuple[Usual, bool]:
    """Return a treatment of one's own list, and whether it is in it."""
    number, name, unit, amount, listed = values
    integer(number, "the number of a treatment", 1)
    checked = usual_named(text(name, "the name of a treatment"), text(unit, "a unit"), amount)
    return checked, integer(listed, "whether a treatment is listed", 0, 1) == 1


def mark_of(values: Sequence[Any]) -> tuple[int, date]:
    """Return the moment of a mark (UTC in ns), and its evening."""
    number, utc_ns, evening = values
    integer(number, "the number of a mark", 1)
    return moment(utc_ns, "the moment of a mark"), evening_of(evening)


def versions(rows: Iterable[Sequence[Any]]) -> Iterator[Entry]:
    """Return entries in the order in which they were said, each with its version."""
    counts: dict[str, int] = {}
    for values in rows:
        evening = str(values[1])
        counts[evening] = counts.get(evening, 0) + 1
        yield entry_of(values, counts[evening])


def evening_of(words: object) -> date:
    """Return a date as it is stored."""
    told = text(words, "an evening")
    if len(told) != _LONGEST_DATE:
        raise ValueError(f"an evening cannot be {shown(told)}")
    return date.fromisoformat(told)


def _treatments_in_words(treatments: Sequence[Treatment]) -> str:
    told = [[each.name, each.amount, each.unit, each.at and each.at.isoformat("minutes")] for each in treatments]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _treatments_of(words: str) -> tuple[Treatment, ...]:
    try:
        told = json.loads(words)
    except RecursionError:
        told = None
    if not isinstance(told, list):
        raise ValueError("treatments are none")  # noqa: TRY004 - damage, not a mistake of the caller
    return tuple(map(_treatment_of, told))


def _treatment_of(told: object) -> Treatment:
    if not isinstance(told, list) or len(told) != _PARTS_OF_TREATMENT:
        raise ValueError("a treatment is none")
    name, amount, unit, at = told
    when = None if at is None else time.fromisoformat(text(at, "a treatment's time"))
    return Treatment(name, amount, unit, when)
