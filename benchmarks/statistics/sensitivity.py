"""How much larger than the threshold of its minute a twitch must be for nine in ten to be found.

Twitches of known size are added to simulated noise and to the quiet parts of real recordings; of each is known how
large it is over the threshold that the table of minutes would hold. To what was found a probit curve is fitted that
ends below 1: of the largest twitches, too, some are lost to a movement or a beat, and no size would find them. Nine in
ten are meant of those that a size can find.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, ndtr, ndtri

from benchmarks.bodies.added import with_twitches
from benchmarks.bodies.listening import config_of, events_of
from benchmarks.bodies.people import APART, OTHER, TUNE, Body, alone, arm, ecg, muse, phones, table
from benchmarks.bodies.simulated import resting, two_sounds
from benchmarks.detection.experiments.ours import near, onsets
from benchmarks.detection.material.nights import isolated
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, Target
from detector.signal import Detector, DetectorConfig
from detector.summary.sensitivity import NINE_IN_TEN, NINE_IN_TEN_BEATING

SEED = 17_090
RATIOS = (0.6, 0.8, 1.0, 1.2, 1.4, 1.7, 2.0, 2.5, 3.2)
"""Sizes tried on real recordings, over their threshold."""
_DRAWS = 60
_LEAST_S = 40.0
BEATS = "simulated, heart beats"
_FAIR = Target(0.85, 0.95)
"""What share is found at the size that is told to be that of nine in ten."""
_CONDITIONS = (
    (52.0, 220.0, 1.0), (52.0, 110.0, 0.25), (100.0, 100.0, 0.0), (100.0, 45.0, 0.5), (100.0, 220.0, 0.0),
    (200.0, 100.0, 0.0),
)  # fmt: skip
"""Rate in Hz, noise in micro-g per root hertz, step in mg."""


Ends = tuple[float, float, float]
"""A figure and its 95 % interval."""


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """Twitches by how large they were over the threshold, and whether each was found."""

    name: str
    group: str
    ratio: npt.NDArray[np.float64]
    hit: npt.NDArray[np.bool_]
    chance: float = 0.0
    threshold_mg: float = np.nan

    def ends(self, draws: int = _DRAWS) -> tuple[Ends, Ends, Ends]:
        """Ratio at which half, and at which 90 %, of what can be found is, and how much that is, each with 95 %."""
        rng = np.random.default_rng(SEED)
        told = [_fit(self.ratio, self.hit)]
        for _ in range(draws):
            some = rng.integers(len(self.ratio), size=len(self.ratio))
            told.append(_fit(self.ratio[some], self.hit[some]))
        columns = np.array(told).T
        low, high = np.quantile(columns[:, 1:] if draws else columns, [0.025, 0.975], axis=1)
        half, most, ceiling = ((float(c[0]), float(x), float(y)) for c, x, y in zip(columns, low, high, strict=True))
        return half, most, ceiling


def _fit(ratio: npt.NDArray[np.float64], hit: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """Most likely ratios for half and 90 % of what can be found, and that share; weakly drawn to a share of 1."""
    x = np.log(ratio)

    def loss(told: npt.NDArray[np.float64]) -> float:
        middle, log_spread, miss = told
        chance = np.clip(expit(miss) * ndtr((x - middle) / np.exp(log_spread)), 1e-9, 1 - 1e-9)
        prior = 0.02 * (miss - 4.0) ** 2 + 0.5 * (log_spread + 1.5) ** 2
        return float(prior - np.where(hit, np.log(chance), np.log1p(-chance)).sum())

    middle, log_spread, miss = minimize(loss, np.array([0.0, -1.5, 4.0]), method="Nelder-Mead").x
    return float(np.exp(middle)), float(np.exp(middle + ndtri(0.9) * np.exp(log_spread))), float(expit(miss))


def pooled(name: str, group: str, parts: list[Tried]) -> Tried:
    """Put several together."""
    return Tried(
        name, group, np.concatenate([part.ratio for part in parts]), np.concatenate([part.hit for part in parts]),
        float(np.average([part.chance for part in parts], weights=[len(part.ratio) for part in parts])),
        float(np.median([part.threshold_mg for part in parts])),
    )  # fmt: skip


def thresholds(xyz: npt.NDArray[np.float32], rate_hz: float, config: DetectorConfig) -> npt.NDArray[np.float64]:
    """Threshold of each second in mg, as the table of minutes has it of a minute; NaN where it is not measurable."""
    detector = Detector(rate_hz, config)
    told = []
    for second in range(int(len(xyz) / rate_hz)):
        detector.push(xyz[round(second * rate_hz) : round((second + 1) * rate_hz)])
        heard = detector.confidence()
        told.append(np.nan if heard.why or heard.threshold_mg is None else heard.threshold_mg)
    seconds = np.array(told)
    for start in range(0, len(seconds), 60):
        minute = seconds[start : start + 60]
        if not np.isnan(minute).all():
            minute[~np.isnan(minute)] = np.nanmedian(minute)
    return seconds


def simulated(effort: Effort) -> Iterator[Tried]:
    """Strangers, each of its own shape and direction, in white noise."""
    count = round(effort.scaled(1500, 8000))
    for held_out in (False, True):
        for rate_hz, density_ug, step_mg in _CONDITIONS:
            range_mg = (0.02 * density_ug, 0.2 * density_ug)
            night = isolated(count, rate_hz, density_ug, range_mg, (SEED, round(rate_hz), round(density_ug)), held_out)
            xyz = night.night.xyz
            if step_mg:
                xyz = (np.rint(1e3 * xyz.astype(np.float64) / step_mg) * step_mg / 1e3).astype(np.float32)
            config = DetectorConfig(resolution_mg=step_mg)
            seconds = thresholds(xyz, rate_hz, config)
            detector = Detector(rate_hz, config)
            found = onsets(detector.push(xyz) + detector.flush())
            truth_s = np.array([event.onset_s for event in night.night.truth])
            size = np.array([event.p2p_mg for event in night.night.truth])
            ratio = size / seconds[np.minimum(truth_s.astype(int), len(seconds) - 1)]
            known = ~np.isnan(ratio)
            yield Tried(
                f"{rate_hz:g} Hz, {density_ug:g} ug/rtHz, step {step_mg:g} mg",
                "simulated, held-out shapes" if held_out else "simulated, training shapes",
                ratio[known], near(truth_s, found)[known], 0.0, float(np.nanmedian(seconds)),
            )  # fmt: skip


def real(effort: Effort) -> Iterator[Tried]:
    """Twitches added to the quiet parts of real recordings, and to simulated chests whose beats are followed."""
    repeats = round(effort.scaled(1, 4))
    for person in (*phones(), *muse(), ecg()[0], arm(), table()):
        if (body := alone(person)).quiet_length_s >= _LEAST_S:
            yield from _tried(body, thresholds(body.xyz, body.rate_hz, config_of(body)), repeats)
    for body in _beating():
        seconds = thresholds(body.xyz, body.rate_hz, config_of(body))
        yield from _tried(body, seconds, repeats)


def _beating() -> Iterator[Body]:
    """Ten minutes of a heart that is felt, of which all but the first is used: it is followed by then."""
    for rate_hz, beat_mg, per_min in ((52.0, 6.0, 58.0), (100.0, 6.0, 66.0), (52.0, 12.0, 72.0), (100.0, 12.0, 52.0)):
        rng = np.random.default_rng((SEED, round(rate_hz), round(beat_mg)))
        mg = resting(rng, 600.0, rate_hz, 1.2) + two_sounds(rng, 600.0, rate_hz, beat_mg, per_min)[0]
        name = f"beats of {beat_mg:g} mg, {per_min:g}/min, {rate_hz:g} Hz"
        xyz = (1e-3 * np.rint(mg / 0.25) * 0.25).astype(np.float32)
        yield Body(name, BEATS, xyz, rate_hz, 0.25, (80.0, 600.0))


def _tried(body: Body, seconds: npt.NDArray[np.float64], repeats: int) -> Iterator[Tried]:
    median = float(np.nanmedian(seconds)) if not np.isnan(seconds).all() else np.nan
    before = onsets(events_of(body))
    parts = [
        one
        for repeat in range(repeats)
        for ratio in RATIOS
        if np.isfinite(median) and (one := _added(body, ratio * median, seconds, before, (SEED, repeat))) is not None
    ]
    if parts:
        yield pooled(body.name, body.half, parts)


def _added(
    body: Body, size_mg: float, seconds: npt.NDArray[np.float64], before: npt.NDArray[np.float64], seed: tuple[int, int]
) -> Tried | None:
    number = zlib.crc32(body.name.encode())
    night = with_twitches(body, size_mg, (*seed, number, round(1e3 * size_mg)), held_out=bool((seed[1] + number) % 2))
    at = np.minimum(night.onset_s.astype(int), len(seconds) - 1)
    known = ~np.isnan(seconds[at])
    if not known.any():
        return None
    hit = near(night.onset_s, onsets(events_of(night.body)))[known]
    chance = float(near(night.onset_s, before)[known].mean())
    return Tried(body.name, body.half, size_mg / seconds[at][known], hit, chance, float(np.nanmedian(seconds)))


def sensitivity(effort: Effort) -> Outcome:
    """Measure the factor from the threshold to the size of which 90 % are found."""
    sims, bodies = list(simulated(effort)), list(real(effort))
    groups = [
        pooled("together", group, [one for one in (*sims, *bodies) if one.group == group])
        for group in dict.fromkeys(one.group for one in (*sims, *bodies))
    ]
    figures = []
    for group in groups:
        half, most, ceiling = group.ends()
        figures += [
            Figure(f"half are found at this size over the threshold: {_NAMES.get(group.group, group.group)}", *half),
            Figure(f"nine in ten are: {_NAMES.get(group.group, group.group)}", *most),
            Figure(f"found at any size: {_NAMES.get(group.group, group.group)}", *ceiling),
            _found_there(group, ceiling[0]),
        ]
    told = {one.name + one.group: one.ends(20) for one in (*sims, *bodies)}
    single = {
        group: [told[one.name + one.group][1][0] for one in (*sims, *bodies) if one.group == group] for group in _GROUPS
    }
    for group, values in single.items():
        finite = np.log([value for value in values if np.isfinite(value)])
        name = f"nine in ten, spread from one to the next (1 SD, a factor): {_NAMES.get(group, group)}"
        figures.append(Figure(name, float(np.exp(finite.std(ddof=1)))))
    return Outcome(
        name="sensitivity",
        title="the size of which nine in ten twitches are found, over the threshold of the minute",
        figures=tuple(figures),
        rows=(
            Rows("by recording", _COLUMNS, tuple(_row(one, told[one.name + one.group]) for one in (*sims, *bodies))),
        ),
        notes=(
            "simulated: every twitch has a shape and direction of its own, sizes log-uniform; white noise and steps",
            "real: the same twitches added to quiet parts of recordings, where those say that they can be measured",
            "people of even number are for tuning, those of odd number kept apart; chance is not taken off",
            f"a night takes {NINE_IN_TEN:g} times the threshold, {NINE_IN_TEN_BEATING:g} while a beat is followed",
        ),
        seeds=(SEED,),
    )


_GROUPS = ("simulated, training shapes", "simulated, held-out shapes", BEATS, TUNE, APART, OTHER)
_NAMES = {
    TUNE: "real chests for tuning", APART: "real chests kept apart", OTHER: "real arm, breastbone, mattress, table",
}  # fmt: skip
_COLUMNS = ("recording", "group", "twitches", "threshold, mg", "half at", "nine in ten at", "95 %", "found at any size",
            "by chance")  # fmt: skip


def _row(one: Tried, ends: tuple[Ends, Ends, Ends]) -> tuple[Cell, ...]:
    half, most, ceiling = ends
    return (one.name, one.group, len(one.ratio), round(one.threshold_mg, 2), round(half[0], 2), round(most[0], 2),
            f"{most[1]:.2f}-{most[2]:.2f}", round(ceiling[0], 2), round(one.chance, 3))  # fmt: skip


def _found_there(group: Tried, ceiling: float) -> Figure:
    told = NINE_IN_TEN_BEATING if group.group in (BEATS, TUNE, APART) else NINE_IN_TEN
    near_it = np.abs(np.log(group.ratio / told)) < 0.12
    share = float(group.hit[near_it].mean()) / ceiling if near_it.any() else np.nan
    error = 1.96 * np.sqrt(max(share * (1 - min(share, 1.0)), 0.01) / max(near_it.sum(), 1))
    name = f"share found at the size told, of what can be: {_NAMES.get(group.group, group.group)}"
    is_asked = group.group.startswith("simulated")
    return Figure(name, share, share - error, share + error, target=_FAIR if is_asked else None)
