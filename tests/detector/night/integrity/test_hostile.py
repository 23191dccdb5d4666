"""Promise: a night that somebody made by hand, or that damage has made, ends no command in a traceback, and holds none
up: a value of another type, a number that cannot be, what computes without end, far too much of anything.
"""

# ruff: noqa: S608 - the statements are made of names of our own

from __future__ import annotations

import contextlib
import shutil
import zlib

import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.errors import DamagedNightError
from detector.night import Night, NightLog
from detector.signal import DetectorConfig
from detector.summary import summarise
from detector.watch import made_by
from tests.detector.night.one_byte import START_NS, answers, make

BOMB = zlib.compress(bytes(1 << 26), 9)
ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
MANY = "WITH RECURSIVE c(x) AS (SELECT 2 UNION ALL SELECT x + 1 FROM c WHERE x < 200000)"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return make(tmp_path_factory.mktemp("sound") / "a.night", hours=0.04)


@pytest.fixture
def edited(sound, tmp_path):
    """Change a night as no night would let itself be changed: its tables take values of any type meanwhile."""

    def edit(script, *values, table=None):
        path = tmp_path / "a.night"
        shutil.copy(sound, path)
        with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
            if table is not None:
                where = "WHERE type = 'table' AND name = ?"
                (sql,) = connection.execute(f"SELECT sql FROM sqlite_schema {where}", (table,)).fetchone()
                loose = sql.replace("STRICT", "").replace("NOT NULL", "").replace(", WITHOUT", "WITHOUT")
                connection.execute("PRAGMA writable_schema = ON")
                connection.execute(f"UPDATE sqlite_schema SET sql = ? {where}", (loose, table))
        with contextlib.closing(sqlite.connect(path, isolation_level=None)) as connection:
            if values:
                connection.execute(script, values)
            else:
                connection.executescript(script)
            if table is not None:
                connection.execute("PRAGMA writable_schema = ON")
                connection.execute(f"UPDATE sqlite_schema SET sql = ? {where}", (sql, table))
        return path

    return edit


def read(path):
    with Night(path) as night:
        summarise(night)
        list(night.stream())
        list(night.raw("one"))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("segment", "row_count", None),
        ("segment", "anchors", 7),
        ("segment", "end_index", 1.5),
        ("segment", "crc32", "x"),
        ("segment", "samples", "x"),
        ("event", "onset_s", "x"),
        ("event", "family", 0.5),
        ("event", "flags", b"x"),
        ("gap", "start_ns", "x"),
        ("gap", "before_index", None),
        ("gap", "cause", 5),
        ("rate", "nominal_hz", "x"),
        ("sensor", "nominal_hz", None),
        ("sensor", "model", 3),
        ("made_by", "settings", 1.5),
        ("made_by", "id", 77),
        ("battery", "percent", None),
        ("temperature", "celsius", b""),
        ("minute", "observed_s", "x"),
        ("wear", "sign", None),
        ("raw", "notifications", 1),
        ("raw", "n", None),
    ],
)
def test_a_value_of_another_type(edited, tmp_path, table, column, value):
    path = edited(f"UPDATE {table} SET {column} = ?", value, table=table)
    found = answers(path, tmp_path / "copies")
    assert found["check"][0]
    with pytest.raises(DamagedNightError):
        read(path)


@pytest.mark.parametrize(
    ("table", "column"), [("segment", "anchors"), ("segment", "row_count"), ("gap", "end_ns"), ("sensor", "nominal_hz")]
)
def test_no_recording_goes_on_with_it(edited, table, column):
    path = edited(f"UPDATE {table} SET {column} = 'x'", table=table)
    with pytest.raises(DamagedNightError):  # which has the recorder put it aside and begin anew
        NightLog(path, made_by("record", DetectorConfig()))


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE segment SET row_count = 4611686018427387904",
        "UPDATE segment SET end_index = 4611686018427387904 + rowid",
        "UPDATE segment SET start_ns = -9223372036854775808",
        "UPDATE sensor SET nominal_hz = 9e999, crc32 = NULL",
        "UPDATE sensor SET nominal_hz = 1e-300, crc32 = NULL",
        "UPDATE event SET onset_s = 9e999, crc32 = NULL",
        "UPDATE event SET onset_ns = 9223372036854775807, onset_utc = 'never', crc32 = NULL",
        f"INSERT INTO gap VALUES (NULL, 1, 0, {-(2**63)}, {2**63 - 1}, 'x', NULL)",
        f"INSERT INTO gap VALUES (NULL, 1, 0, {START_NS - 10**15}, {START_NS + 10**15}, 'x', NULL)",
        "UPDATE made_by SET settings = printf('%.*c', 100000, '['), crc32 = NULL",
        "UPDATE made_by SET settings = '[]', crc32 = NULL",
        "UPDATE made_by SET started_utc_ns = 9223372036854775807, crc32 = NULL",
        "DELETE FROM made_by",
        "DELETE FROM sensor",
        "DROP TABLE gap",
        "DROP TABLE minute",
        f"ALTER TABLE segment RENAME TO s; CREATE VIEW segment AS {ENDLESS} SELECT s.* FROM s, c",
        f"DROP TABLE event; CREATE VIEW event AS {ENDLESS} SELECT x AS id FROM c",
        "CREATE TRIGGER t BEFORE DELETE ON raw BEGIN DELETE FROM event; END",
        "ALTER TABLE gap ADD COLUMN more BLOB AS (zeroblob(1 << 29))",
        f"{MANY} INSERT INTO sensor (id, name, model, nominal_hz, has_date) SELECT x + 9, 's' || x, 'm', 50, 1 FROM c",
        f"{MANY} INSERT INTO gap (sensor, before_index, start_ns, end_ns, cause) SELECT 1, 0, x, x, 0 FROM c LIMIT 999",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 99",
    ],
)
def test_what_cannot_be(edited, tmp_path, script):
    answers(edited(script), tmp_path / "copies")


def test_more_rows_than_a_night_has(edited, tmp_path, monkeypatch):
    path = edited(
        f"{MANY} INSERT INTO gap (sensor, before_index, start_ns, end_ns, cause) SELECT 1, 0, x, x, 'x' FROM c"
    )
    for module in ("seals", "integrity.small_rows"):
        monkeypatch.setattr(f"detector.night.{module}.MOST_ROWS", 1000)
    found = answers(path, tmp_path / "copies")
    assert "more than 1000 rows in the table 'gap'" in found["events"][1]
    assert found["check"][0]


@pytest.mark.parametrize(
    ("script", "values"),
    [
        ("UPDATE raw SET notifications = ?, n = 1", (BOMB,)),
        ("UPDATE segment SET samples = ?", (bytes(8) + BOMB,)),
        ("UPDATE segment SET samples = ?, end_index = first_index + 89478485", (bytes(8) + BOMB,)),
        ("UPDATE segment SET anchors = ?, row_count = 2796202", (BOMB,)),
    ],
)
def test_a_blob_that_unfolds_to_far_too_much(edited, tmp_path, script, values):
    found = answers(edited(script, *values), tmp_path / "copies")
    assert found["check"][0]
