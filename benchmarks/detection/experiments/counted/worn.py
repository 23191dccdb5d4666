"""A quiet limb with weak signs of life: how long it is taken for a table, and the rate that is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.bodies.figures import share
from benchmarks.detection.experiments.counted.limb import breath, still
from benchmarks.detection.experiments.counted.recorded import summed_up
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least, at_most
from benchmarks.detection.simulator.draws import Array, stream
from detector.wear.states import State
from firmware_bridge.samples import NS
from firmware_bridge.virtual.twitch import acceleration, unit_vectors

SEED = 60_257
RATES_HZ = (52.0, 100.0)
HOURS, PER_HOUR, TWITCH_MG = 2.0, 4.0, 12.0
TURN_EVERY_S = (900.0, 1800.0)
MOST_OFF_MIN = 5.0
HELD = 0.93


@dataclass(frozen=True, slots=True)
class Limb:
    """Signs of life of a limb: ranges of breath and pulse in mg peak to peak, 0 for none."""

    name: str
    breath_mg: tuple[float, float]
    pulse_mg: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a night.

    Minutes off the body and unclear, whether the rate holds that of all the detector found, and how much that was.
    """

    off_min: float
    unclear_min: float
    is_held: bool
    found: int


LIMBS = (
    Limb("breath of 0.15 to 0.3 mg", (0.15, 0.3), (0.0, 0.0)),
    Limb("pulse of 1.5 to 2.5 mg", (0.0, 0.0), (1.5, 2.5)),
    Limb("breath of 0.1 to 0.2 mg and pulse of 1 to 2 mg", (0.1, 0.2), (1.0, 2.0)),
)


def worn(effort: Effort) -> Outcome:
    """Minutes of a worn limb told as off the body, whether the rate is that of the whole night, and a table's."""
    nights = round(effort.scaled(1, 20))
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []
    for rate_hz in RATES_HZ:
        held = 0
        off_min: list[float] = []
        for which, limb in enumerate(LIMBS):
            drawn = [_night(limb, rate_hz, (SEED, which, number)) for number in range(nights)]
            held += sum(each.is_held for each in drawn)
            off_min += [each.off_min for each in drawn]
            unclear = float(np.mean([each.unclear_min for each in drawn]))
            found = sum(each.found for each in drawn) / (nights * HOURS)
            name = f"{limb.name}, {rate_hz:g} Hz"
            body.append((name, nights * HOURS, max(each.off_min for each in drawn), unclear, found))
        of_all = f"nights whose rate's interval holds that of all twitches found, {rate_hz:g} Hz"
        figures += [
            _mean(f"minutes of {60 * HOURS:g} told as off the body, {rate_hz:g} Hz", off_min),
            share(of_all, held, nights * len(LIMBS), at_least(HELD)),
        ]
        on_table = [_table(rate_hz, number) for number in range(nights)]
        minutes = 60 * HOURS * nights
        figures.append(share(f"minutes of a table told as worn, {rate_hz:g} Hz", sum(on_table), minutes))
    return Outcome(
        name="worn",
        title=f"nights of {HOURS:g} h on a quiet limb, {PER_HOUR:g} twitches/h of {TWITCH_MG:g} mg",
        figures=tuple(figures),
        rows=(
            Rows(
                "quiet limbs",
                (
                    "limb",
                    "hours",
                    "minutes off the body, the most",
                    "unclear, mean",
                    "rate's interval holds",
                ),
                tuple(body),
            ),
        ),
        notes=(
            f"a turn every {TURN_EVERY_S[0] / 60:g} to {TURN_EVERY_S[1] / 60:g} min; noise of 75 ug/rtHz",
            "what is unclear counts in no rate; a table has noise alone",
            "of the twitches found one an hour is a false alarm that was asked for; some are beats of a faint pulse",
        ),
        seeds=(SEED,),
    )


def _mean(name: str, values: list[float]) -> Figure:
    rng = np.random.default_rng(SEED)
    low, high = np.quantile([np.mean(rng.choice(values, len(values))) for _ in range(1000)], [0.025, 0.975])
    mean = float(np.mean(values))
    return Figure(name, mean, min(float(low), mean), max(float(high), mean), "min", at_most(MOST_OFF_MIN))


def _night(limb: Limb, rate_hz: float, seed: tuple[int, ...]) -> Told:
    rng = stream((*seed, round(rate_hz)), "worn")
    seconds = 3600 * HOURS
    xyz = still(rng, seconds, rate_hz) + unit_vectors(rng, 1)
    time_s = np.arange(len(xyz)) / rate_hz
    if limb.breath_mg[1]:
        xyz += breath(rng, seconds, rate_hz, rng.uniform(*limb.breath_mg))
    if limb.pulse_mg[1]:
        _beat(xyz, rate_hz, rng, rng.uniform(*limb.pulse_mg))
    for at_s in np.arange(rng.uniform(*TURN_EVERY_S), seconds - 60, rng.uniform(*TURN_EVERY_S)):
        part = slice(round(at_s * rate_hz), round((at_s + rng.uniform(3, 8)) * rate_hz))
        length = part.stop - part.start
        xyz[part] += 0.04 * np.hanning(length)[:, None] * rng.standard_normal((length, 3))
    for at_s in rng.uniform(10, seconds - 10, rng.poisson(PER_HOUR * HOURS)):
        part = slice(int(at_s * rate_hz) + 1, int((at_s + 0.4) * rate_hz))
        shape = acceleration(time_s[part] - at_s, np.array(rng.uniform(0.04, 0.08)))
        xyz[part] += 1e-3 * TWITCH_MG * shape[:, None] * unit_vectors(rng, 1)[0]
    summary, events = summed_up({"limb": (xyz.astype(np.float32), rate_hz, None)})
    (sensor,) = summary.sensors
    minutes = dict.fromkeys(State, 0.0)
    for stretch in sensor.wear:
        minutes[stretch.state] += (stretch.end_ns - stretch.start_ns) / NS / 60
    told = None if sensor.series is None else sensor.series.twitches
    found = sum(event.kind == "twitch" for event in events)
    is_held = told is not None and told.low_per_hour <= found / HOURS <= told.high_per_hour
    return Told(minutes[State.OFF_BODY], minutes[State.UNCLEAR], is_held, found)


def _beat(xyz: Array, rate_hz: float, rng: np.random.Generator, size_mg: float) -> None:
    """Add a pulse of 50 to 70 beats a minute that varies with the breath."""
    interval_s = 60 / rng.uniform(50, 70)
    times_s = np.cumsum(interval_s * (1 + 0.04 * rng.standard_normal(int(3600 * HOURS / interval_s * 1.2))))
    direction = unit_vectors(rng, 1)[0]
    swing_hz, decay_s = rng.uniform(6, 10), rng.uniform(0.07, 0.12)
    for at_s in times_s[times_s < 3600 * HOURS - 2]:
        part = slice(int(at_s * rate_hz) + 1, int((at_s + 0.6) * rate_hz))
        since_s = np.arange(part.start, part.stop) / rate_hz - at_s
        beat = np.sin(2 * np.pi * swing_hz * since_s) * np.exp(-since_s / decay_s)
        xyz[part] += 0.7e-3 * size_mg * beat[:, None] * direction


def _table(rate_hz: float, number: int) -> float:
    """Minutes that a table is told to be worn."""
    rng = stream((SEED, round(rate_hz), number), "table")
    xyz = still(rng, 3600 * HOURS, rate_hz) + unit_vectors(rng, 1)
    (sensor,) = summed_up({"table": (xyz.astype(np.float32), rate_hz, None)})[0].sensors
    return sensor.worn_s / 60
