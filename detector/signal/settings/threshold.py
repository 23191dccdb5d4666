"""From the false alarms an hour a user accepts to the thresholds on the filters' outputs.

The squared output of a matched filter, summed over three whitened axes, is in noise a chi-square process with three
degrees of freedom; that of a filter of known direction is the square of a Gaussian process. How often they cross a
level upwards follows from S. O. Rice (Bell Syst. Tech. J. 24, 1945) and, for chi-square, K. Sharpe (Adv. Appl. Probab.
10, 1978). A bank crosses less often than the sum of its filters: they overlap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

OVERLAP = 0.28
"""Crossings of the whole bank over the sum of its filters' crossings at 100 Hz, as measured on white noise
(``python -m benchmarks detection --only calibration``). The slower the sampling, the more crossings fall between two
samples: the figure goes with the root of the rate."""
AXES = 3


def bank_threshold(per_hour: float, bandwidths_hz: Sequence[float], spread: float, rate_hz: float) -> float:
    """Level that the largest chi-square of a bank exceeds `per_hour` times an hour.

    Parameters
    ----------
    per_hour
        False alarms an hour.
    bandwidths_hz
        Root-mean-square bandwidth of each filter's output.
    spread
        Relative standard deviation of the noise floor that the chi-square is measured against.
    rate_hz
        Sampling rate in Hz.
    """

    def rate(level: float) -> float:
        bandwidth = sum(bandwidths_hz) * OVERLAP * math.sqrt(rate_hz / 100.0)
        crossings = 2.0 * math.sqrt(math.pi) * bandwidth * (level / 2.0) ** ((AXES - 1) / 2) / math.gamma(AXES / 2)
        return float(crossings * math.exp(-level / 2.0) * _inflation(level, spread))

    return _solve(rate, per_hour)


def family_threshold(per_hour: float, bandwidth_hz: float, spread: float) -> float:
    """Level that the square of a known filter's output exceeds, on its positive side, `per_hour` times an hour."""
    return _solve(lambda level: bandwidth_hz * math.exp(-level / 2.0) * _inflation(level, spread), per_hour)


def _inflation(level: float, spread: float) -> float:
    """How much rarer crossings would be if the noise floor were known: the mean of ``exp(-level / 2 (1 + e))``."""
    return math.exp(0.5 * min(0.5 * level * spread, 3.0) ** 2)


def _solve(rate: Callable[[float], float], per_hour: float) -> float:
    """Level at which a falling rate a second comes down to `per_hour`."""
    low, high = 2.0, 200.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if rate(middle) * 3600.0 > per_hour:
            low = middle
        else:
            high = middle
    return high
