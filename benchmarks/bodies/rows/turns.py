"""A faint pulse and a turn every eight minutes, with and without a link that loses samples."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from benchmarks.bodies.figures import hourly, share
from benchmarks.bodies.simulated import every, handling, twitches_at
from benchmarks.detection.experiments.ours import onsets
from benchmarks.detection.experiments.pulse import reported
from benchmarks.detection.material.nights import white_chip
from benchmarks.detection.measuring.matching import inside, pairs
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least, at_most
from benchmarks.detection.simulator import Plan, beats_s
from benchmarks.detection.simulator.device import add_noise
from benchmarks.detection.simulator.draws import Array
from benchmarks.detection.simulator.posture import add_gravity, add_pulse, add_respiration
from benchmarks.detection.simulator.stage import Stage
from benchmarks.detection.truth import KnownNight

SEED = 13_050
RATE_HZ = 100.0
HOURS = 1.0
DENSITIES_UG = (25.0, 70.0, 150.0)
PULSE_MG, TWITCH_MG = (1.0, 6.0), 16.0
TURN_EVERY_S, TURN_S = 480.0, 6.0
TWITCH_EVERY_S = 40.0
SOON_S = 60.0
CLEAR_S = 2.0
"""Beside a turn nothing is counted."""

GAP_EVERY_S, GAP_S = 20.0, 0.3
GAP_CLEAR_S = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """A night of turns: each turn with its margins, shape ``(k, 2)``, true onsets and beats a minute."""

    night: KnownNight
    spans_s: Array
    truth_s: Array
    per_min: float


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Twitches found of those asked for, false ones, how many of these soon after a turn, and the time watched."""

    found: int
    asked: int
    false: int
    soon: int
    quiet_h: float

    @classmethod
    def together(cls, parts: list[Counted]) -> Counted:
        """All nights as one."""
        return cls(*(sum(getattr(part, field.name) for part in parts) for field in dataclasses.fields(cls)))


def turns(effort: Effort) -> Outcome:
    """False twitches an hour and recall at each noise, whole and with gaps."""
    nights = round(effort.scaled(2, 8))
    figures: list[Figure] = []
    table: list[tuple[Cell, ...]] = []
    for density_ug in DENSITIES_UG:
        every_night = [turning(density_ug, number) for number in range(nights)]
        for gappy in (False, True):
            name = f"{density_ug:g} ug/rtHz, {'a gap every 20 s' if gappy else 'no gaps'}"
            parts = []
            for number, one in enumerate(every_night):
                night = _with_gaps(one.night) if gappy else one.night
                events = night.detect()
                part = counted(one, night, np.sort(onsets(events)))
                parts.append(part)
                told = reported(events, night.observed_s)
                table.append((f"{name}, heart {number}", part.quiet_h, part.false, part.soon, one.per_min, *told))
            total = Counted.together(parts)
            figures += [
                hourly(f"false twitches under a pulse, {name}", total.false, total.quiet_h, at_most(3.0)),
                share(f"recall of {TWITCH_MG:g} mg, {name}", total.found, total.asked, at_least(0.95)),
            ]
    columns = ("night", "quiet h", "false", "within a minute of a turn", "true 1/min", "told 1/min", "share told")
    return Outcome(
        name="turns",
        title="a pulse of 1-6 mg and a turn every 8 minutes",
        figures=tuple(figures),
        rows=(Rows("false twitches", columns, tuple(table)),),
        notes=(
            "each night has a heart of its own, and each turn brings another direction and size of the pulse",
            f"{CLEAR_S:g} s beside a turn and {GAP_CLEAR_S:g} s beside a gap are left out",
        ),
        seeds=(SEED,),
    )


def counted(one: Turning, night: KnownNight, found_s: Array) -> Counted:
    """Hold onsets, in order, against a night, or the same with gaps."""
    clear = np.concatenate([one.spans_s, _gap_spans(night)])
    left, right = pairs(one.truth_s, found_s)
    hit, spare = np.zeros(len(one.truth_s), bool), np.ones(len(found_s), bool)
    hit[left], spare[right] = True, False
    asked = ~inside(one.truth_s, clear)
    false_s = found_s[spare & ~inside(found_s, clear)]
    ends_s = one.spans_s[:, 1]
    soon = sum(t - ends_s[ends_s <= t].max(initial=-np.inf) < SOON_S for t in false_s)
    return Counted(int(hit[asked].sum()), int(asked.sum()), len(false_s), int(soon), HOURS - _total(clear) / 3600)


def turning(density_ug: float, number: int) -> Turning:
    """Make a night of turns."""
    plan = Plan(
        HOURS,
        RATE_HZ,
        chip=white_chip(density_ug),
        pulse_mg=PULSE_MG,
        respiration_mg=(2.0, 10.0),
        movements_per_hour=1.0,  # heard, at the times set below
    )
    seed = (SEED, round(density_ug), number)
    stage = Stage(plan, seed)
    starts_s = np.arange(TURN_EVERY_S, 3600 * HOURS - TURN_S, TURN_EVERY_S)
    stage.turns = [(float(start), float(start + TURN_S)) for start in starts_s]
    add_gravity(stage)
    add_respiration(stage)
    add_pulse(stage)
    rng = stage.rng("turns")
    for start_s in starts_s:
        wave = handling(rng, TURN_S, RATE_HZ, float(rng.uniform(100.0, 300.0)))
        at = round(start_s * RATE_HZ)
        stage.xyz[at : at + len(wave)] += wave.astype(np.float32)
    truth_s = every(rng, 20.0, 3600 * HOURS - 5.0, TWITCH_EVERY_S, 3.0)
    spans = np.array([(start - CLEAR_S, start + TURN_S + CLEAR_S) for start in starts_s])
    truth_s = truth_s[~inside(truth_s, spans) & ~inside(truth_s + 1.0, spans)]
    mg = stage.xyz.astype(np.float64)
    twitches_at(rng, mg, RATE_HZ, truth_s, TWITCH_MG, held_out=bool(number % 2))
    stage.xyz[:] = mg
    add_noise(stage, plan.drawn_chip(seed))
    per_min = 60.0 / float(np.diff(beats_s(plan, seed)).mean())
    night = KnownNight((1e-3 * stage.xyz).astype(np.float32), RATE_HZ, (), RATE_HZ)
    return Turning(night, spans, truth_s, per_min)


def _with_gaps(night: KnownNight) -> KnownNight:
    """The same night with 0.3 s missing every 20 s."""
    missing, period = round(GAP_S * RATE_HZ), round(GAP_EVERY_S * RATE_HZ)
    kept = np.arange(len(night.xyz)) % period < period - missing
    count = (len(night.xyz) - 1) // period
    gaps = tuple(((period - missing) * (k + 1), GAP_S) for k in range(count))
    return dataclasses.replace(night, xyz=np.ascontiguousarray(night.xyz[kept]), gaps=gaps)


def _gap_spans(night: KnownNight) -> Array:
    """Beside a gap nothing is counted either; start and end in s, shape ``(k, 2)``."""
    ends = np.array([night.time_s(index) for index, _ in night.gaps])
    return np.column_stack([ends - GAP_S - GAP_CLEAR_S, ends + GAP_CLEAR_S]).reshape(-1, 2)


def _total(spans: Array) -> float:
    """Length of the union of spans, in s."""
    total, until = 0.0, -np.inf
    for start, end in sorted(map(tuple, spans.tolist())):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total
