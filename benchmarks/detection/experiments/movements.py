"""Gross movements: what they set off, and how soon twitches are found again."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.experiments.matching import inside, score
from benchmarks.detection.experiments.ours import FOUND_KINDS, near, onsets
from benchmarks.detection.experiments.outcome import Comparison, Effort, Figure, Outcome, Rows, at_least, at_most
from benchmarks.detection.experiments.rates import poisson_interval
from benchmarks.detection.experiments.rivalry import onsets_in, tuned_on
from benchmarks.detection.experiments.scenery import Array, Scenery
from benchmarks.detection.experiments.shapes import Shapes
from benchmarks.detection.truth import KnownNight

SEED, TUNING_SEED = 7704, 7714
RATE_HZ, DENSITY_UG = 100.0, 100.0
RANGE_MG = (5.0, 20.0)
AFTER_S = (2.0, 10.0)
PER_MOVEMENT, RECALL_KEPT = 0.03, 0.9


def night(hours: float, seed: int) -> KnownNight:
    """Make a night of many movements, with twitches everywhere and one 2 to 10 s after each movement."""
    scene = Scenery(hours, RATE_HZ, DENSITY_UG, seed)
    scene.movements(round(25 * hours), (3.0, 20.0))
    shapes = Shapes(300, scene.rng, held_out=False)
    late = scene.rng.uniform(AFTER_S[0], AFTER_S[1] - 1.5, len(scene.turns_s))
    for k, (end_s, wait_s) in enumerate(zip(scene.turns_s[1:], late[1:], strict=True)):
        which, size = k % len(shapes.tp_s), float(np.exp(scene.rng.uniform(*np.log(RANGE_MG))))
        scene.place_twitch(shapes, which, end_s + float(wait_s), size)
    scene.twitches(shapes, round(200 * hours), RANGE_MG, doublets=0.0)
    return scene.finish("movements")


def movements(effort: Effort) -> Outcome:
    """Count false twitches in movements, and recall soon after them."""
    one = night(effort.scaled(12.0, 80.0), SEED)
    spans = np.array([(event.onset_s - 1.0, event.end_s + 1.0) for event in one.only("movement")])
    ours = _measure(one, onsets(one.detect()), spans)
    rivals = {}
    if effort.with_rivals:
        tuning = night(2.0, TUNING_SEED)
        for rival in tuned_on(tuning, lambda found: score(tuning, found).f1):
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
