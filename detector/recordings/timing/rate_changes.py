"""Where the sampling rate of a file changes for good: somebody, or the recorder itself, has set another one.

The pace over windows of rows shows it. A gap disturbs one window, jitter and bursts all of them alike, so a change is a
step of the middle pace from several windows before to several after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_WINDOW = 128
"""Rows of a window: several packets of a radio."""
_FEW, _SHORT_WINDOW = 4096, 32
"""In a file of fewer rows shorter windows are looked at, too."""
_SIDE = 5
"""Windows on each side of a change."""
_STEP = 1.15
"""Least ratio of two rates; a clock that warms drifts far less."""
_SAME = 1.05
"""The middle paces of one rate lie within."""
_MOST = 64
"""More changes are a rate that is not steady."""


def find_changes(times: Floats) -> list[int]:
    """Find the rows at which another rate begins.

    Parameters
    ----------
    times
        Stamps in ns, shape ``(n,)``.

    Returns
    -------
    list of int
        Rising; empty where the rate is the same throughout, or not steady.
    """
    found = _changes(times, _WINDOW)
    return found if found or len(times) >= _FEW else _changes(times, _SHORT_WINDOW)


def _changes(times: Floats, window: int) -> list[int]:
    count = len(times) // window
    if count < 2 * _SIDE:
        return []
    marks = times[: count * window : window]
    pace = np.diff(np.append(marks, times[count * window - 1])) / window
    pace[-1] *= window / (window - 1)
    sides = np.lib.stride_tricks.sliding_window_view(pace, _SIDE)
    middle = np.median(sides, axis=1)
    # All but one on either side, for the window in which the rate changes has neither pace.
    low, high = np.quantile(sides, 0.25, axis=1), np.quantile(sides, 0.75, axis=1)
    before, after = slice(0, len(middle) - _SIDE), slice(_SIDE, len(middle))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(np.log(middle[after] / middle[before]))
        steady = (high <= low * _SAME) & (low > 0)
    step = np.where(steady[before] & steady[after] & np.isfinite(ratio), ratio, 0.0)
    changes: list[int] = []
    while step.size and step.max() > np.log(_STEP):
        at = int(np.argmax(step))
        changes.append(_exactly(times, (at + _SIDE) * window, middle[at], middle[at + _SIDE], window))
        step[max(0, at - 2 * _SIDE) : at + 2 * _SIDE] = 0.0
        if len(changes) > _MOST:
            return []
    return sorted(set(changes))


def _exactly(times: Floats, near: int, before: float, after: float, window: int) -> int:
    """Find the row at which the pace changes: all steps up to it fit the one best, all after it the other."""
    first, end = max(near - 2 * window, 0), min(near + 2 * window, len(times) - 1)
    steps = np.diff(times[first : end + 1])
    reach = 3 * max(before, after)
    cost = np.minimum(np.abs(steps - before), reach) - np.minimum(np.abs(steps - after), reach)
    return first + int(np.argmin(np.concatenate(([0.0], np.cumsum(cost)))))
