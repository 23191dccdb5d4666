"""Whether a second of movement is rhythmic as a tremor is: an even swing to and fro, of one period."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled
from detector.signal.state import WINDOW_LAGS

TREMOR_HZ = (3.2, 14.0)
"""Tremor of multiple sclerosis lies between 3.5 and 13 Hz (S. Teufl et al., Front. Neurol. 2021)."""
BEGINS, GOES_ON = 0.5, 0.4
"""Correlation of a window with itself one period on, at least: of a tremor's first window, and of a later one. Of a
tremor whose intervals vary by 15 % nine windows of ten have 0.45. Walking, handling and hearts on real recordings have
it in less than 1 %, and hardly ever in two windows on end."""
SWING = 0.25
"""Half a period on it is as far below zero, at least: what swings is no row of knocks or heart beats."""
NEARLY = 0.88
"""The shortest lag that comes so near to the best is the period; the best may be several."""
SLOWER = 0.12
"""A longer lag that is so much better, and not a whole number of periods, is the true one: somebody walks."""
PARTS = 5
STEADY = 0.15
"""Least energy of a fifth of the window over the mean of all: a ring-down and heart beats leave fifths nearly empty."""
DOUBT = 10
"""A period of fewer samples may fall between them, so that twice the period agrees better."""
EXACT = 0.2
"""Part of a period by which a lag may be off a whole number of periods."""
TWICE = 2
QUICK = -0.5
"""Correlation of neighbours below which the movement is near the highest frequency that the rate allows."""


@compiled
def rhythm(stream: Any, first: int, count: int, stream_hz: float, least: float) -> tuple[float, float]:
    """Look for a tremor's rhythm in one window.

    Parameters
    ----------
    stream
        Samples, shape ``(3, n)``.
    first, count
        Place of the window in it, and its length.
    stream_hz
        Samples a second.
    least
        Correlation from which on there is a rhythm: `BEGINS` or `GOES_ON`.

    Returns
    -------
    strength, hz : float
        Normalised autocorrelation one period on, all axes together, and the frequency; 0 and 0 where it is no tremor.
    """
    x = np.empty((3, count))
    middle = 0.5 * (count - 1)
    spread = count * (count * count - 1.0) / 12.0
    energy = np.zeros(count)
    for axis in range(3):
        mean = tilt = 0.0
        for i in range(count):
            v = np.float64(stream[axis, first + i])
            mean += v
            tilt += v * (i - middle)
        mean /= count
        tilt /= spread
        for i in range(count):
            v = np.float64(stream[axis, first + i]) - mean - tilt * (i - middle)
            x[axis, i] = v
            energy[i] += v * v
    total = 0.0
    weakest = np.inf
    for part in range(PARTS):
        begin, end = part * count // PARTS, (part + 1) * count // PARTS
        e = 0.0
        for i in range(begin, end):
            e += energy[i]
        total += e
        weakest = min(weakest, e / (end - begin))
    if not total > 0.0 or weakest < STEADY * total / count:
        return 0.0, 0.0
    lags = min(WINDOW_LAGS, count // 2)
    r = np.zeros(lags)
    head = tail = total
    for lag in range(1, lags):
        head -= energy[count - lag]
        tail -= energy[lag - 1]
        product = 0.0
        for axis in range(3):
            row = x[axis]
            for i in range(count - lag):
                product += row[i] * row[i + lag]
        r[lag] = product / np.sqrt(max(head * tail, 1e-300))
    return _period(r, lags, stream_hz, least)


@compiled
def _period(r: Any, lags: int, stream_hz: float, least: float) -> tuple[float, float]:
    """Period of an autocorrelation: its height and frequency, 0 and 0 where it is no tremor's."""
    best = 0.0
    for lag in range(2, lags - 1):
        if stream_hz / lag <= TREMOR_HZ[1] + 2.0 and _is_peak(r, lag):
            best = max(best, r[lag])
    if best < least:
        return 0.0, 0.0
    lag = 2
    low = 1.0
    while not (_is_peak(r, lag) and r[lag] >= NEARLY * best and stream_hz / lag <= TREMOR_HZ[1] + 2.0):
        low = min(low, r[lag - 1])
        lag += 1
    strength, period = r[lag], _top(r, lag)
    if min(low, r[lag - 1]) > -SWING:
        return 0.0, 0.0
    for longer in range(lag + 1, lags - 1):
        if _is_peak(r, longer):
            periods = np.rint(longer / period)
            if abs(longer / period - periods) < EXACT:
                period = _top(r, longer) / periods  # the longer the lag, the finer it tells the period
            elif r[longer] > strength + SLOWER:
                return 0.0, 0.0
    hz = stream_hz / period
    if period < DOUBT:
        times = np.rint(np.arccos(min(max(r[1], -1.0), 1.0)) / (2.0 * np.pi) * period)
        if times >= TWICE and hz * times <= TREMOR_HZ[1] + 2.0 and (hz >= TREMOR_HZ[0] or r[1] < QUICK):
            hz *= times
    return (strength, hz) if hz >= TREMOR_HZ[0] else (0.0, 0.0)


@compiled
def _is_peak(r: Any, lag: int) -> bool:
    """Whether a lag's correlation is above its neighbours'."""
    return bool(r[lag] >= r[lag - 1] and r[lag] > r[lag + 1])


@compiled
def _top(r: Any, lag: int) -> float:
    """Place of the maximum of the parabola through a peak and its neighbours."""
    curvature = r[lag - 1] - 2.0 * r[lag] + r[lag + 1]
    return lag + (0.5 * (r[lag - 1] - r[lag + 1]) / curvature if curvature < 0.0 else 0.0)
