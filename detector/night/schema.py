"""The tables of a night, and what takes those of an older version to today's."""

from __future__ import annotations

import re
from contextlib import closing
from functools import cache
from typing import NamedTuple

from sqlcipher3 import dbapi2 as sqlite

from detector.events import EVENT_FIELDS
from detector.night.seals import ADD_SEALS

APPLICATION_ID = 0x46574E74
"""``FWNt`` in the file's header, so that tools can name the file."""

SCHEMA_VERSION = 5
"""Goes up when a file written before cannot be read as it stands."""

_EVENT_COLUMNS = {
    "onset_utc": "TEXT NOT NULL",
    "kind": "TEXT NOT NULL",
    "family": "INTEGER NOT NULL",
    "sensor": "TEXT NOT NULL",
    "flags": "TEXT NOT NULL",
}

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

STEPS = {1: _WEAR, 2: _CLOCK_AND_TEMPERATURE, 3: _MINUTE, 4: _RATE + ADD_SEALS}
"""What takes a night of a version to the next one; a night that is only read stays as it is."""

TABLES = f"""
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
    {", ".join(f"{name} {_EVENT_COLUMNS.get(name, 'REAL')}" for name in EVENT_FIELDS)}
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
{_WEAR}{_CLOCK_AND_TEMPERATURE}{_MINUTE}{_RATE}{ADD_SEALS}"""


class Definition(NamedTuple):
    """What a table is made of: the names of its columns, and which of them are its key, in that order."""

    columns: tuple[str, ...]
    key: tuple[int, ...]


@cache
def definitions() -> dict[str, Definition]:
    """Of each of today's tables what it is made of, in the order in which they are made: what others refer to first."""
    made = {}
    with closing(sqlite.connect(":memory:")) as connection:
        connection.executescript(TABLES)
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid"
        ).fetchall():
            info = connection.execute("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", (name,)).fetchall()
            key = sorted((pk, place) for place, (_, pk) in enumerate(info) if pk)
            made[name] = Definition(tuple(column for column, _ in info), tuple(place for _, place in key))
    return made


def columns_of(table: str, version: int) -> tuple[str, ...]:
    """Name the columns that a table of that version has; those that were added later stand at its end."""
    added = re.findall(rf"ALTER TABLE {table} ADD COLUMN (\w+)", "".join(STEPS[each] for each in _later(version)))
    columns = definitions()[table].columns
    return columns[: len(columns) - len(added)]


def _later(version: int) -> range:
    return range(max(version, 1), SCHEMA_VERSION)


def newer_than(version: int) -> frozenset[str]:
    """Names of the tables that a night of this version does not have yet."""
    steps = "".join(STEPS[older] for older in _later(version))
    return frozenset(re.findall(r"CREATE TABLE (\w+)", steps))
