"""Whether a night's intervals hold what they say: of the rate found, corrected, above a size, and left beside right.

Nights are drawn as a rule knows them: twitches come in spells, false alarms at a steady rate, the noise changes over
the night and from one night to the next by a factor of two, and how likely a twitch is found follows from its size over
its minute's threshold. No detector runs here; how the detector's own sizes err is in the experiment ``noise``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, Target
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.simulator.draws import stream
from detector.series import beside
from detector.series.dispersed import blocks_of
from detector.summary.judged.corrected import corrected
from detector.summary.judged.precision import Labelled
from detector.summary.levels import LEVELS_MG, Level, block_of, levels_of
from detector.summary.sensitivity import NINE_IN_TEN

SEED = 17_100
MINUTES = 480
ASKED = Target(0.93, 0.97)
_SPREAD = 0.25
"""Of the logarithm of the size at which a twitch is found: half at the threshold, 90 % at some 1.4 of it."""
_ERROR = 0.15
"""Of the logarithm of a size as the detector has it."""
_SMALLEST_MG = 2.0

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of night.

    Parameters
    ----------
    per_hour
        True twitches of `_SMALLEST_MG` and more.
    variation, changes_min
        How the rate varies, as its coefficient of variation, and every how many minutes it is another one.
    false_per_hour
        False alarms.
    threshold_mg
        Size of which half are found, in the middle of the night.
    """

    per_hour: float
    variation: float
    changes_min: int
    false_per_hour: float
    threshold_mg: float

    def __str__(self) -> str:
        return (
            f"{self.per_hour:g}/h, CV {self.variation:g} over {self.changes_min} min, "
            f"{self.false_per_hour:g} false/h, threshold {self.threshold_mg:g} mg"
        )


