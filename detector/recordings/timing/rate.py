"""The sampling period behind jittered, bursty or rounded time stamps, with samples missing here and there.

Medians of single differences are not enough: stamps rounded to the millisecond, to the second, or written when a packet
arrived have no typical difference. Differences over more and more samples are: what jitters stays bounded, what elapses
grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.recordings.timing.kept import Since

    Floats = npt.NDArray[np.float64]

_STEADY = 0.02
"""Relative spread of the differences at which their mean can be trusted."""
_AT_MOST = 200_000
"""Differences looked at per lag, and stamps per fitted line: enough for either, whatever the length of the night."""
_FITTED = 1000
"""Longest stretches that take part in the fit."""
_OUTLIER = 5.0
"""Residuals beyond so many robust standard deviations have no say."""
_MAD_TO_SD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


def estimate_period(times: Floats | Since) -> float:
    """Estimate the sampling period to a per cent or so, without knowing where samples are missing.

    Looks at the differences over 1, 2, 4, … samples and takes the first lag at which their spread (5th to 90th
    percentile, so that one difference in ten may hold a gap) is below 2 % of their mean. A lag that gives less than
    half the mean period is passed over: it looked inside bursts.

    Parameters
    ----------
    times
        Stamps in any unit, shape ``(n,)``, n at least 2.

    Returns
    -------
    float
        The period in the unit of the stamps; not above 0 where the stamps never rise.
    """
    stride = max(1, len(times) // _AT_MOST)
    steps = times[1::stride] - times[:-1:stride]
    # The mean must not count the hours in which the recorder was off: leave the longest steps out.
    off = max(3, len(steps) // 1000)
    mean = float(np.mean(np.partition(steps, -off - 1)[:-off])) if len(steps) > 2 * off else float(np.median(steps))
    best, narrowest = mean, np.inf
    lag = 1
    while lag <= max(1, len(times) // 4):
        stride = max(1, (len(times) - lag) // _AT_MOST)
        over = times[lag::stride] - times[:-lag:stride]
        low, high = np.percentile(over, (5, 90))
        width = high - low
        period = float(np.mean(over[(over >= low - width) & (over <= high + width)])) / lag
        if period > 0 and period >= mean / 2:
            spread = width / (lag * period)
            if spread < narrowest:
                best, narrowest = period, spread
            if spread < _STEADY:
                break
        lag *= 2
    return best


def fit_period(times: Floats | Since, breaks: Sequence[int], period: float) -> float:
    """Refine the period by one line's slope through every stretch between breaks, the offsets free.

    Least squares over the residuals to `period`, twice, leaving outliers out the second time.

    Parameters
    ----------
    times
        Stamps, shape ``(n,)``.
    breaks
        Indices at which a stretch begins anew, rising.
    period
        First estimate, in the unit of the stamps.

    Returns
    -------
    float
        The period, in the unit of the stamps.
    """
    bounds = np.array([0, *breaks, len(times)])
    longest = np.argsort(np.diff(bounds))[::-1][:_FITTED]
    slope = 0.0
    spread = np.inf
    for _ in range(2):
        products = squares = 0.0
        deviations: list[float] = []
        for first, end in zip(bounds[longest].tolist(), bounds[longest + 1].tolist(), strict=True):
            if end - first < 2:  # noqa: PLR2004 - a line needs two points
                continue
            stride = max(1, (end - first) // _AT_MOST)
            index = np.arange(0, end - first, stride, dtype=np.float64)
            residual = times[first:end:stride] - times[first] - index * (period + slope)
            residual -= np.median(residual)
            kept = np.abs(residual) <= spread
            index -= index[kept].mean() if kept.any() else 0.0
            products += float(np.sum((index * residual)[kept]))
            squares += float(np.sum((index * index)[kept]))
            deviations.append(float(np.median(np.abs(residual))))
        if squares == 0:
            break
        slope += products / squares
        spread = _OUTLIER * _MAD_TO_SD * (max(deviations, default=0.0) + period)
    return period + slope
