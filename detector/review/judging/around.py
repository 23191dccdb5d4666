"""What happened around an event: all wearables, half a minute to either side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.night import Night

AROUND_S = 30.0
_MOST_POINTS = 60_000


def around(night: Night, onset_ns: int, around_s: float = AROUND_S) -> list[tuple[str, float, npt.NDArray[np.float32]]]:
    """Return the samples around a moment.

    Parameters
    ----------
    night
        Where they lie.
    onset_ns
        The moment, UTC in ns.
    around_s
        Seconds before and after it.

    Returns
    -------
    list of tuple
        Of each wearable its name, its rate in Hz and its acceleration in mg, float32, shape ``(3, points)``, evenly
        spaced from the beginning on; NaN where nothing was recorded.
    """
    begin_ns = onset_ns - round(around_s * NS)
    found = []
    for sensor in night.sensors:
        rate_hz = min(sensor.nominal_hz, _MOST_POINTS / (2 * around_s))
        grid = np.full((3, round(2 * around_s * rate_hz)), np.nan, np.float32)
        for row in night.samples(sensor.name, begin_ns, onset_ns + round(around_s * NS)):
            at_s = (row.start_ns - begin_ns) / NS + np.arange(len(row.xyz)) / row.rate_hz
            places = np.rint(at_s * rate_hz).astype(np.int64)
            inside = (places >= 0) & (places < grid.shape[1])
            grid[:, places[inside]] = 1000 * row.xyz[inside].T
        found.append((sensor.name, rate_hz, _closed(grid)))
    return found


def _closed(grid: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Fill single holes, where a wearable is a little slower than its nominal rate."""
    hole = np.isnan(grid[0])
    single = hole.copy()
    single[0] = False
    single[1:] &= ~hole[:-1]
    single[:-1] &= ~hole[1:]
    grid[:, single] = grid[:, np.flatnonzero(single) - 1]
    return grid
