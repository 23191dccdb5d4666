"""The hard night: bursts and movements in 3 mg of noise on every axis."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.experiments.ours import onsets
from benchmarks.detection.limit import clairvoyant_hits, filters
from benchmarks.detection.measuring.matching import score
from benchmarks.detection.measuring.outcome import Cell, Comparison, Effort, Figure, Outcome, Rows, at_least, at_most
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.measuring.rivalry import onsets_in, tuned_on
from benchmarks.detection.simulator import hard_night, simulate
from benchmarks.detection.truth import KnownNight

SEED, TUNING_SEED = 7707, 7717
RATE_HZ, NOISE_MG = 100.0, 3.0
RECALL, FALSE_PER_HOUR = 0.75, 1.0
BURST_S = 0.08


def night(hours: float, seed: int) -> tuple[KnownNight, np.ndarray, np.ndarray]:
    """Make the night, and hand back the bursts' waveforms in mg and the samples at which they begin too."""
    plan = hard_night(hours)
    one = simulate(plan, seed)
    bare = simulate(plan.without("movement", "respiration", "noise"), seed)
    mg = 1e3 * (bare.xyz.astype(np.float64) - bare.xyz[0])
    index = np.array([int(np.ceil(event.onset_s * RATE_HZ)) for event in bare.truth])
    waves = np.array([mg[at : at + round(BURST_S * RATE_HZ) + 1] for at in index])
    return one, waves, index


def hard(effort: Effort) -> Outcome:
    """Recall and false alarms, of us, the rivals and the limit."""
    one, waves, index = night(effort.scaled(8.0, 48.0), SEED)
    found = {"fasciwatch": onsets(one.detect())}
    if effort.with_rivals:
        tuning = night(1.0, TUNING_SEED)[0]
        for rival in tuned_on(tuning):
            found[rival.name] = onsets_in(one, rival)
    scores = {name: score(one, onset_s) for name, onset_s in found.items()}
    ours = scores["fasciwatch"]
    count = len(ours.hit)
    spread = 1.96 * np.sqrt(ours.recall * (1 - ours.recall) / count)
    false = ours.false_per_hour
    body: list[tuple[Cell, ...]] = []
    for name, s in scores.items():
        low, high = poisson_interval(len(s.false_s), s.quiet_h)
        body.append((name, s.recall, f"{s.false_per_hour:.2f} [{low:.2f}, {high:.2f}]", len(s.disturbed_s)))
    bank = filters(waves, RATE_HZ, 1e3 * NOISE_MG / np.sqrt(RATE_HZ / 2))
    # Against the limit gravity must be constant: the same bursts again in the same amount of noise alone.
    clean = np.random.default_rng(SEED + 1).standard_normal(one.xyz.shape) * NOISE_MG
    for at, wave in zip(index, waves, strict=True):
        clean[at : at + len(wave)] += wave
    limit = float(clairvoyant_hits(1e-3 * clean, index, bank, 1.0).mean())
    body.append(("clairvoyant, on the noise alone", limit, "1.00", ""))
    rivals = {name: s for name, s in scores.items() if name != "fasciwatch"}
    return Outcome(
        name="hard",
        title="the hard night: 3 mg rms on every axis",
        figures=(
            Figure("recall", ours.recall, ours.recall - spread, ours.recall + spread, target=at_least(RECALL)),
            Figure(
                "false/h",
                false,
                *poisson_interval(len(ours.false_s), ours.quiet_h),
                unit="1/h",
                target=at_most(FALSE_PER_HOUR),
            ),
            Figure("recall of the clairvoyant", limit),
        ),
        rows=(Rows(f"{count} bursts", ("method", "recall", "false/h", "in movements"), tuple(body)),),
        comparisons=(
            Comparison(
                "recall, hard night", ours.recall, {n: s.recall for n, s in rivals.items()}, more_is_better=True
            ),
            Comparison(
                "false/h, hard night", false, {n: s.false_per_hour for n, s in rivals.items()}, more_is_better=False
            ),
        )
        if rivals
        else (),
        seeds=(SEED, TUNING_SEED),
    )
