"""Parts that the tests of the diary share: an empty library, its diary, and a ring of no passphrase yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from detector.diary import Diary
from detector.night import keys

ZONE = "Europe/Berlin"
EVENING = date(2026, 11, 27)
PASSPHRASE = "four or five plain words"  # noqa: S105 - of diaries that are made here


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> keys.KeyRing:
    """No passphrase of another test, or of this computer."""
    fresh = keys.KeyRing()
    for module in ("night.unlocking", "night.reader", "night.writing.file", "diary.file", "diary.book", "diary.zone"):
        monkeypatch.setattr(f"detector.{module}.RING", fresh)
    monkeypatch.setattr("detector.night.keys.from_keyring", lambda: None)
    monkeypatch.delenv(keys.FILE_VARIABLE, raising=False)
    return fresh


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "nights"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def book(library: Path) -> Diary:
    return Diary(library)
