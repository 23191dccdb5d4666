"""``python -m benchmarks cohort``: what a night of a cohort costs, and whether that stays the same."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from benchmarks.cohort.measured import Measured, decoding_s, run, there
from benchmarks.cohort.nights import HOURS, SEED, Nights
from benchmarks.header import print_header
from detector.cohort.engines.libraries import ONE_THREAD

TARGET = 3.0
"""Times the processor time of reading the same nights."""
_DECODED = 5
_MANY = 100_000


@click.command()
@click.option("--nights", "counts", type=int, multiple=True, default=(10, 100, 1000), show_default=True)
@click.option("--hours", default=HOURS, show_default=True, help="Length of a night.")
@click.option("--kill-every-s", default=5.0, show_default=True, help="How often a worker is killed in the last runs.")
@click.option("--folder", type=click.Path(path_type=Path), help="For what is being computed; some 40 MB a worker.")
def cohort(counts: tuple[int, ...], hours: float, kill_every_s: float, folder: Path | None) -> None:
    """Measure a cohort of made nights of an AX6: processor time a night, beside that of reading it alone."""
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):  # numpy has its threads by now
        again = subprocess.run([sys.executable, *sys.orig_argv[1:]], env=os.environ | ONE_THREAD, check=False)
        raise SystemExit(again.returncode)
    print_header("Cohorts", ("numba", "numpy", "distributed"), str(SEED))
    with tempfile.TemporaryDirectory(dir=folder) as name:
        place = Path(name)
        nights = Nights(place, hours)
        run(nights, 1, place / "results-warm", jobs=1)  # compiles, or loads what is compiled
        alone_s = decoding_s(nights, _DECODED)
        print(f"reading a night of {hours:g} h alone: {alone_s:.2f} s of a processor")
        print(f"{'nights':>7} {'workers':>8} {'wall s':>8} {'cpu s':>8} {'a night':>8} {'x alone':>8}  worker's MB")
        a_night: dict[int, dict[int, float]] = {}
        for jobs in (1, 2):
            for count in counts:
                results = place / f"results-{jobs}-{count}"
                measured = run(nights, count, results, jobs=jobs)
                _show(count, str(jobs), measured, alone_s)
                a_night.setdefault(jobs, {})[count] = measured.cpu_s
                _see_that_all_are_there(results, count, measured)
        count = counts[-1]
        results = place / "results-killed"
        measured = run(nights, count, results, jobs=2, kill_every_s=kill_every_s)
        _show(count, "2", measured, alone_s)
        print(f"  with {measured.killed} workers killed")
        _see_that_all_are_there(results, count, measured)
        plainly, killed = (place / f"results-1-{count}", results)
        once = _bytes(plainly)
        differ = sum(once[path] != content for path, content in _bytes(killed).items())
        print(f"  {differ} of {count} results differ from those of one process")
        if len(counts) > 1:
            for jobs, spent in a_night.items():
                first, last = counts[0], counts[-1]
                slope = (spent[last] - spent[first]) / (last - first)
                begin = spent[first] - slope * first
                print(
                    f"{jobs} worker{'s' if jobs > 1 else ''}: {begin:.1f} s to begin, then {slope:.2f} s a night "
                    f"({slope / alone_s:.2f} x alone, target {TARGET:g}); {_MANY:,} nights take "
                    f"{slope * _MANY / 3600:.0f} h of a processor"
                )


def _show(count: int, workers: str, measured: Measured, alone_s: float) -> None:
    each = measured.cpu_s / count
    print(
        f"{count:>7} {workers:>8} {measured.wall_s:>8.1f} {measured.cpu_s:>8.1f} {each:>8.2f} {each / alone_s:>8.2f}"
        f"  {measured.memory()}",
        flush=True,
    )


def _see_that_all_are_there(results: Path, count: int, measured: Measured) -> None:
    found = there(results)
    if found != count or measured.failed:
        print(f"  MISSING: {found} of {count} results; failures: {sorted(set(measured.failed))}")


def _bytes(results: Path) -> dict[str, bytes]:
    from detector.cohort.work import FOLDER

    return {path.name: path.read_bytes() for path in (results / FOLDER).iterdir() if path.suffix == ".gz"}
