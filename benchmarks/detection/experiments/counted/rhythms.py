"""A foot that jerks in a rhythm: each jerk is told, and the rhythm is no pulse."""

from __future__ import annotations

import numpy as np

from benchmarks.bodies.figures import share
from benchmarks.detection.experiments.counted.limb import still
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least, at_most
from benchmarks.detection.simulator.draws import stream
from detector.signal import detect
from firmware_bridge.virtual.twitch import unit_vectors

SEED = 60_251
RATES_HZ = (52.0, 100.0)
SIZES_MG = (5.0, 20.0, 60.0, 100.0)
PER_S, LASTS_S, SWING_HZ = (0.8, 1.3), (0.2, 0.35), (4.0, 7.0)
BEFORE_S, COUNT = 30.0, 20
TOLD = 0.9
LARGEST_BEAT_MG = 100.0
_NEAR_S = 0.4


def rhythms(effort: Effort) -> Outcome:
    """Share of jerks told as something that moves, and pulses larger than any beat."""
    repeats = round(effort.scaled(6, 60))
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []
    for rate_hz in RATES_HZ:
        large = files = 0
        for size_mg in SIZES_MG:
            drawn = [_file(rate_hz, size_mg, number) for number in range(repeats)]
            told = sum(count for count, _ in drawn)
            pulses = [size for _, sizes in drawn for size in sizes]
            large += sum(any(size > LARGEST_BEAT_MG for size in sizes) for _, sizes in drawn)
            files += repeats
            name = f"{size_mg:g} mg, {rate_hz:g} Hz"
            figures.append(share(f"jerks told, {name}", told, COUNT * repeats, at_least(TOLD)))
            body.append((name, repeats, COUNT * repeats, told, len(pulses)))
        figures.append(
            share(f"files with a pulse over {LARGEST_BEAT_MG:g} mg, {rate_hz:g} Hz", large, files, at_most(0))
        )
    return Outcome(
        name="rhythms",
        title=f"{COUNT} jerks of {LASTS_S[0]:g} to {LASTS_S[1]:g} s, {PER_S[0]:g} to {PER_S[1]:g} a second",
        figures=tuple(figures),
        rows=(Rows("jerks in a rhythm", ("condition", "files", "jerks", "told", "pulses told"), tuple(body)),),
        notes=(
            "intervals vary by 8 %, sizes by 10 %; told is a twitch, train, tap, limb movement, movement or tremor",
        ),
        seeds=(SEED,),
    )


def _file(rate_hz: float, size_mg: float, number: int) -> tuple[int, list[float]]:
    """Jerks that are told, and the sizes of pulses told, in mg."""
    rng = stream((SEED, round(rate_hz), round(size_mg), number), "rhythm")
    every_s, lasts_s, swing_hz = 1 / rng.uniform(*PER_S), rng.uniform(*LASTS_S), rng.uniform(*SWING_HZ)
    onsets_s = BEFORE_S + np.cumsum(every_s * (1 + 0.08 * rng.standard_normal(COUNT)))
    xyz = still(rng, float(onsets_s[-1]) + 20.0, rate_hz) + unit_vectors(rng, 1)
    direction = unit_vectors(rng, 1)[0]
    phase = rng.uniform(0, 2 * np.pi)
    fine_s = np.linspace(0, lasts_s, 500)
    spread = np.ptp(np.sin(np.pi * fine_s / lasts_s) ** 2 * np.sin(2 * np.pi * swing_hz * fine_s + phase))
    for onset_s in onsets_s:
        index = np.arange(int(onset_s * rate_hz) + 1, int((onset_s + lasts_s) * rate_hz) + 1)
        since_s = index / rate_hz - onset_s
        jerk = np.sin(np.pi * since_s / lasts_s) ** 2 * np.sin(2 * np.pi * swing_hz * since_s + phase)
        size_g = 1e-3 * size_mg * (1 + 0.1 * rng.standard_normal())
        xyz[index] += size_g * (jerk / spread)[:, None] * direction
    events = [event for event in detect(xyz.astype(np.float32), rate_hz) if event.onset_s > BEFORE_S - 1]
    moves = [event for event in events if event.kind != "pulse"]
    told = sum(
        any(each.onset_s - _NEAR_S < at < each.onset_s + each.duration_s + _NEAR_S for each in moves) for at in onsets_s
    )
    return told, [event.p2p_mg for event in events if event.kind == "pulse"]
