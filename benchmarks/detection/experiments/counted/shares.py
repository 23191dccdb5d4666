"""Shares of a number of trials, with what they leave open."""

from __future__ import annotations

import math

import scipy.stats

from benchmarks.detection.experiments.outcome import Figure, Target


def share_interval(count: int, of: int) -> tuple[float, float]:
    """Exact 95 % interval of a share (C. Clopper, E. Pearson, Biometrika 26 (1934) 404-413)."""
    low = float(scipy.stats.beta.ppf(0.025, count, of - count + 1)) if count else 0.0
    high = float(scipy.stats.beta.isf(0.025, count + 1, of - count)) if count < of else 1.0
    return low, high


def share(name: str, count: int, of: int, target: Target | None = None) -> Figure:
    """Make a figure of a share; NaN where there were no trials."""
    if not of:
        return Figure(name, math.nan, target=target)
    return Figure(name, count / of, *share_interval(count, of), target=target)
