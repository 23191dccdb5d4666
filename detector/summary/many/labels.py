"""How many of a night's twitches are true, where a sample of them was judged: draws of what it may be.

The share of true ones differs from night to night about that of the phase: beta-binomial. How much it differs the
labels of all the phase's nights say, and is not known exactly: it is drawn, too, and so is the phase's share. One share
for all nights would cancel in a ratio, and leave in it whatever false alarms do to it.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from detector.summary.many.student import Floats

DRAWS = 40
"""How many sets of true counts the posteriors are pooled over."""
LABELS = 20
"""Labels a night that tell nearly as much as all do."""
_WEIGHTS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
"""How many labels of a night its phase's share may be worth; all are equally likely before any label is seen.

With a fixed one of 4, intervals of 20 labels a night cover the truth in 98 to 99 %, and are 5 to 15 % wider."""
_LEAST = 1e-4
_SEED = 17

Counts = npt.NDArray[np.int64]


def true_counts(found: Counts, labelled: Counts, yes: Counts, phase: npt.NDArray[np.int64]) -> Floats:
    """Draw the number of true events of each night, the same way at each call: the same nights give the same answer.

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
    drawn = np.empty((DRAWS, len(found)))
    for each in (0, 1):
        own = phase == each
        if own.any():
            drawn[:, own] = _of_phase(found[own], labelled[own], yes[own], random)
    return drawn


def _of_phase(found: Counts, labelled: Counts, yes: Counts, random: np.random.Generator) -> Floats:
    share = (yes.sum() + 0.5) / (labelled.sum() + 1)
    chances = np.cumsum(_weights(labelled, yes, share))
    levels = (random.permutation(DRAWS) + 0.5) / DRAWS
    weight = np.array(_WEIGHTS)[np.minimum(np.searchsorted(chances, levels), len(_WEIGHTS) - 1)][:, None]
    # Labels of one night are alike, and tell of the phase's share like fewer that are independent.
    worth = (labelled / (1 + np.maximum(labelled - 1, 0) / (weight + 1))).sum(1)
    shares = np.clip(random.beta(share * worth + 0.5, (1 - share) * worth + 0.5), _LEAST, 1 - _LEAST)[:, None]
    of_nights = random.beta(yes + weight * shares, labelled - yes + weight * (1 - shares))
    return np.asarray(yes + random.binomial(found - labelled, of_nights), np.float64)


def _weights(labelled: Counts, yes: Counts, share: float) -> Floats:
    """Posterior of `_WEIGHTS`, by the beta-binomial probability of each night's labels."""
    nights = list(zip(labelled.tolist(), yes.tolist(), strict=True))
    logs = []
    for weight in _WEIGHTS:
        alpha, beta = weight * share, weight * (1 - share)
        empty = _log_beta(alpha, beta)
        logs.append(math.fsum(_log_beta(alpha + k, beta + m - k) - empty for m, k in nights))
    posterior = np.exp(np.array(logs) - max(logs))
    return np.asarray(posterior / posterior.sum(), np.float64)


def _log_beta(alpha: float, beta: float) -> float:
    return math.lgamma(alpha) + math.lgamma(beta) - math.lgamma(alpha + beta)
