"""What a sheet costs whoever asks for it: time, bytes and memory, each in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, at_most
from benchmarks.page.library import write_library
from benchmarks.page.opened import library
from benchmarks.page.simulated import simulate, write
from detector.report import READERS
from detector.summary.many.cache import Summaries

_FIRST, _SEED = date(2025, 11, 1), 17
_HEAVY = "2026-11-24"
_HEAVY_COUNT, _HEAVY_HOURS, _HEAVY_HZ = 5000, 8.0, 200.0
_MOST_S, _MOST_KB = 0.3, 300

_SHEET = """
import json, re, sys, time
from pathlib import Path
from detector.report import sheet_of
folder, name, reader = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def most_kib():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = most_kib()
began, began_cpu = time.perf_counter(), time.process_time()
html, _ = sheet_of(folder / f"{name}.night", folder, reader)
told = (
    time.perf_counter() - began,
    time.process_time() - began_cpu,
    len(html.encode()),
    most_kib() - before,
    [name for name in ("numba", "scipy", "matplotlib") if name in sys.modules],
)
print(json.dumps(told))
"""


class _Told(NamedTuple):
    """What a process tells of the sheet it has written: s, s, bytes, KiB, and what it should not have imported."""

    wall_s: float
    cpu_s: float
    size: int
    more_kib: int
    strangers: list[str]


def sheets(effort: Effort) -> Outcome:
    """Ask for the sheets of an ordinary night among others, and of one that is as heavy as nights are."""
    many = int(effort.scaled(60, 365))
    times = int(effort.scaled(7, 15))
    rows, figures = [], []
    strangers: set[str] = set()
    with library() as folder:
        last = write_library(folder / "many", many, first=_FIRST, seed=_SEED)[-1]
        alone = folder / "alone"
        alone.mkdir()
        shutil.copy(last, alone)
        heavy = folder / "heavy"
        heavy.mkdir()
        night = simulate(_HEAVY_COUNT, 0.3, _HEAVY_HOURS, _HEAVY_HZ, _SEED)
        write(heavy / f"{_HEAVY}.night", night, _HEAVY_HOURS, _HEAVY_HZ, _SEED, ("calf", "thigh"))
        for title, of, name, is_held in (
            (f"an ordinary night, the last of {many}", last.parent, last.stem, True),
            ("the same night, alone", alone, last.stem, True),
            (f"{_HEAVY_COUNT} events of two wearables at {_HEAVY_HZ:.0f} Hz", heavy, _HEAVY, False),
        ):
            _sum_up(of)
            for reader in READERS:
                told = [_asked(of, name, reader) for _ in range(times)]
                wall, cpu, size, memory = np.median([each[:4] for each in told], axis=0).tolist()
                strangers.update(*(each.strangers for each in told))
                rows.append((title, reader, wall, cpu, size / 1e3, memory * 1024 / 1e6))
                figures.append(
                    Figure(f"{reader}'s sheet of {title}, computed", cpu, unit="s",
                           target=at_most(_MOST_S) if is_held else None)
                )  # fmt: skip
                figures.append(Figure(f"{reader}'s sheet of {title}", size / 1e3, unit="kB", target=at_most(_MOST_KB)))
    figures.append(Figure("of numba, scipy, matplotlib imported for it", len(strangers), target=at_most(0)))
    columns = ("night", "sheet", "s by the clock", "s computed", "kB", "MB more")
    notes = (
        f"medians of {times} processes each, after start-up, the nights summed up before",
        "by the clock is with whatever else this computer does meanwhile; two threads inflate samples at once",
    )
    table = Rows("each sheet", columns, tuple(rows))
    return Outcome("sheets", "what a sheet costs", tuple(figures), (table,), notes=notes, seeds=(_SEED,))


def _sum_up(folder: Path) -> None:
    with Summaries(folder) as summaries:
        for path in summaries.nights():
            summaries.of(path)


def _asked(folder: Path, name: str, reader: str) -> _Told:
    """Write a sheet in a process of its own."""
    command = [sys.executable, "-c", _SHEET, str(folder), name, reader]
    return _Told(*json.loads(subprocess.check_output(command, text=True)))
