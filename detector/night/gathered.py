"""What a night hands out as arrays: the whole of a wearable, and the extremes of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.night.codec.segment import Anchors
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from detector.night.records import Sensor

_LATE_SAMPLES = 1.5
"""Where the next sample is later than this, in sample intervals, one is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class MinMax:
    """Smallest and largest acceleration per row of about a second.

    Parameters
    ----------
    start_ns, end_ns
        UTC of each row's first sample and of the one after its last, in ns, int64, shape ``(rows,)``.
    smallest, largest
        In g, float32, shape ``(rows, 3)``; NaN only where an axis holds nothing else.
    """

    start_ns: npt.NDArray[np.int64]
    end_ns: npt.NDArray[np.int64]
    smallest: npt.NDArray[np.float32]
    largest: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SensorArrays:
    """All samples of a wearable.

    Parameters
    ----------
    sensor
        The wearable.
    utc_ns
        When each sample was taken, UTC in ns, int64, shape ``(n,)``: by the clock's map, which follows the true rate.
        Of a wearable without dates, on the clock of its samples.
    xyz
        Acceleration in g, gravity included, float32, shape ``(n, 3)``, as it was recorded.
    stretches
        First sample of each stretch without a gap, and the one after its last, int64, shape ``(k, 2)``: they touch,
        and cover all samples.
    """

    sensor: Sensor
    utc_ns: npt.NDArray[np.int64]
    xyz: npt.NDArray[np.float32]
    stretches: npt.NDArray[np.int64]


def times_of(anchors: Anchors) -> npt.NDArray[np.int64]:
    """Return when each sample of some rows was taken, UTC in ns, int64."""
    first = np.concatenate([[0], np.cumsum(anchors.length)])
    within = np.arange(first[-1]) - np.repeat(first[:-1], anchors.length)
    steps = np.rint(within * np.repeat(NS / anchors.rate_hz, anchors.length)).astype(np.int64)
    return np.asarray(np.repeat(anchors.start_ns, anchors.length) + steps)


def begins_after_a_gap(anchors: Anchors) -> npt.NDArray[np.bool_]:
    """Return which rows begin later than the one before them ends; the first does not."""
    late = np.zeros(len(anchors.start_ns), bool)
    # From the last sample of one row to the first of the next.
    apart_ns = anchors.start_ns[1:] - anchors.start_ns[:-1] - (anchors.length[:-1] - 1) * NS / anchors.rate_hz[:-1]
    late[1:] = apart_ns * anchors.rate_hz[:-1] > _LATE_SAMPLES * NS
    return late


def gather(sensor: Sensor, blocks: Iterable[tuple[Anchors, npt.NDArray[np.float32]]]) -> SensorArrays:
    """Put the minutes of a wearable together."""
    found = list(blocks)
    if not found:
        none = np.empty(0, np.int64)
        return SensorArrays(sensor, none, np.empty((0, 3), np.float32), none.reshape(0, 2))
    anchors = Anchors.joined([each for each, _ in found])
    first = np.concatenate([[0], np.cumsum(anchors.length)])
    cuts = np.concatenate([[0], first[:-1][begins_after_a_gap(anchors)], first[-1:]])
    return SensorArrays(
        sensor, times_of(anchors), np.concatenate([xyz for _, xyz in found]), np.stack([cuts[:-1], cuts[1:]], axis=1)
    )
