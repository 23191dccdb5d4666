"""Which rate the detector was made for, sample by sample: stored where it changes, as a gap is.

A wearable's nominal rate is not always the one it samples at, and a firmware may fall back to another one in the middle
of a night. A replay must make its detector anew at the same sample. Where nothing is stored the rate is the wearable's
nominal one, and the night is of an older fasciwatch, whose rows of samples may lie over each other by some ms.
"""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, Any

from detector.night.connection import has_table
from detector.night.seals import fetch, insert, updates
from detector.night.stored import load_sensors, rate_of

if TYPE_CHECKING:
    from detector.night.writing.track import Statement


def put_rate(number: int, first_index: int, nominal_hz: float) -> Statement:
    """Write down the rate of a sensor from the sample of that number on, in Hz."""
    return insert("rate", (number, first_index, nominal_hz), f"ON CONFLICT DO UPDATE SET {updates('rate', 2)}")


class Rates:
    """The rates of one sensor.

    Parameters
    ----------
    found
        Number of a sample, and the rate from there on, in Hz; in the order of samples.
    """

    def __init__(self, found: list[tuple[int, float]]) -> None:
        self._first = [first_index for first_index, _ in found]
        self._nominal_hz = [nominal_hz for _, nominal_hz in found]

    @property
    def latest_hz(self) -> float | None:
        """The rate at the end, in Hz; None where nothing is stored."""
        return self._nominal_hz[-1] if self._nominal_hz else None

    def at(self, index: int) -> float | None:
        """Return the rate at a sample, in Hz; None where nothing is stored of it."""
        place = bisect.bisect_right(self._first, index)
        return self._nominal_hz[place - 1] if place else None


def load_rates(connection: Any, number: int) -> Rates:
    """Read the rates of a sensor; none where an older fasciwatch has made the night."""
    if not has_table(connection, "rate"):
        return Rates([])
    sensors = load_sensors(connection)
    rows = fetch(connection, "rate", "WHERE sensor = ? ORDER BY first_index", (number,))
    return Rates([rate_of(row, sensors) for row in rows])
