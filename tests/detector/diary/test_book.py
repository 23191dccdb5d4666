"""Promise: what is said is on the disk and stays when it is corrected; nobody else reads it; and it is encrypted from
the first night on that is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.diary import Diary, Treatment
from detector.diary import file as diary_file
from detector.diary.entries import USUAL, Usual
from detector.diary.keeping import backup, check
from detector.errors import AnswerError, DamagedDiaryError, DiaryError, LockedDiaryError
from detector.night import MadeBy, NightLog

from .conftest import EVENING, PASSPHRASE, ZONE

BEFORE = EVENING.replace(day=26)
MASSAGE = Treatment("massage", 20, "min")


def names(library):
    return sorted(path.name for path in library.iterdir())


def test_what_is_said_is_read_and_what_was_said_before_stays(book, library):
    assert (book.entries(), book.history(EVENING), book.marks(), book.treatments()) == ([], [], [], {})
    assert names(library) == []
    first = book.change(EVENING, {"night": 7, "treatments": (MASSAGE,)}, ZONE)
    second = book.change(EVENING, {"night": 8, "note": "slept well"}, "Asia/Tokyo")
    assert (second.night, second.treatments, second.timezone, second.version) == (8, (MASSAGE,), ZONE, 2)
    assert book.entries() == [second]
    assert book.history(EVENING) == [first, second]
    assert second.said_utc_ns > first.said_utc_ns
    assert names(library) == ["diary.sqlite"]


def test_what_says_the_same_is_not_written_again(book):
    first = book.change(EVENING, {"night": 7}, ZONE)
    assert book.change(EVENING, {"night": 7.0, "note": ""}, ZONE) == first
    assert book.change(BEFORE, {"note": " "}, ZONE).version == 0
    assert len(book.history(EVENING)) == 1
    assert book.history(BEFORE) == []


def test_an_answer_is_taken_back(book):
    book.change(EVENING, {"night": 7}, ZONE)
    book.change(EVENING, {"night": None}, ZONE)
    assert book.entries() == []
    assert book.entry(EVENING) is None
    assert len(book.history(EVENING)) == 2


def test_a_wrong_answer_among_several_and_nothing_is_written(book):
    book.change(EVENING, {"night": 7}, ZONE)
    with pytest.raises(AnswerError, match="pain is a number") as raised:
        book.change_many([(EVENING, {"night": 1}, ZONE), (BEFORE, {"pain": 11}, ZONE)])
    assert raised.value.place == 1
    assert [entry.night for entry in book.entries()] == [7]
    with pytest.raises(AnswerError, match="a diary has no dreams"):
        book.change(EVENING, {"dreams": "many"}, ZONE)


def test_evenings_between(book):
    for day in (20, 21, 22):
        book.change(EVENING.replace(day=day), {"night": day - 20}, ZONE)
    found = book.entries(EVENING.replace(day=21), EVENING.replace(day=22))
    assert [entry.evening.day for entry in found] == [21, 22]


def test_treatments_by_their_names(book):
    book.change(BEFORE, {"treatments": (Treatment("Massage"), MASSAGE, Treatment("tea", 2, "cups"))}, ZONE)
    book.change(EVENING, {"treatments": (MASSAGE,)}, ZONE)
    assert book.treatments() == {"massage": [BEFORE, EVENING], "tea": [BEFORE]}
    assert book.uses("MASSAGE") == [BEFORE, EVENING]
    assert book.uses("sauna") == []
    offered = {one.name: one for one in book.offered()}
    assert offered["massage"] == Usual("massage", "min", 20)
    assert offered["tea"] == Usual("tea", "cups", 2)
    book.offer("tea", listed=False)
    book.offer("baclofen", "mg", 10)
    assert [one.name for one in book.offered()] == [*(one.name for one in USUAL), "baclofen"]


def test_deleted_for_good(book):
    book.change(EVENING, {"note": "nobody shall find this"}, ZONE)
    book.change(BEFORE, {"note": "this stays"}, ZONE)
    book.mark(1_795_900_000 * 10**9)
    assert book.delete(EVENING)
    assert not book.delete(EVENING)
    assert b"nobody shall" not in book.path.read_bytes()
    assert [entry.note for entry in book.entries()] == ["this stays"]
    book.delete_all()
    assert not book.is_there


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has modes")
def test_nobody_else_may_read_it(book, ring):
    old = os.umask(0)
    try:
        book.change(EVENING, {"night": 7}, ZONE)
        assert book.path.stat().st_mode & 0o777 == 0o600
        book.encrypt(PASSPHRASE)
        assert book.path.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(old)


def test_each_word_is_synced_before_it_is_acknowledged(book, monkeypatch):
    asked = []
    connect = diary_file.connect

    class Watched:
        def __init__(self, connection):
            self._connection = connection

        def __getattr__(self, name):
            return getattr(self._connection, name)

        def execute(self, sql, *rest):
            if sql == "COMMIT":
                asked.append(
                    [self._connection.execute(f"PRAGMA {name}").fetchone() for name in ("synchronous", "journal_mode")]
                )
            return self._connection.execute(sql, *rest)

    book.change(EVENING, {"night": 7}, ZONE)
    monkeypatch.setattr(diary_file, "connect", lambda *words: Watched(connect(*words)))
    book.change(EVENING, {"night": 8}, ZONE)
    book.mark(5)
    assert asked == [[(3,), ("delete",)]] * 2


def test_an_encrypted_one_holds_nothing_plain(book, library, ring):
    book.change(EVENING, {"note": "something plain"}, ZONE)
    book.mark(17 * 10**9)
    before = book.entries(), book.marks()
    assert book.encrypt(PASSPHRASE)
    assert not book.encrypt(PASSPHRASE)
    assert names(library) == ["diary.sqlite"]
    assert b"something plain" not in book.path.read_bytes()
    assert (book.entries(), book.marks()) == before
    book.change(EVENING, {"note": "something else"}, ZONE)
    assert b"something" not in book.path.read_bytes()
    assert len(book.history(EVENING)) == 2
    ring._known.clear()
    assert book.is_locked()
    with pytest.raises(LockedDiaryError, match="encrypted"):
        book.entries()
    ring.ask = lambda: "another passphrase"
    with pytest.raises(LockedDiaryError, match="another passphrase"):
        book.mark(5)
    ring.ask = lambda: PASSPHRASE
    assert len(book.entries()) == 1


def test_it_is_a_passphrase_that_sqlcipher_knows(book, ring):
    """Its key is worked out by this program, as SQLCipher itself does."""
    book.encrypt(PASSPHRASE)
    opened = sqlite.connect(book.path)
    opened.execute(f"PRAGMA key = '{PASSPHRASE}'")
    assert opened.execute("SELECT count(*) FROM entry").fetchone() == (0,)
    opened.close()


def test_a_passphrase_is_worked_with_once_a_session(book, ring, monkeypatch):
    book.change(EVENING, {"night": 7}, ZONE)
    book.encrypt(PASSPHRASE)
    ring._keys.clear()
    counted = []
    work = diary_file._key
    monkeypatch.setattr(diary_file, "_key", lambda *words: counted.append(words) or work(*words))
    for night in range(5):
        book.change(EVENING, {"night": night}, ZONE)
        assert Diary(book.folder).entries()[0].night == night
    assert len(counted) == 1


def test_where_a_night_is_encrypted_the_diary_begins_encrypted(book, library, ring):
    ring.add(PASSPHRASE)
    made = MadeBy(1_795_557_600 * 10**9, "0.1.0", {}, "3.13", timezone=ZONE)
    NightLog(library / "2026-11-24.night", made, passphrase=PASSPHRASE).close()
    ring._known.clear()
    with pytest.raises(LockedDiaryError, match="so shall your diary be"):
        book.change(EVENING, {"night": 7}, ZONE)
    assert not book.is_there
    ring.ask = lambda: PASSPHRASE
    book.change(EVENING, {"night": 7}, ZONE)
    assert not book.path.read_bytes().startswith(b"SQLite")


def test_what_is_prepared_asks_nobody_later_on(book, library, ring):
    ring.add(PASSPHRASE)
    made = MadeBy(1_795_557_600 * 10**9, "0.1.0", {}, "3.13", timezone=ZONE)
    NightLog(library / "2026-11-24.night", made, passphrase=PASSPHRASE).close()
    book.prepare()
    assert not book.is_there
    ring.ask = lambda: pytest.fail("somebody was asked")
    book.mark(5)
    assert not book.path.read_bytes().startswith(b"SQLite")


def test_copies(book, tmp_path, ring):
    book.change(EVENING, {"night": 7}, ZONE)
    copy = tmp_path / "copy" / "diary.sqlite"
    copy.parent.mkdir()
    backup(book.path, copy)
    assert Diary(copy.parent).entries() == book.entries()
    with pytest.raises(DiaryError, match="is there already"):
        backup(book.path, copy)
    book.encrypt(PASSPHRASE)
    backup(book.path, copy, replace=True)
    assert not copy.read_bytes().startswith(b"SQLite")
    assert Diary(copy.parent).entries() == book.entries()
    assert check(copy).is_sound


WRITER = """
import sys
from datetime import date
from pathlib import Path
from detector.diary import Diary
book = Diary(Path(sys.argv[1]))
for number in range(10):
    book.change(date(2026, 11, int(sys.argv[2])), {"night": number}, "Europe/Berlin")
    book.mark(number)
