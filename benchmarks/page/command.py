"""``python -m benchmarks page``: the page, held against what was promised of it."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.detection.measuring.outcome import Effort
from benchmarks.detection.measuring.running import Experiments, end, run
from benchmarks.header import print_header
from benchmarks.page.estimate import estimate
from benchmarks.page.glance import glance
from benchmarks.page.judging import judging
from benchmarks.page.kills import kills
from benchmarks.page.many_pictures import many_pictures
from benchmarks.page.pictures import pictures
from benchmarks.page.reviewer import keys
from benchmarks.page.sheets import sheets
from benchmarks.page.views import views

EXPERIMENTS: Experiments = {
    "estimate": estimate,
    "judging": judging,
    "glance": glance,
    "kills": kills,
    "views": views,
    "keys": keys,
    "sheets": sheets,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(EXPERIMENTS)), help="Run this one; may be repeated.")
@click.option("--long", "is_long", is_flag=True, help="Tight figures.")
@click.option("--pictures", "folder", type=click.Path(path_type=Path), help="Only draw the README's, into this folder.")
def page(only: tuple[str, ...], *, is_long: bool, folder: Path | None) -> None:
    """How fast the page is, how few keys it takes, and whether its numbers hold.

    Exits with 1 where a target is missed.
    """
    if folder is not None:
        for path in (*pictures(folder), *many_pictures(folder)):
            print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
        return
    print_header("page", ("numpy", "starlette", "uvicorn", "playwright"), "each experiment's own")
    end(run(EXPERIMENTS, only, Effort(is_long)))
