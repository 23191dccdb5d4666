"""fasciwatch on isolated twitches and on the noise after them, at several settings of its one threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.detection.limit import TOLERANCE_S
from benchmarks.detection.material.noises import Noise
from benchmarks.detection.truth import KnownNight
from detector.events import Event
from detector.signal import Detector, DetectorConfig

FOUND_KINDS = ("twitch", "train")
"""What counts as having found a twitch."""


@dataclass(frozen=True, slots=True, eq=False)
class AtWishes:
    """What was found at each setting.

    Parameters
    ----------
    hits
        Whether each twitch was found, shape ``(settings, twitches)``.
    false_alarms
        Events of any kind in the noise afterwards, shape ``(settings,)``.
    hours
        Length of that noise.
    """

    hits: npt.NDArray[np.bool_]
    false_alarms: npt.NDArray[np.float64]
    hours: float


def near(onset_s: npt.NDArray[np.float64], found_s: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which onsets have a detection within the tolerance; they must lie further apart than twice that."""
    if not len(found_s):
        return np.zeros(len(onset_s), bool)
    found_s = np.sort(found_s)
    after = np.clip(np.searchsorted(found_s, onset_s), 0, len(found_s) - 1)
    before = np.maximum(after - 1, 0)
    distance = np.minimum(np.abs(found_s[after] - onset_s), np.abs(found_s[before] - onset_s))
    return np.asarray(distance <= TOLERANCE_S)


def onsets(events: Sequence[Event], kinds: tuple[str, ...] = FOUND_KINDS) -> npt.NDArray[np.float64]:
    """Onsets of the events of some kinds, in s."""
    return np.array([event.onset_s for event in events if event.kind in kinds])


def at_wishes(night: KnownNight, wishes: Sequence[float], noise: Noise, hours: float, seed: Any) -> AtWishes:
    """Run a detector for each setting over a night and on into pure noise.

    What it has learned in the night is in force when its false alarms are counted.
    """
    detectors = [
        Detector(night.rate_hz, DetectorConfig(false_alarms_per_hour=wish, resolution_mg=night.resolution_mg))
        for wish in wishes
    ]
    truth_s = np.array([event.onset_s for event in night.truth])
    hits = []
    for detector in detectors:
        events = detector.push(night.xyz) + detector.gap(1.0)  # what is open must not fall into the noise
        hits.append(near(truth_s, onsets(events)))
    counts = np.zeros(len(detectors))
    for chunk in noise.chunks(hours, seed):
        counts += [len(detector.push(chunk)) for detector in detectors]
    counts += [len(detector.flush()) for detector in detectors]
    return AtWishes(np.array(hits), counts, hours)


def pooled(nights: Sequence[AtWishes]) -> AtWishes:
    """All nights as if they were one."""
    return AtWishes(
        np.concatenate([night.hits for night in nights], axis=1),
        np.sum([night.false_alarms for night in nights], axis=0),
        sum(night.hours for night in nights),
    )
