"""Counts per time, with what they leave open."""

from __future__ import annotations

import scipy.stats


def poisson_interval(count: int, exposure: float, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval of a rate (F. Garwood, Biometrika 28 (1936) 437-442).

    Parameters
    ----------
    count
        Events seen.
    exposure
        Time watched, above 0; the interval is per its unit.
    confidence
        Its coverage, at least.
    """
    tail = 0.5 * (1.0 - confidence)
    low = scipy.stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    high = scipy.stats.chi2.isf(tail, 2 * (count + 1)) / 2
    return float(low / exposure), float(high / exposure)