KINDS = tuple(
    Kind(per_hour, variation, changes_min, false, threshold)
    for per_hour, variation, changes_min in (
        (10.0, 0.5, 5), (10.0, 1.0, 5), (40.0, 0.0, 5), (40.0, 1.0, 5), (40.0, 0.7, 15), (150.0, 1.0, 5),
        (150.0, 0.7, 15),
    )
    for false, threshold in ((3.0, 4.0), (6.0, 8.0))
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A night as it would be stored, and what is true of it."""

    onsets_s: Array
    p2p_mg: Array
    true: npt.NDArray[np.bool_]
    minutes_s: Array
    measurable_s: Array
    seen_mg: Array
    mean_found_per_hour: float
    mean_true_found_per_hour: float

    def levels(self, labelled: Labelled | None = None) -> tuple[Level, ...]:
        """Count at every level."""
        return levels_of(
            self.onsets_s, self.p2p_mg, self.minutes_s, self.measurable_s, self.seen_mg,
            labelled or Labelled.nothing(len(self.onsets_s)),
        )  # fmt: skip


def draw(kind: Kind, rng: np.random.Generator) -> Drawn:
    """Draw a night."""
    minutes_s = 60.0 * np.arange(MINUTES)
    measurable_s = 60.0 * (rng.random(MINUTES) > 0.1) * np.where(rng.random(MINUTES) < 0.3, rng.random(MINUTES), 1.0)
    wander = np.interp(np.arange(MINUTES), np.linspace(0, MINUTES, 9), rng.uniform(-0.35, 0.35, 9))
    threshold = kind.threshold_mg * np.exp(wander)  # over a night by a factor of two at most
    rates = _rates(rng, kind)
    counts = rng.poisson(rates * kind.per_hour * measurable_s / 3600)
    which = np.repeat(np.arange(MINUTES), counts)
    size = _sizes(rng, len(which))
    found = rng.random(len(which)) < _chance(size, threshold[which])
    which, size = which[found], size[found] * np.exp(_ERROR * rng.standard_normal(found.sum()))
    chance = _mean_chance(threshold)
    false = np.repeat(np.arange(MINUTES), rng.poisson(kind.false_per_hour * measurable_s / 3600))
    false_mg = threshold[false] * rng.uniform(1.0, 1.6, len(false))
    is_true = np.concatenate([np.ones(len(which), bool), np.zeros(len(false), bool)])
    which, size = np.concatenate([which, false]), np.concatenate([size, false_mg])
    onsets_s = minutes_s[which] + 60 * rng.random(len(which))
    order = np.argsort(onsets_s)
    mean_true = kind.per_hour * float((chance * measurable_s).sum() / measurable_s.sum())
    return Drawn(
        onsets_s[order], size[order], is_true[order], minutes_s, measurable_s, NINE_IN_TEN * threshold,
        mean_true + kind.false_per_hour, mean_true,
    )  # fmt: skip


def _rates(rng: np.random.Generator, kind: Kind) -> Array:
    if not kind.variation:
        return np.ones(MINUTES)
    steps = MINUTES // kind.changes_min + 2
    spells = rng.gamma(1 / kind.variation**2, kind.variation**2, steps)
    offset = int(rng.integers(kind.changes_min))
    return np.repeat(spells, kind.changes_min)[offset : offset + MINUTES]


def _sizes(rng: np.random.Generator, count: int) -> Array:
    """Half as many twitches of twice the size."""
    return np.minimum(_SMALLEST_MG / rng.random(count), 200.0)


def _chance(size: Array, threshold: Array) -> Array:
    return np.asarray(ndtr(np.log(size / threshold) / _SPREAD))


@cache
def _chances() -> tuple[Array, Array]:
    """Logarithm of a threshold, and the chance of a twitch of any size."""
    share = (np.arange(4000) + 0.5) / 4000
    size = np.minimum(_SMALLEST_MG / share, 200.0)
    logs = np.linspace(0.0, 4.0, 200)
    return logs, np.array([_chance(size, np.full(1, math.exp(one))).mean() for one in logs])


def _mean_chance(threshold: Array) -> Array:
    return np.asarray(np.interp(np.log(threshold), *_chances()))


def _held(interval: tuple[float, float] | None, truth: float) -> float:
    return math.nan if interval is None else float(interval[0] <= truth <= interval[1])


def _found(night: Drawn, _: np.random.Generator) -> float:
    rate = night.levels()[0].rate()
    return _held(None if rate is None else (rate.low_per_hour, rate.high_per_hour), night.mean_found_per_hour)


def _counting_alone(night: Drawn, _: np.random.Generator) -> float:
    hours = night.measurable_s.sum() / 3600
    return _held(poisson_interval(len(night.onsets_s), hours), night.mean_found_per_hour)


def _corrected(labels: int) -> Callable[[Drawn, np.random.Generator], float]:
    def one(night: Drawn, rng: np.random.Generator) -> float:
        count = len(night.onsets_s)
        said, drawn = np.zeros(count, np.int8), np.zeros(count, bool)
        places = rng.permutation(count)[: min(labels, count)]
        said[places] = np.where(night.true[places], 1, 2)
        drawn[places] = True
        labelled = Labelled(said, drawn)
        level = night.levels(labelled)[0]
        places_of = block_of(night.onsets_s, night.minutes_s, night.measurable_s)
        rate = corrected(labelled, level.blocks, places_of, level.seconds).rate
        return _held(None if rate is None else (rate.low_per_hour, rate.high_per_hour), night.mean_true_found_per_hour)

    return one


WAYS: dict[str, Callable[[Drawn, np.random.Generator], float]] = {
    "found": _found,
    "corrected, 20 labels": _corrected(20),
    "corrected, 60 labels": _corrected(60),
    "corrected, all labelled": _corrected(10**9),
    "found, counting alone": _counting_alone,
}


def night(effort: Effort) -> Outcome:
    """Coverage of a night's intervals, and what noise does to a rate."""
    runs = round(effort.scaled(200, 1000))
    held: dict[tuple[str, Kind], Array] = {}
    for number, kind in enumerate(KINDS):
        rng = stream((SEED, number), "night")
        nights = [draw(kind, rng) for _ in range(runs)]
        held |= {(name, kind): np.array([way(one, rng) for one in nights]) for name, way in WAYS.items()}
    body: list[tuple[Cell, ...]] = [
        (str(kind), *(round(100 * float(np.nanmean(held[name, kind])), 1) for name in WAYS)) for kind in KINDS
    ]
    figures = [
        _figure(f"coverage, {name}", np.concatenate([held[name, kind] for kind in KINDS]), name) for name in WAYS
    ]
    above, above_rows = _above(runs)
    return Outcome(
        name="night",
        title=f"nights of {MINUTES // 60} h, {runs} of each kind",
        figures=(*figures, *above, *_sides(runs), *_slow(runs)),
        rows=(Rows("coverage of 95 % intervals, in %", ("night", *WAYS), tuple(body)), above_rows),
        notes=(
            "the mean is that over all such nights, with the spells that came and those that did not",
            "labels are drawn at random; false alarms come at a steady rate, twitches in spells",
            "a size as the detector has it errs by 15 %; half as many twitches of twice the size",
        ),
        seeds=(SEED,),
    )


def _figure(name: str, held: Array, way: str) -> Figure:
    share = float(np.nanmean(held))
    error = 1.96 * math.sqrt(max(share * (1 - share), 0.001) / np.isfinite(held).sum())
    return Figure(name, share, share - error, share + error, target=None if "alone" in way else ASKED)


def _above(runs: int) -> tuple[list[Figure], Rows]:
    """Rates from a size on that quiet and noisy nights can see: coverage, and their ratio."""
    quiet, noisy = 4.0, 8.0
    kinds = [Kind(60.0, *spells, 0.0, mg) for mg in (quiet, noisy) for spells in ((1.0, 5), (0.7, 15))]
    rng = stream((SEED, 99), "above")
    totals: dict[tuple[float, float], list[tuple[float, float, float]]] = {}
    for kind in kinds:
        for _ in range(runs):
            for level in draw(kind, rng).levels()[1:]:
                rate = level.rate()
                if rate is not None and level.seconds > 0.8 * 0.8 * 60 * MINUTES:
                    truth = kind.per_hour * _SMALLEST_MG / level.amplitude_mg
                    held = _held((rate.low_per_hour, rate.high_per_hour), truth)
                    totals.setdefault((level.amplitude_mg, kind.threshold_mg), []).append(
                        (level.found, level.seconds, held)
                    )
    body: list[tuple[Cell, ...]] = []
    figures = []
    for mg in LEVELS_MG:
        if (mg, quiet) in totals and (mg, noisy) in totals and mg <= 40:
            (a, b) = (np.array(totals[mg, threshold]) for threshold in (quiet, noisy))
            rates = [3600 * each[:, 0].sum() / each[:, 1].sum() for each in (a, b)]
            truth = 60.0 * _SMALLEST_MG / mg
            shares = (round(100 * float(each[:, 2].mean()), 1) for each in (a, b))
            told = (round(rate, 2) for rate in rates)
            body.append((mg, len(b), round(truth, 2), *told, round(rates[1] / rates[0], 3), *shares))
            figures.append((rates[1] / rates[0], np.concatenate([a[:, 2], b[:, 2]])))
    ratio = float(np.mean([each for each, _ in figures]))
    covered = np.concatenate([each for _, each in figures])
    columns = (
        "from, mg",
        "noisy nights",
        "true/h",
        "quiet/h",
        "noisy/h",
        "noisy over quiet",
        "covered quiet, %",
        "noisy",
    )
    return [
        Figure("rate above a size, noise doubled over quiet: mean of all sizes", ratio, target=Target(0.95, 1.05)),
        _figure("coverage, above a size", covered, ""),
    ], Rows("rates above a size, thresholds of 4 and 8 mg", columns, tuple(body))


def _sides(runs: int) -> list[Figure]:
    """Left beside right: two nights of the same kind, one at half the rate of the other."""
    figures = []
    for per_hour, variation in ((5.0, 0.5), (30.0, 1.0)):
        rng = stream((SEED, 7, round(per_hour)), "sides")
        held = []
        for _ in range(2 * runs):
            blocks = []
            for factor in (1.0, 2.0):
                rates = _rates(rng, Kind(per_hour, variation, 5, 0.0, 4.0))
                counts = rng.poisson(rates * factor * per_hour / 60)
                minutes_s = 60.0 * np.arange(MINUTES)
                parts = list(zip(minutes_s.tolist(), np.full(MINUTES, 60.0).tolist(), strict=True))
                blocks.append(blocks_of(np.repeat(minutes_s, counts).tolist(), parts))
            found = beside(blocks[0], blocks[1])
            if found is not None and found.low is not None:
                held.append(_held((found.low, math.inf if found.high is None else found.high), 0.5))
        figures.append(_figure(f"coverage, left over right, {per_hour:g} and {2 * per_hour:g}/h", np.array(held), ""))
    return figures


def _slow(runs: int) -> list[Figure]:
    """Rates that change more slowly than the stretches by which the interval knows them to change: nothing is asked."""
    figures = []
    for changes_min in (30, 45, 90):
        rng = stream((SEED, 8, changes_min), "slow")
        held = np.array([_found(draw(Kind(60.0, 0.5, changes_min, 3.0, 4.0), rng), rng) for _ in range(runs)])
        figures.append(_figure(f"coverage, found, a rate that is another one every {changes_min} min", held, "alone"))
    return figures
