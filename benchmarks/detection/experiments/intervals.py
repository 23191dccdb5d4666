"""How often the interval of twitches per hour holds the mean rate, where the rate rises and falls over the night."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_least
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.simulator.draws import stream
from detector.series import rate_per_hour
from detector.series.dispersed import blocks_of

SEED = 41_117
HOURS, CHANGES_MIN = 8.0, 5
PER_HOUR, VARIATION = (2.0, 6.0, 20.0, 60.0), (0.0, 0.5, 1.0)
COVERAGE = 0.93
"""Asked of the 95 % interval."""

Minutes = npt.NDArray[np.float64]


def intervals(effort: Effort) -> Outcome:
    """Coverage at each rate and variation, all minutes observed and patches of them; the rate's steps lie anywhere."""
    nights = round(effort.scaled(150, 2000))
    figures, body = [], []
    for is_patchy in (False, True):
        for per_hour in PER_HOUR:
            for variation in VARIATION:
                held, wider = _coverage(nights, per_hour, variation, is_patchy=is_patchy)
                spread = 1.96 * np.sqrt(max(held * (1 - held), 0.25 / nights) / nights)
                how = "in patches" if is_patchy else "observed throughout"
                name = f"{per_hour:g}/h, CV {variation:g}, {how}"
                figures.append(
                    Figure(
                        f"coverage of the 95 % interval, {name}",
                        held,
                        held - spread,
                        held + spread,
                        "",
                        at_least(COVERAGE),
                    )
                )
                row: tuple[Cell, ...] = (name, nights * HOURS, held, wider)
                body.append(row)
    return Outcome(
        name="intervals",
        title=f"nights of {HOURS:g} h whose rate is drawn anew every {CHANGES_MIN} min (gamma)",
        figures=tuple(figures),
        rows=(Rows("intervals", ("condition", "hours", "coverage", "width over counting alone"), tuple(body)),),
        seeds=(SEED,),
    )


def _coverage(nights: int, per_hour: float, variation: float, *, is_patchy: bool) -> tuple[float, float]:
    rng = stream((SEED, round(10 * per_hour), round(10 * variation), int(is_patchy)), "intervals")
    held, wider = 0, []
    for _ in range(nights):
        observed_s = _observed_s(rng, is_patchy=is_patchy)
        counts = rng.poisson(_rates(rng, len(observed_s), variation) * per_hour * observed_s / 3600)
        starts_s = 60.0 * np.arange(len(observed_s))
        moments_s = np.repeat(starts_s, counts).tolist()
        blocks = blocks_of(moments_s, list(zip(starts_s.tolist(), observed_s.tolist(), strict=True)))
        rate = rate_per_hour(len(moments_s), float(observed_s.sum()), blocks=blocks)
        if rate is None:
            continue
        held += rate.low_per_hour <= per_hour <= rate.high_per_hour
        low, high = poisson_interval(len(moments_s), float(observed_s.sum()) / 3600)
        wider.append((rate.high_per_hour - rate.low_per_hour) / (high - low))
    return held / nights, float(np.mean(wider))


def _observed_s(rng: np.random.Generator, *, is_patchy: bool) -> Minutes:
    count = round(60 * HOURS)
    if not is_patchy:
        return np.full(count, 60.0)
    there = np.repeat(rng.random(count // 20 + 1) < 0.8, 20)[:count]
    return np.asarray(60.0 * there * (rng.random(count) < 0.7) * rng.uniform(0.2, 1.0, count))


def _rates(rng: np.random.Generator, minutes: int, variation: float) -> Minutes:
    """Rate of each minute over the mean."""
    steps = minutes // CHANGES_MIN + 2
    rates = np.ones(steps) if not variation else rng.gamma(1 / variation**2, variation**2, steps)
    offset = int(rng.integers(CHANGES_MIN))
    return np.repeat(rates, CHANGES_MIN)[offset : offset + minutes]
