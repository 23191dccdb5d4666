"""From the false alarms an hour a user accepts to the gate's threshold.

In pure noise the smoothed energy is a quadratic form in Gaussian variables. Its upper tail follows from the band-pass
and the smoothing alone, so that the threshold is computed and not tuned.
"""

from __future__ import annotations

import math

import numpy as np

from detector.signal.design import FloatArray, impulse_response

TRIALS_PER_HZ = 3.5
"""Independent looks a second at the smoothed energy, for each Hz of the band's width: 3.0 to 4.2 as measured on white
noise at 25 to 500 Hz (``python -m benchmarks false-alarms``)."""

WINDOW_S = 0.5
"""Stretch of noise that the smoothed energy depends on."""


def gate_ratio(
    sos: FloatArray,
    energy_step: float,
    rate_hz: float,
    width_hz: float,
    per_hour: float,
) -> float:
    """Smoothed energy over its mean that white noise exceeds `per_hour` times an hour.

    Parameters
    ----------
    sos
        Band-pass, second-order sections.
    energy_step
        Step of the exponential average over the three axes' summed squares.
    rate_hz
        Sampling rate in Hz.
    width_hz
        Width of the band-pass in Hz.
    per_hour
        False alarms an hour.
    """
    weights = noise_weights(sos, energy_step, rate_hz)
    wanted = min(per_hour / 3600.0 / (TRIALS_PER_HZ * width_hz), 0.1)
    low, high = 0.0, 1.0
    for _ in range(60):  # the more tilt, the higher the ratio and the rarer
        tilt = 0.5 * (low + high)
        if tail(weights, tilt)[1] > wanted:
            low = tilt
        else:
            high = tilt
    return tail(weights, high)[0]


def noise_weights(sos: FloatArray, energy_step: float, rate_hz: float) -> FloatArray:
    """Weights of the independent chi-square variables that make up one axis' smoothed energy; they sum to 1."""
    count = math.ceil(WINDOW_S * rate_hz)
    response = impulse_response(sos, 8 * count)
    covariance = np.correlate(response, response, "full")[len(response) - 1 :][:count]
    lags = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    root = np.sqrt((1.0 - energy_step) ** np.arange(count))
    values = np.linalg.eigvalsh(root[:, None] * covariance[lags] * root)
    values = values[values > 1e-9 * values[-1]]
    return np.asarray(values / values.sum())


def tail(weights: FloatArray, tilt: float, axes: int = 3) -> tuple[float, float]:
    """Upper tail of the mean over `axes` of the weighted chi-square sums.

    Saddlepoint approximation of D. Kuonen, Biometrika 86 (1999) 929-935, for quadratic forms in normal variables,
    with the tail formula of R. Lugannani and S. Rice, Adv. Appl. Probab. 12 (1980) 475-490.

    Parameters
    ----------
    weights
        Weights of one axis, which sum to 1.
    tilt
        Place of the saddlepoint between 0 (the mean) and 1 (infinitely far out).
    axes
        Number of independent axes.

    Returns
    -------
    ratio, probability : float
        A value over the mean, and the probability that it is exceeded.
    """
    scale = weights / axes
    s = tilt * 0.5 / float(scale.max())
    left = 1.0 - 2.0 * s * scale
    ratio = axes * float(np.sum(scale / left))
    cumulant = -0.5 * axes * float(np.sum(np.log(left)))
    curvature = 2.0 * axes * float(np.sum((scale / left) ** 2))
    w = math.sqrt(2.0 * (s * ratio - cumulant))
    v = s * math.sqrt(curvature)
    density = math.exp(-0.5 * w * w) / math.sqrt(2.0 * math.pi)
    return ratio, math.erfc(w / math.sqrt(2.0)) / 2.0 + density * (1.0 / v - 1.0 / w)
