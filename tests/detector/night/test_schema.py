"""Promise: a column or a table that comes with a later version changes nothing of the nights there are.

Their rows read as before, with nothing in the new column, their checksums hold, and what is written to them then is
protected, too.
"""

from __future__ import annotations

import contextlib
from dataclasses import fields

import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.events import EVENT_FIELDS
from detector.minutes import MeasuredMinute
from detector.night import Sensor, schema
from detector.night.integrity.mended import unsealed
from detector.night.seals import _insertion, fetch, insert
from detector.night.statements import ROW_COLUMNS, SEGMENT_COLUMNS
from tests.detector.night.test_older import OLD_TABLES

CACHED = (schema.definitions, schema.sealed, schema.sealed_at_first, schema.may_be_missing, _insertion)
LEVEL = (1, 10, 77.0)


def forget():
    for one in CACHED:
        one.cache_clear()


@pytest.fixture
def connection():
    """A night of today, with a wearable and the level of its battery."""
    with contextlib.closing(sqlite.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(schema.steps_from(0))
        connection.execute(*insert("sensor", (1, "one", "One", 50.0, None, None, None, None, None, True)))
        connection.execute(*insert("battery", LEVEL))
        yield connection


@pytest.fixture
def later(connection, monkeypatch):
    """The program of a version after the night: a battery has a voltage, too, and there is one more table."""
    step = (
        "ALTER TABLE battery ADD COLUMN volts REAL;\nCREATE TABLE said (utc_ns INTEGER PRIMARY KEY, crc32 INTEGER);\n"
    )
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, step))
    forget()
    yield step
    monkeypatch.undo()
    forget()


@pytest.mark.usefixtures("later")
def test_an_older_night_is_read_as_it_stands(connection):
    assert list(fetch(connection, "battery")) == [(*LEVEL, None)]
    assert list(fetch(connection, "said")) == []


def test_an_older_row_keeps_its_checksum_once_the_night_is_brought_up_to_date(connection, later):
    connection.executescript(later)
    assert list(fetch(connection, "battery")) == [(*LEVEL, None)]
    assert insert("battery", (*LEVEL, None))[1][-1] == connection.execute("SELECT crc32 FROM battery").fetchone()[0]


def test_what_is_written_then_is_protected_with_its_new_column(connection, later):
    connection.executescript(later)
    connection.execute(*insert("battery", (1, 20, 76.0, 3.9)))
    assert list(fetch(connection, "battery", "ORDER BY utc_ns")) == [(*LEVEL, None), (1, 20, 76.0, 3.9)]
    for volts, utc_ns in ((None, 20), (4.0, 20), (3.9, 10)):
        connection.execute("BEGIN")
        connection.execute("UPDATE battery SET volts = ? WHERE utc_ns = ?", (volts, utc_ns))
        with pytest.raises(ValueError, match="the checksum of a battery's level is wrong"):
            list(fetch(connection, "battery"))
        connection.execute("ROLLBACK")


@pytest.mark.usefixtures("later")
def test_a_mended_row_has_its_values_where_they_belong():
    assert unsealed("battery", (*LEVEL, 3.9)) == (*LEVEL, None, 3.9)


@pytest.mark.parametrize("version", OLD_TABLES)
def test_the_columns_of_each_version_are_those_it_had(version):
    with contextlib.closing(sqlite.connect(":memory:")) as connection:
        connection.executescript(OLD_TABLES[version])
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        assert names == schema.definitions().keys() - schema.newer_than(version)
        for name in names:
            info = connection.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", (name,))
            assert tuple(column for (column,) in info) == schema.columns_of(name, version)


def test_what_is_written_in_the_order_of_its_fields_fits_its_table():
    assert schema.sealed("event") == ("run", "sensor_id", "onset_ns", *EVENT_FIELDS)
    assert schema.sealed("sensor") == ("id", *(field.name for field in fields(Sensor)))
    assert schema.sealed("minute") == ("sensor", "minute_ns", *[field.name for field in fields(MeasuredMinute)][1:])
    columns = {name: definition.columns for name, definition in schema.definitions().items()}
    assert columns["row"] == ("sensor", *ROW_COLUMNS)
    assert set(columns["segment"]) == {"id", "sensor", *SEGMENT_COLUMNS}
