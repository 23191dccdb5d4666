"""Simulated chests with two sounds a beat, at any heart rate."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.bodies.figures import hourly, share
from benchmarks.bodies.heart_rate import windows
from benchmarks.bodies.listening import pulse_told, rate_told
from benchmarks.bodies.rows.pulse import TOLD_OF_WINDOW
from benchmarks.bodies.simulated import every, resting, twitches_at
from benchmarks.bodies.simulated import two_sounds as beating
from benchmarks.detection.experiments.ours import near, onsets
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least, at_most
from benchmarks.detection.simulator.draws import between, stream
from detector.signal import detect

SEED = 13_060
RATE_HZ, LENGTH_S, LEAD_S = 100.0, 180.0, 20.0
NOISE_MG, SOUND_MG, PER_MIN = (0.7, 2.5), (6.0, 40.0), (45.0, 110.0)
TWITCH_MG = 20.0
WITHIN_PER_MIN = 5.0


def two_sounds(effort: Effort) -> Outcome:
    """Rate, false twitches and recall."""
    files = round(effort.scaled(8, 40))
    table: list[tuple[Cell, ...]] = []
    hits = asked = false = told = right = total = 0
    for number in range(files):
        rng = stream((SEED, number), "two sounds")
        noise_mg, size_mg, per_min = (float(between(rng, limits, 1)[0]) for limits in (NOISE_MG, SOUND_MG, PER_MIN))
        mg = resting(rng, LENGTH_S, RATE_HZ, noise_mg)
        wave, beats_s = beating(rng, LENGTH_S, RATE_HZ, size_mg, per_min)
        mg += wave
        truth_s = every(rng, LEAD_S, LENGTH_S - 3.0, 8.0, 2.5)
        twitches_at(rng, mg, RATE_HZ, truth_s, TWITCH_MG, held_out=bool(number % 2))
        events = detect((1e-3 * mg).astype(np.float32), RATE_HZ)
        found_s = np.sort(onsets(events))
        found_s = found_s[found_s >= LEAD_S]
        hit = int(near(truth_s, found_s).sum())
        spare = int((~near(found_s, truth_s)).sum())
        hits, asked, false = hits + hit, asked + len(truth_s), false + spare
        good = 0
        for span in windows((LEAD_S, LENGTH_S - 2.0)):
            inside = beats_s[(beats_s >= span[0]) & (beats_s < span[1])]
            true = 60.0 / float(np.diff(inside).mean())
            rate = rate_told(events, span) if pulse_told(events, span) >= TOLD_OF_WINDOW else math.nan
            total, told = total + 1, told + (not math.isnan(rate))
            good += bool(abs(rate - true) <= WITHIN_PER_MIN)
        right += good
        rate = rate_told(events, (LEAD_S, LENGTH_S))
        table.append((number, noise_mg, size_mg, per_min, rate, good, spare, hit / len(truth_s)))
    hours = files * (LENGTH_S - LEAD_S) / 3600
    figures: tuple[Figure, ...] = (
        share("windows of 20 s with a rate told", told, total, at_least(0.9)),
        share("... within 5/min", right, told, at_least(0.95)),
        hourly("false twitches", false, hours, at_most(25.0)),
        share(f"recall of {TWITCH_MG:g} mg", hits, asked, at_least(0.4)),
    )
    columns = ("file", "noise mg", "sound mg", "1/min", "told 1/min", "windows right of 15", "false", "recall")
    return Outcome(
        name="two-sounds",
        title="simulated chests with two sounds a beat",
        figures=figures,
        rows=(Rows("by file", columns, tuple(table)),),
        notes=(f"the first {LEAD_S:g} s are not counted",),
        seeds=(SEED,),
    )
