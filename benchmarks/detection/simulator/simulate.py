"""From a plan and a seed to a night."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.simulator import device, movements, posture
from benchmarks.detection.simulator.draws import Array, Seed
from benchmarks.detection.simulator.plan import Plan
from benchmarks.detection.simulator.stage import Stage
from benchmarks.detection.simulator.twitches import add_twitches
from benchmarks.detection.truth import KnownNight, Truth


def simulate(plan: Plan, seed: Seed) -> KnownNight:
    """Make a night; the same plan and seed give the same night bit for bit.

    Every ingredient draws from random numbers of its own, so that changing one changes others only where they would
    be in each other's way (see `Plan.without`).

    Parameters
    ----------
    plan
        What it is made of.
    seed
        One number or several, not negative.
    """
    stage = _scheduled(plan, seed)
    device.add_taps(stage)
    device.add_haptics(stage)
    add_twitches(stage)
    posture.add_gravity(stage)
    posture.add_respiration(stage)
    posture.add_pulse(stage)
    chip = plan.drawn_chip(seed)
    device.add_noise(stage, chip)
    xyz = device.digitise(stage, chip)
    holes = device.holes(stage)
    kept = np.ones(len(xyz), bool)
    gaps = []
    for first, last in holes:
        gaps.append((int(first - sum(b - a for a, b in holes if b <= first)), (last - first) / stage.rate_hz))
        kept[first:last] = False
    spans = [(first / stage.rate_hz, last / stage.rate_hz) for first, last in holes]
    truth = sorted((event for event in stage.truth if not _is_lost(event, spans)), key=lambda event: event.onset_s)
    return KnownNight(
        xyz[kept] if holes else xyz,
        plan.rate_hz,
        tuple(truth),
        stage.rate_hz,
        tuple(gaps),
        chip.lsb_mg,
        plan.name,
    )


def beats_s(plan: Plan, seed: Seed) -> Array:
    """When the heart beats in a night, in s; empty where the plan has no pulse."""
    if plan.pulse_mg is None:
        return np.empty(0)
    return posture.beat_times(Stage(plan, seed))


def _scheduled(plan: Plan, seed: Seed) -> Stage:
    """Let the body's ingredients take their places, the largest first."""
    stage = Stage(plan, seed)
    movements.add_movements(stage)
    movements.add_jerks(stage)
    movements.add_limb_series(stage)
    movements.add_leg_runs(stage)
    movements.add_mattress(stage)
    movements.add_tremor(stage)
    return stage


def _is_lost(event: Truth, holes: list[tuple[float, float]]) -> bool:
    """Whether nothing of an event arrived."""
    return any(start <= event.onset_s and event.end_s <= end for start, end in holes)
