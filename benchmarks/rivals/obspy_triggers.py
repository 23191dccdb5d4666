"""obspy: the short-term over long-term average of seismology, classic and recursive."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.rivals.rival import GROUP_DELAY_S, Onsets, Prepared, Rival, magnitude, steps

_SHORT_S, _LONG_S = 0.06, 10.0
_LONGEST_S = 0.7


def _classic(xyz: npt.NDArray[np.float32], rate_hz: float) -> Prepared:
    from obspy.signal.trigger import classic_sta_lta

    short, long = round(_SHORT_S * rate_hz), round(_LONG_S * rate_hz)
    return Prepared(np.asarray(classic_sta_lta(magnitude(xyz, rate_hz), short, long)), rate_hz)


def _recursive(xyz: npt.NDArray[np.float32], rate_hz: float) -> Prepared:
    from obspy.signal.trigger import recursive_sta_lta

    short, long = round(_SHORT_S * rate_hz), round(_LONG_S * rate_hz)
    ratio = np.asarray(recursive_sta_lta(magnitude(xyz, rate_hz), short, long))
    ratio[:long] = 0
    return Prepared(ratio, rate_hz)


def _trigger(prepared: Prepared, threshold: float) -> Onsets:
    from obspy.signal.trigger import trigger_onset

    longest = round(_LONGEST_S * prepared.rate_hz)
    # Below the noise's own ratio of 1 a trigger would never be released.
    release = max(0.5 * threshold, 1.0)
    triggers = trigger_onset(prepared.statistic, threshold, release, max_len=longest, max_len_delete=True)
    return np.array([on for on, _ in triggers], dtype=float) / prepared.rate_hz - GROUP_DELAY_S


OBSPY_CLASSIC = Rival("obspy classic_sta_lta", ("obspy",), _classic, _trigger, steps(1.8, 8.0, 0.3))
OBSPY_RECURSIVE = Rival("obspy recursive_sta_lta", ("obspy",), _recursive, _trigger, steps(1.8, 6.0, 0.3))
