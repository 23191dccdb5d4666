"""``python -m benchmarks bodies``: what the detector says of real bodies, row by row, and what it had to say."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks.bodies.plots import draw
from benchmarks.bodies.rows.added import added
from benchmarks.bodies.rows.arm import arm
from benchmarks.bodies.rows.ecg import ecg
from benchmarks.bodies.rows.first_samples import first_samples
from benchmarks.bodies.rows.no_pulse import no_pulse
from benchmarks.bodies.rows.pulse import pulse
from benchmarks.bodies.rows.rivals import rivals
from benchmarks.bodies.rows.starts import starts
from benchmarks.bodies.rows.steps import steps
from benchmarks.bodies.rows.tremor import tremor
from benchmarks.bodies.rows.turns import turns
from benchmarks.bodies.rows.twitches import twitches
from benchmarks.bodies.rows.two_sounds import two_sounds
from benchmarks.detection import show
from benchmarks.detection.measuring.outcome import Effort, Figure, Outcome
from benchmarks.header import RIVALS, print_header
from detector.signal import warm_up

ROWS: dict[str, Callable[[Effort], Outcome]] = {
    "pulse": pulse,
    "twitches": twitches,
    "added": added,
    "ecg": ecg,
    "no-pulse": no_pulse,
    "first-samples": first_samples,
    "arm": arm,
    "starts": starts,
    "tremor": tremor,
    "turns": turns,
    "two-sounds": two_sounds,
    "steps": steps,
    "rivals": rivals,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(ROWS)), help="Run these rows; may be repeated.")
@click.option("--quick", is_flag=True, help="Fewer repeats: wider intervals.")
@click.option("--rivals/--no-rivals", "with_rivals", default=True, show_default=True, help="Run the rivals too.")
@click.option("--tables/--no-tables", "with_tables", default=True, show_default=True, help="Print each recording.")
@click.option(
    "--plots",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder for pictures of called twitches.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=None, help="Folder for results.json.")
def bodies(
    only: tuple[str, ...], plots: Path | None, out: Path | None, *, quick: bool, with_rivals: bool, with_tables: bool
) -> None:
    """What is said of real bodies: heart beats, false twitches, added twitches, starts, turns, steps."""
    print_header("bodies", RIVALS, "each group's own, in results.json")
    effort = Effort(is_long=not quick, with_rivals=with_rivals)
    warm_up()
    outcomes: list[Outcome] = []
    for name in only or (name for name in ROWS if with_rivals or name != "rivals"):
        begin = time.perf_counter()
        try:
            outcome = ROWS[name](effort)
        except FileNotFoundError as error:  # nobody has to have the recordings
            print(f"\n## {name}: skipped, {error}")
            continue
        outcomes.append(outcome)
        print(f"\n## {outcome.name}: {outcome.title} ({time.perf_counter() - begin:.0f} s)")
        for rows in outcome.rows if with_tables else ():
            print(f"\n{show.text(rows)}")
        for note in outcome.notes:
            print(f"- {note}")
        print(f"\n{show.text(show.every(outcome.figures))}", flush=True)
    figures: list[Figure] = [figure for outcome in outcomes for figure in outcome.figures]
    print(f"\n## all\n\n{show.targets(figures).title}")
    if any(outcome.comparisons for outcome in outcomes):
        print(f"\n{show.text(show.worse(outcomes))}")
    if plots is not None:
        print(f"wrote {len(draw(plots))} pictures to {plots}")
    if out is not None:
        for path in show.save(outcomes, out, is_long=not quick):
            print(f"wrote {path}")
