"""The arm band against the heart rate it measured itself, by light."""

from __future__ import annotations

import csv
from datetime import datetime

import numpy as np
import numpy.typing as npt

from benchmarks.bodies.figures import share
from benchmarks.bodies.heart_rate import windows
from benchmarks.bodies.listening import heard, pulse_told, rate_told
from benchmarks.bodies.people import ARM, ARM_RATES
from benchmarks.bodies.people import arm as recording
from benchmarks.bodies.rows.pulse import TOLD_OF_WINDOW
from benchmarks.detection.measuring.outcome import Cell, Effort, Outcome, Rows, at_least
from benchmarks.detection.recorded import folder

WINDOW_S, HOP_S, WITHIN_PER_MIN = 30.0, 15.0, 5.0
Array = npt.NDArray[np.float64]


def arm(_effort: Effort) -> Outcome:
    """Windows with a rate told, and right."""
    body = recording()
    told = heard(body)
    times_s, per_min = _measured()
    right = wrong = total = 0
    table: list[tuple[Cell, ...]] = []
    for span in windows((0.0, body.length_s), WINDOW_S, HOP_S):
        own = per_min[(times_s >= span[0]) & (times_s < span[1])]
        if not len(own):
            continue
        share_told = pulse_told(told.events, span)
        rate = rate_told(told.events, span) if share_told >= TOLD_OF_WINDOW else float("nan")
        total += 1
        right += bool(abs(rate - own.mean()) <= WITHIN_PER_MIN)
        wrong += bool(abs(rate - own.mean()) > WITHIN_PER_MIN)
        table.append((f"{span[0]:.0f}-{span[1]:.0f}", float(own.mean()), rate, share_told))
    return Outcome(
        name="arm",
        title="the arm band and its own heart rate",
        figures=(
            share("windows of 30 s, rate within 5/min told", right, total, at_least(0.7)),
            share("windows of 30 s, a wrong rate told", wrong, total),
        ),
        rows=(Rows("windows", ("s", "band 1/min", "told 1/min", "share told"), tuple(table)),),
        notes=("both files have the phone's time; windows without a rate of the band's own are left out",),
    )


def _measured() -> tuple[Array, Array]:
    """Times since the first sample and the rates told, without the zeros that say that there is none."""
    with (folder() / ARM).open(encoding="utf-8") as lines:
        next(lines)
        start = datetime.fromisoformat(next(lines).partition(";")[0])
    with (folder() / ARM_RATES).open(encoding="utf-8", newline="") as lines:
        rows = [(datetime.fromisoformat(row[0]), float(row[1])) for row in list(csv.reader(lines, delimiter=";"))[1:]]
    good = [((when - start).total_seconds(), rate) for when, rate in rows if rate > 0]
    times, rates = zip(*good, strict=True)
    return np.array(times), np.array(rates)
