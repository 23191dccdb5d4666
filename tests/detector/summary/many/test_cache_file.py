"""Promise: whatever becomes of the file that summaries are kept in, each answer is right, and none an error."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.summary.many import cache
from detector.summary.many.cache import PLAIN, Summaries

pytestmark = pytest.mark.usefixtures("ring")

NIGHTS = 6


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, write: Callable[..., Any]) -> Path:
    folder = tmp_path_factory.mktemp("nights")
    for day in range(NIGHTS):
        write(folder / f"night {day}.night", day=day, minutes=12, twitches=3 + day)
    return folder


@pytest.fixture
def library(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("detector.summary.many.state._SETTLED_NS", 0)
    return Path(shutil.copytree(written, tmp_path / "nights"))


def counts(library: Path) -> list[int]:
    with Summaries(library) as summaries:
        paths = sorted(summaries.nights())
        assert [summaries.of(path).digest is not None for path in paths] == [True] * NIGHTS
        return [summaries.line(path).event_count for path in paths]


RIGHT = [3 + day for day in range(NIGHTS)]


def test_a_file_of_any_damage_is_made_anew(library):
    assert counts(library) == RIGHT
    path = library / PLAIN
    sound = path.read_bytes()
    random = np.random.default_rng(3)
    for _ in range(60):
        damaged = bytearray(sound)
        for place in random.integers(len(damaged), size=int(random.integers(1, 40))):
            damaged[place] ^= 1 << random.integers(8)
        path.write_bytes(damaged)
        assert counts(library) == RIGHT
    for size in (0, 1, 100, 4096, len(sound) // 2, len(sound) - 1):
        path.write_bytes(sound[:size])
        assert counts(library) == RIGHT
    path.write_bytes(b"this is no database at all" * 1000)
    assert counts(library) == RIGHT
    assert counts(library) == RIGHT


def test_a_row_that_was_changed_is_none(library, monkeypatch):
    counts(library)
    with closing(sqlite.connect(str(library / PLAIN), isolation_level=None)) as connection:
        connection.execute("UPDATE kept SET line = replace(line, '\"event_count\": 3', '\"event_count\": 4')")
        connection.execute(
            "UPDATE kept SET name = CAST('night 1.night' AS BLOB) WHERE name = CAST('night 9.night' AS BLOB)"
        )
        connection.execute("UPDATE kept SET digest = 12")
    assert counts(library) == RIGHT


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE kept (name, words)",
        "CREATE VIEW kept AS SELECT 1 AS name",
        "CREATE TABLE other (name)",
    ],
)
def test_a_file_of_another_version_is_made_anew(library, sql):
    with closing(sqlite.connect(str(library / PLAIN))) as connection:
        connection.execute(sql)
    assert counts(library) == RIGHT
    with Summaries(library) as summaries:
        assert len(summaries._plain.names()) == NIGHTS


def test_what_another_version_worked_out_is_worked_out_anew(library, monkeypatch):
    counts(library)
    monkeypatch.setattr(cache, "DIGEST_VERSION", 1000)
    summed = []
    original = cache.summarise
    monkeypatch.setattr(cache, "summarise", lambda night: summed.append(night.path) or original(night))
    assert counts(library) == RIGHT
    assert len(summed) == NIGHTS


@pytest.mark.parametrize("mode", ["SHARED", "EXCLUSIVE"])
def test_a_file_that_another_process_holds_is_done_without(library, mode):
    counts(library)
    with closing(sqlite.connect(str(library / PLAIN), isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE" if mode == "EXCLUSIVE" else "BEGIN")
        connection.execute("SELECT * FROM kept").fetchall()
        (library / "night 0.night").touch()
        began = time.monotonic()
        assert counts(library) == RIGHT
        assert time.monotonic() - began < 10


@pytest.mark.usefixtures("links")
def test_where_nothing_can_be_written_nothing_is_kept(library):
    (library / PLAIN).mkdir()
    assert counts(library) == RIGHT
    (library / PLAIN).rmdir()
    (library / PLAIN).symlink_to(library / "nowhere" / "at all")
    assert counts(library) == RIGHT


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("journal", ["wal", "delete", None])
def test_what_a_link_leads_to_is_left_alone(library, tmp_path, journal):
    """A database of another program, or an empty file: neither written to, nor closed to others."""
    other = tmp_path / "other"
    other.touch(mode=0o644)
    if journal is not None:
        with closing(sqlite.connect(str(other))) as connection:
            connection.execute(f"PRAGMA journal_mode = {journal}")
            connection.execute("CREATE TABLE precious (thing)")
    before = other.read_bytes(), other.stat().st_mode
    (library / PLAIN).symlink_to(other)
    assert counts(library) == RIGHT
    assert (other.read_bytes(), other.stat().st_mode) == before
    assert not (library / PLAIN).is_symlink()


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has modes of this kind")
def test_a_file_that_others_may_read_is_closed(library):
    counts(library)
    (library / PLAIN).chmod(0o644)
    counts(library)
    assert (library / PLAIN).stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_thrown_away_meanwhile(library):
    with Summaries(library) as summaries:
        paths = summaries.nights()
        summaries.of(paths[0])
        (library / PLAIN).unlink()
        assert [summaries.of(path).line.event_count for path in sorted(paths)] == RIGHT
    assert counts(library) == RIGHT


def test_threads_may_share_it(library):
    wrong: list[object] = []

    def ask(summaries: Summaries) -> None:
        for _ in range(5):
            found = [summaries.of(path).line.event_count for path in sorted(library.glob("*.night"))]
            if found != RIGHT:
                wrong.append(found)

    with Summaries(library) as summaries:
        threads = [threading.Thread(target=ask, args=(summaries,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


PROGRAM = """
import sys
from pathlib import Path
import detector.summary.many.state as state
from detector.summary.many.cache import Summaries
state._SETTLED_NS = 0
library = Path(sys.argv[1])
print("ready", flush=True)
while True:
    with Summaries(library) as summaries:
        paths = sorted(summaries.nights())
        found = [summaries.line(path).event_count for path in paths]
    if found != [3 + day for day in range(len(paths))]:
        print("wrong", found, flush=True)
    for path in paths:
        path.touch()
"""


def _start(library: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(library)]
    started = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ)
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def test_two_programs_and_kills_in_the_middle_of_a_write(library):
    random = np.random.default_rng(5)
    for _ in range(6):
        both = [_start(library) for _ in range(2)]
        time.sleep(float(random.uniform(0.1, 0.5)))
        for each in both:
            each.kill()
        for each in both:
            said = each.communicate()[0]
            assert said == "", said
        assert counts(library) == RIGHT
