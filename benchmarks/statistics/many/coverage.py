"""Whether the ratio's 95 % interval holds the true ratio in 95 of 100 series, whatever the nights are like."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome, Rows, Target
from benchmarks.statistics.many.simulated import Cell, Floats, Nights, people
from detector.summary.statistics.autoregressive import fit
from detector.summary.statistics.phases import log_rates

SEED = 17_510
FAIR = Target(93.0, 98.0)
_COUNTS = (7, 14, 28)

Ends = tuple[Floats, Floats]


def grid() -> dict[str, dict[str, Cell]]:
    """The kinds of nights, each with 7, 14 and 28 nights a phase, by group."""
    plain = {
        f"rho {rho:g}, CV {variation:g}": Cell(rho=rho, variation=variation)
        for rho in (0.0, 0.3, 0.6)
        for variation in (0.4, 0.5, 0.6)
    }
    return {
        "nights alike, rho 0": {name: cell for name, cell in plain.items() if cell.rho == 0},
        "nights alike, rho 0.3 and 0.6": {name: cell for name, cell in plain.items() if cell.rho},
        "odd nights": {
            "gamma, CV 0.6, ratio 0.6": Cell(variation=0.6, gamma=True, ratio=0.6),
            "one night in 12 five-fold": Cell(outliers=1 / 12),
            "1 an hour": Cell(per_hour=1),
            "1 an hour, ratio 0.5": Cell(per_hour=1, ratio=0.5),
            "a third of the nights missing": Cell(missing=1 / 3),
        },
        "drift": {
            "wanders by 0.2": Cell(slow=0.2),
            "wanders by 0.4": Cell(slow=0.4),
            "rises 0.5 % a night": Cell(line=0.005),
            "rises 1 % a night": Cell(line=0.01),
        },
    }


def ours(nights: Nights, cell: Cell, level: float = 0.95) -> Ends:
    """Interval of the ratio's logarithm for each person."""
    design = np.column_stack([np.ones(cell.nights), cell.phase])
    posterior = fit(log_rates(nights.counts, nights.hours), design, nights.days, 1).posterior
    return posterior.quantile((1 - level) / 2), posterior.quantile((1 + level) / 2)


def covered(ends: Ends, ratio: float) -> float:
    """Percent of intervals that hold it."""
    low, high = ends
    return 100 * float(np.mean((low <= np.log(ratio)) & (np.log(ratio) <= high)))


def coverage(effort: Effort) -> Outcome:
    """Measure it over the grid."""
    runs = int(effort.scaled(2000, 10_000))
    random = np.random.default_rng(SEED)
    rows, figures = [], []
    for group, cells in grid().items():
        every = []
        for name, cell in cells.items():
            shares, widths = [], []
            for count in _COUNTS:
                one = cell.of(count)
                ends = ours(people(one, runs, random), one)
                shares.append(covered(ends, one.ratio))
                widths.append(float(np.exp(np.median(ends[1] - ends[0]) / 2)))
            rows.append((name, *(f"{share:.1f}  x/÷ {wide:.2f}" for share, wide in zip(shares, widths, strict=True))))
            every += shares
        figures.append(Figure(f"coverage, {group}, least of {len(every)}", min(every), unit="%", target=FAIR))
        figures.append(Figure(f"coverage, {group}, most of {len(every)}", max(every), unit="%", target=FAIR))
    uneven = Cell(before=7, after=28, variation=0.4, ratio=0.7)
    share = covered(ours(people(uneven, runs, random), uneven), uneven.ratio)
    figures.append(Figure("coverage, 7 + 28 nights, CV 0.4, ratio 0.7", share, unit="%", target=FAIR))
    noise = 100 * 1.96 * np.sqrt(0.95 * 0.05 / runs)
    return Outcome(
        "coverage",
        "the interval of a ratio, on simulated nights",
        tuple(figures),
        (
            Rows(
                f"percent of intervals that hold the true ratio, and what their ends are over it ({runs} series each)",
                ("25 an hour, rho 0.3, CV 0.5, ratio 1 unless said", *(f"{each}+{each} nights" for each in _COUNTS)),
                tuple(rows),
            ),
        ),
        notes=(f"each share is known to {noise:.1f} points; the extremes of many lie a little further out",),
        seeds=(SEED,),
    )
