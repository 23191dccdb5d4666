"""How long whoever judges waits: for the page, after a key, for the disk."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, at_most
from benchmarks.page.opened import Opened, library, opened
from benchmarks.page.simulated import simulate, write

HOURS, RATE_HZ, WRONG, SEED = 8.0, 200.0, 0.3, 3
_NIGHTS = {700: "2026-11-23_2300", 5000: "2026-11-24_2300"}
_READY_MS = {700: 500.0, 5000: 1000.0}
_SLOWER = {1: 30.0, 4: 150.0}
_VIEWS = {
    "grid": ("Space", "ArrowRight", "ArrowDown", "u"),
    "grid, pages": ("Enter",),
    "families": ("Space", "ArrowRight", "Enter"),
    "single": ("Enter", "Space", "ArrowDown"),
}


class Waited(NamedTuple):
    """Milliseconds."""

    ready: list[float]
    first: float
    painted: dict[str, list[float]]
    on_disk: list[float]


def judging(effort: Effort) -> Outcome:
    """Open nights, press keys, and wait."""
    presses = int(effort.scaled(16, 120))
    rows, figures = [], []
    with library() as folder:
        for count, name in _NIGHTS.items():
            night = simulate(count, WRONG, HOURS, RATE_HZ, SEED)
            write(folder / f"{name}.night", night, HOURS, RATE_HZ, SEED)
        for slower, limit in _SLOWER.items():
            painted: list[float] = []
            for count, name in _NIGHTS.items():
                told = _wait(folder, name, slower, presses)
                for view, times in told.painted.items():
                    rows.append((count, f"1/{slower}", view, *_summed(times)))
                    painted += times
                if slower == 1:
                    ready = float(np.median(told.ready))
                    target = at_most(_READY_MS[count])
                    figures += [
                        Figure(f"ready with all snippets, {count} events", ready, unit="ms", target=target),
                        Figure(
                            f"the same, the night looked at for the first time, {count} events", told.first, unit="ms"
                        ),
                        Figure(
                            f"label on disk, p95, {count} events",
                            float(np.quantile(told.on_disk, 0.95)),
                            unit="ms",
                            target=at_most(200),
                        ),
                    ]
            figures.append(
                Figure(f"key to painted, p95, processor 1/{slower}", float(np.quantile(painted, 0.95)), unit="ms",
                       target=at_most(limit))
            )  # fmt: skip
    table = Rows(
        "ms from a key to what it changes on the screen",
        ("events", "processor", "keys in", "median", "p95"),
        tuple(rows),
    )
    notes = (
        "ready: from the navigation on; the night has been looked at, and its own page got snippets ready meanwhile",
    )
    return Outcome("judging", f"{HOURS:.0f} h at {RATE_HZ:.0f} Hz in Chromium", tuple(figures), (table,), notes=notes)


def _summed(times: list[float]) -> tuple[float, float]:
    return round(float(np.median(times)), 1), round(float(np.quantile(times, 0.95)), 1)


def _wait(folder: Path, name: str, slower: int, presses: int) -> Waited:
    with opened(folder, slower=slower) as shown:
        first = shown.judge(name, "grid")
        ready = [shown.judge(name, "grid") for _ in range(5)]
        painted = {}
        on_disk: list[float] = []
        for view, keys in _VIEWS.items():
            shown.judge(name, view.partition(",")[0])
            painted[view] = _press(shown, keys, presses, 60 if slower == 1 else 200)
            shown.page.evaluate("() => judging.desk.sending.settled()")
            on_disk += shown.page.evaluate("() => judging.desk.sending.took")
        if shown.complaints:
            raise AssertionError(f"the page complains: {shown.complaints}")
    return Waited(ready, first, painted, on_disk)


def _press(shown: Opened, keys: tuple[str, ...], times: int, apart_ms: float) -> list[float]:
    shown.page.evaluate("() => { painted.length = 0; }")
    for number in range(times):
        shown.page.keyboard.press(keys[number % len(keys)])
        shown.page.wait_for_timeout(apart_ms)
    return [float(ms) for ms in shown.page.evaluate("() => painted")]
