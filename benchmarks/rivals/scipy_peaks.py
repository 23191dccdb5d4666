"""scipy: a sliding RMS and ``find_peaks``, what most people would write themselves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.signal

from benchmarks.rivals.rival import GROUP_DELAY_S, Onsets, Prepared, Rival, magnitude, over_median, steps

_RMS_S = 0.1
_APART_S = 0.2


def _prepare(xyz: npt.NDArray[np.float32], rate_hz: float) -> Prepared:
    taps = max(round(_RMS_S * rate_hz), 1)
    rms = np.sqrt(scipy.signal.lfilter(np.full(taps, 1 / taps), [1.0], magnitude(xyz, rate_hz) ** 2))
    return Prepared(over_median(rms), rate_hz)


def _trigger(prepared: Prepared, threshold: float) -> Onsets:
    apart = max(round(_APART_S * prepared.rate_hz), 1)
    peaks, _ = scipy.signal.find_peaks(prepared.statistic, height=threshold, distance=apart)
    return np.asarray(peaks / prepared.rate_hz - _RMS_S / 2 - GROUP_DELAY_S)


SCIPY = Rival("scipy sosfilt + RMS + find_peaks", ("scipy",), _prepare, _trigger, steps(1.4, 3.2, 0.1))
