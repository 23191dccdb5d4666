"""The tables of a night, and the steps that take those of an older version to today's.

A night of today is one of version 1 with every step taken, so that a new one has the same tables as one that was
brought up to date. Who writes an older night takes its steps first, all or none; who only reads it leaves it as it is,
and finds no rows in a table, and None in a column, that came later.

A new column is a step of its own, ``ALTER TABLE ... ADD COLUMN ...``: it stands at the end of its table, and is NULL in
the rows that were there before. It touches four files:

- here, the step, which raises the version;
- `detector.night.records` (of events `detector.events`, of minutes `detector.minutes`, of gaps
  `firmware_bridge.samples`), the field, at the end and with a default;
- `detector.night.stored`, what its value can be;
- `detector.night.statements`, where the value is not one of the fields that are written in their order.

Checksums (`detector.night.seals`), queries, checking and mending take the names of columns from here. The checksum of a
row is not changed by a column that came after checksums did and is NULL in it.
"""

from __future__ import annotations

import re
from contextlib import closing
from functools import cache
from typing import NamedTuple

from sqlcipher3 import dbapi2 as sqlite

APPLICATION_ID = 0x46574E74
"""``FWNt`` in the file's header, so that tools can name the file."""

SEAL = "crc32"
"""Name of the column that holds a row's checksum."""

_FIRST = """
CREATE TABLE made_by (
    id INTEGER PRIMARY KEY,
    started_utc_ns INTEGER NOT NULL,
    ended_utc_ns INTEGER,              -- NULL while recording, and after a crash
    version TEXT NOT NULL,
    settings TEXT NOT NULL,            -- JSON
    settings_sha256 TEXT NOT NULL,
    python TEXT NOT NULL,
    numba TEXT,
    source TEXT NOT NULL CHECK (source IN ('record', 'replay', 'demo')),
    source_name TEXT,
    source_sha256 TEXT,
    timezone TEXT
) STRICT;

CREATE TABLE sensor (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL,
    nominal_hz REAL NOT NULL,
    range_g REAL,
    lsb_g REAL,
    firmware TEXT,
    serial TEXT,
    place TEXT,
    has_date INTEGER NOT NULL CHECK (has_date IN (0, 1))  -- 0: times count from a boot or the file's start
) STRICT;

-- One second of samples: what has come since the last full minute. Without a rowid: a second fits into a leaf of the
-- primary key's tree, so that a commit writes one page instead of two.
CREATE TABLE row (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    first_index INTEGER NOT NULL,      -- counts the sensor's samples over the whole night
    start_ns INTEGER NOT NULL,
    rate_hz REAL NOT NULL,
    n INTEGER NOT NULL,
    codec INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    samples BLOB NOT NULL,
    PRIMARY KEY (sensor, first_index)
) STRICT, WITHOUT ROWID;

-- The rows of one minute. With a rowid: the blobs are pages long. The small columns stand first, so that an overview
-- reads no samples.
CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    first_index INTEGER NOT NULL,
    end_index INTEGER NOT NULL,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    anchors BLOB NOT NULL,             -- start, rate and length of each row
    extremes_codec INTEGER NOT NULL,
    extremes BLOB NOT NULL,            -- smallest and largest value per row and axis
    codec INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    samples BLOB NOT NULL
) STRICT;
-- Answers "which segment comes next from here, in this stretch of time" without touching the table.
CREATE UNIQUE INDEX segment_place ON segment (sensor, end_index, start_ns, end_ns);

-- Raw notifications: a minute's to a row, or part of one that somebody waited for or a crash cut off. The number of the
-- first one counts over the night. Without a rowid: that spares an index, and a minute's blob goes to pages of its own
-- either way.
CREATE TABLE raw (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    first INTEGER NOT NULL,
    n INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    notifications BLOB NOT NULL,
    PRIMARY KEY (sensor, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES made_by (id),
    sensor_id INTEGER NOT NULL REFERENCES sensor (id),
    onset_ns INTEGER NOT NULL,
    onset_s REAL, onset_utc TEXT NOT NULL, duration_s REAL, kind TEXT NOT NULL, peak_mg REAL, p2p_mg REAL, \
snr_db REAL, score REAL, dominant_hz REAL, direction_x REAL, direction_y REAL, direction_z REAL, \
family INTEGER NOT NULL, sensor TEXT NOT NULL, flags TEXT NOT NULL
) STRICT;

-- before_index, not time, says between which samples a gap lies: a replay must restart its filters at the same sample.
CREATE TABLE gap (
    id INTEGER PRIMARY KEY,
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    before_index INTEGER NOT NULL,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    cause TEXT NOT NULL
) STRICT;

CREATE TABLE battery (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    utc_ns INTEGER NOT NULL,
    percent REAL NOT NULL,
    PRIMARY KEY (sensor, utc_ns)
) STRICT, WITHOUT ROWID;
"""

