"""Means of clipped Gaussian noise: what a noise floor settles at that is followed up to a limit only."""

from __future__ import annotations

import math
from typing import Literal


def clipped_mean(limit: float, axes: Literal[1, 3]) -> float:
    """Mean energy of white noise of unit variance, every energy above a limit counted as the limit.

    Parameters
    ----------
    limit
        Largest energy that counts.
    axes
        Axes whose squares make up the energy: chi-square with so many degrees of freedom.

    Returns
    -------
    float
        ``E[min(e, limit)]``, integrated by parts.
    """
    below = math.erf(math.sqrt(limit / 2.0))  # distribution function of one axis' energy
    density = math.sqrt(2.0 * limit / math.pi) * math.exp(-limit / 2.0)
    if axes == 1:
        return limit + (1.0 - limit) * below - density
    return limit + (3.0 - limit) * (below - density) - limit * density


def mean_over_clipped_mean(clip: float) -> float:
    """How far above its clipped mean the mean energy of white noise on three axes lies.

    Parameters
    ----------
    clip
        Energies above so many times the clipped mean itself count as no more; greater than 1.

    Returns
    -------
    float
        ``3 / u``, where ``E[min(e, clip * u)] = u`` for chi-square e with three degrees of freedom.
    """
    low, high = 1e-6, 3.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if clipped_mean(clip * middle, 3) > middle:
            low = middle
        else:
            high = middle
    return 3.0 / high