"""


def test_two_programs_and_two_threads_at_once(book, library):
    root = Path(__file__).parents[3]
    others = [subprocess.Popen([sys.executable, "-c", WRITER, library, str(day)], cwd=root) for day in (1, 2)]
    threads = [
        threading.Thread(
            target=lambda day=day: [book.change(EVENING.replace(day=day), {"night": n}, ZONE) for n in range(10)]
        )
        for day in (3, 4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait(60) for other in others] == [0, 0]
    assert [entry.version for entry in book.entries()] == [10] * 4
    assert len(book.marks()) == 20


def test_a_diary_on_a_disk_that_cannot_be_written(book, monkeypatch):
    book.change(EVENING, {"night": 7}, ZONE)

    def refuse(*_words, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(diary_file, "WriterLock", refuse)
    with pytest.raises(DiaryError, match="No space left"):
        book.change(EVENING, {"night": 8}, ZONE)
    assert book.entry(EVENING).night == 7


@pytest.mark.skipif(os.name == "nt", reason="Windows limits the size of no file")
def test_a_diary_that_there_is_no_room_to_encrypt_is_as_it_was_and_not_called_damaged(book, library):
    import resource

    book.change(EVENING, {"night": 7}, ZONE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        with pytest.raises(DiaryError) as caught:
            book.encrypt(PASSPHRASE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not isinstance(caught.value, DamagedDiaryError)
    assert "damaged" not in str(caught.value)
    assert names(library) == ["diary.sqlite"]
    assert book.entry(EVENING).night == 7


@pytest.mark.parametrize("place", [0, 7, 21, 23])
def test_a_night_with_a_damaged_head_does_not_keep_a_diary_from_beginning(book, library, place):
    night = library / "2026-11-24.night"
    NightLog(night, MadeBy(1_795_557_600 * 10**9, "0.1.0", {}, "3.13", timezone=ZONE)).close()
    data = bytearray(night.read_bytes())
    data[place] ^= 4
    night.write_bytes(data)
    book.change(EVENING, {"night": 7}, ZONE)
    assert book.path.read_bytes().startswith(b"SQLite")
