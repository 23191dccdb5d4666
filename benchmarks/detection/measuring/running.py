"""Experiments, one after another: each one's tables as soon as it has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from benchmarks.detection import show
from benchmarks.detection.measuring.outcome import Effort, Outcome

Experiments = Mapping[str, Callable[[Effort], Outcome]]


def run(experiments: Experiments, only: Sequence[str], effort: Effort) -> list[Outcome]:
    """Run experiments and print what each brings.

    Parameters
    ----------
    experiments
        All there are, by name.
    only
        Names of those to run; all where there are none.
    effort
        How tight the figures are.

    Returns
    -------
    list of Outcome
        What they brought, in the order they ran.
    """
    outcomes = []
    for name in only or experiments:
        begin = time.perf_counter()
        outcome = experiments[name](effort)
        seeds = f"; seeds {', '.join(map(str, outcome.seeds))}" if outcome.seeds else ""
        print(f"\n## {outcome.name}: {outcome.title} ({time.perf_counter() - begin:.0f} s{seeds})")
        for rows in outcome.rows:
            print(f"\n{show.text(rows)}")
        for note in outcome.notes:
            print(f"- {note}")
        outcomes.append(outcome)
    return outcomes


def end(outcomes: Sequence[Outcome]) -> None:
    """Print every figure beside its target; exits with 1 where one is missed."""
    figures = [figure for outcome in outcomes for figure in outcome.figures]
    print(f"\n{show.text(show.every(figures))}")
    if any(figure.is_met is False for figure in figures):
        raise SystemExit(1)
