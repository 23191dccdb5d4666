"""``python -m benchmarks detection``: every experiment, its table, and what it had to reach."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.detection import show
from benchmarks.detection.experiments.amplitude import limit
from benchmarks.detection.experiments.calibration import calibration
from benchmarks.detection.experiments.counted.clocks import clocks
from benchmarks.detection.experiments.counted.gaps import gaps
from benchmarks.detection.experiments.counted.held import held
from benchmarks.detection.experiments.counted.legs import legs
from benchmarks.detection.experiments.counted.rhythms import rhythms
from benchmarks.detection.experiments.counted.worn import worn
from benchmarks.detection.experiments.families import families
from benchmarks.detection.experiments.hard import hard
from benchmarks.detection.experiments.intervals import intervals
from benchmarks.detection.experiments.movements import movements
from benchmarks.detection.experiments.pulse import pulse
from benchmarks.detection.experiments.spasms import spasms
from benchmarks.detection.experiments.timing import timing
from benchmarks.detection.experiments.whole import kinds, whole
from benchmarks.detection.material.recordings import recordings
from benchmarks.detection.measuring.outcome import Effort
from benchmarks.detection.measuring.running import Experiments, run
from benchmarks.header import RIVALS, print_header
from benchmarks.rivals import installed
from detector.signal import warm_up

EXPERIMENTS: Experiments = {
    "limit": limit,
    "calibration": calibration,
    "pulse": pulse,
    "movements": movements,
    "kinds": kinds,
    "spasms": spasms,
    "intervals": intervals,
    "clocks": clocks,
    "held": held,
    "legs": legs,
    "rhythms": rhythms,
    "worn": worn,
    "gaps": gaps,
    "timing": timing,
    "hard": hard,
    "families": families,
    "whole": whole,
    "recordings": recordings,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(EXPERIMENTS)), help="Run this one; may be repeated.")
@click.option("--long", "is_long", is_flag=True, help="Tight figures; takes an hour or so.")
@click.option("--rivals/--no-rivals", "with_rivals", default=True, show_default=True, help="Run the rivals too.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("benchmark-results"),
    show_default=True,
    help="Folder for results.json and the plots.",
)
def detection(only: tuple[str, ...], out: Path, *, is_long: bool, with_rivals: bool) -> None:
    """How well twitches are found: against the limit, rivals and what was promised."""
    print_header("detection", RIVALS, "each experiment's own, in results.json")
    effort = Effort(is_long, with_rivals)
    if with_rivals:
        here, absent = installed()
        for reason in (*absent, *(f"{r.name}: left out of nights, which take it hours" for r in here if r.is_slow)):
            print(reason)
    warm_up()
    outcomes = run(EXPERIMENTS, only, effort)
    every = [figure for outcome in outcomes for figure in outcome.figures]
    print(f"\n## all\n\n{show.text(show.targets(every))}")
    if any(outcome.comparisons for outcome in outcomes):
        print(f"\n{show.text(show.worse(outcomes))}")
    for path in show.save(outcomes, out, is_long=is_long):
        print(f"wrote {path}")
