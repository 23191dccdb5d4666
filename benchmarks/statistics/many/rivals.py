"""What others would say of the same nights: every usual interval, in the same run."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from scipy import stats

from benchmarks.detection.measuring.outcome import Comparison, Effort, Outcome, Rows
from benchmarks.statistics.many.coverage import Ends, covered, ours
from benchmarks.statistics.many.simulated import Cell, Nights, people

SEED = 17_520
_FITS = 300
"""Of statsmodels, which takes some milliseconds for each."""
_RESAMPLES = 600
_BLOCK = 3
_HALF = 0.5

CELLS = {
    "7+7": Cell(7, 7),
    "14+14": Cell(),
    "28+28": Cell(28, 28),
    "14+14, rho 0.6": Cell(rho=0.6),
    "14+14, 1 an hour": Cell(per_hour=1),
    "14+14, outliers": Cell(outliers=1 / 12),
    "28+28, rises 1 % a night": Cell(28, 28, line=0.01),
}


def poisson_totals(nights: Nights, cell: Cell) -> Ends:
    """All twitches over all hours, as if each came on its own."""
    counts, hours = _sums(nights, cell)
    middle = np.log(counts[1] / hours[1]) - np.log(counts[0] / hours[0])
    wide = stats.norm.ppf(0.975) * np.sqrt(1 / counts[0] + 1 / counts[1])
    return middle - wide, middle + wide


def welch(nights: Nights, cell: Cell) -> Ends:
    """Welch's t interval on logarithms of rates."""
    logs = np.log((nights.counts + _HALF) / nights.hours)
    first, second = logs[:, cell.phase == 0], logs[:, cell.phase == 1]
    found = stats.ttest_ind(second, first, axis=1, equal_var=False).confidence_interval(0.95)
    return found.low, found.high


def _bootstrap(block: int) -> Callable[[Nights, Cell], Ends]:
    def ends(nights: Nights, cell: Cell) -> Ends:
        random = np.random.default_rng(SEED)
        logs = []
        for phase in (0, 1):
            counts, hours = (each[:, cell.phase == phase] for each in (nights.counts, nights.hours))
            length = counts.shape[1]
            starts = random.integers(0, length, (_RESAMPLES, -(-length // block)))
            drawn = ((starts[:, :, None] + np.arange(block)) % length).reshape(_RESAMPLES, -1)[:, :length]
            # How often each night is in each resample; sums follow by a product.
            times = np.stack([(drawn == night).sum(1) for night in range(length)]).astype(np.float64)
            logs.append(np.log((counts @ times + _HALF) / (hours @ times)))
        low, high = np.quantile(logs[1] - logs[0], [0.025, 0.975], axis=1)
        return low, high

    return ends


def negative_binomial(nights: Nights, cell: Cell) -> Ends:
    """Maximum likelihood by statsmodels, Wald's interval."""
    import statsmodels.api as sm

    design = np.column_stack([np.ones(cell.nights), cell.phase])

    def interval(counts: np.ndarray, hours: np.ndarray) -> np.ndarray:
        model = sm.NegativeBinomial(counts, design, exposure=hours)
        return np.asarray(model.fit(disp=0, maxiter=80, method="bfgs").conf_int()[1])

    return _each(nights, interval)


def least_squares(nights: Nights, cell: Cell) -> Ends:
    """Least squares on logarithms by statsmodels, errors by Newey & West."""
    import statsmodels.api as sm

    design = np.column_stack([np.ones(cell.nights), cell.phase])
    lags = max(1, int(4 * (cell.nights / 100) ** (2 / 9)))

    def interval(counts: np.ndarray, hours: np.ndarray) -> np.ndarray:
        model = sm.OLS(np.log((counts + _HALF) / hours), design)
        fitted = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
        return np.asarray(fitted.conf_int()[1])

    return _each(nights, interval)


RIVALS: dict[str, Callable[[Nights, Cell], Ends]] = {
    "fasciwatch": ours,
    "Poisson totals": poisson_totals,
    "negative binomial (statsmodels)": negative_binomial,
    "Welch's t on logarithms": welch,
    "least squares, Newey-West (statsmodels)": least_squares,
    "bootstrap of nights": _bootstrap(1),
    "bootstrap of blocks of 3": _bootstrap(_BLOCK),
}


def rivals(effort: Effort) -> Outcome:
    """Measure how often each covers the truth."""
    runs = int(effort.scaled(600, 3000))
    random = np.random.default_rng(SEED)
    made = {name: people(cell, runs, random) for name, cell in CELLS.items()}
    shares: dict[str, list[float]] = {}
    failed = 0
    for rival, ends in RIVALS.items():
        shares[rival] = []
        for name, cell in CELLS.items():
            low, high = ends(made[name], cell)
            good = np.isfinite(low) & np.isfinite(high)
            failed += int((~good).sum())
            shares[rival].append(covered((low[good], high[good]), cell.ratio))
    mine = shares["fasciwatch"]
    comparisons = tuple(
        Comparison(
            f"distance of the coverage from 95 %, {name}",
            abs(mine[place] - 95),
            {rival: abs(found[place] - 95) for rival, found in shares.items() if rival != "fasciwatch"},
            more_is_better=False,
        )
        for place, name in enumerate(CELLS)
    )
    rows = tuple((rival, *(f"{each:.0f}" for each in found)) for rival, found in shares.items())
    title = f"percent of 95 % intervals that hold the true ratio ({runs} series, of statsmodels' {_FITS})"
    notes = (f"{failed} fits did not converge and are left out",) if failed else ()
    return Outcome(
        "rivals", "usual intervals on the same nights", rows=(Rows(title, ("interval", *CELLS), rows),),
        comparisons=comparisons, notes=notes, seeds=(SEED,),
    )  # fmt: skip


def _sums(nights: Nights, cell: Cell) -> tuple[list[np.ndarray], list[np.ndarray]]:
    chosen = [cell.phase == each for each in (0, 1)]
    return [nights.counts[:, each].sum(1) + _HALF for each in chosen], [nights.hours[:, each].sum(1) for each in chosen]


def _each(nights: Nights, interval: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Ends:
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # statsmodels warns of fits that do not converge; they are counted
        for counts, hours in zip(nights.counts[:_FITS], nights.hours[:_FITS], strict=True):
            try:
                found.append(interval(counts, hours))
            except (np.linalg.LinAlgError, ValueError):
                found.append(np.full(2, np.nan))
    low, high = np.array(found).T
    return low, high
