"""A reader who has an empty folder and an empty home, and types what a text says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.page.library import Plan, write_night
from tests.readme.texts import PROJECT, Block

_BROWSER = """
import http.cookiejar, os, re, signal, sys, urllib.request
from pathlib import Path
from urllib.parse import unquote, urlsplit

led = Path(unquote(urlsplit(sys.argv[1]).path)).read_text()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
page = opener.open(re.search(r"url=([^\\"]+)", led)[1]).read()
assert b"fasciwatch" in page
os.kill(os.getppid(), signal.SIGINT)
"""
"""Opens the page as a browser does, then presses Ctrl-C in the terminal."""


class Reader:
    """Types blocks into a shell, one after the other, in one folder and with one home."""

    def __init__(self, folder: Path) -> None:
        self.home, self.here, programs = (folder / name for name in ("home", "here", "programs"))
        for each in (self.home, self.here, programs):
            each.mkdir()
        python, shell = shutil.which("python3", path=Path(sys.executable).parent) or sys.executable, "#!/bin/sh\nexec "
        (folder / "browser.py").write_text(_BROWSER)
        for name, words in (("python", ""), ("fasciwatch", "-m detector.cli ")):
            (programs / name).write_text(f'{shell}"{python}" {words}"$@"\n')
            (programs / name).chmod(0o755)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FASCIWATCH_", "XDG_", "PYTEST_", "COV_", "BASH_"))
        }
        self.environment = kept | {
            "HOME": str(self.home),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(PROJECT),
            "BROWSER": f"{python} {folder / 'browser.py'} %s",
            "COLUMNS": "200",
        }

    @property
    def nights(self) -> Path:
        """Where the nights of this home lie."""
        where = subprocess.run(
            [sys.executable, "-c", "from detector.night import library_folder; print(library_folder(None))"],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return Path(where.stdout.strip())

    def type(self, block: Block) -> str:
        """Run a block; gives what it prints, words and results as they come in a terminal."""
        command = ["sh", "-e", "-c", block.code] if block.language == "sh" else [sys.executable, "-c", block.code]
        done = subprocess.run(
            command,
            cwd=self.here,
            env=self.environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=600,
        )
        assert done.returncode == 0, f"{block.where} ended with {done.returncode}:\n{block.code}\n{done.stdout}"
        return done.stdout


@pytest.fixture(scope="session")
def sixteen_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write sixteen evenings of one person, of which twenty twitches each are judged; fewer from the ninth on."""
    folder = tmp_path_factory.mktemp("sixteen")
    sensors = (("Sense 4711", "Polar Verity Sense", "left calf"),)
    for number in range(16):
        evening = date(2026, 11, 8) + timedelta(days=number)
        per_hour = (30.0, 24.0, 36.0, 28.0)[number % 4] / (1 if number < 8 else 3)
        write_night(folder / f"{evening}.night", Plan(evening, 3.4, per_hour, 0.8, sensors, labelled=True), 1)
    return folder


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Who has nothing yet."""
    return Reader(tmp_path)


@pytest.fixture
def recorder(reader: Reader, sixteen_nights: Path) -> Reader:
    """Who has recorded sixteen evenings."""
    shutil.copytree(sixteen_nights, reader.nights, dirs_exist_ok=True)
    return reader


@pytest.fixture
def who(request: pytest.FixtureRequest) -> Callable[[bool], Reader]:
    """Choose a reader: one who has recorded, or one who has nothing."""
    return lambda has_recorded: request.getfixturevalue("recorder" if has_recorded else "reader")
