"""One run of an engine, measured: processor time of all processes, memory of the workers, workers killed meanwhile."""

from __future__ import annotations

import contextlib
import os
import resource
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cohort.nights import Nights
from detector.cohort.engines import local, plain
from detector.cohort.engines.outcome import Outcome
from detector.cohort.settings import Settings
from detector.cohort.task import Task
from detector.cohort.work import FOLDER
from detector.recordings import open_recording

_MB = 1e6


@dataclass
class Measured:
    """What a run took.

    Attributes
    ----------
    wall_s, cpu_s, making_s
        Time by the clock; of processors, all processes together and without making the nights; of that making.
    memory_mb
        The largest worker's, once a second.
    killed, failed
        Workers that were killed; nights that were not computed.
    """

    wall_s: float = 0.0
    cpu_s: float = 0.0
    making_s: float = 0.0
    memory_mb: list[float] = field(default_factory=list)
    killed: int = 0
    failed: list[str] = field(default_factory=list)

    def memory(self) -> str:
        """The largest worker's memory in the second quarter of the run, and in the last."""
        seen = self.memory_mb
        quarter = len(seen) // 4
        if not quarter:
            return "-"
        return f"{max(seen[quarter : 2 * quarter]):.0f} → {max(seen[-quarter:]):.0f}"


def decoding_s(nights: Nights, count: int) -> float:
    """Processor time a night to read its samples, and do nothing with them."""
    spent = 0.0
    for task in nights.tasks(count):
        before = time.process_time()
        for _ in open_recording(task.path).stream():
            pass
        spent += time.process_time() - before
        nights.forget(task)
    return spent / count


def run(nights: Nights, count: int, results: Path, *, jobs: int, kill_every_s: float | None = None) -> Measured:
    """Compute nights by an engine: the plain one where there is one job and nobody kills it."""
    measured = Measured()
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(measured, ended, kill_every_s), daemon=True)
    started, cpu = time.monotonic(), _cpu_s()
    watcher.start()
    try:
        tasks = _making(nights, count, measured)
        for outcome in _outcomes(tasks, results, jobs, plainly=jobs == 1 and kill_every_s is None):
            nights.forget(outcome.task)
            if outcome.failure is not None:
                measured.failed.append(outcome.failure)
    finally:
        ended.set()
        watcher.join()
    measured.wall_s = time.monotonic() - started
    measured.cpu_s = _cpu_s() - cpu - measured.making_s
    return measured


def there(results: Path) -> int:
    """How many results there are."""
    return sum(1 for path in (results / FOLDER).iterdir() if not path.name.startswith("."))


def _outcomes(tasks: Iterator[Task], results: Path, jobs: int, *, plainly: bool) -> Iterator[Outcome]:
    if plainly:
        return plain.run(tasks, Settings(), results)
    return local.run(tasks, Settings(), results, jobs=jobs)


def _making(nights: Nights, count: int, measured: Measured) -> Iterator[Task]:
    """Take nights, and the time that making them takes on this thread."""
    tasks = nights.tasks(count)
    while True:
        before = time.thread_time()
        task = next(tasks, None)
        measured.making_s += time.thread_time() - before
        if task is None:
            return
        yield task


def _cpu_s() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, who))


def _watch(measured: Measured, ended: threading.Event, kill_every_s: float | None) -> None:
    import psutil

    itself = psutil.Process(os.getpid())
    next_kill = time.monotonic() + (kill_every_s or 0.0)
    while not ended.wait(1.0):
        with contextlib.suppress(psutil.Error):
            workers = [each for each in itself.children(recursive=True) if "spawn_main" in " ".join(each.cmdline())]
            sizes = [each.memory_info().rss for each in workers or [itself]]
            measured.memory_mb.append(max(sizes) / _MB)
            if kill_every_s and workers and time.monotonic() >= next_kill:
                next_kill = time.monotonic() + kill_every_s
                workers[measured.killed % len(workers)].kill()
                measured.killed += 1
