"""How many ordinary nights are called unusual: asked is one in twenty."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, Target
from benchmarks.statistics.many.simulated import Cell, log_rates
from detector.summary.statistics.baseline import band

SEED = 17_540
_ASKED = Target(4.0, 7.0)
_AT_MOST = Target(high=7.0)
_FEW = 0.3


def ordinary(effort: Effort) -> Outcome:
    """Measure it, beside what is usual."""
    runs = int(effort.scaled(4000, 40_000))
    random = np.random.default_rng(SEED)
    rows, figures = [], []
    for per_hour in (25.0, 3.0, 1.0, _FEW):
        for rho in (0.0, 0.3):
            for nights in (7, 14, 28):
                logs = log_rates(Cell(rho=rho), runs, nights + 1, random)
                hours = random.uniform(5, 8, logs.shape)
                counts = random.poisson(per_hour * hours * np.exp(logs))
                rates = counts / hours
                flagged = sum(
                    band(counts[run, :-1], hours[run, :-1], hours[run, -1]).place(rates[run, -1]) != "within"
                    for run in range(runs)
                )
                share = 100 * flagged / runs
                name = f"{per_hour:g} an hour, rho {rho:g}, {nights} nights before"
                # With two twitches a night no count is low enough to stand out.
                target = _ASKED if per_hour > _FEW else _AT_MOST
                figures.append(Figure(f"ordinary nights flagged, {name}", share, unit="%", target=target))
                rows.append((name, f"{share:.1f}", *_rivals(rates)))
    columns = ("nights", "log-t band", "own 2.5-97.5 %", "median ± 1.96 MAD", "mean ± 2 SD")
    return Outcome(
        "ordinary", "whether tonight is unusual", tuple(figures),
        (Rows(f"percent of ordinary nights flagged ({runs} people each)", columns, tuple(rows)),), seeds=(SEED,),
    )  # fmt: skip


def _rivals(rates: np.ndarray) -> list[str]:
    before, tonight = rates[:, :-1], rates[:, -1]
    low, high = np.quantile(before, [0.025, 0.975], axis=1)
    middle = np.median(before, axis=1)
    spread = 1.4826 * np.median(np.abs(before - middle[:, None]), axis=1)
    mean, deviation = before.mean(1), before.std(1, ddof=1)
    flagged = (
        (tonight < low) | (tonight > high),
        np.abs(tonight - middle) > 1.96 * spread,
        np.abs(tonight - mean) > 2 * deviation,
    )
    return [f"{100 * each.mean():.1f}" for each in flagged]
