"""``python -m benchmarks statistics``: intervals, sizes and comparisons, held against simulated truth."""

from __future__ import annotations

import click

from benchmarks.detection.measuring.outcome import Effort
from benchmarks.detection.measuring.running import Experiments, end, run
from benchmarks.header import print_header
from benchmarks.statistics.many.coverage import coverage
from benchmarks.statistics.many.labelled import labelled
from benchmarks.statistics.many.ordinary import ordinary
from benchmarks.statistics.many.planned import planned
from benchmarks.statistics.many.rivals import rivals
from benchmarks.statistics.many.starts import starts
from benchmarks.statistics.night import night
from benchmarks.statistics.noise import noise
from benchmarks.statistics.sensitivity import sensitivity

EXPERIMENTS: Experiments = {
    "night": night,
    "noise": noise,
    "sensitivity": sensitivity,
    "coverage": coverage,
    "labelled": labelled,
    "rivals": rivals,
    "ordinary": ordinary,
    "starts": starts,
    "planned": planned,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(EXPERIMENTS)), help="Run this one; may be repeated.")
@click.option("--long", "is_long", is_flag=True, help="Tight figures.")
def statistics(only: tuple[str, ...], *, is_long: bool) -> None:
    """Whether intervals hold what they say, of one night and of many.

    Exits with 1 where a target is missed.
    """
    print_header("statistics", ("numpy", "scipy", "numba", "statsmodels"), "each experiment's own")
    end(run(EXPERIMENTS, only, Effort(is_long)))
