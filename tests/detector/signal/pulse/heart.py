"""A simulated chest: a heart beat of two sounds under a sensor that lies still."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

AXES = np.array([[0.2, 0.4, 0.9], [0.9, -0.3, 0.3]])
"""Of the two sounds."""
LATER_S, SHARE = 0.3, 0.5
"""The second comes so much after the first, and is so much smaller."""
RISE_S = 0.02


def chest(
    seconds: float,
    rate_hz: float,
    per_min: float = 65.0,
    size_mg: float = 25.0,
    noise_mg: float = 2.0,
    seed: int = 1,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Give samples and the beats' places in s.

    Breathing moves the interval by 4 %, each beat is up to 15 % larger or smaller.
    """
    rng = np.random.default_rng(seed)
    xyz = 1e-3 * noise_mg * rng.standard_normal((round(seconds * rate_hz), 3)) + [0.1, -0.2, 0.97]
    times = np.arange(len(xyz)) / rate_hz
    hz = min(15.0, 0.32 * rate_hz)
    places = [0.7]
    while places[-1] < seconds:
        places.append(places[-1] + 60 / per_min * (1 + 0.04 * np.sin(2 * np.pi * 0.25 * places[-1])))
    for place in places:
        size = 1e-3 * size_mg * (1 + 0.15 * rng.uniform(-1, 1))
        for after, share, axis in zip((0.0, LATER_S), (1.0, SHARE), AXES, strict=True):
            begin = place + after
            here = np.flatnonzero((times >= begin) & (times < begin + 0.3))
            since = times[here] - begin
            burst = np.sin(2 * np.pi * hz * since) * since / RISE_S * np.exp(1 - since / RISE_S)
            xyz[here] += 0.8 * size * share * burst[:, None] * axis
    return xyz.astype(np.float32), np.array(places)


def noise(seconds: float, rate_hz: float, mg: float = 2.0, seed: int = 1) -> npt.NDArray[np.float32]:
    """Samples of a sensor that lies still on nothing."""
    rng = np.random.default_rng(seed)
    return (1e-3 * mg * rng.standard_normal((round(seconds * rate_hz), 3)) + [0.1, -0.2, 0.97]).astype(np.float32)
