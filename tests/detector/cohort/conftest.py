"""What the tests of cohorts share: small recordings, results without a recording, and the command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.cohort.result import Result, Signal
from detector.cohort.settings import Settings
from detector.cohort.source import Source
from detector.cohort.task import Task
from detector.cohort.work import result_path, work
from detector.summary.many.cache import rates_of


@pytest.fixture
def record():
    """A function that writes a recording of some minutes with twitches in it, another one for another seed."""

    def one(path: Path, seed: int = 0, minutes: float = 3.0) -> Path:
        rng = np.random.default_rng(seed)
        at = 1_700_000_000 + np.arange(round(minutes * 60 * 100)) / 100
        xyz = rng.normal(0, 0.002, (len(at), 3)) + np.array([0.1, -0.2, 0.97])
        xyz[:, 0] += 0.004 * np.sin(np.arange(len(at)) * 2 * np.pi / 400)  # breath: it is worn
        twitch = 0.05 * np.exp(-np.arange(40) / 8) * np.sin(np.arange(40) / 1.6)
        for onset in rng.integers(3000, len(at) - 500, 20):
            xyz[onset : onset + 40, seed % 3] += twitch
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, time=at, x=xyz[:, 0], y=xyz[:, 1], z=xyz[:, 2])
        return path

    return one


@pytest.fixture
def task_of():
    def one(path: Path, subject: str = "01", **facts: str) -> Task:
        return Task(path, subject, f"{subject} {path.name}", **facts)

    return one


@pytest.fixture
def fasciwatch():
    """A function that runs the command."""

    def call(*words: object):
        return CliRunner().invoke(main, [str(word) for word in words])

    return call


@pytest.fixture(scope="session")
def measured(tmp_path_factory) -> Result:
    """A result that was computed, to make others of."""
    folder = tmp_path_factory.mktemp("measured")
    rng = np.random.default_rng(1)
    at = 1_700_000_000 + np.arange(12_000) / 100
    np.savez(folder / "one.npz", time=at, **{axis: rng.normal(0, 0.002, 12_000) + (axis == "z") for axis in "xyz"})
    task = Task(folder / "one.npz", "01", "01 one.npz")
    return Result.read(work(task, Settings(), folder / "out"))


@pytest.fixture
def put(measured, tmp_path):
    """A function that writes the result of a night of so many hours and twitches, evening by evening."""

    def one(task: Task, hours: float, found: int, *, evening: str = "2026-11-01", sha256: str = "") -> Path:
        (sensor,) = measured.digest.sensors
        seconds = hours * 3600
        blocks = tuple((found // 4, seconds / 4) for _ in range(4))
        levels = tuple(
            replace(level, seconds=seconds, found=found if not level.amplitude_mg else found // 2, blocks=blocks)
            for level in sensor.levels
        )
        start_ns = int(np.datetime64(f"{evening}T22:00:00", "ns").astype(np.int64))
        sensor = replace(
            sensor,
            recorded_s=seconds,
            worn_s=seconds,
            measurable_s=seconds,
            levels=levels,
            place=task.place or None,
            rest_s={},
        )
        digest = replace(
            measured.digest,
            name=task.path.stem,
            night_id=sha256 or task.key,
            start_ns=start_ns,
            end_ns=start_ns + round(seconds * 1e9),
            evening=evening,
            sensors=(sensor,),
        )
        result = replace(
            measured,
            key=task.key,
            source=Source(task.path.name, 1, sha256 or task.key, ""),
            digest=digest,
            rates=(rates_of(sensor),),
            signals=(Signal(sensor.name, 99.9, round(seconds * 99.9), (), (), ()),),
        )
        target = result_path(task, Settings(), tmp_path / "out")
        result.save(target, None)
        return target

    return one
