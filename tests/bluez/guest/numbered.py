"""Samples that carry their own number, so that one that is lost, doubled or out of place cannot hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from firmware_bridge.samples import Samples

if TYPE_CHECKING:
    import numpy.typing as npt

_BASE = 30
"""Two axes count to this and begin anew, the third counts how often: small numbers, which compress like real ones."""

_REST_MG = 1000


def numbered(seconds: float, rate_hz: float) -> Samples:
    """Make a recording whose samples are numbered from 0."""
    number = np.arange(round(seconds * rate_hz))
    mg = np.column_stack([number % _BASE, number // _BASE % _BASE, _REST_MG + number // _BASE**2])
    return Samples(0, rate_hz, (mg * 1e-3).astype(np.float32), "numbered")


def numbers(mg: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Read the samples' numbers from their values in mg, shape ``(n, 3)``."""
    x, y, z = mg.astype(np.int64).T
    if np.any((x < 0) | (x >= _BASE) | (y < 0) | (y >= _BASE) | (z < _REST_MG)):
        raise ValueError("a sample that is none of the recording's")
    return x + _BASE * y + _BASE**2 * (z - _REST_MG)


def runs(found: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Shorten consecutive numbers to their first and last, in the order they came."""
    if not len(found):
        return []
    breaks = np.flatnonzero(np.diff(found) != 1) + 1
    return [(int(part[0]), int(part[-1])) for part in np.split(found, breaks)]
