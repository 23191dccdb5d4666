"""How many keys a reviewer needs: one who sees waveforms, knows a twitch, and follows a simple rule, on the real page.

The rule, as a person would put it: go family by family. See what most members are. On the first page, where the odd
ones are, mark those that do not belong, moving by the shortest way and by whole rows where many stand together. Then
one key for the rest of the family. Of those in no family the same, page by page.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, at_least, at_most
from benchmarks.page.opened import Opened, library, opened
from benchmarks.page.simulated import Simulated, rand_index, simulate, write

SEEDS = (11, 12, 13, 14, 15, 16)
COUNT, WRONG, HOURS, RATE_HZ = 700, 0.3, 8.0, 50.0
AGREEMENT, WORSE = 0.86, 0.5
_MOST_KEYS = 2000
_SEE = """() => {
  const {desk} = judging, {view} = desk, {walk} = view;
  return {seen: walk.seen, from: walk.from, at: walk.at, columns: view.tiles.columns, family: view.here,
          open: walk.seen.filter((event) => desk.isOpen(event)), left: desk.judged.counts(desk.every).none};
}"""
_LABELS = "() => [...judging.desk.judged.label]"


class Reviewer:
    """Presses keys.

    Parameters
    ----------
    shown
        The page.
    night
        What is true: of each event in the order of time.
    """

    def __init__(self, shown: Opened, night: Simulated) -> None:
        self._page = shown.page
        self._night = night
        self.keys = 0

    def press(self, key: str) -> None:
        """Press one key."""
        self._page.keyboard.press(key)
        self.keys += 1

    def judge(self) -> None:
        """Judge until nothing is left."""
        while self.keys < _MOST_KEYS:
            seen = self._page.evaluate(_SEE)
            if not seen["left"]:
                return
            self._look(seen)

    def _look(self, seen: dict[str, Any]) -> None:
        """Judge what is on the page, and go on."""
        truth = self._night.true[seen["seen"]]
        is_yes = bool(truth.mean() >= 0.5)
        at = seen["at"] - seen["from"]
        is_open = [event in seen["open"] for event in seen["seen"]]
        places = [place for place, is_true in enumerate(truth) if is_true != is_yes and is_open[place]]
        mark = "Space" if is_yes else "y"
        for begin, end in _runs(places):
            for key in path(at, begin, len(truth), seen["columns"]):
                self.press(key)
            if seen["columns"] < end - begin:
                for key in path(begin, end - 1, len(truth), seen["columns"]):
                    self.press(f"Shift+{key}")
                self.press(mark)
            else:
                for _ in range(begin, end):
                    self.press(mark)
            at = min(end, len(truth) - 1)
        self.press("Enter" if is_yes else "Shift+Enter")


def _runs(places: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1] = runs[-1][0], place + 1
        else:
            runs.append((place, place + 1))
    return runs


def path(begin: int, end: int, many: int, columns: int) -> list[str]:
    """Return the fewest keys from one tile to another."""
    ways = {begin: list[str]()}
    queue = deque([begin])
    while queue:
        here = queue.popleft()
        if here == end:
            break
        steps = {"ArrowRight": here + 1, "ArrowLeft": here - 1, "ArrowDown": here + columns, "ArrowUp": here - columns,
                 "Home": 0, "End": many - 1}  # fmt: skip
        for key, there in steps.items():
            if 0 <= there < many and there not in ways:
                ways[there] = [*ways[here], key]
                queue.append(there)
    return ways[end]


def keys(effort: Effort) -> Outcome:
    """Let the reviewer judge simulated nights on the real page."""
    seeds = SEEDS[: int(effort.scaled(3, len(SEEDS)))]
    usual = [_one(seed, AGREEMENT) for seed in seeds]
    worse = _one(seeds[0], WORSE)
    pressed = [each.keys for each in usual]
    figures = (
        Figure(f"keys for {COUNT} events, mean", float(np.mean(pressed)), target=at_most(150)),
        Figure(f"keys for {COUNT} events, most", float(max(pressed))),
        Figure("labels that are right, least", min(each.right for each in usual), unit="%", target=at_least(98)),
        Figure(f"keys where families agree at {WORSE} only", float(worse.keys)),
    )
    table = Rows(
        f"{COUNT} events, {100 * WRONG:.0f} % of them wrong",
        ("seed", "adjusted Rand index", "in no family", "keys", "labels right, %"),
        tuple(tuple(each) for each in (*usual, worse)),
    )
    notes = (
        "opening the page is no key; of later pages of a family, which nobody looked at, labels count as they came",
        "the reviewer errs never and takes no second look: a person needs more",
    )
    return Outcome("keys", "what a reviewer needs on the real page", figures, (table,), notes=notes, seeds=seeds)


class Needed(NamedTuple):
    """What one night took, in the order of the table's columns."""

    seed: int
    agreement: float
    alone: int
    keys: int
    right: float


def _one(seed: int, agreement: float) -> Needed:
    night = simulate(COUNT, WRONG, HOURS, RATE_HZ, seed, agreement=agreement)
    with library() as folder:
        write(folder / "2026-11-23_2300.night", night, HOURS, RATE_HZ, seed)
        used, labels = _judged(folder, night)
    alone = np.where(night.family < 0, 10**6 + np.arange(COUNT), night.family)
    right = 100 * float(((labels == 1) == night.true).mean())
    return Needed(seed, round(rand_index(night.of, alone), 2), int((night.family < 0).sum()), used, round(right, 1))


def _judged(folder: Path, night: Simulated) -> tuple[int, np.ndarray]:
    with opened(folder) as shown:
        shown.judge("2026-11-23_2300", "families")
        reviewer = Reviewer(shown, night)
        reviewer.judge()
        return reviewer.keys, np.array(shown.page.evaluate(_LABELS))
