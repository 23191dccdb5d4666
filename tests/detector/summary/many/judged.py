"""Nights that are made up, for the tests of many nights."""

from __future__ import annotations

import numpy as np

from detector.summary.statistics.phases import Counted


def made_up(nights: int, seed: int, *, per_hour: float = 25.0, false: float = 8.0, labels: int = 20) -> Counted:
    """Nights in a row, found and judged."""
    random = np.random.default_rng(seed)
    hours = random.uniform(5, 8, nights)
    true = random.poisson(per_hour * hours * np.exp(0.45 * random.standard_normal(nights)))
    wrong = random.poisson(false * hours)
    found = true + wrong
    labelled = np.minimum(labels, found)
    return Counted.of(np.arange(nights), found, hours, labelled, random.hypergeometric(true, wrong, labelled))
