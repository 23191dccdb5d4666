"""neurokit2: ``signal_findpeaks``, by the prominence of peaks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.rivals.rival import GROUP_DELAY_S, Onsets, Prepared, Rival, magnitude, over_median, steps

_APART_S = 0.2


def _prepare(xyz: npt.NDArray[np.float32], rate_hz: float) -> Prepared:
    return Prepared(over_median(magnitude(xyz, rate_hz)), rate_hz)


def _trigger(prepared: Prepared, threshold: float) -> Onsets:
    import neurokit2

    peaks = neurokit2.signal_findpeaks(prepared.statistic, height_min=threshold)["Peaks"]
    onset_s = np.asarray(peaks, dtype=np.float64) / prepared.rate_hz - GROUP_DELAY_S
    # Peaks of one ring-down are one event.
    return onset_s[np.diff(onset_s, prepend=-np.inf) > _APART_S]


NEUROKIT = Rival("neurokit2 signal_findpeaks", ("neurokit2",), _prepare, _trigger, steps(3.5, 7.0, 0.5), is_slow=True)
