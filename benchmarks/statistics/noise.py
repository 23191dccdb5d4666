"""What the detector's own sizes do to the rate from a size on, when noise doubles: the same twitches, two chips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, Target
from benchmarks.detection.simulator import isolated_twitches
from benchmarks.statistics.sensitivity import thresholds
from detector.signal import Detector, DetectorConfig
from detector.summary.levels import LEVELS_MG
from detector.summary.sensitivity import NINE_IN_TEN

SEED = 17_201
_SMALLEST_MG, _LARGEST_MG = 3.0, 150.0
_CASES = tuple(
    (rate_hz, step_mg, quiet_ug, slope, held_out)
    for rate_hz, step_mg in ((52.0, 1.0), (52.0, 0.25), (100.0, 0.25))
    for quiet_ug in (60.0, 75.0)
    for slope in (1.0, 2.0)
    for held_out in (False, True)
)
"""Rate, step, noise of the quieter chip, how steeply large twitches become rare, and the family of shapes."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one chip saw: the size of which 90 % are found, and all sizes, true and as the detector has them."""

    sees_mg: float
    true_mg: npt.NDArray[np.float64]
    found_mg: npt.NDArray[np.float64]

    def share(self, from_mg: float) -> float:
        """Found over true, both from a size on, each by its own size."""
        return float((self.found_mg >= from_mg).sum() / (self.true_mg >= from_mg).sum())


def _seen(case: tuple[float, float, float, float, bool], times: float, count: int) -> Seen:
    rate_hz, step_mg, quiet_ug, slope, held_out = case
    rng = np.random.default_rng((SEED, round(10 * slope), int(held_out)))
    size = np.minimum(_SMALLEST_MG * rng.random(count) ** (-1 / slope), _LARGEST_MG)
    night = isolated_twitches(size, rate_hz, times * quiet_ug, seed=(SEED, 1), units=0, held_out=held_out)
    xyz = (np.rint(1e3 * night.night.xyz.astype(np.float64) / step_mg) * step_mg / 1e3).astype(np.float32)
    config = DetectorConfig(resolution_mg=step_mg)
    detector = Detector(rate_hz, config)
    events = detector.push(xyz) + detector.flush()
    return Seen(
        NINE_IN_TEN * float(np.nanmedian(thresholds(xyz, rate_hz, config))),
        size,
        np.array([event.p2p_mg for event in events if event.kind == "twitch"]),
    )


def noise(effort: Effort) -> Outcome:
    """Measure the rate above each size that both chips can see, noisy over quiet."""
    count = round(effort.scaled(2500, 12000))
    body: list[tuple[Cell, ...]] = []
    ratios: dict[float, list[float]] = {1.0: [], 2.0: []}
    edges: list[float] = []
    for case in _CASES:
        quiet, noisy = _seen(case, 1.0, count), _seen(case, 2.0, count)
        seen = [mg for mg in LEVELS_MG[1:] if mg >= noisy.sees_mg and (noisy.true_mg >= mg).sum() >= 150][:3]
        each = [noisy.share(mg) / quiet.share(mg) for mg in seen]
        ratios[case[3]] += each
        edges.append(noisy.share(noisy.sees_mg) / quiet.share(noisy.sees_mg))
        cells = [f"{mg:g} mg: {ratio:.3f}" for mg, ratio in zip(seen, each, strict=True)]
        chip = f"{case[0]:g} Hz, step {case[1]:g} mg, {case[2]:g} ug/rtHz"
        shapes = "held out" if case[4] else "training"
        cells += [""] * (3 - len(cells))
        body.append((chip, f"{case[3]:g}", shapes, round(noisy.sees_mg, 1), *cells, round(edges[-1], 3)))
    every = np.array(ratios[1.0] + ratios[2.0])
    figures = (
        Figure("rate above a size, noise doubled over quiet: mean", float(every.mean()), target=Target(0.95, 1.05)),
        Figure("... half as many twitches of twice the size", float(np.mean(ratios[1.0])), target=Target(0.95, 1.05)),
        Figure("... a quarter as many", float(np.mean(ratios[2.0]))),
        Figure("... at the very size of which the noisier chip finds 90 %", float(np.mean(edges))),
        Figure("... furthest from 1 of all cases", float(every[np.abs(np.log(every)).argmax()])),
    )
    columns = ("chip", "slope", "shapes", "noisy sees, mg", "first size", "second", "third", "at the edge")
    return Outcome(
        name="noise",
        title="the same twitches under a chip of twice the noise",
        figures=figures,
        rows=(Rows("rate from a size on, noisy over quiet", columns, tuple(body)),),
        notes=(
            "isolated twitches, each of its own shape and direction, through the detector; sizes as it has them",
            "slope 1: half as many twitches of twice the size; 2: a quarter",
        ),
        seeds=(SEED,),
    )
