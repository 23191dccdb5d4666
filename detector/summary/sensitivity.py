"""How small a twitch would have been found: over the night, and as one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.minutes import MeasuredMinute

NINE_IN_TEN = 1.45
"""Size of which 90 % are found over the size of which half are, as the table of minutes holds it, while no heart beat
is followed. Of those that can be found at all: some of any size come during a movement, or as one beat of a heart.
Measured with shapes and people that nothing was set by: ``python -m benchmarks statistics --only sensitivity``."""

NINE_IN_TEN_BEATING = 1.65
"""The same while one is: the threshold is another at each phase of the beat, and the table holds the middle one."""


@dataclass(frozen=True, slots=True)
class MomentOfHearing:
    """How well a minute was heard.

    Parameters
    ----------
    start_ns
        UTC at which it begins, in ns.
    seen_mg
        Size, peak to peak, of twitches of which 90 % are found, in mg; None where it is not known.
    noise_mg
        Noise floor, root mean square per axis, in mg; None where it is not known.
    measurable_s
        How much of the minute could be measured, in s.
    """

    start_ns: int
    seen_mg: float | None
    noise_mg: float | None
    measurable_s: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How small a twitch was found over a night.

    Parameters
    ----------
    amplitude_mg
        Size, peak to peak, of twitches of which 90 % are found: the median over the measurable time, in mg.
    best_mg, worst_mg
        The same in the best and in the worst tenth of that time.
    curve
        Minute by minute, while it was worn.
    """

    amplitude_mg: float
    best_mg: float
    worst_mg: float
    curve: tuple[MomentOfHearing, ...]


def seen_mg(minutes: Sequence[MeasuredMinute]) -> npt.NDArray[np.float64]:
    """Size of which 90 % are found in each minute, in mg; NaN where it is not known."""
    return np.array(
        [
            np.nan if minute.threshold_mg is None else minute.threshold_mg * factor(minute.pulse_per_min)
            for minute in minutes
        ],
        np.float64,
    )


def factor(pulse_per_min: float | None) -> float:
    """By how much larger than the threshold a twitch must be for nine in ten to be found; see `NINE_IN_TEN`."""
    return NINE_IN_TEN if pulse_per_min is None else NINE_IN_TEN_BEATING


def sensitivity_of(minutes: Sequence[MeasuredMinute]) -> Sensitivity | None:
    """Sum up how small a twitch would have been found; None where no minute could be measured."""
    seen = seen_mg(minutes)
    weights = np.array([minute.measurable_s for minute in minutes], np.float64)
    counts = (weights > 0) & ~np.isnan(seen)
    if not counts.any():
        return None
    order = np.argsort(seen[counts])
    below = np.cumsum(weights[counts][order])
    best, median, worst = (
        float(seen[counts][order][np.searchsorted(below, part * below[-1])]) for part in (0.1, 0.5, 0.9)
    )
    curve = tuple(
        MomentOfHearing(minute.start_ns, None if np.isnan(mg) else mg, minute.noise_mg, minute.measurable_s)
        for minute, mg in zip(minutes, seen.tolist(), strict=True)
    )
    return Sensitivity(median, best, worst, curve)
