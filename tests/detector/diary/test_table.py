"""Promise: what is exported is imported again as the same, whatever stands in it and whatever a spreadsheet makes of
it; a wrong row is told by its line, and nothing of its file is taken in."""

from __future__ import annotations

import contextlib
import csv
import io
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.diary import Entry, Treatment
from detector.diary.grammar import in_words, treatment_in, treatments_in
from detector.diary.table import COLUMNS, read, written
from detector.errors import DiaryError
from firmware_bridge.samples import NS

from .conftest import EVENING, ZONE

_LETTERS = st.text(max_size=40) | st.text("=+-@'\t\r\n\\;:,\"none 0123", max_size=12)
_NUMBERS = st.floats(0, 10) | st.integers(0, 10)


def _made(make, *strategies, **named):
    def attempt(arguments):
        try:
            return make(*arguments[0], **arguments[1])
        except ValueError:
            return None

    both = st.tuples(st.tuples(*strategies), st.fixed_dictionaries(named))
    return both.map(attempt).filter(lambda made: made is not None)


TREATMENTS = _made(
    Treatment,
    _LETTERS,
    st.none() | st.floats(0, 1e6),
    _LETTERS,
    st.none() | st.times().map(lambda at: time(at.hour, at.minute)),
)
ENTRIES = _made(
    Entry,
    st.dates(date(2020, 1, 1), date(2030, 1, 1)) | st.just(date(2026, 10, 24)),
    st.sampled_from([ZONE, "America/New_York", "Etc/UTC"]),
    night=st.none() | _NUMBERS,
    twitching=st.none() | _NUMBERS | _LETTERS,
    pain=st.none() | _NUMBERS,
    stiffness=st.none() | _NUMBERS,
    spasms=st.none() | st.floats(0, 1e4) | _LETTERS,
    treatments=st.none() | st.lists(TREATMENTS, max_size=3).map(tuple),
    note=_LETTERS,
)


def said(data, zone="Etc/UTC"):
    return [
        Entry(row.evening, row.timezone, **{n: a for n, a in row.answers.items() if n != "timezone"})
        for row in read(data, zone)
    ]


@given(st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.evening))
def test_what_is_written_is_read(entries):
    table = written(entries)
    assert said(table.encode()) == entries
    cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@given(st.lists(TREATMENTS, max_size=4).map(tuple))
def test_treatments_are_read_as_they_are_written(treatments):
    assert treatments_in(in_words(treatments)) == treatments


@given(st.binary(max_size=300) | _LETTERS.map(lambda words: f"evening,note\n2026-11-27,{words}".encode()))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(DiaryError):
        read(data, ZONE)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("massage", Treatment("massage")),
        ("massage: 20 min @ 18:30", Treatment("massage", 20, "min", time(18, 30))),
        ("baclofen: 2,5mg", Treatment("baclofen", 2.5, "mg")),
        ("massage @ 8:05", Treatment("massage", at=time(8, 5))),
        ("tea: 2", Treatment("tea", 2)),
        (r"a\: b\; c: 1 x\@y", Treatment("a: b; c", 1, "x@y")),
    ],
)
def test_treatments_as_they_are_typed(words, expected):
    assert treatment_in(words) == expected


@pytest.mark.parametrize("words", ["massage: much", "massage @ noon", "massage: 20 min @ 25:00", ": 5", "x: 1.2.3"])
def test_what_is_no_treatment(words):
    with pytest.raises(ValueError, match=r"\w+"):
        treatments_in(words)


HEAD = "evening;timezone;to_bed;got_up;night;treatments;note\r\n"
EXPECTED = Entry(
    EVENING,
    ZONE,
    1795817400 * NS,
    1795845900 * NS,
    7.5,
    treatments=(Treatment("baclofen", 2.5, "mg"),),
    note="=1+1; über",
)


@pytest.mark.parametrize("evening", ["2026-11-27", "27.11.2026"])
@pytest.mark.parametrize("bed", ["23:10", "23:10:00"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_what_a_spreadsheet_makes_of_it(evening, bed, encoding, first):
    row = f'{evening};{ZONE};{bed};7:05;7,5;baclofen: 2,5 mg;"\'=1+1; über"\r\n;;;;;;\r\n'
    assert said((first + HEAD + row).encode(encoding)) == [EXPECTED]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_other_delimiters(delimiter):
    table = HEAD.replace(";", delimiter) + delimiter.join(
        ["2026-11-27", ZONE, "23:10", "07:05", '"7,5"', '"baclofen: 2,5 mg"', '"\'=1+1; über"']
    )
    assert said(table.encode()) == [EXPECTED]


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        (["2026-11-27,7", "2026-11-26,11"], 3, "from 0 to 10"),
        (["2026-11-27,7", '2026-11-26,"1', '2"'], 3, "no number"),
        (["2026-11-27,7", "2026-11-27,7"], 3, "stands there twice, first in line 2"),
        (["11/27/2026,7"], 2, "no date"),
        (["2026-02-30,7"], 2, "no date"),
        (["2026-11-27,7,8"], 2, "3 cells"),
        (["2026-11-27,seven"], 2, "no number"),
    ],
)
def test_a_wrong_row_is_told_by_its_line(rows, line, words):
    with pytest.raises(DiaryError, match=rf"line {line}: .*{words}.*Nothing was taken in"):
        read("\n".join(["evening,night", *rows]).encode(), ZONE)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no column"),
        (b"night\n7", "no column 'evening'"),
        (b"evening,mood\n", "no column 'mood'"),
        (b"evening,night,night\n", "twice"),
        ("evening,note\n2026-11-27,über".encode("latin-1"), "line 2 is no UTF-8"),
    ],
)
def test_what_is_no_diary(data, words):
    with pytest.raises(DiaryError, match=words):
        read(data, ZONE)


def test_a_column_that_is_missing_says_nothing(book):
    book.change(EVENING, {"night": 7, "pain": 2}, ZONE)
    rows = read(b"evening,pain\n2026-11-27,3\n", ZONE)
    book.change_many((row.evening, row.answers, row.timezone) for row in rows)
    assert (book.entry(EVENING).night, book.entry(EVENING).pain) == (7, 3)


def test_twice_adds_nothing(book):
    data = (HEAD + f"2026-11-27;{ZONE};23:10;07:05;7,5;none;hm").encode()
    for _ in range(2):
        book.change_many((row.evening, row.answers, row.timezone) for row in read(data, "Asia/Tokyo"))
        again = written(book.entries()).encode()
        book.change_many((row.evening, row.answers, row.timezone) for row in read(again, "Asia/Tokyo"))
    assert len(book.history(EVENING)) == 1
    assert tuple(written([]).strip().split(",")) == COLUMNS
