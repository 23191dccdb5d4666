"""The quantisation step of a whole file: from the differences of its samples, whatever they were scaled by.

A sensor counts steps. Somebody has multiplied the counts, calibrated each axis, rounded to float32 or to decimals, or
resampled; the differences between neighbours, or at least between plateaus, are still multiples of the step. The twin
for samples as they come is `detector.signal.noise.step`; the numerics and the readers import nothing of each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

_FIRST, _PERIOD, _KEPT = 1 << 16, 1 << 16, 1 << 11
"""Rows looked at: so many first ones, and of each so many later ones the first so many."""
_MOST = 128
"""Portions of later rows kept of a long file at most: where there are more, every other one is left out."""
_ROUNDING = 2.0**-22
"""Error of a difference of two float32 values, scaled by somebody, over the larger."""
_FINEST = 16.0
"""A step is at least so many such errors."""
_REACH = 16.0
"""Differences of more steps say nothing: an error of the step adds up."""
_OFF = 0.08
"""A difference is a multiple of the step to so much of the step."""
_DIVISORS = 4
_CANDIDATES = 8
"""The smallest differences that recur: the step may be one of them or a fraction of it."""
_RECURS = 0.002
_SHARE, _PLATEAU_SHARE = 0.9, 0.65
"""Share of the differences that are multiples: between neighbours; between plateaus, which are never quite clean."""
_WINDOW, _STILL = 128, 0.5
"""Plateaus count where so much of a window repeats the sample before."""
_WILD = 1e9
"""No unit of acceleration has so large values."""
_NEVER_STILL = 0.98
_LEAST = 8
"""Differences that make a step."""
_NICE = 1e-4
"""A step so near to one over a whole number is meant to be it."""


class Steps:
    """Finds the step of a file's values.

    Feed values in any portions with `add`; the result does not depend on how they were cut.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._period = _PERIOD
        self._kept: list[tuple[npt.NDArray[np.int64], FloatArray]] = []

    def add(self, values: FloatArray) -> None:
        """Take in values as they stand in the file, shape ``(n, 3)``, NaN allowed."""
        within = self._rows % _PERIOD
        if self._rows >= _FIRST and within >= _KEPT and within + len(values) <= _PERIOD:  # none of them
            self._rows += len(values)
            return
        row = self._rows + np.arange(len(values))
        self._rows += len(values)
        self._keep(row, values)
        while self._rows > _MOST * self._period:
            self._period *= 2
            kept, self._kept = self._kept, []
            for rows, before in kept:
                self._keep(rows, before)

    def _keep(self, row: npt.NDArray[np.int64], values: FloatArray) -> None:
        is_kept = (row < _FIRST) | (row % self._period < _KEPT)
        if is_kept.any():
            self._kept.append((row[is_kept], values[is_kept]))

    def find(self) -> float:
        """Return the step in the file's unit, the middle one of the axes where they differ; 0 where there is none."""
        if not self._kept:
            return 0.0
        values = np.concatenate([values for _, values in self._kept])
        known = sorted(step for step in (step_of(values[:, axis]) for axis in range(values.shape[1])) if step > 0)
        if not known:
            return 0.0
        step = known[len(known) // 2]
        whole = round(1.0 / step)
        return 1.0 / whole if whole > 1 and abs(step * whole - 1.0) < _NICE else step


def step_of(axis: FloatArray) -> float:
    """Return the step of one axis, 0 where its values lie on none.

    Parameters
    ----------
    axis
        Samples in order of time, in any unit, shape ``(n,)``; those that are no numbers are left out.

    Returns
    -------
    float
        The step, in the unit of the values.
    """
    axis = axis[np.abs(axis) < _WILD]
    if len(axis) < _LEAST:
        return 0.0
    error = _ROUNDING * float(np.quantile(np.abs(axis), 0.999))
    between = np.abs(np.diff(axis))
    changes = between[between > error]
    step = _between_neighbours(np.sort(changes), error) if len(changes) >= _LEAST else 0.0
    if len(changes) > _NEVER_STILL * len(between) and float(np.quantile(changes, 0.98)) < (2.0 - _OFF) * step:
        return 0.0  # two values that take turns are no grid: one step apart, a sensor repeats itself now and then
    plateaus = _plateaus(axis, between <= error, error)
    return max(step, _between_plateaus(plateaus, error) if len(plateaus) >= _LEAST else 0.0)


def _between_neighbours(ordered: FloatArray, error: float) -> float:
    """Try the smallest differences that recur, and fractions of them; gives the smallest that is a multiple."""
    groups = np.split(ordered, np.flatnonzero(np.diff(ordered) > np.maximum(error, _OFF * ordered[:-1])) + 1)
    least = max(_RECURS * len(ordered), 2)
    recurring = [float(np.mean(group)) for group in groups if len(group) >= least][:_CANDIDATES]
    for first in recurring:
        for divisor in range(1, _DIVISORS + 1):
            unit = first / divisor
            if unit < _FINEST * error:
                break
            if _share(ordered, unit) >= _SHARE:
                unit = _refined(ordered, unit)
                smallest = next(d for d in recurring if d > 0.5 * unit)
                return unit * max(round(smallest / unit), 1)
    return 0.0


def _between_plateaus(changes: FloatArray, error: float) -> float:
    """Try the most common difference, and fractions of it."""
    first = float(np.median(changes))
    for divisor in range(1, _DIVISORS + 1):
        unit = first / divisor
        if unit < _FINEST * error:
            break
        if _share(changes[changes > _OFF * unit], unit) >= _PLATEAU_SHARE:
            return _refined(changes, unit)
    return 0.0


def _plateaus(axis: FloatArray, still: npt.NDArray[np.bool_], error: float) -> FloatArray:
    """Differences between levels that were held for three samples, where most samples repeat the one before."""
    count = len(still) // _WINDOW * _WINDOW
    calm = np.repeat(still[:count].reshape(-1, _WINDOW).mean(axis=1) >= _STILL, _WINDOW)
    held = np.flatnonzero(still[1:count] & still[: max(count - 1, 0)] & calm[1:]) + 1
    changes = np.abs(np.diff(axis[held]))
    near = held[1:] // _WINDOW == held[:-1] // _WINDOW
    found: FloatArray = changes[(changes > error) & near]
    return found


def _share(changes: FloatArray, unit: float) -> float:
    """Share of the differences of a few steps that are multiples of the step."""
    ratio = changes[changes <= (_REACH + 0.5) * unit] / unit
    if len(ratio) < _LEAST:
        return 0.0
    whole = np.rint(ratio)
    return float(np.mean((whole >= 1) & (np.abs(ratio - whole) <= _OFF)))


def _refined(changes: FloatArray, unit: float) -> float:
    """Fit the step to the differences that are multiples of it; the median leaves odd ones out."""
    whole = np.rint(changes / unit)
    fits = (whole >= 1) & (whole <= _REACH) & (np.abs(changes / unit - whole) <= _OFF)
    return float(np.median(changes[fits] / whole[fits]))
