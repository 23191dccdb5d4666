"""Leaving out the first samples of a recording changes next to nothing."""

from __future__ import annotations

import math

from benchmarks.bodies.figures import share
from benchmarks.bodies.listening import events_of, heard, onsets_within, rate_told
from benchmarks.bodies.people import Body, arm, ecg, muse, phones, without_first
from benchmarks.detection.measuring.outcome import Cell, Effort, Outcome, Rows, at_least

DROPPED = (1, 7, 100)
LATE_S = 1.0
"""Nothing before this, counted after the longest piece left out, is compared."""

RATIO, SPARE, PER_MIN = 0.1, 2.0, 2.0


def first_samples(_effort: Effort) -> Outcome:
    """Twitches and heart rate of each recording, whole and without its first samples."""
    bodies = (*phones(), *muse(), ecg()[0], arm())
    steady_count = steady_rate = rates = 0
    table: list[tuple[Cell, ...]] = []
    for body in bodies:
        runs = [_told(body, 0), *(_told(body, samples) for samples in DROPPED)]
        counts, per_min = [count for count, _ in runs], [rate for _, rate in runs]
        for count, rate in runs[1:]:
            steady_count += abs(count - counts[0]) <= RATIO * counts[0] + SPARE
            both = not (math.isnan(rate) and math.isnan(per_min[0]))
            rates += both
            steady_rate += both and abs(rate - per_min[0]) <= PER_MIN
        table.append((body.name, body.half, *counts, *per_min))
    total = len(bodies) * len(DROPPED)
    columns = ("recording", "half", *(f"{w}, without {n}" for w in ("twitches", "1/min") for n in (0, *DROPPED)))
    return Outcome(
        name="first-samples",
        title="recordings without their first samples",
        figures=(
            share("twitches within 10 % + 2", steady_count, total, at_least(1.0)),
            share("heart rate within 2/min, where either tells one", steady_rate, rates, at_least(1.0)),
        ),
        rows=(Rows("by recording", columns, tuple(table)),),
    )


def _told(body: Body, samples: int) -> tuple[int, float]:
    """Twitches and mean heart rate after what is left out at most, by the time of the whole recording."""
    late_s = samples / body.rate_hz
    start_s = max(DROPPED) / body.rate_hz + LATE_S - late_s
    events = events_of(without_first(body, samples)) if samples else heard(body).events
    span = (start_s, body.length_s - late_s)
    return len(onsets_within(events, span)), rate_told(events, span)
