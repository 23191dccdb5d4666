"""Promise: what is kept of encrypted nights is encrypted with their passphrase, and unlocked once a session."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from detector.night import keys
from detector.summary.many import cache, store
from detector.summary.many.cache import ENCRYPTED, PLAIN, Summaries

PASSPHRASE, ANOTHER = "four or five plain words", "other words, five or six"
NIGHTS = 3


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.summary.many.state._SETTLED_NS", 0)


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose passphrase is worked out, which takes a tenth of a second each."""
    found: list[str] = []

    def noting(whose: str) -> Callable[[str], str]:
        return lambda passphrase: found.append(whose) or keys.pragma(passphrase)

    monkeypatch.setattr("detector.night.unlocking.pragma", noting("night"))
    monkeypatch.setattr(store, "pragma", noting("store"))
    return found


@pytest.fixture
def library(folder: Path, ring: keys.KeyRing, write: Callable[..., Any]) -> Path:
    for day in range(NIGHTS):
        write(folder / f"night {day}.night", day=day, place="behind the left ear", passphrase=PASSPHRASE)
    write(folder / "open.night", day=9)
    return folder


def states(library: Path) -> list[str]:
    with Summaries(library) as summaries:
        return [summaries.of(path).line.state for path in sorted(summaries.nights())]


def forget_passphrases(monkeypatch: pytest.MonkeyPatch, *known: str) -> keys.KeyRing:
    fresh = keys.KeyRing()
    for module in ("night.unlocking", "night.reader", "night.writing.file", "summary.many.cache"):
        monkeypatch.setattr(f"detector.{module}.RING", fresh)
    for passphrase in known:
        fresh.add(passphrase)
    return fresh


def test_nothing_of_them_lies_open(library, ring):
    ring.add(PASSPHRASE)
    assert states(library) == ["sound"] * 4
    for name in (PLAIN, ENCRYPTED):
        content = (library / name).read_bytes()
        assert b"behind the left ear" not in content
        if os.name == "posix":
            assert (library / name).stat().st_mode & 0o777 == 0o600
    assert b"SQLite" not in (library / ENCRYPTED).read_bytes()
    assert b"left calf" in (library / PLAIN).read_bytes()


def test_one_key_derivation_a_session(library, monkeypatch, derived):
    forget_passphrases(monkeypatch, PASSPHRASE)
    states(library)
    derived.clear()
    opened: list[Path] = []
    monkeypatch.setattr(cache, "Night", opened.append)
    monkeypatch.setattr(cache, "recorded_ns", opened.append)
    forget_passphrases(monkeypatch, PASSPHRASE)
    assert states(library) == ["sound"] * 4
    assert derived == ["store"]
    assert opened == []


def test_without_the_passphrase_they_are_locked(library, monkeypatch):
    forget_passphrases(monkeypatch, PASSPHRASE)
    states(library)
    forget_passphrases(monkeypatch)
    assert states(library) == ["locked"] * 3 + ["sound"]
    forget_passphrases(monkeypatch, "quite another passphrase")
    assert states(library) == ["locked"] * 3 + ["sound"]
    kept = (library / ENCRYPTED).read_bytes()
    assert len(kept) > 4096
    forget_passphrases(monkeypatch, PASSPHRASE)
    assert states(library) == ["sound"] * 4


def test_the_person_is_asked_once_and_by_the_store(library, monkeypatch, derived):
    forget_passphrases(monkeypatch, PASSPHRASE)
    states(library)
    asked: list[int] = []
    ring = forget_passphrases(monkeypatch)
    ring.ask = lambda: asked.append(1) or PASSPHRASE
    assert states(library) == ["sound"] * 4
    assert len(asked) == 1


def test_a_passphrase_that_becomes_known_later(library, monkeypatch):
    forget_passphrases(monkeypatch, PASSPHRASE)
    states(library)
    ring = forget_passphrases(monkeypatch)
    with Summaries(library) as summaries:
        path = library / "night 0.night"
        assert summaries.of(path).line.state == "locked"
        ring.add(PASSPHRASE)
        assert summaries.of(path).line.state == "sound"


def test_nights_of_two_passphrases(library, write, monkeypatch):
    write(library / "other.night", day=20, passphrase=ANOTHER)
    forget_passphrases(monkeypatch, PASSPHRASE, ANOTHER)
    assert states(library) == ["sound"] * 5
    assert states(library) == ["sound"] * 5
    # Who knows one of them is told nothing of what the other hides.
    forget_passphrases(monkeypatch, PASSPHRASE)
    assert states(library) == ["sound"] * 4 + ["locked"]
    forget_passphrases(monkeypatch, ANOTHER)
    assert states(library) == ["locked"] * 3 + ["sound"] * 2


def test_damage_is_no_error(library, monkeypatch):
    forget_passphrases(monkeypatch, PASSPHRASE)
    states(library)
    sound = (library / ENCRYPTED).read_bytes()
    for damaged in (b"", sound[:5000], sound[: len(sound) // 2], bytes(len(sound)), b"SQLite format 3\0" * 500):
        (library / ENCRYPTED).write_bytes(damaged)
        forget_passphrases(monkeypatch, PASSPHRASE)
        assert states(library) == ["sound"] * 4
    spoilt = bytearray((library / ENCRYPTED).read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    (library / ENCRYPTED).write_bytes(spoilt)
    assert states(library) == ["sound"] * 4


def test_nor_is_what_sqlcipher_says_of_damage_while_the_file_is_open(tmp_path):
    """In writing it says then that there is no memory."""
    kept = store.Store(tmp_path / ENCRYPTED, "1", PASSPHRASE)

    def damaged(_connection: Any) -> None:
        raise MemoryError

    assert kept._try(damaged) is None
    row = store.Row("as it is", 1, "{}")
    kept.put(tmp_path / "a.night", row)
    assert kept.get(tmp_path / "a.night") == row
    kept.close()


def test_a_passphrase_file_that_cannot_be_read_is_no_error(library, monkeypatch, tmp_path):
    forget_passphrases(monkeypatch, PASSPHRASE)
    states(library)
    forget_passphrases(monkeypatch)
    monkeypatch.setenv(keys.FILE_VARIABLE, str(tmp_path / "none"))
    assert states(library)[-1] == "sound"


def test_what_is_deleted_is_gone(library, monkeypatch):
    forget_passphrases(monkeypatch, PASSPHRASE)
    states(library)
    with Summaries(library) as summaries:
        summaries.forget([library / "night 0.night"])
        assert summaries._encrypted.names() == {b"night 1.night", b"night 2.night"}
    # Nobody is asked for a passphrase to delete a night: then all of the file goes.
    ring = forget_passphrases(monkeypatch)
    ring.ask = lambda: pytest.fail("asked")
    with Summaries(library) as summaries:
        summaries.forget([library / "open.night"])
        assert (library / ENCRYPTED).exists()
        summaries.forget([library / "night 1.night"])
    assert not (library / ENCRYPTED).exists()


def test_a_night_that_is_gone_costs_the_others_nothing(library, monkeypatch):
    forget_passphrases(monkeypatch, PASSPHRASE)
    states(library)
    (library / "night 0.night").unlink()
    forget_passphrases(monkeypatch)
    assert states(library) == ["locked"] * 2 + ["sound"]
    forget_passphrases(monkeypatch, PASSPHRASE)
    with Summaries(library) as summaries:
        summaries.of(library / "night 1.night")
        summaries.nights()
        assert summaries._encrypted.names() == {b"night 1.night", b"night 2.night"}
