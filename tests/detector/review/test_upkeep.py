"""Promise: from the page a night is checked, copied and deleted as by the commands, and deleted only by its name."""

from __future__ import annotations

import os


def test_a_sound_night_is_said_to_be_sound(page, library, make, key):
    path = library / "2026-11-23.night"
    make(path, minutes=2, events=0)
    report = page.post(f"/api/night/{key(path)}/check", {}).json()
    assert report["is_sound"]
    assert report["samples"] > 5000


def test_what_is_wrong_is_told(page, night, key):
    damaged = bytearray(night.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    night.write_bytes(damaged)
    report = page.post(f"/api/night/{key(night)}/check", {})
    assert report.status == 409 or (report.json()["count"] > 0 and report.json()["findings"][0]["what"])


def test_a_copy_is_made_in_a_folder_that_is_there(page, night, key, tmp_path):
    folder = tmp_path / "stick"
    asked = {"folder": str(folder)}
    assert page.post(f"/api/night/{key(night)}/copy", asked).status == 409
    folder.mkdir()
    made = page.post(f"/api/night/{key(night)}/copy", asked)
    assert made.status == 200
    copy = folder / night.name
    assert made.json()["copy"] == str(copy)
    if os.name == "posix":
        assert copy.stat().st_mode & 0o077 == 0
    again = page.post(f"/api/night/{key(night)}/copy", asked)
    assert again.status == 409
    assert "there already" in again.json()["error"]


def test_no_other_folder_is_taken(page, night, key):
    for folder in ("", "nights", ".", None, 5, "\0", "/nowhere/at/all"):
        assert page.post(f"/api/night/{key(night)}/copy", {"folder": folder}).status == 409


def test_a_night_is_deleted_by_typing_its_name(page, night, key):
    for typed in ("", "yes", "2026-11-24", None, ["2026-11-23"]):
        assert page.post(f"/api/night/{key(night)}/delete", {"typed": typed}).status == 409
        assert night.exists()
    gone = page.post(f"/api/night/{key(night)}/delete", {"typed": "2026-11-23"})
    assert gone.json() == {"gone": "2026-11-23", "parts": []}
    assert not list(night.parent.iterdir())


def test_a_night_that_is_being_recorded_is_not_deleted(page, library, make, key):
    path = library / "2026-11-24.night"
    log = make(path, minutes=2, events=1, close=False)
    try:
        refused = page.post(f"/api/night/{key(path)}/delete", {"typed": "2026-11-24"})
        assert refused.status == 409
        assert "being recorded" in refused.json()["error"]
        assert path.exists()
    finally:
        log.close()


def test_what_doctor_finds_is_handed_on(page):
    assert page.get("/api/computer").json() == [{"check": "disk", "words": "full", "remedy": "Free some."}]
