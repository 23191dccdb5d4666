"""How many of a night's twitches are true, where a sample of them was judged: draws of what it may be.

A night's events that nobody looked at are as likely true as those looked at: beta-binomial, whose prior is the share of
true ones in all nights of its phase, worth `_WEIGHT` labels. One share for all nights would cancel in a ratio, and
leave in it whatever false alarms do to it.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from detector.summary.many.student import Floats

DRAWS = 20
"""How many sets of true counts the posteriors are pooled over; more change the interval by less than 1 %."""
LABELS = 20
"""Labels a night that tell nearly as much as all do."""
_WEIGHT = 4.0
_SEED = 17

Counts = npt.NDArray[np.int64]


def true_counts(found: Counts, labelled: Counts, yes: Counts, phase: npt.NDArray[np.int64]) -> Floats:
    """Draw the number of true events of each night.

    Each night's draws are evenly spread over its distribution and shuffled, the same way at each call: the same nights
    give the same answer.

    Parameters
    ----------
    found, labelled, yes
        Of each night: events, how many of them were judged (a random sample), how many of those are true.
    phase
        Of each night, 0 or 1.

    Returns
    -------
    array of shape (draws, nights)
        A single draw where every event was judged.
    """
    if np.array_equal(found, labelled):
        return yes[None].astype(np.float64)
    random = np.random.default_rng(_SEED)
    share = np.empty(len(found))
    for each in (0, 1):
        own = phase == each
        share[own] = (yes[own].sum() + 0.5) / (labelled[own].sum() + 1)
    drawn = np.empty((DRAWS, len(found)))
    for night in range(len(found)):
        levels = (random.permutation(DRAWS) + 0.5) / DRAWS
        alpha = yes[night] + _WEIGHT * share[night]
        beta = labelled[night] - yes[night] + _WEIGHT * (1 - share[night])
        chances = beta_binomial(int(found[night] - labelled[night]), float(alpha), float(beta))
        drawn[:, night] = yes[night] + np.searchsorted(np.cumsum(chances), levels * chances.sum())
    return drawn


def beta_binomial(trials: int, alpha: float, beta: float) -> Floats:
    """Probability of each number of true ones among the trials, from none to all.

    Each follows from the one before by a factor, and their logarithms are summed.
    """
    done = np.arange(trials, dtype=np.float64)
    steps = np.log((trials - done) * (alpha + done)) - np.log((done + 1) * (beta + trials - done - 1))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / math.fsum(weights), np.float64)
