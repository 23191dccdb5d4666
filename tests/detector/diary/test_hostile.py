"""Promise: of a diary of which any one byte is wrong, or that is none, what is read is right, or an error says so."""

from __future__ import annotations

import os
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlite

from detector.diary import Diary, Treatment
from detector.diary.keeping import check
from detector.diary.rows import SCHEMA_VERSION
from detector.errors import DamagedDiaryError, DiaryError

from .conftest import EVENING, PASSPHRASE, ZONE


def filled(folder):
    book = Diary(folder)
    said = {"night": 7, "twitching": "some", "pain": 2.5, "treatments": (Treatment("massage", 20, "min"),), "note": "n"}
    book.change(EVENING, said, ZONE)
    book.change(EVENING, {"pain": 3, "spasms": 4}, ZONE)
    book.change(EVENING.replace(day=26), {"treatments": ()}, ZONE)
    book.offer("baclofen", "mg", 10)
    book.mark(1_795_900_000 * 10**9)
    return book


def content(book):
    return book.entries(), book.history(EVENING), book.marks(), book.offered(), book.treatments()


def hold(book, whole, sound, place, change):
    data = bytearray(whole)
    data[place] ^= change
    book.path.write_bytes(data)
    try:
        found = content(book)
    except DiaryError:
        return True
    assert found == sound, (place, change)
    return False


def test_every_byte(library):
    book = filled(library)
    sound, whole = content(book), book.path.read_bytes()
    refused = sum(hold(book, whole, sound, place, 1 << place % 8) for place in range(0, len(whole), 13))
    assert refused > 50


@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
@settings(deadline=None, max_examples=60)
def test_any_byte(place, change, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    book = filled(folder)
    sound, whole = content(book), book.path.read_bytes()
    hold(book, whole, sound, int(place * len(whole)), change)


def test_bytes_of_an_encrypted_one(library, ring):
    book = filled(library)
    book.encrypt(PASSPHRASE)
    sound, whole = content(book), book.path.read_bytes()
    for place in range(16, len(whole), 197):
        hold(book, whole, sound, place, 4)


@pytest.mark.parametrize("data", [b"", b"dear diary", os.urandom(8192), b"SQLite format 3\0" + b"\1" * 5000])
def test_what_is_no_diary(book, data):
    book.path.write_bytes(data)
    with pytest.raises(DiaryError):
        book.entries()
    with pytest.raises(DiaryError):
        book.change(EVENING, {"night": 1}, ZONE)
    assert book.path.read_bytes() == data


def test_a_newer_one_is_refused(library):
    book = filled(library)
    with closing(sqlite.connect(book.path)) as opened:
        opened.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    for ask in (book.entries, lambda: book.change(EVENING, {"night": 1}, ZONE), lambda: check(book.path)):
        with pytest.raises(DiaryError, match="newer fasciwatch"):
            ask()


def test_what_computes_is_refused(library):
    book = filled(library)
    with closing(sqlite.connect(book.path, isolation_level=None)) as opened:
        opened.execute("CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM mark; END")
    with pytest.raises(DamagedDiaryError, match="computes"):
        book.change(EVENING, {"night": 1}, ZONE)


@pytest.mark.parametrize(
    "change",
    [
        "evening = '2026-13-01'",
        "night = 11",
        "night = 9e999",
        "twitching = x'00'",
        "timezone = ''",
        "bed_utc_ns = 1",
        'treatments = \'[["x",-1,"",null]]\'',
        "treatments = '{}'",
        "note = 'x' || char(0)",
    ],
)
def test_a_row_that_cannot_be_is_found(library, change):
    book = filled(library)
    with closing(sqlite.connect(book.path, isolation_level=None)) as opened:
        opened.execute(f"UPDATE entry SET {change} WHERE id = 2")  # noqa: S608 - of this test
    with pytest.raises(DamagedDiaryError):
        book.entries()
    report = check(book.path)
    assert not report.is_sound
    assert (report.versions, report.marks) == (2, 1)


@pytest.mark.usefixtures("links")
def test_a_link_that_leads_nowhere(book):
    book.path.symlink_to(book.path.with_name("gone"))
    other = Diary(book.folder)
    other.change(EVENING, {"night": 1}, ZONE)
    assert Diary(book.folder).entry(EVENING).night == 1
