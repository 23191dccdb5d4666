"""What the tests of engines share: sixty short nights, what a plain run makes of them, and runs as programs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from detector.cohort.engines import plain
from detector.cohort.settings import Settings
from detector.cohort.task import Task
from detector.cohort.work import FOLDER

NIGHTS = 60
MINUTES = 3


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sixty recordings of some minutes, no two alike."""
    folder = tmp_path_factory.mktemp("nights")
    rng = np.random.default_rng(19)
    at = 1_700_000_000 + np.arange(MINUTES * 60 * 100) / 100
    noise = rng.normal(0, 0.002, (len(at), 3)) + np.array([0.1, -0.2, 0.97])
    twitch = 0.04 * np.exp(-np.arange(40) / 8) * np.sin(np.arange(40) / 1.6)
    for number in range(NIGHTS):
        xyz = np.roll(noise, 997 * number, axis=0)
        for onset in rng.integers(500, len(at) - 500, 40):
            xyz[onset : onset + 40, number % 3] += twitch
        np.savez(folder / f"night-{number:02}.npz", time=at, x=xyz[:, 0], y=xyz[:, 1], z=xyz[:, 2])
    return folder


@pytest.fixture(scope="session")
def few(nights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of twelve of them."""
    folder = tmp_path_factory.mktemp("few")
    for path in sorted(nights.iterdir())[:12]:
        (folder / path.name).hardlink_to(path)
    return folder


@pytest.fixture(scope="session")
def tasks(nights: Path) -> list[Task]:
    return [Task(path, path.stem, path.name) for path in sorted(nights.iterdir())]


@pytest.fixture(scope="session")
def expected(tasks: list[Task], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of each result as one process makes them, one after the other, by the result's name."""
    results = tmp_path_factory.mktemp("plain")
    assert all(outcome.failure is None for outcome in plain.run(tasks, Settings(), results))
    found = contents(results)
    assert len(set(found.values())) == NIGHTS
    return found


def contents(results: Path) -> dict[str, bytes]:
    """The bytes of all results in a folder, by name."""
    return {path.name: path.read_bytes() for path in (results / FOLDER).iterdir() if not path.name.startswith(".")}


@dataclass
class Run:
    """A run of an engine as a program of its own."""

    process: subprocess.Popen[str]
    told: list[str]

    def until(self, nights: int) -> None:
        """Wait until it has told of so many nights."""
        assert self.process.stdout is not None
        while len(self.told) < nights:
            line = self.process.stdout.readline()
            if not line:
                pytest.fail(f"it ended after {self.told}: {self.process.stderr.read()}")
            self.told.append(line.strip())

    def rest(self) -> list[str]:
        """Wait for its end, and give all the lines it has written."""
        out, errors = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, errors
        self.told += out.split("\n")[:-1]
        return self.told

    def processes(self) -> list[int]:
        """It and all that it has begun."""
        import psutil

        return [self.process.pid, *(each.pid for each in psutil.Process(self.process.pid).children(recursive=True))]


@contextlib.contextmanager
def begun(engine: str, nights: Path, results: Path, **keywords: object) -> Iterator[Run]:
    """Begin a run of an engine in a process group of its own; nothing of it is left afterwards."""
    process = subprocess.Popen(
        [
            sys.executable,
            *("-W", "error", str(Path(__file__).with_name("program.py"))),
            *(engine, str(nights), str(results), json.dumps(keywords)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Run(process, [])
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def all_gone(processes: list[int], within_s: float) -> bool:
    """Whether processes end within a time; one that has ended but was not waited for has ended."""
    import psutil

    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if not any(_is_alive(psutil, number) for number in processes):
            return True
        time.sleep(0.1)
    return False


def _is_alive(psutil: object, number: int) -> bool:
    try:
        return bool(psutil.Process(number).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
