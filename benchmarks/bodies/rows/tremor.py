"""Tremor that drifts, also from the first sample, and the phones of a person with tremor."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from benchmarks.bodies.listening import covered_s, heard
from benchmarks.bodies.people import tremors
from benchmarks.bodies.simulated import resting
from benchmarks.bodies.simulated import tremor as shaking
from benchmarks.detection.experiments.outcome import Cell, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.simulator.draws import between, stream
from detector.signal import detect

SEED = 13_040
NOISE_MG = 1.0
SIZE_MG, HZ = (30.0, 600.0), (3.5, 13.0)
LENGTHS_S = ((2.0, 5.0), (5.0, 20.0), (20.0, 60.0))
QUIET_S = 60.0
RATES_HZ = (50.0, 100.0)


def tremor(effort: Effort) -> Outcome:
    """Share of its seconds called tremor."""
    files = round(effort.scaled(10, 60))
    figures: list[Figure] = []
    table: list[tuple[Cell, ...]] = []
    for first, lengths in ((first, lengths) for first in (True, False) for lengths in LENGTHS_S):
        where = "from the first sample" if first else "after a minute of rest"
        name = f"tremor of {lengths[0]:g}-{lengths[1]:g} s, {where}"
        shares: list[float] = []
        kinds: Counter[str] = Counter()
        for number in range(files):
            rng = stream((SEED, number, round(lengths[0]), int(first)), "tremor")
            rate_hz = RATES_HZ[number % 2]
            lasts_s = float(between(rng, lengths, 1)[0])
            start_s = 0.0 if first else QUIET_S
            mg = resting(rng, start_s + lasts_s + 20.0, rate_hz, NOISE_MG)
            hz, size_mg = float(between(rng, HZ, 1)[0]), float(between(rng, SIZE_MG, 1)[0])
            wave = shaking(rng, lasts_s, rate_hz, size_mg, hz)
            at = round(start_s * rate_hz)
            mg[at : at + len(wave)] += wave
            events = detect((1e-3 * mg).astype(np.float32), rate_hz)
            span = (start_s, start_s + lasts_s)
            shares.append(covered_s(events, span, "tremor") / lasts_s)
            for kind in {event.kind for event in events}:
                kinds[kind] += covered_s(events, span, kind) > 0
        figures.append(_mean(f"share of its seconds: {name}", shares))
        table.append((name, files, float(np.mean(np.array(shares) > 0.5)), _words(kinds)))
    real = tuple(
        (
            body.name,
            body.length_s,
            covered_s(heard(body).events, (0.0, body.length_s), "tremor") / body.length_s,
            _words(Counter(event.kind for event in heard(body).events)),
        )
        for body in tremors()
    )
    columns = ("tremor", "files", "mostly told", "files with each kind within it")
    return Outcome(
        name="tremor",
        title="tremor that drifts",
        figures=tuple(figures),
        rows=(
            Rows("simulated", columns, tuple(table)),
            Rows("phones of a person with tremor", ("recording", "s", "share told", "events"), real),
        ),
        notes=(
            "30-600 mg peak to peak, 3.5-13 Hz drifting by 0.8 Hz, size by 35 %; half of the files at 50 Hz",
            "nobody marked where the real recordings hold tremor",
        ),
        seeds=(SEED,),
    )


def _mean(name: str, shares: list[float]) -> Figure:
    """Mean over files with an interval of two standard errors."""
    mean, error = float(np.mean(shares)), float(np.std(shares, ddof=1) / math.sqrt(len(shares)))
    return Figure(f"{name} ({len(shares)} files)", mean, mean - 1.96 * error, mean + 1.96 * error, target=at_least(0.9))


def _words(kinds: Counter[str]) -> str:
    return ", ".join(f"{n} {kind}" for kind, n in kinds.most_common() if n)
