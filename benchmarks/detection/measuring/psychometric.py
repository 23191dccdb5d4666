"""The amplitude at which a share of events is found, fitted to many resamples of the same events at once.

Methods that saw the same events are resampled together, so that the events' luck cancels in the ratio of two methods.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtri

Array = npt.NDArray[np.float64]

RECALL = 0.9
"""The share that counts."""

_STEPS = 40
_WEAK = 1e-3  # pseudo-counts of a weak prior, so that events all found or all missed still have a fit


def resamples(count: int, how_many: int, seed: int) -> Array:
    """How often each event is in each resample, shape ``(1 + how_many, count)``; the first is the sample itself."""
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(count, np.full(count, 1.0 / count), size=how_many)
    return np.vstack([np.ones(count), drawn]).astype(np.float64)


def amplitude(size: Array, hit: npt.NDArray[np.bool_], weights: Array, recall: float = RECALL) -> Array:
    """Size at which a probit curve in the logarithm of the size reaches a recall.

    Maximum likelihood by Fisher scoring (D. J. Finney, Probit Analysis, 3rd ed., chapter 4), for each row of weights.
    On a mixture of shapes the curve's 90 % lies within 0.2 dB of the events' own.

    Parameters
    ----------
    size
        Of each event, above 0, shape ``(n,)``.
    hit
        Whether it was found, shape ``(n,)``.
    weights
        From `resamples`, shape ``(r, n)``.
    recall
        Between 0 and 1.

    Returns
    -------
    ndarray
        Shape ``(r,)``; infinite where the recall does not rise with the size.
    """
    log_size = np.log(size)
    centre, spread = log_size.mean(), log_size.std() or 1.0
    x = (log_size - centre) / spread
    sign = np.where(hit, 1.0, -1.0)
    offset, slope = np.zeros(len(weights)), np.ones(len(weights))
    for _ in range(_STEPS):
        eta = offset[:, None] + slope[:, None] * x
        # Score and information of sign*eta through the inverse Mills ratio, in logarithms against underflow.
        density = -0.5 * eta**2 - 0.5 * np.log(2 * np.pi)
        pull = weights * sign * np.exp(density - log_ndtr(sign * eta))
        heavy = weights * np.exp(2 * density - log_ndtr(eta) - log_ndtr(-eta))
        g0 = pull.sum(axis=1) - _WEAK * offset
        g1 = pull @ x - _WEAK * slope
        a, b, c = heavy.sum(axis=1) + _WEAK, heavy @ x, heavy @ x**2 + _WEAK
        determinant = np.maximum(a * c - b * b, 1e-12)
        step0 = np.clip((c * g0 - b * g1) / determinant, -1.0, 1.0)
        step1 = np.clip((a * g1 - b * g0) / determinant, -1.0, 1.0)
        offset, slope = offset + step0, slope + step1
        if max(np.abs(step0).max(), np.abs(step1).max()) < 1e-6:
            break
    with np.errstate(divide="ignore", over="ignore"):
        at = centre + spread * (ndtri(recall) - offset) / slope
        return np.where(slope > 0, np.exp(at), np.inf)


def at_one_per_hour(by_wish: Array, wishes: Array, counts: Array, hours: float, seed: int) -> Array:
    """Amplitudes at exactly one false alarm an hour, from those at several settings.

    The logarithm of the amplitude is a straight line in the logarithm of the setting; where it is read follows from
    the false alarms counted at all settings together, whose own luck is drawn anew for each resample.

    Parameters
    ----------
    by_wish
        Amplitudes, shape ``(settings, r)``; the first of each row belongs to the sample itself.
    wishes
        False alarms an hour that were asked for, shape ``(settings,)``.
    counts
        False alarms counted at each setting, shape ``(settings,)``.
    hours
        How long each was watched.
    seed
        For the draws.
    """
    rng = np.random.default_rng(seed)
    total = float(counts.sum()) + 0.5  # Jeffreys' half keeps a count of none finite
    drawn = np.asarray(rng.gamma(total, size=by_wish.shape[1]))
    drawn[0] = total
    excess = drawn / (hours * wishes.sum())  # got over asked
    u = np.log(wishes)
    centred = u - u.mean()
    slope = centred @ np.log(by_wish) / (centred @ centred)
    return np.asarray(np.exp(np.log(by_wish).mean(axis=0) + slope * (-np.log(excess) - u.mean())))


def interval(samples: Array) -> tuple[float, float, float]:
    """Value of the sample itself and the 95 % interval of its resamples."""
    finite = np.where(np.isnan(samples[1:]), np.inf, samples[1:])
    low, high = np.quantile(finite, [0.025, 0.975], method="nearest")
    return float(samples[0]), float(low), float(high)
