"""A regression of nights of which each is like the one before, and which may drift: how much so is summed over.

The errors have variance sigma^2 and a correlation of rho to the power of the days between two nights. Nights may be
missing: such a series is still a Markov chain, so it becomes white by taking from each night what the one before tells
of it, and no matrix of nights by nights is needed. Besides, the nights may rise or fall slowly and evenly for reasons
of their own: a line over the days, whose slope is about as large as `_DRIFTS` says.

Flat priors for the coefficients, for log sigma, and for Fisher's z of rho. Of that one, one flat for rho and the
reference prior of Berger & Yang (1994) it holds the share of intervals that cover the truth most even, from rho 0 to
0.6. A coefficient's posterior is then a mixture of t distributions, one for each rho and size of drift. Over rho it is
integrated by Gauss and Legendre's rule, whose error is far below what is shown: the tests compare it with brute force.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.summary.statistics.student import Floats, Mixture

LEAST_RHO, MOST_RHO = -0.5, 0.9
"""Of nights that are more alike than this a month tells next to nothing, and nobody's nights are known to be."""
_POINTS = 24
_x, _w = np.polynomial.legendre.leggauss(_POINTS)
_ends = np.arctanh([LEAST_RHO, MOST_RHO])
RHO: Floats = np.tanh(_ends[0] + (_ends[1] - _ends[0]) * (_x + 1) / 2)
"""Where the posterior is worked out."""
_LOG_WEIGHT: Floats = np.log(_w / 2)

_DRIFTS = ((0.0, 0.4), (0.7, 0.3), (1.0, 0.3))
"""By how many sigmas, as a standard deviation, nights may drift in `_MONTH`; and the prior probability of each.

Without a drift the interval of 28 + 28 nights covers the truth in 75 % where nights rise by 1 % each, for a reason of
their own; with it in 94 %, and is 15 % wider."""
_MONTH = 30.0
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Fit:
    """What the nights say of one coefficient.

    Parameters
    ----------
    posterior
        Of the coefficient, a row for each series and a part for each rho and drift.
    correlations
        The rho of each part.
    variances
        Of the errors in each part: residual squares over degrees of freedom; of shape ``(series, parts)``.
    """

    posterior: Mixture
    correlations: Floats
    variances: Floats

    @property
    def rho(self) -> Floats:
        """Correlation of a night with the next, of each series: the posterior mean."""
        return np.asarray(self.posterior.weights @ self.correlations, np.float64)

    @property
    def spread(self) -> Floats:
        """Standard deviation of the errors of each series: the posterior mean of its logarithm, as an exponential."""
        return np.asarray(np.exp((self.posterior.weights * np.log(self.variances)).sum(1) / 2), np.float64)


def fit(
    values: npt.ArrayLike,
    design: npt.ArrayLike,
    days: npt.ArrayLike,
    column: int,
    *,
    may_drift: bool = True,
    least: npt.ArrayLike = 0.0,
) -> Fit:
    """Work out the posterior of one coefficient.

    Parameters
    ----------
    values
        Of shape ``(series, nights)``, or ``(nights,)`` for one.
    design
        Of shape ``(nights, coefficients)``, of full rank.
    days
        The day of each night, whole numbers that rise.
    column
        Of the design; whose coefficient is asked for.
    may_drift
        Whether nights may drift.
    least
        What the variance of the errors is at least, of each series or of all: what is known besides of how values
        scatter. Nights that happen to be alike would else be known without any doubt.

    Raises
    ------
    ValueError
        Where days do not rise, there are no more nights than coefficients, or a column follows from the others.
    """
    values = np.atleast_2d(np.asarray(values, np.float64))
    design = np.asarray(design, np.float64)
    days = np.asarray(days, np.int64)
    nights, width = design.shape
    if nights <= width or values.shape[1] != nights or len(days) != nights:
        raise ValueError(f"{width} coefficients need as many days and values as rows, and more of them, got {nights}")
    if np.linalg.matrix_rank(design) < width:
        raise ValueError("a column of the design follows from the others")
    link, root = _links(days)
    line = (days - days.mean()) / _MONTH
    white = _whiten(np.column_stack([design, line]).T, link, root)  # (rhos, coefficients and slope, nights)
    series = _whiten(values, link, root)  # (rhos, series, nights)
    squares = white @ white.transpose(0, 2, 1)
    products = series @ white.transpose(0, 2, 1)
    own = (series * series).sum(2)
    jacobian = _LOG_WEIGHT - np.log(root).sum(1)
    free = nights - width
    floor = np.maximum(free * np.asarray(least, np.float64), _LEAST)
    logs, means, scales, variances = [], [], [], []
    for drift, belief in _DRIFTS if may_drift else ((0.0, 1.0),):
        # A slope with a prior is a coefficient with an observation of its own: 0, at the distance of that prior.
        used = width + 1 if drift else width
        square = squares[:, :used, :used].copy()
        prior = np.log(belief)
        if drift:
            square[:, -1, -1] += 1 / drift**2
            prior -= np.log(drift)
        inverse = np.linalg.inv(square)
        found = products[:, :, :used] @ inverse
        rest = np.maximum(own - (found * products[:, :, :used]).sum(2), floor)
        log = jacobian + prior - 0.5 * np.linalg.slogdet(square)[1]
        logs.append(log[:, None] - 0.5 * free * np.log(rest))
        means.append(found[:, :, column])
        scales.append(np.sqrt(rest / free * inverse[:, column, column][:, None]))
        variances.append(rest / free)
    log = np.concatenate(logs).T
    weights = np.exp(log - log.max(1, keepdims=True))
    weights /= weights.sum(1, keepdims=True)
    posterior = Mixture(weights, np.concatenate(means).T, np.concatenate(scales).T, free)
    return Fit(posterior, np.tile(RHO, len(logs)), np.concatenate(variances).T)


def _links(days: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Correlation of each night but the first with the one before, and what it leaves of the standard deviation."""
    between = np.diff(days)
    if np.any(between <= 0):
        raise ValueError("the days of nights rise: two nights of one day are one")
    link = RHO[:, None] ** between
    return link, np.sqrt(1 - link * link)


def _whiten(values: Floats, link: Floats, root: Floats) -> Floats:
    """Make the errors independent; values of shape ``(rows, nights)``, the result ``(rhos, rows, nights)``."""
    rest = (values[:, 1:] - link[:, None, :] * values[:, :-1]) / root[:, None, :]
    first = np.broadcast_to(values[:, :1], (len(link), len(values), 1))
    return np.concatenate([first, rest], axis=2)
