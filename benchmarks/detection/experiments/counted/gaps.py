"""Events whose samples were lost: the rate is that of what is there."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.bodies.figures import share
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least, within_factor
from benchmarks.detection.simulator.draws import Array, stream
from detector.events import Event
from detector.night import MadeBy, Night, NightLog
from detector.summary import summarise
from detector.timeline import Rows as TimeRows
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples

SEED = 60_241
HOURS, PER_HOUR = 8.0, 60.0
LOST = (0.05, 0.3, 0.6)
FACTOR, COVERAGE = 1.02, 0.93
_RATE_HZ = 4.0  # no detector looks at the samples: the rate is worked out from what a night holds
_STRETCHES = 6
_START_NS = 1_800_000_000 * NS


def gaps(effort: Effort) -> Outcome:
    """Rate told over the true one of the minutes that are there, with events stored for all of the night."""
    nights = round(effort.scaled(12, 100))
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []
    for lost in LOST:
        drawn = [_night(lost, number) for number in range(nights)]
        told, true = (np.array(each) for each in zip(*((told, true) for told, true, _, _ in drawn), strict=True))
        held = sum(is_held for _, _, is_held, _ in drawn)
        hours = sum(there_h for _, _, _, there_h in drawn)
        ratios = told / true
        rng = np.random.default_rng((SEED, round(100 * lost)))
        means = [ratios[rng.integers(nights, size=nights)].mean() for _ in range(1000)]
        low, high = np.quantile(means, [0.025, 0.975])
        value = float(ratios.mean())
        name = f"{lost:.0%} of the samples lost"
        figures += [
            Figure(
                f"rate told over that of what is there, {name}",
                value,
                min(float(low), value),
                max(float(high), value),
                target=within_factor(1.0, FACTOR),
            ),
            share(f"nights whose interval holds {PER_HOUR:g}/h, {name}", held, nights, at_least(COVERAGE)),
        ]
        body.append((name, hours, value, float(ratios.max()), held / nights))
    return Outcome(
        name="gaps",
        title=f"nights of {HOURS:g} h with {PER_HOUR:g} twitches/h, of which stretches were dropped once seen",
        figures=tuple(figures),
        rows=(
            Rows(
                "rates beside lost samples",
                ("condition", "hours there", "told over true", "the most", "interval holds it"),
                tuple(body),
            ),
        ),
        seeds=(SEED,),
    )


def _night(lost: float, number: int) -> tuple[float, float, bool, float]:
    """Rate told, rate of the time that is there, whether the interval holds the mean, and that time in hours."""
    rng = stream((SEED, round(100 * lost), number), "gaps")
    seconds = 3600.0 * HOURS
    # Stretches of one length, and time between them that is drawn.
    length_s = lost * seconds / _STRETCHES
    there_s = np.cumsum(rng.dirichlet(np.full(_STRETCHES + 1, 5.0))[:-1]) * (1 - lost) * seconds
    begins_s = there_s + length_s * np.arange(_STRETCHES)
    missing = np.stack([begins_s, begins_s + length_s], axis=1)
    onsets_s = np.sort(rng.uniform(0.0, seconds, rng.poisson(PER_HOUR * HOURS)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.night"
        _write(path, seconds, missing, onsets_s)
        with Night(path) as night:
            (sensor,) = summarise(night).sensors
    inside = ((onsets_s[:, None] >= missing[:, 0]) & (onsets_s[:, None] < missing[:, 1])).any(axis=1)
    there_h = (seconds - float(np.sum(missing[:, 1] - missing[:, 0]))) / 3600
    told = sensor.series.twitches if sensor.series is not None else None
    if told is None or sensor.twitches_per_hour is None:
        return np.nan, float((~inside).sum()) / there_h, False, there_h
    is_held = told.low_per_hour <= PER_HOUR <= told.high_per_hour
    return sensor.twitches_per_hour, float((~inside).sum()) / there_h, is_held, there_h


def _write(path: Path, seconds: float, missing: Array, onsets_s: Array) -> None:
    with NightLog(path, MadeBy(_START_NS, "0.1.0", {}, "3.11"), wait=True) as log:
        log.sensor("S", model="made up", nominal_hz=_RATE_HZ)
        rows = TimeRows(_RATE_HZ)
        begin_s = 0.0
        for first_s, last_s in (*missing.tolist(), (seconds, seconds)):
            count = int((first_s - begin_s) * _RATE_HZ)
            start_ns = _START_NS + round(begin_s * NS)
            for piece, begins in rows.cut(Samples(start_ns, _RATE_HZ, np.zeros((count, 3), np.float32), "S")):
                log.samples(piece, begins)
            if last_s > first_s:
                end_ns = start_ns + round(count / _RATE_HZ * NS)
                log.gap(Gap(end_ns, _START_NS + round(last_s * NS), GapCause.QUEUE_FULL, "S"))
                rows.close()
            begin_s = last_s
        for onset_s in onsets_s:
            at = datetime.fromtimestamp(_START_NS / NS + onset_s, UTC)
            utc = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
            log.event(Event(float(onset_s), utc, 0.12, "twitch", 5.0, 9.0, 14.0, 1.7, 9.0, 1.0, 0.0, 0.0, -1, "S", ""))