_WEAR = """
-- What shows in a minute that the wearable is worn; what the minutes say together is worked out in reading.
CREATE TABLE wear (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    minute_ns INTEGER NOT NULL,
    sign TEXT NOT NULL,
    PRIMARY KEY (sensor, minute_ns)
) STRICT, WITHOUT ROWID;
"""

_CLOCK_AND_TEMPERATURE = """
-- By which clock of the computer a run dated its samples: a later run of the same start of the computer goes on by it.
CREATE TABLE clock (
    run INTEGER PRIMARY KEY REFERENCES made_by (id),
    boot TEXT,                         -- names that start of the computer; NULL where the system does not tell
    offset_ns INTEGER NOT NULL         -- UTC of the night less the clock that runs since then
) STRICT;

-- Of the skin, in °C, where the wearable tells it.
CREATE TABLE temperature (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    utc_ns INTEGER NOT NULL,
    celsius REAL NOT NULL,
    PRIMARY KEY (sensor, utc_ns)
) STRICT, WITHOUT ROWID;
"""

_MINUTE = """
-- In what part of a minute twitches could be measured, and how small ones. A minute without a row is one of which that
-- is not known.
CREATE TABLE minute (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    minute_ns INTEGER NOT NULL,
    observed_s REAL NOT NULL,
    measurable_s REAL NOT NULL,
    why TEXT NOT NULL,                 -- the main reason of the rest; '' where there is none
    noise_mg REAL,
    threshold_mg REAL,
    pulse_per_min REAL,                -- NULL where no heart beat was followed
    PRIMARY KEY (sensor, minute_ns)
) STRICT, WITHOUT ROWID;
"""

_RATE = """
-- Which rate the detector is made for, from a sample on: first_index, not time, for the reason of a gap's before_index.
CREATE TABLE rate (
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    first_index INTEGER NOT NULL,
    nominal_hz REAL NOT NULL,
    crc32 INTEGER NOT NULL,
    PRIMARY KEY (sensor, first_index)
) STRICT, WITHOUT ROWID;
"""

_JUDGEMENTS = """
-- What reviewers did, one row a key press. Rows of this table and the next three are added, and never changed nor taken
-- out: an undo is an action that names the one it undoes, a redo one that names the undo.
CREATE TABLE action (
    number INTEGER PRIMARY KEY,        -- counts from 1
    made_utc_ns INTEGER NOT NULL,
    reviewer TEXT NOT NULL,
    how TEXT NOT NULL,
    undoes INTEGER REFERENCES action (number),
    crc32 INTEGER NOT NULL
) STRICT;

-- What was said of an event, which is named as it was then: a night that is computed anew has others.
CREATE TABLE label (
    action INTEGER NOT NULL REFERENCES action (number),
    item INTEGER NOT NULL,             -- counts from 0 within the action
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    onset_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    label TEXT,                        -- NULL takes back what was said before
    explicit INTEGER NOT NULL,         -- 0: "the rest of this page is yes"
    crc32 INTEGER NOT NULL,
    PRIMARY KEY (action, item)
) STRICT, WITHOUT ROWID;

-- To which family an event belongs from then on.
CREATE TABLE regrouping (
    action INTEGER NOT NULL REFERENCES action (number),
    item INTEGER NOT NULL,
    sensor INTEGER NOT NULL REFERENCES sensor (id),
    onset_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    family INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    PRIMARY KEY (action, item)
) STRICT, WITHOUT ROWID;

-- How many of some events are true, from a sample of them.
CREATE TABLE estimate (
    action INTEGER PRIMARY KEY REFERENCES action (number),
    what TEXT NOT NULL,                -- JSON: which events, and how the sample was drawn
    result TEXT NOT NULL,              -- JSON
    of_old_events INTEGER NOT NULL,    -- 1: the night has been computed anew since
    crc32 INTEGER NOT NULL
) STRICT;
"""

