"""Whether a plan's promise holds: how often a true ratio is seen, by the plan and by nights simulated to the full."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, at_most
from benchmarks.statistics.many.simulated import Cell, log_rates
from detector.summary.statistics.labels import LABELS
from detector.summary.statistics.phases import Counted, ratio_of
from detector.summary.statistics.plan import A_THEN_B, PAIRS, USUAL, WEEKS, Habit, phases_of, plan

SEED = 17_560
_FALSE = 1 / 3
"""False events for each true one."""
_CASES = (
    (A_THEN_B, 28, 0.6), (A_THEN_B, 28, 2 / 3), (A_THEN_B, 56, 0.6), (A_THEN_B, 56, 2 / 3), (A_THEN_B, 14, 0.4),
    (WEEKS, 28, 0.6), (WEEKS, 56, 2 / 3), (PAIRS, 14, 0.6), (PAIRS, 28, 0.6), (PAIRS, 28, 2 / 3), (PAIRS, 56, 0.8),
)  # fmt: skip
_OTHERS = (
    ("CV 0.8, rho 0.5", Cell(variation=0.8, rho=0.5)),
    ("CV 0.3, rho 0", Cell(variation=0.3, rho=0.0)),
    ("2 an hour", Cell(per_hour=2)),
)
_HOURS = 6.5


def planned(effort: Effort) -> Outcome:
    """Compare them."""
    runs = int(effort.scaled(400, 3000))
    random = np.random.default_rng(SEED)
    rows = []
    for name, cell, habit, cases in _people():
        for design, nights, ratio in cases:
            told = 100 * plan(habit, nights, design).chance(ratio)
            seen = 100 * _seen(cell, design, nights, ratio, runs, random)
            rows.append((name, design, nights, f"{ratio:.2f}", f"{told:.0f}", f"{seen:.0f}", f"{told - seen:+.1f}"))
    worst = max(abs(float(row[-1])) for row in rows)
    return Outcome(
        "planned", "what nights can show, said beforehand",
        (Figure("the plan's chance minus the simulated one, at most", worst, unit="points", target=at_most(5)),),
        (
            Rows(
                f"chance that a true ratio is seen, percent ({runs} series each, 20 labels a night)",
                ("person", "design", "nights", "ratio", "plan", "simulated", "differs"), tuple(rows),
            ),
            _designs(),
        ),
        seeds=(SEED,),
    )  # fmt: skip


def _people() -> list[tuple[str, Cell, Habit, tuple[tuple[str, int, float], ...]]]:
    found = [("usual", Cell(per_hour=USUAL.count * USUAL.share / _HOURS), USUAL, _CASES)]
    for name, cell in _OTHERS:
        share = 1 / (1 + _FALSE)
        habit = replace(
            USUAL,
            spread=float(np.sqrt(np.log1p(cell.variation**2))),
            rho=cell.rho,
            count=cell.per_hour * _HOURS / share,
            share=share,
        )
        found.append((name, cell, habit, ((A_THEN_B, 28, 0.5), (PAIRS, 28, 0.6))))
    return found


def _seen(cell: Cell, design: str, nights: int, ratio: float, runs: int, random: np.random.Generator) -> float:
    logs = log_rates(cell, runs, nights, random)
    hours = random.uniform(5, 8, logs.shape)
    seen = 0
    for run in range(runs):
        phases = phases_of(design, nights, random)
        # Half of the difference on either side: the plan's rate is that of all nights.
        true = random.poisson(cell.per_hour * hours[run] * np.exp(logs[run] + np.log(ratio) * (phases - 0.5)))
        false = random.poisson(cell.per_hour * _FALSE * hours[run])
        judged = np.minimum(true + false, LABELS)
        counted = Counted.of(
            np.arange(nights), true + false, hours[run], judged, random.hypergeometric(true, false, judged)
        )
        found = ratio_of(counted, phases)
        seen += found.high < 1 if ratio < 1 else found.low > 1
    return seen / runs


def _designs() -> Rows:
    rows = []
    for nights in (14, 28, 56):
        for design in (A_THEN_B, WEEKS, PAIRS):
            told = plan(USUAL, nights, design)
            rows.append((nights, design, f"{told.factor:.2f}", f"{told.least_fall:.2f}",
                         *(f"{100 * told.chance(ratio):.0f}" for ratio in (0.8, 2 / 3, 0.6, 0.5))))  # fmt: skip
    columns = ("nights", "design", "x/÷", "fall seen in 80 %, to", "0.8 seen %", "0.67", "0.6", "0.5")
    return Rows("the designs with usual nights (CV 0.5, rho 0.3)", columns, tuple(rows))
