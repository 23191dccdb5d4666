"""A battery's level out of the voltage that a device notes: what files have, where a live wearable tells per cent.

Volts waver: with the load, with the warmth of the cell, and by the steps of the converter, which in the flat middle of
a cell's curve are several per cent. A level that rises is the sign of a charger, so it must not rise by wavering.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detector.recordings.recording import Reading

_VOLTS = (3.27, 3.61, 3.69, 3.73, 3.77, 3.80, 3.82, 3.85, 3.87, 3.92, 3.98, 4.06, 4.20)
_PERCENT = (0, 5, 10, 20, 30, 40, 45, 50, 60, 70, 80, 90, 100)
"""A lithium polymer cell at rest, such as is in all of these devices."""
_TOGETHER_NS = 600 * NS
"""Voltages of so long a time are one, by their median."""
_CHARGED_VOLTS = 0.08
"""What rises by so much is charged."""


def levels(readings: Iterable[Reading]) -> list[tuple[int, float]]:
    """Return UTC in ns and per cent of a battery, whenever the level is another than before.

    Parameters
    ----------
    readings
        Of one device, in the order of time; those that are no voltages are left out.
    """
    found: list[tuple[int, float]] = []
    lowest = 0.0
    for utc_ns, volts in _medians(readings):
        if found and lowest <= volts < lowest + _CHARGED_VOLTS:
            continue
        lowest = volts
        percent = float(round(np.interp(volts, _VOLTS, _PERCENT)))
        if not found or percent != found[-1][1]:
            found.append((utc_ns, percent))
    return found


def _medians(readings: Iterable[Reading]) -> list[tuple[int, float]]:
    """Voltages of ten minutes each, at the time of the first."""
    groups: list[tuple[int, list[float]]] = []
    for reading in readings:
        if reading.what != "volts" or not _VOLTS[0] / 2 < reading.value < 2 * _VOLTS[-1]:
            continue
        if not groups or reading.utc_ns - groups[-1][0] >= _TOGETHER_NS or reading.utc_ns < groups[-1][0]:
            groups.append((reading.utc_ns, []))
        groups[-1][1].append(reading.value)
    return [(utc_ns, median(values)) for utc_ns, values in groups]
