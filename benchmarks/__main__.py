"""``python -m benchmarks NAME``: run a suite and print its table."""

from __future__ import annotations

import click

from benchmarks import speed
from benchmarks.bodies.command import bodies
from benchmarks.cohort.command import cohort
from benchmarks.cost.command import cost
from benchmarks.detection.command import detection
from benchmarks.durability.command import durability
from benchmarks.exports import exports
from benchmarks.formats.command import formats
from benchmarks.fuzz import fuzz
from benchmarks.page.command import page
from benchmarks.soak.command import soak
from benchmarks.soak.overnight import overnight
from benchmarks.statistics.command import statistics
from benchmarks.wheels import wheels


@click.group()
def suites() -> None:
    """Measure fasciwatch; ratios of one run are comparable, figures of two runs are not."""


suites.add_command(speed.speed)
suites.add_command(detection)
suites.add_command(fuzz)
suites.add_command(soak)
suites.add_command(overnight)
suites.add_command(durability)
suites.add_command(cost)
suites.add_command(bodies)
suites.add_command(page)
suites.add_command(statistics)
suites.add_command(formats)
suites.add_command(exports)
suites.add_command(wheels)
suites.add_command(cohort)

if __name__ == "__main__":
    suites()
