"""Whether the ratio's interval holds the truth where false alarms are many and 20 events a night were judged."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows
from benchmarks.statistics.many.coverage import FAIR, covered
from benchmarks.statistics.many.simulated import Cell, people
from detector.summary.statistics.labels import LABELS
from detector.summary.statistics.phases import Counted, ratio_of

SEED = 17_530
_CASES = (
    ("25 an hour, 8 false", Cell(ratio=0.6), 8.0, LABELS),
    ("25 an hour, 8 false, no difference", Cell(), 8.0, LABELS),
    ("6 an hour, 6 false", Cell(per_hour=6, ratio=0.6), 6.0, LABELS),
    ("1 an hour, 1 false", Cell(per_hour=1, ratio=0.6), 1.0, LABELS),
    ("25 an hour, 8 false, 28+28 nights", Cell(28, 28, ratio=0.6), 8.0, LABELS),
    ("25 an hour, 8 false, 7+7 nights", Cell(7, 7, ratio=0.6), 8.0, LABELS),
    ("25 an hour, 8 false, 5 labels", Cell(ratio=0.6), 8.0, 5),
    ("25 an hour, 8 false, all judged", Cell(ratio=0.6), 8.0, 100_000),
    ("25 an hour, 8 false, none judged", Cell(ratio=0.6), 8.0, 0),
)


def labelled(effort: Effort) -> Outcome:
    """Measure it; false alarms come at a constant rate."""
    runs = int(effort.scaled(400, 3000))
    random = np.random.default_rng(SEED)
    rows, figures = [], []
    for name, cell, false_per_hour, labels in _CASES:
        true, hours, days = people(cell, runs, random)
        false = random.poisson(false_per_hour * hours)
        found = true + false
        judged = np.minimum(found, labels)
        yes = random.hypergeometric(true, false, judged)
        ratios = []
        for run in range(runs):
            if labels:
                nights = Counted.of(days, found[run], hours[run], judged[run], yes[run])
            else:
                nights = Counted.of(days, found[run], hours[run])
            ratios.append(ratio_of(nights, cell.phase))
        low, high = np.log([each.low for each in ratios]), np.log([each.high for each in ratios])
        share = covered((low, high), cell.ratio)
        rows.append((name, f"{share:.1f}", float(np.exp(np.median(high - low) / 2)),
                     float(np.median([each.ratio for each in ratios])), cell.ratio))  # fmt: skip
        if labels == LABELS:
            figures.append(Figure(f"coverage with 20 labels a night, {name}", share, unit="%", target=FAIR))
    title = f"14+14 nights and 20 labels a night unless said ({runs} series each)"
    columns = ("nights", "coverage %", "x/÷", "median ratio", "true ratio")
    return Outcome(
        "labelled", "the interval of a ratio where some events are false", tuple(figures),
        (Rows(title, columns, tuple(rows)),),
        notes=("unreviewed events show a smaller difference than there is: no ratio is made of them",), seeds=(SEED,),
    )  # fmt: skip
