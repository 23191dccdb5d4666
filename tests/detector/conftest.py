"""Parts that the tests of several folders share: a run of the recorder, a wearable with repeatable samples, and a disk
that can be full."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest

from detector.events import Event
from detector.night import MadeBy, NightLog
from detector.night.writing.file import NightFile
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

if TYPE_CHECKING:
    from detector.night.statements import Statement
    from detector.night.writing.inbox import Failure

START_NS = 1_795_500_000 * NS + 123_456_789


@pytest.fixture
def start_ns() -> int:
    return START_NS


@pytest.fixture
def made_by() -> MadeBy:
    return MadeBy(START_NS, "0.1.0", {"false_alarms_per_hour": 1.0}, "3.11.2", "0.61.0", timezone="Europe/Berlin")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nights" / "2026-11-23.night"


@pytest.fixture
def open_log(path: Path, made_by: MadeBy) -> Iterator[Callable[..., NightLog]]:
    logs: list[NightLog] = []

    def open_one(**options: object) -> NightLog:
        # By default nothing is written but on demand: the tests say when.
        log = NightLog(path, made_by, **({"commit_s": 1e6} | options))
        logs.append(log)
        log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001, range_g=8.0)
        return log

    yield open_one
    for log in logs:
        log.discard()


@pytest.fixture
def rest() -> Callable[..., npt.NDArray[np.float32]]:
    """An arm at rest: whole mg, 1 mg of noise."""

    def make(count: int, seed: int = 1) -> npt.NDArray[np.float32]:
        mg = np.rint(np.random.default_rng(seed).normal([300.0, -500.0, 800.0], 1.0, (count, 3)))
        return (mg * 1e-3).astype(np.float32)

    return make


@pytest.fixture
def feed() -> Callable[..., list[Samples]]:
    """Put samples into a log as a radio brings them, and return the rows the night must hold."""

    def put(log: NightLog, samples: Samples, *, nominal_hz: float = 52, batch: int = 36) -> list[Samples]:
        rows = Rows(nominal_hz)
        whole: list[list[Samples]] = []
        for at in range(0, len(samples.xyz), batch):
            start_ns = samples.start_ns + round(at * NS / samples.rate_hz)
            rate_hz = samples.rate_hz * (1 + 1e-6 * (at % 7))  # the clock's estimate moves a little all the time
            for piece, begins_row in rows.cut(Samples(start_ns, rate_hz, samples.xyz[at : at + batch], samples.sensor)):
                log.samples(piece, begins_row)
                if begins_row:
                    whole.append([])
                whole[-1].append(piece)
        return [
            Samples(row[0].start_ns, row[0].rate_hz, np.concatenate([part.xyz for part in row]), row[0].sensor)
            for row in whole
        ]

    return put


@pytest.fixture
def event() -> Callable[..., Event]:
    def make(onset_s: float = 1.0, kind: str = "twitch", onset_utc: str = "2026-11-24T05:20:01.123456Z") -> Event:
        return Event(
            onset_s, onset_utc, 0.12, kind, 31.5, 60.25, 14.2, 1.7, 9.5, 0.6, 0.0, -0.8, -1, "Sense", "clipped|cut"
        )

    return make


@pytest.fixture
def same() -> Callable[[list[Samples], list[Samples]], None]:
    """Assert that rows are equal in every bit."""

    def check(found: list[Samples], expected: list[Samples]) -> None:
        assert [(row.start_ns, row.rate_hz, len(row.xyz), row.sensor) for row in found] == [
            (row.start_ns, row.rate_hz, len(row.xyz), row.sensor) for row in expected
        ]
        for one, other in zip(found, expected, strict=True):
            assert one.xyz.dtype == np.float32
            assert one.xyz.tobytes() == other.xyz.tobytes()

    return check


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
