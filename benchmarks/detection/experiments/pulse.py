"""A heart beat under the twitches: no false twitch, none lost, and the pulse itself reported."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from benchmarks.detection.experiments.ours import onsets
from benchmarks.detection.material.nights import white_chip
from benchmarks.detection.measuring.matching import Score, score
from benchmarks.detection.measuring.outcome import (
    Comparison,
    Effort,
    Figure,
    Outcome,
    Rows,
    at_least,
    at_most,
    within_factor,
)
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.measuring.rivalry import Tuned, onsets_in, tuned_on
from benchmarks.detection.simulator import Plan, simulate
from benchmarks.detection.simulator.draws import Seed
from detector.events import Event

SEED = 7703
RATE_HZ, DENSITY_UG = 100.0, 100.0
CASES = tuple(
    (pulse_mg, twitch_mg, per_minute, moves)
    for pulse_mg, twitch_mg in ((3.0, 8.0), (6.0, 16.0))
    for per_minute in (50.0, 60.0, 75.0)
    for moves in (False, True)
)
FALSE_PER_HOUR, RECALL_KEPT, RATE_FACTOR = 2.0, 0.85, 1.1


@dataclass(frozen=True, slots=True)
class Kept:
    """How one case went."""

    name: str
    score: Score
    recall_without: float
    beats_per_minute: float
    share: float
    per_minute: float
    rivals: dict[str, float]


def plan(hours: float, pulse_mg: float, twitch_mg: float, per_minute: float, *, moves: bool) -> Plan:
    """Plan a night with a pulse of a stated size and twitches of one size."""
    return Plan(
        hours,
        RATE_HZ,
        chip=white_chip(DENSITY_UG),
        name=f"pulse of {pulse_mg:g} mg at {per_minute:g}/min",
        units=6,
        twitches_per_min=1.0,
        p2p_mg=(twitch_mg, twitch_mg),
        apart_s=1.0,
        pulse_mg=(pulse_mg, pulse_mg),
        pulse_per_min=(per_minute, per_minute),
        respiration_mg=(6.0, 6.0),
        movements_per_hour=4.0 if moves else 0.0,
    )


def pulse(effort: Effort) -> Outcome:
    """Measure every case of size, rate and posture."""
    rivals: list[Tuned] = []
    if effort.with_rivals:
        quiet = simulate(plan(2.0, 3.0, 8.0, 60.0, moves=True).without("pulse"), (SEED, 99))
        rivals = tuned_on(quiet)
    with ThreadPoolExecutor() as pool:
        kept = list(pool.map(lambda case: _case(case, effort, rivals), CASES))
    figures: list[Figure] = []
    for one in kept:
        count, hours = len(one.score.false_s), one.score.quiet_h
        figures += [
            Figure(
                f"false twitches: {one.name}",
                count / hours,
                *poisson_interval(count, hours),
                unit="1/h",
                target=at_most(FALSE_PER_HOUR),
            ),
            Figure(
                f"recall of that without pulse: {one.name}",
                one.score.recall / one.recall_without,
                target=at_least(RECALL_KEPT),
            ),
            Figure(
                f"beats/min over truth: {one.name}",
                one.beats_per_minute / one.per_minute,
                target=within_factor(1.0, RATE_FACTOR),
            ),
            Figure(f"share of the night with a pulse reported: {one.name}", one.share),
        ]
    columns = ("case", "false/h", "recall", "recall without pulse", "beats/min", "share of night", *_names(rivals))
    return Outcome(
        name="pulse",
        title="a heart beat under the twitches",
        figures=tuple(figures),
        rows=(Rows("false twitches and recall under a pulse; rivals: false/h", columns, tuple(_row(k) for k in kept)),),
        comparisons=tuple(
            Comparison(f"false/h under a pulse: {k.name}", k.score.false_per_hour, k.rivals, more_is_better=False)
            for k in kept
            if k.rivals
        ),
        notes=("recall without pulse is that of the same night with the pulse left out",),
        seeds=(SEED,),
    )


def _case(case: tuple[float, float, float, bool], effort: Effort, rivals: list[Tuned]) -> Kept:
    pulse_mg, twitch_mg, per_minute, moves = case
    hours = effort.scaled(2.0, 16.0)
    seed: Seed = (SEED, round(pulse_mg), round(per_minute), int(moves))
    one = plan(hours, pulse_mg, twitch_mg, per_minute, moves=moves)
    beating, still = simulate(one, seed), simulate(one.without("pulse"), seed)
    events = beating.detect()
    found = score(beating, onsets(events))
    name = f"{pulse_mg:g} mg under {twitch_mg:g} mg, {per_minute:g}/min, {'moving' if moves else 'one posture'}"
    return Kept(
        name,
        found,
        score(still, onsets(still.detect())).recall,
        *reported(events, beating.observed_s),
        per_minute,
        {rival.name: score(beating, onsets_in(beating, rival)).false_per_hour for rival in rivals},
    )


def reported(events: list[Event], observed_s: float) -> tuple[float, float]:
    """Beats per minute that the `pulse` events report (their dominant frequency is the heart rate), and their share."""
    beats = [event for event in events if event.kind == "pulse"]
    if not beats:
        return float("nan"), 0.0
    lasts = np.array([event.duration_s for event in beats])
    rate_hz = float(np.average([event.dominant_hz for event in beats], weights=np.maximum(lasts, 1e-9)))
    return 60.0 * rate_hz, float(lasts.sum() / observed_s)


def _names(rivals: list[Tuned]) -> tuple[str, ...]:
    return tuple(rival.name for rival in rivals)


def _row(one: Kept) -> tuple[str | float, ...]:
    return (
        one.name,
        one.score.false_per_hour,
        one.score.recall,
        one.recall_without,
        one.beats_per_minute,
        one.share,
        *one.rivals.values(),
    )
