"""Rivals with their one threshold set, for the experiments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks import rivals
from benchmarks.detection.experiments.noises import Noise
from benchmarks.detection.experiments.outcome import Effort
from benchmarks.detection.truth import KnownNight

SEED = 7799
RATE_HZ = 100.0
"""The rate the rivals' filters are made for."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """A rival with its threshold."""

    name: str
    run: Callable[[npt.NDArray[np.float32], float], npt.NDArray[np.float64]]
    threshold: float


def installed() -> tuple[list[rivals.Rival], list[str]]:
    """Rivals that can run, and a sentence for each that cannot."""
    here = [rival for rival in rivals.RIVALS if rival.is_installed]
    return here, [
        f"{rival.name}: skipped, {rival.package} is not installed (pip install 'fasciwatch[bench]')"
        for rival in rivals.RIVALS
        if rival not in here
    ]


def at_false_alarms(rate_hz: float, per_hour: float, effort: Effort) -> list[Tuned]:
    """Set each rival's threshold so that white noise causes so many false alarms an hour; none at other rates.

    The thresholds are ratios to the noise, so that its density is of no account.
    """
    if rate_hz != RATE_HZ:
        return []
    hours = effort.scaled(8.0, 48.0)
    noise = np.concatenate(list(Noise("", rate_hz).chunks(hours, SEED)))
    return [Tuned(rival.name, rival.run, _threshold(rival, noise, hours, per_hour)) for rival in installed()[0]]


def _threshold(rival: rivals.Rival, noise: npt.NDArray[np.float32], hours: float, per_hour: float) -> float:
    """Bisect for the lowest threshold with few enough detections in noise."""
    low, high = min(rival.thresholds), 4.0 * max(rival.thresholds)
    for _ in range(9):
        middle = float(np.sqrt(low * high))
        if len(rival.run(noise, middle)) > per_hour * hours:
            low = middle
        else:
            high = middle
    return high


def tuned_on(night: KnownNight, f1: Callable[[npt.NDArray[np.float64]], float]) -> list[Tuned]:
    """Set each rival's threshold for the best F1 on a separate night."""
    result = []
    for rival in installed()[0]:
        best = max((f1(rival.run(night.xyz, threshold)), threshold) for threshold in rival.thresholds)
        result.append(Tuned(rival.name, rival.run, best[1]))
    return result


def onsets_in(night: KnownNight, rival: Tuned) -> npt.NDArray[np.float64]:
    """Onsets a rival finds, in s."""
    return np.asarray(rival.run(night.xyz, rival.threshold))
