"""neurokit2: ``signal_findpeaks``, by the prominence of peaks."""

from __future__ import annotations

import numpy as np

from benchmarks.rivals.rival import GROUP_DELAY_S, Onsets, Prepared, Rival, first_of_each, magnitude_over_median, steps

_APART_S = 0.2


def _trigger(prepared: Prepared, threshold: float) -> Onsets:
    import neurokit2

    peaks = neurokit2.signal_findpeaks(prepared.statistic, height_min=threshold)["Peaks"]
    onset_s = np.asarray(peaks, dtype=np.float64) / prepared.rate_hz - GROUP_DELAY_S
    # Peaks of one ring-down are one event.
    return first_of_each(onset_s, _APART_S)


NEUROKIT = Rival(
    "neurokit2 signal_findpeaks", ("neurokit2",), magnitude_over_median, _trigger, steps(3.5, 7.0, 0.5), is_slow=True
)
