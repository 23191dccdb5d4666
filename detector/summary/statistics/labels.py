"""How many of a night's twitches are true, where a sample of them was judged: draws of what it may be.

The share of true ones differs from night to night about that of the phase: beta-binomial. How much it differs the
labels of all the phase's nights say, and is not known exactly: it is drawn, too, and so is the phase's share. One share
for all nights would cancel in a ratio, and leave in it whatever false alarms do to it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detector.summary.statistics.student import Floats

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
    every = draw_true(found[None], labelled[None], yes[None], phase, DRAWS, np.random.default_rng(_SEED))
    return np.asarray(every[0], np.float64)


def draw_true(
    found: Counts,
    labelled: Counts,
    yes: Counts,
    phase: npt.NDArray[np.int64],
    draws: int,
    random: np.random.Generator,
) -> Floats:
    """Draw the same for many series of nights at once.

    Parameters
    ----------
    found, labelled, yes
        Of shape ``(series, nights)``.
    phase
        Of each night, 0 or 1: the same in all series.
    draws
        For each series.
    random
        Where chance comes from.

    Returns
    -------
    array of shape (series, draws, nights)
    """
    drawn = np.empty((len(found), draws, len(phase)))
    for each in (0, 1):
        own = phase == each
        if own.any():
            drawn[:, :, own] = _of_phase(found[:, own], labelled[:, own], yes[:, own], draws, random)
    return drawn


def _of_phase(found: Counts, labelled: Counts, yes: Counts, draws: int, random: np.random.Generator) -> Floats:
    share = (yes.sum(1) + 0.5) / (labelled.sum(1) + 1)
    chances = np.cumsum(_weights(labelled, yes, share), axis=1)
    levels = (random.permuted(np.tile(np.arange(draws), (len(found), 1)), axis=1) + 0.5) / draws
    # The first weight up to which so much of the probability lies.
    place = (chances[:, None, :] < levels[:, :, None]).sum(2)
    weight = np.array(_WEIGHTS)[np.minimum(place, len(_WEIGHTS) - 1)][:, :, None]
    found, labelled, yes, share = found[:, None], labelled[:, None], yes[:, None], share[:, None]
    # Labels of one night are alike, and tell of the phase's share like fewer that are independent.
    worth = (labelled / (1 + np.maximum(labelled - 1, 0) / (weight + 1))).sum(2)
    shares = np.clip(random.beta(share * worth + 0.5, (1 - share) * worth + 0.5), _LEAST, 1 - _LEAST)[:, :, None]
    of_nights = random.beta(yes + weight * shares, labelled - yes + weight * (1 - shares))
    return np.asarray(yes + random.binomial(found - labelled, of_nights), np.float64)


def _weights(labelled: Counts, yes: Counts, share: Floats) -> Floats:
    """Posterior of `_WEIGHTS` for each series, by the beta-binomial probability of each night's labels."""
    weights = np.array(_WEIGHTS)
    alpha = share[:, None] * weights
    most = int(labelled.max())
    # log B(a + k, b + m - k) - log B(a, b): logarithms of the factors by which the gamma functions grow, summed up.
    logs = (
        _grown(alpha, yes, most)
        + _grown(weights - alpha, labelled - yes, most)
        - _grown(np.broadcast_to(weights, alpha.shape), labelled, most)
    )
    posterior = np.exp(logs - logs.max(1, keepdims=True))
    return np.asarray(posterior / posterior.sum(1, keepdims=True), np.float64)


def _grown(start: Floats, steps: Counts, most: int) -> Floats:
    """Sum log(gamma(start + steps) / gamma(start)) over the nights; of shape ``(series, weights)``."""
    sums = np.zeros((*start.shape, most + 1))
    np.cumsum(np.log(start[:, :, None] + np.arange(most)), axis=2, out=sums[:, :, 1:])
    places = np.broadcast_to(steps[:, None, :], (*start.shape, steps.shape[1]))
    return np.asarray(np.take_along_axis(sums, places, axis=2).sum(2), np.float64)
