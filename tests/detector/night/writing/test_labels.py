"""Promise: a label is in the night's file, on the disk, when its call returns; an older night gets its tables with its
first label; what cannot be is refused, and then nothing is written."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.errors import AnotherNightError, DamagedNightError, NightError
from detector.night import Night, NightLog, schema
from detector.night.integrity.check import check, repair
from detector.night.judging.judgements import Action, Estimate, Judgement, Regrouping
from detector.night.keys import KeyRing
from detector.night.upkeep.backup import backup
from detector.night.writing import labels
from detector.night.writing.labels import adding, append, redo, set_place, undo
from firmware_bridge.samples import NS
from tests.detector.night.labelling import PASSPHRASE, actions, at, yes
from tests.detector.night.test_older import OLD_TABLES, version


@pytest.fixture
def older(request, night):
    """The same, of an older version."""
    new = night.with_name("new")
    night.rename(new)
    with contextlib.closing(sqlite.connect(night, isolation_level=None)) as opened:
        opened.executescript(OLD_TABLES[request.param])
        opened.execute("ATTACH ? AS new", (str(new),))
        for (name,) in opened.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            columns = ", ".join(one for (one,) in opened.execute("SELECT name FROM pragma_table_info(?)", (name,)))
            opened.execute(f"INSERT INTO {name} SELECT {columns} FROM new.{name}")  # noqa: S608 - the tables of a night
        opened.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        opened.execute(f"PRAGMA user_version = {request.param}")
    new.unlink()
    return night


def test_what_was_written_is_read(night):
    action = Action(
        "me",
        "page",
        (Judgement(at(1), "yes"), Judgement(at(2), "tap", explicit=False), Judgement(at(3), None)),
        (Regrouping(at(1), 4), Regrouping(at(2), -1)),
        Estimate({"seed": 7, "kind": "twitch"}, {"low": 0.5, "high": 0.75}),
    )
    before_ns = time.time_ns()
    assert append(night, action) == 1
    assert append(night, yes(9, reviewer="you")) == 2
    first, second = actions(night)
    assert before_ns <= first.made_utc_ns < second.made_utc_ns <= time.time_ns()
    assert (first.judgements, first.regroupings, first.estimate) == (
        action.judgements,
        action.regroupings,
        action.estimate,
    )
    assert (second.number, second.reviewer) == (2, "you")
    assert check(night).is_sound


def test_undo_and_redo_each_of_the_own(night):
    append(night, yes(1))
    append(night, yes(1, 2, reviewer="you"))
    assert [undo(night, "me"), undo(night, "me"), redo(night, "me"), undo(night, "you"), redo(night, "me")] == [
        1,
        None,
        3,
        2,
        None,
    ]
    with Night(night) as there:
        assert {said.place.onset_ns // NS: said.reviewer for said in there.judged().said.values()} == {1: "me"}


def test_nothing_stays_beside_it_and_nothing_is_held(night):
    append(night, yes(1))
    assert [file.name for file in night.parent.iterdir()] == [night.name]
    if sys.platform == "linux":
        assert night.name not in {each.readlink().name for each in Path("/proc/self/fd").iterdir() if each.exists()}


def test_what_cannot_be_is_refused_and_nothing_is_written(night):
    for wrong in (
        Action("me", "page", (Judgement(at(1, sensor="Nobody's"), "yes"),)),
        Action("me", "page", (Judgement(at(1), "yes"), Judgement(at(2), "perhaps"))),
        Action("me", "page", (Judgement(at(1, kind="dream"), "yes"),)),
        Action("me", "page" * 200),
    ):
        with pytest.raises((ValueError, NightError)):
            append(night, wrong)
    with pytest.raises(ValueError, match="undo"):
        append(night, Action("me", "undo", undoes=1))
    assert actions(night) == []


def test_a_clock_that_goes_back_changes_no_order(night, monkeypatch):
    append(night, yes(1))
    monkeypatch.setattr("detector.night.writing.labels.time.time_ns", lambda: 5)
    append(night, yes(2))
    first, second = actions(night)
    assert second.made_utc_ns == first.made_utc_ns + 1


def test_more_than_can_be_read_again_is_not_written(night, monkeypatch):
    monkeypatch.setattr("detector.night.judging.rows.MOST_ROWS", 3)
    append(night, yes(1, 2))
    with pytest.raises(NightError, match="as many labels as a night may"):
        append(night, yes(3, 4))
    append(night, yes(3))
    assert [len(action.judgements) for action in actions(night)] == [2, 1]


def test_a_night_that_is_gone_is_not_made_anew(night):
    night.unlink()
    with pytest.raises(NightError, match="there is no night"):
        append(night, yes(1))
    assert not list(night.parent.iterdir())


def test_a_night_that_has_been_computed_anew_is_another(night, made_by):
    append(night, yes(1), made_by.started_utc_ns)
    for write in (lambda: append(night, yes(2), 17), lambda: undo(night, "me", 17)):
        with pytest.raises(AnotherNightError, match="load it again"):
            write()
    assert len(actions(night)) == 1


@pytest.mark.parametrize("older", OLD_TABLES, indirect=True)
def test_an_older_night_gets_the_tables_with_its_first_label(older, monkeypatch):
    before, was = older.read_bytes(), version(older)
    assert actions(older) == []
    assert older.read_bytes() == before
    with monkeypatch.context() as patch:
        steps = schema.steps_from
        patch.setattr("detector.night.connection.steps_from", lambda version: steps(version) + "INSERT INTO nowhere;")
        with pytest.raises(NightError):
            append(older, yes(1))
    assert version(older) == was
    assert older.read_bytes() == before
    append(older, yes(1))
    assert version(older) == schema.SCHEMA_VERSION
    assert len(actions(older)) == 1
    assert check(older).is_sound


def test_an_older_night_that_is_encrypted_gets_them_too(ring: KeyRing, path):
    path.parent.mkdir()
    with contextlib.closing(sqlite.connect(path, isolation_level=None)) as opened:
        opened.execute(f"PRAGMA key = '{PASSPHRASE}'")
        opened.executescript(OLD_TABLES[4])
        opened.execute("INSERT INTO sensor (id, name, model, nominal_hz, has_date) VALUES (1, 'Sense', 'one', 52, 1)")
        opened.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        opened.execute("PRAGMA user_version = 4")
    ring.add(PASSPHRASE)
    assert actions(path) == []
    assert append(path, yes(1)) == 1
    assert append(path, yes(2)) == 2
    assert [len(each.judgements) for each in actions(path)] == [1, 1]
    assert not path.read_bytes().startswith(b"SQLite")


def test_a_newer_night_is_refused(night):
    with contextlib.closing(sqlite.connect(night)) as opened:
        opened.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    before = night.read_bytes()
    with pytest.raises(NightError, match="newer fasciwatch"):
        append(night, yes(1))
    assert night.read_bytes() == before


def test_an_encrypted_night(ring: KeyRing, path, made_by):
    ring.add(PASSPHRASE)
    log = NightLog(path, made_by, passphrase=PASSPHRASE)
    log.sensor("Sense", model="Verity Sense", nominal_hz=52)
    log.close()
    append(path, Action("Somebody Special", "page", (Judgement(at(1), "yes"),)))
    append(path, yes(2))
    assert len(actions(path)) == 2
    assert b"Somebody" not in path.read_bytes()
    backup(path, path.with_name("copy.night"))
    assert actions(path.with_name("copy.night")) == actions(path)
    ring._known.clear()
    with pytest.raises(NightError, match="encrypted"):
        append(path, yes(3))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE label SET label = 'no' WHERE item = 1", "the checksum of a label is wrong"),
        ("UPDATE action SET reviewer = 'you' WHERE number = 2", "the checksum of what a reviewer did is wrong"),
        ("UPDATE regrouping SET family = 5", "the checksum of an event's family is wrong"),
        ("UPDATE estimate SET result = '{}'", "the checksum of an estimate is wrong"),
        ("DELETE FROM action WHERE number = 2", "belongs to nothing that a reviewer did"),
    ],
)
def test_a_damaged_row_is_told_of_and_the_rest_is_saved(night, tmp_path, change, words):
    append(night, yes(1, 2, 3))
    append(
        night, Action("me", "family", (Judgement(at(4), "no"),), (Regrouping(at(1), 4),), Estimate({}, {"low": 0.5}))
    )
    with contextlib.closing(sqlite.connect(night, isolation_level=None)) as opened:
        opened.execute(change)
    with pytest.raises(DamagedNightError, match=words):
        actions(night)
    assert any(words in finding.what for finding in check(night).findings)
    repair(night, tmp_path / "mended.night")
    assert check(tmp_path / "mended.night").is_sound
    left = [
        judgement.place.onset_ns // NS
        for action in actions(tmp_path / "mended.night")
        for judgement in action.judgements
    ]
    assert left == {"label": [1, 3, 4], "action": [1, 2, 3]}.get(change.split()[1], [1, 2, 3, 4]) or "DELETE" in change


def test_where_a_wearable_was_worn_is_told_later(night):
    set_place(night, "Sense", "left calf")
    with Night(night) as there:
        assert [sensor.place for sensor in there.sensors] == ["left calf"]
    set_place(night, "Sense", None)
    with Night(night) as there:
        assert [sensor.place for sensor in there.sensors] == [None]
    with pytest.raises(NightError, match="no wearable Other: it has Sense"):
        set_place(night, "Other", "left calf")
    assert check(night).is_sound


def test_a_night_that_is_not_whole_is_not_written_to(night):
    data = bytearray(night.read_bytes())
    with contextlib.closing(sqlite.connect(night)) as opened:
        (root,) = opened.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'segment'").fetchone()
    data[2048 * (root - 1)] ^= 7  # what kind of page it is
    night.write_bytes(data)
    labels._WHOLE.clear()  # that it was sound a moment ago is another night's story
    with pytest.raises(DamagedNightError):
        append(night, yes(1))
    assert night.read_bytes() == data


def test_a_transaction_that_fails_leaves_nothing(night):
    def fail(opened):
        opened.execute("INSERT INTO action VALUES (1, 1, 'me', 'single', NULL, 1)")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), adding(night) as opened:
        fail(opened)
    assert actions(night) == []


def test_it_is_on_the_disk_when_the_call_returns(night):
    """As SQLite has it: 3 is EXTRA, which syncs the folder, too, once the journal is gone."""
    with adding(night) as opened:
        assert opened.execute("PRAGMA synchronous").fetchone() == (3,)
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("delete",)
