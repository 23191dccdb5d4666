"""Someone begins with something when it is bad: whether that is said, and what it does to a ratio."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, at_least, at_most
from benchmarks.statistics.many.coverage import ours
from benchmarks.statistics.many.simulated import Cell, Nights, log_rates
from detector.summary.statistics.cautions import LAST_NIGHTS, after_worst
from detector.summary.statistics.phases import Counted

SEED = 17_550
_DAYS = 120
_BAD, _MIDDLING = 0.85, 0.6


def starts(effort: Effort) -> Outcome:
    """Measure it: a start is bad if the three nights before it are among a person's worst sixth."""
    runs = int(effort.scaled(1500, 10_000))
    random = np.random.default_rng(SEED)
    rows, figures = [], []
    for rho in (0.0, 0.3, 0.6):
        for nights in (7, 14, 28):
            found = _one(Cell(rho=rho), nights, runs, random)
            name = f"rho {rho:g}, {nights} nights before"
            rows.append((name, *(f"{each:.2f}" if each < 2 else f"{each:.0f}" for each in found)))
            figures += [
                Figure(f"warned of a start after the worst nights, {name}", found[0], unit="%", target=at_least(80)),
                Figure(f"warned of one after middling or good nights, {name}", found[2], unit="%", target=at_most(20)),
            ]
    columns = (
        "nights", "warned, worst nights", "any start", "middling or good nights",
        "ratio, worst nights", "three left out", "any start's",
    )  # fmt: skip
    title = f"percent warned of, and the median ratio of a treatment that does nothing ({runs} people each)"
    return Outcome(
        "starts", "starts after the worst nights", tuple(figures), (Rows(title, columns, tuple(rows)),), seeds=(SEED,)
    )


def _one(cell: Cell, nights: int, runs: int, random: np.random.Generator) -> tuple[float, ...]:
    logs = log_rates(cell, runs, _DAYS + nights, random)
    hours = np.full(logs.shape, 6.5)
    counts = random.poisson(cell.per_hour * hours * np.exp(logs))
    rates = np.log((counts + 0.5) / hours)
    means = (rates[:, 2:] + rates[:, 1:-1] + rates[:, :-2]) / LAST_NIGHTS  # of a night and the two after it
    warned: dict[str, list[bool]] = {"bad": [], "any": [], "middling": []}
    chosen: dict[str, list[np.ndarray]] = {"bad": [], "without": [], "any": []}
    for run in range(runs):
        bad, middling = np.quantile(means[run, :_DAYS], [_BAD, _MIDDLING])
        begin = int(random.integers(nights, _DAYS))
        groups = {"any": begin}
        if means[run, begin - LAST_NIGHTS] < middling:
            groups["middling"] = begin
        worst = np.flatnonzero(means[run, nights - LAST_NIGHTS : _DAYS - LAST_NIGHTS] > bad)
        if len(worst):
            groups["bad"] = int(worst[0]) + nights
        for group, start in groups.items():
            before = np.arange(start - nights, start)
            told = after_worst(Counted.of(before, counts[run, before], hours[run, before]))
            warned[group].append(told is not None)
            if group in chosen:
                chosen[group].append(counts[run, start - nights : start + nights])
            if group == "bad" and nights > 7:
                window = counts[run, start - nights : start + nights]
                chosen["without"].append(np.delete(window, range(nights - LAST_NIGHTS, nights)))
    return (
        *(100 * float(np.mean(warned[group])) for group in ("bad", "any", "middling")),
        _ratio(chosen["bad"], nights, nights),
        _ratio(chosen["without"], nights - LAST_NIGHTS, nights),
        _ratio(chosen["any"], nights, nights),
    )


def _ratio(windows: list[np.ndarray], before: int, after: int) -> float:
    """Median of the ratios; nights that are left out leave days between."""
    if not windows:
        return float("nan")
    counts = np.array(windows)
    days = np.arange(before + after) + np.where(np.arange(before + after) >= before, after - before, 0)
    ends = ours(Nights(counts, np.full(counts.shape, 6.5), days), Cell(before, after), level=0.02)
    return float(np.exp(np.median((ends[0] + ends[1]) / 2)))
