"""Parts that the tests of several folders share: a disk that can be full."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from detector.night.file import NightFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detector.night.inbox import Failure
    from detector.night.track import Statement


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """While it is set there is no room for another page of any night.

    SQLite's own limit gives the very error of a full disk. The writer's thread sets it: two threads at one connection
    would take each other's errors for their own.
    """
    is_full = threading.Event()
    write = NightFile.write

    def write_if_there_is_room(file: NightFile, statements: Iterable[Statement]) -> Failure | None:
        (pages,) = file.connection.execute("PRAGMA page_count").fetchone()
        file.connection.execute(f"PRAGMA max_page_count = {pages if is_full.is_set() else 1_000_000}")
        return write(file, statements)

    monkeypatch.setattr(NightFile, "write", write_if_there_is_room)
    return is_full
