"""Promise: a night of an earlier version of fasciwatch opens, and goes on, with nothing of it lost."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.minutes import MeasuredMinute, Minute, Sign
from detector.night import Night, NightLog
from detector.night.schema import APPLICATION_ID, SCHEMA_VERSION
from detector.summary import summarise, wear
from detector.summary.measurable import NOT_KNOWN
from firmware_bridge.samples import NS, Samples

ADDED = [(Path(__file__).parent / f"schema_{version}.sql").read_text() for version in (1, 2, 3, 4, 5)]
OLD_TABLES = {version: "".join(ADDED[:version]) for version in (1, 2, 3, 4, 5)}


@pytest.fixture(params=OLD_TABLES)
def old(request, open_log, feed, rest, path, start_ns):
    """A night of an older version: its own tables, filled with what today's would hold."""
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 130), "Sense"))
    log.raw("Sense", start_ns, b"abc" * 50)
    log.battery("Sense", start_ns, 77)
    log.close()
    today = path.with_name("today")
    path.rename(today)
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
        connection.executescript(OLD_TABLES[request.param])
        connection.execute("ATTACH ? AS today", (str(today),))
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for name in names:
            columns = ", ".join(one for (one,) in connection.execute("SELECT name FROM pragma_table_info(?)", (name,)))
            connection.execute(f"INSERT INTO {name} SELECT {columns} FROM today.{name}")  # noqa: S608 - the tables of a night
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {request.param}")
    today.unlink()
    path.chmod(0o600)
    return path


def everything(path):
    with Night(path) as night:
        xyz = np.concatenate([row.xyz for row in night.samples("Sense")])
        return xyz.tobytes(), night.sensors, night.battery(), list(night.raw("Sense")), night.gaps()


def version(path):
    with contextlib.closing(sqlite.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_it_is_read_and_left_as_it_is(old):
    before = old.read_bytes()
    assert len(everything(old)[0]) == 130 * 52 * 3 * 4
    with Night(old) as night:
        assert wear(night, "Sense") == []
        assert night.measured("Sense") is None
        assert summarise(night).measurable is None
        assert summarise(night).sensors[0].worn_s == pytest.approx(130, rel=1e-3)
    assert old.read_bytes() == before


def test_it_goes_on(old, made_by, feed, rest, start_ns):
    before = everything(old)
    log = NightLog(old, made_by)
    log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001, range_g=8.0)
    later_ns = start_ns + 200 * NS
    feed(log, Samples(later_ns, 52.0, rest(52 * 5), "Sense"))
    log.wear("Sense", Minute(later_ns // (60 * NS) * 60 * NS, Sign.BREATH))
    log.measured("Sense", MeasuredMinute(later_ns // (60 * NS) * 60 * NS, 5.0, 4.0, "moving", 1.0, 5.0, None))
    log.close()
    after = everything(old)
    assert after[0].startswith(before[0])
    assert len(after[0]) == 135 * 52 * 3 * 4
    assert after[1:4] == before[1:4]
    assert version(old) == SCHEMA_VERSION
    with Night(old) as night:
        assert [minute.sign for minute in night.minutes("Sense")] == [Sign.BREATH]
        assert summarise(night).measurable.rest_s == {NOT_KNOWN: pytest.approx(130, rel=1e-3), "moving": 1.0}


def test_a_refusal_changes_nothing(old, made_by):
    with contextlib.closing(sqlite.connect(old)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = old.read_bytes()
    with pytest.raises(Exception, match="newer fasciwatch"):
        NightLog(old, made_by)
    assert old.read_bytes() == before


def test_tables_made_anew_are_those_of_a_night_brought_up_to_date(old, made_by, tmp_path):
    NightLog(old, made_by).close()
    NightLog(tmp_path / "new.night", made_by).close()

    def tables(path):
        with contextlib.closing(sqlite.connect(path)) as connection:
            return set(connection.execute("SELECT name, sql FROM sqlite_schema"))

    assert tables(old) == tables(tmp_path / "new.night")
