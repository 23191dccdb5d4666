"""biosppy: ``emg.find_onsets``, a smoothed and rectified signal over a threshold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.rivals.rival import GROUP_DELAY_S, Onsets, Prepared, Rival, magnitude, over_median, steps

_SMOOTH_S = 0.1
_APART_S = 0.3


def _prepare(xyz: npt.NDArray[np.float32], rate_hz: float) -> Prepared:
    return Prepared(over_median(magnitude(xyz, rate_hz)), rate_hz)


def _trigger(prepared: Prepared, threshold: float) -> Onsets:
    from biosppy.signals.emg import find_onsets

    (crossings,) = find_onsets(prepared.statistic, prepared.rate_hz, _SMOOTH_S, threshold)
    crossing_s = np.asarray(crossings, dtype=np.float64) / prepared.rate_hz - GROUP_DELAY_S
    # It gives ups and downs in one list; the first of a group is the onset.
    return crossing_s[np.diff(crossing_s, prepend=-np.inf) > _APART_S]


# biosppy imports peakutils and does not ask for it.
BIOSPPY = Rival("biosppy emg.find_onsets", ("biosppy", "peakutils"), _prepare, _trigger, steps(1.4, 3.4, 0.1))
