"""Killing recorders, and seeing what is left of their nights."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.durability.victim import RATE_HZ, made
from detector.night import Night
from firmware_bridge.samples import NS

ROOT = Path(__file__).parents[2]
Kind = Literal["fast", "live"]
Said = list[list[str]]


def start(path: Path, kind: Kind) -> subprocess.Popen[bytes]:
    """Start a recorder."""
    command = (sys.executable, "-m", "benchmarks.durability.victim", str(path), kind)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> tuple[Said, float]:
    """Kill a recorder that long after it first says something; return what it said, and when it was killed.

    Raises
    ------
    RuntimeError
        Where it has failed by itself.
    """
    assert process.stdout is not None  # noqa: S101 -- for the type checker: `start` has asked for it
    first = process.stdout.readline()
    killed: list[float] = []

    def kill() -> None:
        killed.append(time.monotonic())
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    rest, trouble = process.communicate()
    timer.join()
    if trouble:
        raise RuntimeError(trouble.decode())
    lines = (first + rest).decode().splitlines(keepends=True)
    return [line.split() for line in lines if line.endswith("\n")], killed[0]


def kill_all(paths: Sequence[Path], kind: Kind, moments: Sequence[float]) -> list[tuple[Said, float]]:
    """Start one recorder each, and kill them at their moments."""
    processes = [start(path, kind) for path in paths]
    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(kill_after, processes, moments))


def surviving(path: Path, batch: int) -> int:
    """Read all that has survived, and give the number of samples.

    Raises
    ------
    AssertionError
        Where a sample is not as it was recorded, or missing before the last; where an event is there without what it
        was found in; where the file is damaged.
    """
    with Night(path) as night:
        connection = night._connection  # noqa: SLF001 -- a reader has no business with checks of the file
        whole = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        _see(whole and connection.execute("PRAGMA foreign_key_check").fetchone() is None, "the file is damaged")
        rows = list(night.samples())
        xyz = np.concatenate([row.xyz for row in rows])
        _see(xyz.tobytes() == made(0, len(xyz)).tobytes(), "samples are not as they were")
        _see([row.start_ns for row in rows] == [NS * i for i in range(len(rows))], "times are not as they were")
        _see({len(row.xyz) for row in rows[:-1]} <= {RATE_HZ}, "a row in the middle is not whole")
        _see(night.runs[-1].ended_utc_ns is None, "it has been ended")
        _see(all(event.onset_s * RATE_HZ < len(xyz) for event in night.events()), "an event is without its samples")
        heard = [int(data) for _, data in night.raw("S")]
        _see(heard == list(range(0, len(heard) * batch, batch)), "raw notifications are missing")
        return len(xyz)


def _see(well: object, trouble: str) -> None:
    if not well:
        raise AssertionError(trouble)
