"""Gross movements: what they set off, and how soon twitches are found again."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.experiments.ours import FOUND_KINDS, near, onsets
from benchmarks.detection.material.nights import white_chip
from benchmarks.detection.measuring.matching import inside
from benchmarks.detection.measuring.outcome import Comparison, Effort, Figure, Outcome, Rows, at_least, at_most
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.measuring.rivalry import onsets_in, tuned_on
from benchmarks.detection.simulator import Plan, simulate
from benchmarks.detection.simulator.draws import Array
from benchmarks.detection.truth import KnownNight

SEED, TUNING_SEED = 7704, 7714
RATE_HZ, DENSITY_UG = 100.0, 100.0
RANGE_MG = (5.0, 20.0)
AFTER_S = (2.0, 10.0)
PER_MOVEMENT, RECALL_KEPT = 0.03, 0.9


def night(hours: float, seed: int) -> KnownNight:
    """Make a night of many movements, and of so many twitches that enough come soon after one."""
    plan = Plan(
        hours,
        RATE_HZ,
        chip=white_chip(DENSITY_UG),
        name="movements",
        units=0,
        twitches_per_min=8.0,
        clustering=0.0,
        interval_cv=(1.0, 1.0),
        apart_s=1.5,
        p2p_mg=RANGE_MG,
        respiration_mg=(6.0, 6.0),
        movements_per_hour=25.0,
        movement_s=(3.0, 20.0),
    )
    return simulate(plan, seed)


def movements(effort: Effort) -> Outcome:
    """Count false twitches in movements, and recall soon after them."""
    one = night(effort.scaled(12.0, 80.0), SEED)
    spans = np.array([(event.onset_s - 1.0, event.end_s + 1.0) for event in one.only("movement")])
    ours = _measure(one, onsets(one.detect()), spans)
    rivals = {}
    if effort.with_rivals:
        tuning = night(2.0, TUNING_SEED)
        for rival in tuned_on(tuning):
            rivals[rival.name] = _measure(one, onsets_in(one, rival), spans)
    per_movement = ours[0] / len(spans)
    low, high = poisson_interval(round(ours[0]), len(spans))
    kept = ours[1] / ours[2]
    return Outcome(
        name="movements",
        title="gross movements",
        figures=(
            Figure("false twitches per gross movement", per_movement, low, high, target=at_most(PER_MOVEMENT)),
            Figure(
                "recall 2-10 s after a movement, of its undisturbed value", kept, *ours[3], target=at_least(RECALL_KEPT)
            ),
        ),
        rows=(
            Rows(
                f"{len(spans)} movements, twitches of {RANGE_MG[0]:g} to {RANGE_MG[1]:g} mg",
                ("method", "false twitches per movement", "recall 2-10 s after", "recall undisturbed", "ratio"),
                tuple(
                    (name, m[0] / len(spans), m[1], m[2], m[1] / m[2])
                    for name, m in {"fasciwatch": ours, **rivals}.items()
                ),
            ),
        ),
        comparisons=(
            Comparison(
                "false twitches per gross movement",
                per_movement,
                {n: m[0] / len(spans) for n, m in rivals.items()},
                more_is_better=False,
            ),
            Comparison(
                "recall 2-10 s after a movement", ours[1], {n: m[1] for n, m in rivals.items()}, more_is_better=True
            ),
        )
        if rivals
        else (),
        notes=("false twitches of a movement: all twitches and trains found from 1 s before it to 1 s after it",),
        seeds=(SEED, TUNING_SEED),
    )


def _measure(one: KnownNight, found_s: Array, spans: Array) -> tuple[float, float, float, tuple[float, float]]:
    """False twitches in movements, recall soon after, recall elsewhere, and an interval of their ratio."""
    truth_s = np.array([event.onset_s for event in one.only(*FOUND_KINDS)])
    hit = near(truth_s, found_s)
    ends = np.array([event.end_s for event in one.only("movement")])
    last = ends[np.maximum(np.searchsorted(ends, truth_s) - 1, 0)]
    since = np.where(truth_s > ends[0], truth_s - last, np.inf)
    soon, calm = (since >= AFTER_S[0]) & (since <= AFTER_S[1]), since > 30.0
    rng = np.random.default_rng(SEED)
    draws = rng.binomial(soon.sum(), hit[soon].mean(), 2000) / soon.sum()
    low, high = np.quantile(draws / hit[calm].mean(), [0.025, 0.975])
    return float(inside(found_s, spans).sum()), hit[soon].mean(), hit[calm].mean(), (float(low), float(high))
