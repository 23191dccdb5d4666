"""Promise: whatever lies in the library under a night's name, the list stands, each answer has words, nothing else is
told of, and a night is found quickly among thousands."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from detector.review.opened import Shelf

UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
NAMES = (
    b"\xff\xfe.night",
    b"<img src=x onerror=alert(1)>.night",
    b"\x1b[31m\xe2\x80\xaeevil\n.night",
    b"a" * 240 + b".night",
)
SECRET = b"of nobody's business"


@pytest.fixture
def odd(library, night, tmp_path):
    """A library of all that is no night, and of nights with names that nobody would give."""
    (library / "folder.night").mkdir()
    (library / "empty.night").write_bytes(b"")
    (tmp_path / "secret").write_bytes(SECRET)
    (library / "loop.night").symlink_to("loop.night")
    (library / "dangling.night").symlink_to(tmp_path / "gone" / "nowhere.night")
    (library / "elsewhere.night").symlink_to(tmp_path / "secret")
    os.mkfifo(library / "pipe.night")
    if sys.platform == "linux":  # others refuse bytes that are no text
        for name in NAMES:
            shutil.copyfile(night, os.path.join(os.fsencode(library), name))  # noqa: PTH118 - bytes
    return library


@UNIX
def test_every_answer_has_words(page, odd, tmp_path):
    listed = page.get("/api/nights")
    assert listed.status == 200
    assert len(listed.json()["nights"]) == len(list(odd.glob("*.night")))
    away = tmp_path / "copies"
    away.mkdir()
    for each in listed.json()["nights"]:
        key = each["key"]
        answers = [
            *(page.get(path.format(key)) for path in (
                "/api/nights/{}", "/night/{}", "/api/night/{}", "/api/night/{}/summary", "/api/night/{}/movement",
                "/api/night/{}/samples?from=0&to=10", "/api/snippets?night={}", "/judge?night={}",
            )),
            page.post(f"/api/night/{key}/check", {}),
            page.post(f"/api/night/{key}/copy", {"folder": str(away)}),
            page.post(f"/api/night/{key}/place", {"sensor": "Sense", "place": "left calf"}),
        ]  # fmt: skip
        for answer in answers:
            assert answer.status == 200 or answer.json()["error"], (each, answer)
            assert SECRET not in answer.body
            assert b"nowhere" not in answer.body
        gone = page.post(f"/api/night/{key}/delete", {"typed": each["name"]})
        if Path(each["name"]).name in {"folder", "pipe"}:
            assert gone.status == 409
            assert "is no file" in gone.json()["error"]
        else:
            assert gone.json()["gone"] == each["name"]
    assert sorted(path.name for path in odd.glob("*.night")) == ["folder.night", "pipe.night"]
    assert (tmp_path / "secret").read_bytes() == SECRET


@UNIX
def test_a_link_is_a_night_of_its_own(library, night, tmp_path):
    shutil.copy(night, tmp_path / "one.night")
    for name in ("a", "b"):
        (library / f"{name}.night").symlink_to(tmp_path / "one.night")
    shelf = Shelf(library)
    assert {path.name for path in shelf.paths().values()} == {night.name, "a.night", "b.night"}
    assert all(shelf.path(key) == path for key, path in shelf.paths().items())


def test_a_night_that_was_named_is_told_once(library, night, tmp_path):
    assert len(Shelf(library, night).paths()) == 1
    away = tmp_path / "away.night"
    shutil.copy(night, away)
    shelf = Shelf(library, away)
    assert set(shelf.paths().values()) == {night, away}
    assert shelf.path(shelf.key(away)) == away


def test_one_of_thousands_is_found_at_once(library, night):
    for number in range(3000):
        (library / f"no-{number}.night").write_bytes(b"x" * 5000)
    shelf = Shelf(library)
    began_s = time.perf_counter()
    assert shelf.path(shelf.key(night)) == night
    assert time.perf_counter() - began_s < 0.2  # 3000 nights opened take seconds


@pytest.mark.parametrize("folder", ["~nosuchuser", "/" + "a" * 10_000, "\0", "/\ud800", "a", "", 7, None, ["/"]])
def test_no_folder_that_cannot_be_is_taken(page, night, key, folder):
    answer = page.post(f"/api/night/{key(night)}/copy", {"folder": folder})
    assert answer.status == 409
    assert "there is no such folder" in answer.json()["error"]


@pytest.mark.parametrize("typed", ["\0", "good and long\0", "\ud800", "x'", "x'00'", "' OR 1 --", "a" * 100_000])
def test_an_odd_passphrase_does_not_fit(page, library, make, key, ring, typed):
    path = library / "2026-11-24.night"
    make(path, minutes=2, events=1, passphrase="four or five plain words")  # noqa: S106 - of a made-up night
    ring.__init__()
    answer = page.post("/api/unlock", {"night": key(path), "passphrase": typed})
    assert (answer.status, answer.json()["error"]) == (409, "This passphrase does not fit.")
