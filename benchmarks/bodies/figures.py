"""Counts as figures with what they leave open."""

from __future__ import annotations

import math

import scipy.stats

from benchmarks.detection.measuring.outcome import Figure, Target
from benchmarks.detection.measuring.rates import poisson_interval

CONFIDENCE = 0.95


def share(name: str, count: float, total: float, target: Target | None = None) -> Figure:
    """A share with its exact interval (C. Clopper and E. Pearson, Biometrika 26 (1934) 404-413)."""
    if not total:
        return Figure(name, math.nan, target=target)
    tail = 0.5 * (1 - CONFIDENCE)
    low = scipy.stats.beta.ppf(tail, count, total - count + 1) if count else 0.0
    high = scipy.stats.beta.isf(tail, count + 1, total - count) if count < total else 1.0
    return Figure(f"{name} (of {total:.0f})", count / total, float(low), float(high), target=target)


def hourly(name: str, count: int, hours: float, target: Target | None = None) -> Figure:
    """A count per hour."""
    if not hours:
        return Figure(name, math.nan, unit="1/h", target=target)
    low, high = poisson_interval(count, hours)
    return Figure(f"{name} ({count} in {hours:.3f} h)", count / hours, low, high, unit="1/h", target=target)
