"""Promise: whatever moment a program that writes the diary is killed at, nothing that it has acknowledged is lost, and
a diary that is being encrypted is there as a whole, plain or encrypted, with nothing plain beside the latter."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from detector.diary import Diary
from detector.diary.keeping import check

from .conftest import EVENING, PASSPHRASE, ZONE

ROOT = Path(__file__).parents[3]
KILLS = 12
FIRST = date(2020, 1, 1)

WRITER = """
import sys
from datetime import date, timedelta
from pathlib import Path
from detector.diary import Diary
from detector.night.keys import RING
if len(sys.argv) > 2:
    RING.add(sys.argv[2])
book = Diary(Path(sys.argv[1]))
begun = len(book.entries())
for number in range(begun, 10_000):
    book.change(date(2020, 1, 1) + timedelta(days=number), {"night": number % 11, "note": "x" * 3000}, "Europe/Berlin")
    book.mark(number * 10**9)
    print(number, flush=True)
"""
ENCRYPTER = """
import sys
from pathlib import Path
from detector.diary import Diary
book = Diary(Path(sys.argv[1]))
print("ready", flush=True)
book.encrypt(sys.argv[2])
"""


def started(code, *words):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("secret", [(), (PASSPHRASE,)])
def test_writers_are_killed(book, library, ring, secret):
    for passphrase in secret:
        book.encrypt(passphrase)
    pause = random.Random(17)  # noqa: S311 - moments
    acknowledged = -1
    for _ in range(KILLS):
        writer = started(WRITER, library, *secret)
        seen = [writer.stdout.readline()]
        assert seen[0], writer.stderr.read()
        time.sleep(pause.uniform(0, 0.08))
        writer.kill()
        seen += writer.communicate()[0].splitlines()
        told = [int(words) for words in seen if words.strip()]
        acknowledged = told[-1]
        entries = book.entries()
        assert len(entries) in {acknowledged + 1, acknowledged + 2}
        assert [entry.evening for entry in entries] == [FIRST + timedelta(days=day) for day in range(len(entries))]
        assert {utc_ns // 10**9 for utc_ns, _ in book.marks()} >= set(told)
        assert check(book.path).is_sound
    book.change(EVENING, {"night": 1}, ZONE)
    assert {path.name for path in library.iterdir()} <= {"diary.sqlite", "diary.sqlite-lock"}
    assert acknowledged > KILLS


def test_who_encrypts_is_killed(tmp_path, ring):
    whole = Diary(tmp_path / "whole")
    for day in range(40):
        whole.change(FIRST + timedelta(days=day), {"note": "something plain " * 100}, ZONE)
    ring.add(PASSPHRASE)
    pause = random.Random(3)  # noqa: S311 - moments
    found = []
    for number in range(KILLS):
        folder = tmp_path / str(number)
        shutil.copytree(whole.folder, folder)
        other = started(ENCRYPTER, folder, PASSPHRASE)
        assert other.stdout.readline() == "ready\n"
        # The first one at once, the last one too late: a busy computer takes longer than any pause that is drawn.
        if number:
            time.sleep(pause.uniform(0, 0.3))
        if number < KILLS - 1:
            other.kill()
        other.communicate()
        book = Diary(folder)
        plain = book.path.read_bytes().startswith(b"SQLite format 3")
        found.append(plain)
        assert len(book.entries()) == 40
        book.encrypt(PASSPHRASE)  # and is encrypted, or was
        assert len(book.entries()) == 40
        assert not [path.name for path in folder.iterdir() if path.name not in {"diary.sqlite", "diary.sqlite-lock"}]
        assert b"something plain" not in b"".join(path.read_bytes() for path in folder.iterdir())
    assert set(found) == {True, False}
