"""Noise finer than the sensor's step: no twitch and no pulse, whether the step is told or not."""

from __future__ import annotations

from collections import Counter

import numpy as np

from benchmarks.bodies.figures import hourly
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_most
from benchmarks.detection.simulator.draws import stream
from detector.signal import DetectorConfig, detect
from firmware_bridge.virtual.twitch import unit_vectors

SEED = 13_070
NOISE_OF_STEP = (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
RATES_HZ = (50.0, 100.0)
FILE_S = 1200.0
STEP_MG = 4.0
OWN_STEPS_MG = {"1/32 g": 31.25, "1/64 g": 15.625, "1/256 g": 3.90625, "0.04 m/s2": 4.0789, "1 mg": 1.0}


def steps(effort: Effort) -> Outcome:
    """Events an hour for each noise, and for each grid that the detector is not told of."""
    files = round(effort.scaled(1, 6))
    figures: list[Figure] = []
    table: list[tuple[Cell, ...]] = []
    for rate_hz in RATES_HZ:
        for part in NOISE_OF_STEP:
            kinds = _events(rate_hz, part, STEP_MG, files, given=True)
            name = f"noise of {part:g} of a step, {rate_hz:g} Hz"
            figures.append(hourly(f"events: {name}", kinds.total(), files * FILE_S / 3600, at_most(3.0)))
            table.append((name, files * FILE_S / 3600, _words(kinds)))
    pulses = sum("pulse" in str(row[2]) for row in table)
    figures.append(Figure("settings with a pulse told", float(pulses), target=at_most(0.0)))
    for grid, step_mg in OWN_STEPS_MG.items():
        kinds = sum((_events(100.0, part, step_mg, files, given=False) for part in (0.2, 0.35)), Counter())
        figures.append(hourly(f"events, step not told: {grid}", kinds.total(), 2 * files * FILE_S / 3600, at_most(3.0)))
        table.append((f"not told, {grid}", 2 * files * FILE_S / 3600, _words(kinds)))
    return Outcome(
        name="steps",
        title="noise finer than the sensor's step",
        figures=tuple(figures),
        rows=(Rows("events", ("noise", "hours", "events"), tuple(table)),),
        notes=("gravity lies anew between the steps in each file; an event of any kind is false",),
        seeds=(SEED,),
    )


def _events(rate_hz: float, part: float, step_mg: float, files: int, *, given: bool) -> Counter[str]:
    kinds: Counter[str] = Counter()
    config = DetectorConfig(resolution_mg=step_mg if given else 0.0)
    for number in range(files):
        rng = stream((SEED, number, round(1000 * part), round(1000 * step_mg), round(rate_hz)), "steps")
        gravity_mg = 1000.0 * unit_vectors(rng, 1)[0]
        mg = gravity_mg + part * step_mg * rng.standard_normal((round(FILE_S * rate_hz), 3))
        xyz = (1e-3 * np.rint(mg / step_mg) * step_mg).astype(np.float32)
        kinds.update(event.kind for event in detect(xyz, rate_hz, config))
    return kinds


def _words(kinds: Counter[str]) -> str:
    return ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
