"""Promise: an encrypted night is unlocked by the usual ways, is no failure of the others where it cannot be, and the
night that is kept of it is encrypted as well."""

from __future__ import annotations

import pytest

from detector import replaying
from detector.cohort.result import Result
from detector.cohort.settings import Settings
from detector.cohort.work import night_path, work
from detector.errors import LockedNightError
from detector.night.keys import FILE_VARIABLE, RING
from detector.signal import DetectorConfig

WORDS = "four words of a test"


@pytest.fixture
def secret(record, tmp_path, monkeypatch):
    path = record(tmp_path / "one.npz")
    (tmp_path / "library").mkdir()
    opened = replaying.open_input(path, DetectorConfig(), {}, as_made=False)
    _, night = replaying.replay(opened, tmp_path / "library", WORDS)
    monkeypatch.setattr(RING, "_known", [])
    monkeypatch.setattr(RING, "_keys", {})
    monkeypatch.setattr(RING, "ask", None)
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    return night


def test_it_is_told_that_it_is_locked(secret, task_of, tmp_path, monkeypatch):
    monkeypatch.setattr("detector.night.keys.from_keyring", lambda: None)
    with pytest.raises(LockedNightError):
        work(task_of(secret), Settings(), tmp_path / "out")


def test_the_file_of_the_passphrase_unlocks_it(secret, task_of, tmp_path, monkeypatch):
    key = tmp_path / "key"
    key.write_text(WORDS)
    key.chmod(0o600)
    monkeypatch.setenv(FILE_VARIABLE, str(key))
    target = work(task_of(secret), Settings(keep_nights=True), tmp_path / "out")
    assert Result.read(target).events
    assert not night_path(target).read_bytes().startswith(b"SQLite format 3")
