"""What a user would pick otherwise, each with one threshold chosen on another night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
import scipy.signal

from benchmarks.workload import RATE_HZ, Workload, score

Onsets = npt.NDArray[np.float64]
_GROUP_DELAY_S = 0.04
_SOS = scipy.signal.butter(2, [5, 20], "bandpass", fs=RATE_HZ, output="sos")


@dataclass(frozen=True, slots=True)
class Rival:
    """A way to find onsets, in s, with a threshold."""

    name: str
    package: str
    run: Callable[[npt.NDArray[np.float32], float], Onsets]
    thresholds: tuple[float, ...]

    @property
    def is_installed(self) -> bool:
        """Whether its package can be imported."""
        return find_spec(self.package) is not None

    def tuned(self, night: Workload) -> float:
        """Pick the threshold with the best F1 on a night."""

        def f1(threshold: float) -> float:
            found = self.run(night.xyz, threshold)
            result = score(night, found)
            true = result.recall * len(night.onset_s)
            wrong = result.false_per_hour * night.hours + result.in_movements
            return 2 * true / (len(night.onset_s) + true + wrong)

        return max(self.thresholds, key=f1)


def _magnitude(xyz: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    x = xyz.astype(np.float64)
    zi = scipy.signal.sosfilt_zi(_SOS)[:, :, None] * x[0]
    filtered, _ = scipy.signal.sosfilt(_SOS, x, axis=0, zi=zi)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", filtered, filtered)))


def scipy_pipeline(xyz: npt.NDArray[np.float32], threshold: float) -> Onsets:
    """Causal band-pass, 100 ms RMS, peaks above a multiple of the night's median."""
    magnitude = _magnitude(xyz)
    rms = np.sqrt(scipy.signal.lfilter(np.full(10, 0.1), [1.0], magnitude**2))
    peaks, _ = scipy.signal.find_peaks(rms, height=threshold * np.median(rms), distance=20)
    return np.asarray(peaks / RATE_HZ - 0.05 - _GROUP_DELAY_S)


def obspy_recursive(xyz: npt.NDArray[np.float32], threshold: float) -> Onsets:
    """Band-pass and recursive STA/LTA with obspy's trigger, at most 0.7 s long."""
    from obspy.signal.trigger import recursive_sta_lta, trigger_onset

    ratio = recursive_sta_lta(_magnitude(xyz), round(0.06 * RATE_HZ), round(10 * RATE_HZ))
    ratio[: round(10 * RATE_HZ)] = 0
    triggers = trigger_onset(ratio, threshold, 0.5 * threshold, max_len=round(0.7 * RATE_HZ), max_len_delete=True)
    return np.array([on for on, _ in triggers], dtype=float) / RATE_HZ - _GROUP_DELAY_S


RIVALS = (
    Rival("scipy sosfilt + RMS + find_peaks", "scipy", scipy_pipeline, tuple(np.arange(1.4, 3.2, 0.1))),
    Rival("obspy recursive_sta_lta", "obspy", obspy_recursive, tuple(np.arange(1.8, 6.0, 0.3))),
)
