"""Promise: the list tells every night, also one that is damaged, encrypted or being recorded, and the page holds none
of them open."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from detector.night import Night, remove_night

PASSPHRASE = "four or five plain words"  # noqa: S105 - of a made-up night


def test_a_night_in_a_line(page, night, key):
    listed = page.get("/api/nights").json()
    assert listed["nights"] == [{"key": key(night), "name": "2026-11-23"}]
    line = page.get(f"/api/nights/{key(night)}").json()
    assert line["state"] == "sound"
    assert line["length_s"] == pytest.approx(20 * 60, abs=1)
    assert line["recorded_share"] == pytest.approx(1 - 20 / 1200, abs=0.002)
    assert 0.9 < line["measurable_share"] < 1
    assert line["reviewed_share"] == 0
    assert line["timezone"] == "Europe/Berlin"
    assert line["size_bytes"] == night.stat().st_size
    assert [sensor["place"] for sensor in line["sensors"]] == [None, "left calf"]
    for sensor in line["sensors"]:
        assert sensor["low_per_hour"] < sensor["per_hour"] < sensor["high_per_hour"]


def test_the_latest_night_comes_first(page, library, make):
    for name in ("2026-11-23", "2026-11-22"):
        make(library / f"{name}.night", minutes=2, events=1)
    assert [each["name"] for each in page.get("/api/nights").json()["nights"]] == ["2026-11-22", "2026-11-23"]


def test_a_library_that_is_not_there_holds_no_nights(page, library):
    library.rmdir()
    assert page.get("/api/nights").json()["nights"] == []


def test_a_damaged_night_says_so(page, library, key):
    path = library / "2026-11-23-damaged.night"
    path.write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    line = page.get(f"/api/nights/{key(path)}").json()
    assert line["state"] == "damaged"
    assert line["words"]
    assert page.get(f"/api/night/{key(path)}").status == 409


def test_a_night_that_is_being_recorded_says_so_and_is_shown(page, library, make, key):
    path = library / "2026-11-24.night"
    log = make(path, minutes=12, events=9, close=False)
    try:
        line = page.get(f"/api/nights/{key(path)}").json()
        assert line["state"] == "recording"
        assert line["event_count"] == 9
        assert page.get(f"/api/night/{key(path)}").json()["recording"]
    finally:
        log.close()
    assert page.get(f"/api/nights/{key(path)}").json()["state"] == "sound"


def test_what_a_crash_has_left_is_not_being_recorded(page, night, key):
    lock = night.with_name(night.name + "-lock")
    lock.touch()
    an_hour_ago = time.time() - 3600
    os.utime(night, (an_hour_ago, an_hour_ago))
    assert page.get(f"/api/nights/{key(night)}").json()["state"] == "sound"


def test_an_encrypted_night_is_unlocked_in_memory_alone(page, library, make, key, ring):
    path = library / "2026-11-23.night"
    make(path, minutes=3, events=2, passphrase=PASSPHRASE)
    ring._known.clear()
    assert page.get(f"/api/nights/{key(path)}").json()["state"] == "locked"
    assert page.get(f"/api/night/{key(path)}").status == 409
    wrong = page.post("/api/unlock", {"night": key(path), "passphrase": "not this one at all"})
    assert (wrong.status, wrong.json()["error"]) == (409, "This passphrase does not fit.")
    assert ring.latest is None
    assert page.post("/api/unlock", {"night": key(path), "passphrase": PASSPHRASE}).status == 200
    assert page.get(f"/api/nights/{key(path)}").json()["state"] == "sound"
    assert ring.ask is None
    assert PASSPHRASE.encode() not in b"".join(file.read_bytes() for file in library.rglob("*") if file.is_file())


def test_no_request_names_a_file(page, library, night, tmp_path):
    for name in ("../2026-11-23", "..%2f..%2fetc", str(night), night.name, "0" * 12):
        assert page.get(f"/api/nights/{name}").status == 404
    assert page.get("/static/../app.py").status == 404
    assert page.get("/static/%2e%2e/app.py").status == 404


def test_a_night_changes_only_for_who_changes_it(page, night, key):
    before = night.read_bytes()
    page.get(f"/api/nights/{key(night)}")
    for view in ("", "/summary", "/movement", "/samples?from=0&to=30"):
        assert page.get(f"/api/night/{key(night)}{view}").status == 200
    assert night.read_bytes() == before


def test_nothing_is_held_open_between_two_answers(page, library, make, night, key):
    """A recorder can begin, go on with, and lose a night while the page is open."""
    views = ("", "/summary", "/movement", "/samples?from=0&to=30")
    for view in views:
        page.get(f"/api/night/{key(night)}{view}")
    page.get(f"/api/nights/{key(night)}")
    if sys.platform == "linux":
        held = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.exists()]
        assert not [name for name in held if name.is_relative_to(library) and ".night" in name.name]
    remove_night(night)
    assert page.get(f"/api/nights/{key(night)}").status == 404
    log = make(night, minutes=2, events=3, close=False)
    assert page.get(f"/api/nights/{key(night)}").json()["event_count"] == 3
    log.close()
    with Night(night) as opened:
        assert len(opened.events()) == 3


def test_a_place_is_set_and_kept_in_the_night(page, night, key):
    asked = {"sensor": "Sense", "place": "right calf"}
    assert page.post(f"/api/night/{key(night)}/place", asked).status == 200
    assert page.get(f"/api/nights/{key(night)}").json()["sensors"][0]["place"] == "right calf"
    with Night(night) as opened:
        assert opened.sensors[0].place == "right calf"
    assert page.post(f"/api/night/{key(night)}/place", {"sensor": "nobody", "place": "x"}).status == 409
    assert page.post(f"/api/night/{key(night)}/place", {"sensor": "Sense", "place": "x" * 1000}).status == 400


def test_whoever_comes_by_an_old_address_is_led_to_the_nights(page):
    for path in ("/night/000000000000", "/nowhere"):
        answer = page.get(path)
        assert answer.status == 404
        assert 'href="/"' in answer.text
        assert answer.headers["content-type"].startswith("text/html")
    assert "not there any more" in page.get("/night/000000000000").text
    assert "error" in page.get("/api/night/000000000000").json()
    assert page.get("/api/nowhere").status == 404