_SEALS = "".join(
    f"ALTER TABLE {table} ADD COLUMN {SEAL} INTEGER;\n"
    for table in ("made_by", "sensor", "event", "gap", "battery", "wear", "clock", "temperature", "minute")
)

STEPS = (_WEAR, _CLOCK_AND_TEMPERATURE, _MINUTE, _RATE + _SEALS, _JUDGEMENTS)
"""What takes a night of version 1 to version 2, that to version 3, and so on."""

SCHEMA_VERSION = len(STEPS) + 1
"""A program refuses nights of a later version: it might write into them what is none of theirs."""

_BYTES = frozenset({"row", "segment", "raw"})
"""Tables whose checksums are over bytes, not over columns."""
_NUMBERED = frozenset({"event", "gap"})
"""Tables whose number is given by SQLite, and says nothing."""


class Definition(NamedTuple):
    """What a table is made of: the names of its columns, and which of them are its key, in that order."""

    columns: tuple[str, ...]
    key: tuple[int, ...]


@cache
def definitions() -> dict[str, Definition]:
    """Of each of today's tables what it is made of, in the order in which they are made: what others refer to first."""
    made = {}
    with closing(sqlite.connect(":memory:")) as connection:
        connection.executescript(steps_from(0))
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid"
        ).fetchall():
            info = connection.execute("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", (name,)).fetchall()
            key = sorted((pk, place) for place, (_, pk) in enumerate(info) if pk)
            made[name] = Definition(tuple(column for column, _ in info), tuple(place for _, place in key))
    return made


def steps_from(version: int) -> str:
    """Return the SQL that takes a night of a version to today's; one of version 0 is empty."""
    return "".join((_FIRST, *STEPS)[version:])


def columns_of(table: str, version: int) -> tuple[str, ...]:
    """Name the columns that a table of that version has; those that were added later stand at its end."""
    columns = definitions()[table].columns
    return columns[: len(columns) - len(_added(table, version))]


def newer_than(version: int) -> frozenset[str]:
    """Names of the tables that a night of this version does not have yet."""
    return frozenset(re.findall(r"CREATE TABLE (\w+)", steps_from(max(version, 1))))


@cache
def sealed(table: str) -> tuple[str, ...]:
    """Name the columns that a row's checksum is over: all but itself, and but a number that says nothing."""
    if table in _BYTES:
        raise LookupError(f"the checksums of {table!r} are over its bytes")
    left_out = {SEAL, "id"} if table in _NUMBERED else {SEAL}
    return tuple(name for name in definitions()[table].columns if name not in left_out)


@cache
def sealed_at_first(table: str) -> int:
    """Return how many of them there were when the table got its checksums."""
    columns = definitions()[table].columns
    return len(set(columns[: columns.index(SEAL)]) & set(sealed(table)))


@cache
def may_be_missing(table: str) -> frozenset[str]:
    """Name the columns of a table that it does not have in some older night."""
    return frozenset(_added(table, 1))


def _added(table: str, version: int) -> list[str]:
    """Name the columns that a table got after a version, if it was there."""
    return re.findall(rf"ALTER TABLE {table} ADD COLUMN (\w+)", steps_from(max(version, 1)))
