"""What a rival is: a public tool on a plain signal, with one threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
import scipy.signal

Onsets = npt.NDArray[np.float64]
Signal = npt.NDArray[np.float64]

BAND_HZ = (5.0, 20.0)
GROUP_DELAY_S = 0.04
"""The band-pass every rival is given, and its group delay in the middle of the band."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a rival has made of a recording before its threshold comes in.

    Parameters
    ----------
    statistic
        What the threshold is held against, one number a sample.
    rate_hz
        Sampling rate.
    """

    statistic: Signal
    rate_hz: float


@dataclass(frozen=True, slots=True)
class Rival:
    """A way to find onsets.

    Parameters
    ----------
    name
        What it is, package first.
    packages
        What must be installed.
    prepare
        Makes the statistic of a recording, float32 in g, shape ``(n, 3)``, and its rate in Hz.
    trigger
        Finds onsets, in s, for a threshold.
    thresholds
        What there is to choose from.
    is_slow
        Whether a night takes minutes, or hours where movements abound: it is then tuned on less noise, and left out of
        whole nights.
    """

    name: str
    packages: tuple[str, ...]
    prepare: Callable[[npt.NDArray[np.float32], float], Prepared]
    trigger: Callable[[Prepared, float], Onsets]
    thresholds: tuple[float, ...]
    is_slow: bool = False

    @property
    def missing(self) -> list[str]:
        """Packages that are not installed."""
        return [package for package in self.packages if find_spec(package) is None]

    def run(self, xyz: npt.NDArray[np.float32], rate_hz: float, threshold: float) -> Onsets:
        """Find onsets, in s."""
        return self.trigger(self.prepare(xyz, rate_hz), threshold)

    def best_threshold(self, xyz: npt.NDArray[np.float32], rate_hz: float, quality: Callable[[Onsets], float]) -> float:
        """Pick the threshold whose onsets are of the best quality."""
        prepared = self.prepare(xyz, rate_hz)
        return max(self.thresholds, key=lambda threshold: quality(self.trigger(prepared, threshold)))


def magnitude(xyz: npt.NDArray[np.float32], rate_hz: float) -> Signal:
    """Length of the band-passed acceleration, causally, in g, shape ``(n,)``."""
    sos = scipy.signal.butter(2, BAND_HZ, "bandpass", fs=rate_hz, output="sos")
    x = xyz.astype(np.float64)
    zi = scipy.signal.sosfilt_zi(sos)[:, :, None] * x[0]
    filtered, _ = scipy.signal.sosfilt(sos, x, axis=0, zi=zi)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", filtered, filtered)))


def first_of_each(onset_s: Onsets, apart_s: float) -> Onsets:
    """Leave out what follows another onset within `apart_s` seconds."""
    return onset_s[np.diff(onset_s, prepend=-np.inf) > apart_s]


def magnitude_over_median(xyz: npt.NDArray[np.float32], rate_hz: float) -> Prepared:
    """Prepare the magnitude as a multiple of its median."""
    return Prepared(over_median(magnitude(xyz, rate_hz)), rate_hz)


def over_median(statistic: Signal) -> Signal:
    """A statistic as a multiple of its median, which is what a threshold can be held against on any sensor."""
    return np.asarray(statistic / np.median(statistic))


def steps(low: float, high: float, step: float) -> tuple[float, ...]:
    """Thresholds to choose from."""
    return tuple(float(value) for value in np.arange(low, high, step))
