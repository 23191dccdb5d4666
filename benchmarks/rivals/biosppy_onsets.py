"""biosppy: ``emg.find_onsets``, a smoothed and rectified signal over a threshold."""

from __future__ import annotations

import numpy as np

from benchmarks.rivals.rival import GROUP_DELAY_S, Onsets, Prepared, Rival, first_of_each, magnitude_over_median, steps

_SMOOTH_S = 0.1
_APART_S = 0.3


def _trigger(prepared: Prepared, threshold: float) -> Onsets:
    from biosppy.signals.emg import find_onsets

    (crossings,) = find_onsets(prepared.statistic, prepared.rate_hz, _SMOOTH_S, threshold)
    crossing_s = np.asarray(crossings, dtype=np.float64) / prepared.rate_hz - GROUP_DELAY_S
    # It gives ups and downs in one list; the first of a group is the onset.
    return first_of_each(crossing_s, _APART_S)


# biosppy imports peakutils and does not ask for it.
BIOSPPY = Rival(
    "biosppy emg.find_onsets", ("biosppy", "peakutils"), magnitude_over_median, _trigger, steps(1.4, 3.4, 0.1)
)
