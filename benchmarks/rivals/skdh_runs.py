"""skdh: moving means of wearable research, and the runs above a threshold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.rivals.rival import GROUP_DELAY_S, Onsets, Prepared, Rival, magnitude, over_median, steps

_MEAN_S = 0.1
_LONGEST_S = 0.7


def _prepare(xyz: npt.NDArray[np.float32], rate_hz: float) -> Prepared:
    from skdh.utility import moving_mean

    length = max(round(_MEAN_S * rate_hz), 1)
    power = moving_mean(magnitude(xyz, rate_hz) ** 2, length, 1, trim=True)
    return Prepared(over_median(np.sqrt(power)), rate_hz)


def _trigger(prepared: Prepared, threshold: float) -> Onsets:
    from skdh.utility.internal import rle

    lengths, starts, values = rle(prepared.statistic > threshold)
    keep = values & (lengths <= _LONGEST_S * prepared.rate_hz)
    return np.asarray(starts[keep] / prepared.rate_hz + _MEAN_S / 2 - GROUP_DELAY_S)


SKDH = Rival("skdh moving_mean + runs", ("skdh",), _prepare, _trigger, steps(1.4, 3.4, 0.1))
