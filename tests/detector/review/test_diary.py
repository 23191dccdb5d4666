"""Promise: what is said on the page's diary is on the disk when it is answered; a locked one is unlocked like a night;
nobody who has not entered reads it, and nonsense is refused in a sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from detector.diary import Diary, Treatment
from detector.errors import LockedDiaryError

SECRET = "four or five plain words"  # noqa: S105 - of a diary that is made here
YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011 - as the page says


@pytest.fixture(autouse=True)
def one_ring(ring, monkeypatch):
    for module in ("file", "book", "zone"):
        monkeypatch.setattr(f"detector.diary.{module}.RING", ring)


@pytest.fixture
def book(library):
    return Diary(library)


def said(page, answers, evening=YESTERDAY):
    return page.post("/api/diary", {"evening": str(evening), "answers": answers})


def test_what_is_answered_is_on_the_disk(page, book):
    answer = said(
        page,
        {
            "bed": "23:10",
            "up": "07:05",
            "night": 7,
            "treatments": [{"name": "tea", "amount": 2, "unit": "cups", "at": "21:00"}],
        },
    )
    assert answer.status == 200
    entry = book.entry(YESTERDAY)
    assert answer.json()["entry"]["version"] == entry.version == 1
    assert (entry.night, entry.in_bed_s, entry.treatments[0].at.hour) == (7, 7 * 3600 + 55 * 60, 21)
    said(page, {"night": None, "twitching": "left calf", "bed": ""})
    assert (book.entry(YESTERDAY).night, book.entry(YESTERDAY).twitching, book.entry(YESTERDAY).bed_utc_ns) == (
        None,
        "left calf",
        None,
    )
    versions = page.get(f"/api/diary/{YESTERDAY}/history").json()["versions"]
    assert [each["version"] for each in versions] == [2, 1]


def test_the_view_has_all_that_it_shows(page, book, make, library):
    evening = date(2026, 11, 24)
    make(library / f"{evening}.night")
    book.change(evening - timedelta(days=1), {"treatments": (Treatment("tea", 2, "cups"),)}, "Europe/Berlin")
    book.mark(1_795_557_700 * 10**9)
    facts = page.get(f"/api/diary?evening={evening}").json()
    assert facts["entry"]["timezone"] == "Europe/Berlin"  # the night's
    assert facts["before"] == [{"name": "tea", "amount": 2, "unit": "cups", "at": None}]
    assert {"name": "tea", "unit": "cups", "amount": 2} in facts["offered"]
    assert facts["marks"] == 1
    assert 0 < facts["felt"]["chance"] < 1
    assert [each["evening"] for each in facts["earlier"]] == ["2026-11-23"]
    assert page.get("/api/diary").json()["evening"] == str(YESTERDAY)
    assert (
        'href="/diary?evening=2026-11-24"'
        in page.get(f"/night/{page.get('/api/nights').json()['nights'][0]['key']}").text
    )


def test_a_time_that_comes_twice(page):
    evening = "2026-10-24"
    entry = page.post("/api/diary", {"evening": evening, "answers": {}}).json()["entry"]
    answers = page.post("/api/diary", {"evening": evening, "answers": {"bed": "02:30"}}).json()["entry"]
    if entry["timezone"] != "Europe/Berlin":  # this computer's clock is not changed in that night
        assert answers["bed_other"] is None


def test_own_list(page, book):
    offered = page.post("/api/diary/offer", {"name": "baclofen", "unit": "mg", "amount": 10, "listed": True}).json()[
        "offered"
    ]
    assert {"name": "baclofen", "unit": "mg", "amount": 10} in offered
    offered = page.post("/api/diary/offer", {"name": "Baclofen", "listed": False}).json()["offered"]
    assert "baclofen" not in {each["name"] for each in offered}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("", {}),
        ("", {"evening": "2026-11-27"}),
        ("", {"evening": "../etc", "answers": {}}),
        ("", {"evening": "2099-01-01", "answers": {"night": 1}}),
        ("", {"evening": "2026-11-27", "answers": {"night": 11}}),
        ("", {"evening": "2026-11-27", "answers": {"night": "7"}}),
        ("", {"evening": "2026-11-27", "answers": {"bed": "noon"}}),
        ("", {"evening": "2026-11-27", "answers": {"bed": 5}}),
        ("", {"evening": "2026-11-27", "answers": {"note": 5}}),
        ("", {"evening": "2026-11-27", "answers": {"note": None}}),
        ("", {"evening": "2026-11-27", "answers": {"treatments": 5}}),
        ("", {"evening": "2026-11-27", "answers": {"treatments": [5]}}),
        ("", {"evening": "2026-11-27", "answers": {"treatments": [{}]}}),
        ("", {"evening": "2026-11-27", "answers": {"treatments": [{"name": "x", "at": 5}]}}),
        ("", {"evening": "2026-11-27", "answers": {"treatments": [{"name": "x", "amount": "much"}]}}),
        ("/offer", {"name": 5}),
        ("/offer", {"name": "x", "unit": 5, "amount": 1}),
        ("/unlock", {}),
        ("/unlock", {"passphrase": 5}),
    ],
)
def test_nonsense_is_refused(page, book, path, value):
    answer = page.post(f"/api/diary{path}", value)
    assert answer.status in {400, 409}
    assert answer.json()["error"]
    assert not book.entries()


def test_a_locked_diary_is_unlocked(page, book, ring):
    book.change(YESTERDAY, {"night": 7}, "Etc/UTC")
    book.encrypt(SECRET)
    ring._known.clear()
    assert page.get("/api/diary").json()["locked"] is True
    answer = said(page, {"night": 1})
    assert answer.status == 409
    assert "encrypted" in answer.json()["error"]
    assert page.post("/api/diary/unlock", {"passphrase": "another one"}).status == 409
    assert page.post("/api/diary/unlock", {"passphrase": "\ud800"}).status == 409
    with pytest.raises(LockedDiaryError):
        book.entries()
    assert page.post("/api/diary/unlock", {"passphrase": SECRET}).json() == {"fits": True}
    assert page.get("/api/diary").json()["entry"]["night"] == 7
    assert said(page, {"night": 8}).status == 200


def test_a_damaged_diary_is_told(page, book):
    book.path.write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    answer = page.get("/api/diary")
    assert answer.status == 409
    assert "damaged" in answer.json()["error"] or "no diary" in answer.json()["error"]


def test_strangers_read_and_write_nothing(stranger, book):
    for path in ("/diary", "/api/diary", f"/api/diary/{YESTERDAY}/history"):
        assert stranger.get(path).status == 401
    assert said(stranger, {"night": 1}).status in {401, 403}
    assert not book.is_there
