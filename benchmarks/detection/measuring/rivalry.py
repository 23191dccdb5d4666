"""Rivals with their one threshold set, for the experiments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.detection.material.noises import Noise
from benchmarks.detection.measuring.matching import score
from benchmarks.detection.measuring.outcome import Effort
from benchmarks.detection.truth import KnownNight
from benchmarks.rivals import Rival, installed

SEED = 7799


@dataclass(frozen=True, slots=True)
class Tuned:
    """A rival with its threshold."""

    rival: Rival
    threshold: float

    @property
    def name(self) -> str:
        """The rival's."""
        return self.rival.name


def at_false_alarms(rate_hz: float, per_hour: float, effort: Effort, *, with_slow: bool = True) -> list[Tuned]:
    """Set each rival's threshold so that white noise causes so many false alarms an hour.

    The thresholds are ratios to the noise, so that its density is of no account.
    """
    here = [rival for rival in installed()[0] if with_slow or not rival.is_slow]
    return [Tuned(rival, _threshold(rival, rate_hz, per_hour, effort)) for rival in here]


def _threshold(rival: Rival, rate_hz: float, per_hour: float, effort: Effort) -> float:
    """Bisect for the lowest threshold with few enough detections in noise."""
    hours = effort.scaled(2.0 if rival.is_slow else 8.0, 8.0 if rival.is_slow else 48.0)
    prepared = rival.prepare(np.concatenate(list(Noise("", rate_hz).chunks(hours, SEED))), rate_hz)
    low, high = float(np.median(rival.thresholds)), 4.0 * max(rival.thresholds)
    for _ in range(9):
        middle = float(np.sqrt(low * high))
        if len(rival.trigger(prepared, middle)) > per_hour * hours:
            low = middle
        else:
            high = middle
    return high


def tuned_on(night: KnownNight) -> list[Tuned]:
    """Set each rival's threshold for the best F1 on a separate night; those too slow for a night are left out."""

    def quality(found_s: npt.NDArray[np.float64]) -> float:
        return score(night, onsets_on_clock(night, found_s)).f1

    return [
        Tuned(rival, rival.best_threshold(night.xyz, night.rate_hz, quality))
        for rival in installed()[0]
        if not rival.is_slow
    ]


def onsets_in(night: KnownNight, tuned: Tuned) -> npt.NDArray[np.float64]:
    """Onsets a rival finds, in s."""
    return onsets_on_clock(night, tuned.rival.run(night.xyz, night.rate_hz, tuned.threshold))


def onsets_on_clock(night: KnownNight, found_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """True times of onsets that a rival, knowing neither gaps nor the true rate, has counted in samples."""
    return np.array([night.time_s(onset_s * night.rate_hz) for onset_s in found_s])
