"""Recordings that begin in movement or tremor, as every recorder's does: twitches soon afterwards."""

from __future__ import annotations

import numpy as np

from benchmarks.bodies.figures import hourly, share
from benchmarks.bodies.listening import events_of
from benchmarks.bodies.people import OTHER, Body
from benchmarks.bodies.simulated import every, handling, resting, tremor, twitches_at
from benchmarks.detection.experiments.ours import near, onsets
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.simulator.draws import Array, stream

SEED = 13_030
NOISE_MG, TWITCH_MG = 1.0, 15.0
MOVES_S, MOVES_MG = (2.0, 20.0, 60.0), (150.0, 350.0)
TREMOR_S, TREMOR_MG, TREMOR_HZ = 90.0, 200.0, (3.5, 10.0)
AFTER_MOVEMENT_S, AFTER_TREMOR_S = (20.0, 180.0), (10.0, 70.0)
EVERY_S = 6.0
RATES_HZ = (50.0, 100.0)


def starts(effort: Effort) -> Outcome:
    """Recall after each kind of start."""
    files = round(effort.scaled(6, 30))
    figures: list[Figure] = []
    table: list[tuple[Cell, ...]] = []
    for lasts_s, is_tremor in (*((lasts_s, False) for lasts_s in MOVES_S), (TREMOR_S, True)):
        name = f"{lasts_s:g} s of {'tremor' if is_tremor else 'handling'} from the first sample"
        hits: list[Array] = []
        after: list[Array] = []
        others = 0
        seconds = 0.0
        for number in range(files):
            body, truth_s = recording(lasts_s, number, is_tremor=is_tremor)
            found_s, quiet_s = np.sort(onsets(events_of(body))), body.quiet_s
            hits.append(near(truth_s, found_s).astype(float))
            after.append(truth_s - lasts_s)
            calm = found_s[(found_s > quiet_s[0]) & (found_s < quiet_s[1])]
            others += int((~near(calm, truth_s)).sum())
            seconds += quiet_s[1] - quiet_s[0]
        hit, since_s = np.concatenate(hits), np.concatenate(after)
        figures += [
            share(f"recall of {TWITCH_MG:g} mg after {name}", hit.sum(), len(hit), at_least(0.9)),
            hourly(f"false twitches after {name}", others, seconds / 3600),
        ]
        bins = [(10, 20), (20, 30), (30, 60), (60, 120), (120, 180)]
        by_time = [hit[(since_s >= a) & (since_s < b)] for a, b in bins]
        table.append((name, *(float(part.mean()) if len(part) else float("nan") for part in by_time)))
    columns = ("start", "10-20 s after", "20-30", "30-60", "60-120", "120-180")
    return Outcome(
        name="starts",
        title="recordings that begin in movement",
        figures=tuple(figures),
        rows=(Rows("recall by the time since the end of it", columns, tuple(table)),),
        notes=(
            f"{files} recordings each, half of them at 50 Hz; noise of {NOISE_MG:g} mg afterwards",
            f"twitches {AFTER_MOVEMENT_S[0]:g}-{AFTER_MOVEMENT_S[1]:g} s after handling",
            f"twitches {AFTER_TREMOR_S[0]:g}-{AFTER_TREMOR_S[1]:g} s after tremor; false: from 2 s after either on",
        ),
        seeds=(SEED,),
    )


def recording(lasts_s: float, number: int, *, is_tremor: bool) -> tuple[Body, Array]:
    """One of the recordings, and the onsets in it; its quiet part begins 2 s after the movement."""
    rng = stream((SEED, number, round(lasts_s)), "start")
    rate_hz = RATES_HZ[number % 2]
    asked = AFTER_TREMOR_S if is_tremor else AFTER_MOVEMENT_S
    length_s = lasts_s + asked[1] + 5.0
    mg = resting(rng, length_s, rate_hz, NOISE_MG)
    if is_tremor:
        mg[: round(lasts_s * rate_hz)] += tremor(rng, lasts_s, rate_hz, TREMOR_MG, rng.uniform(*TREMOR_HZ))
    else:
        mg[: round(lasts_s * rate_hz)] += handling(rng, lasts_s, rate_hz, rng.uniform(*MOVES_MG))
    truth_s = every(rng, lasts_s + asked[0], lasts_s + asked[1], EVERY_S, 2.0)
    twitches_at(rng, mg, rate_hz, truth_s, TWITCH_MG, held_out=bool(number // 2 % 2))
    xyz = (1e-3 * mg).astype(np.float32)
    return Body("start", OTHER, xyz, rate_hz, 0.0, (lasts_s + 2.0, length_s)), truth_s
