"""How large what somebody has marked is, measured from the samples: marks bring no size of their own as a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.night.gathered import times_of
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.night import Night
    from detector.scoring.marks import Mark

_BEFORE_NS = NS // 10
_AFTER_NS = NS // 4
_LONGEST_NS = 2 * NS
_LEAST_SAMPLES = 6


def measured_mg(night: Night, sensor: str, marks: Sequence[Mark]) -> npt.NDArray[np.float64]:
    """Measure each mark peak to peak along its main axis, in mg; NaN where its samples are missing.

    A straight line is taken away from each axis first, so a slow turn of the limb does not count. Noise does: of what
    is smaller than it, this tells the noise.

    Parameters
    ----------
    night, sensor
        Where.
    marks
        In the order of time, on the clock of the night.
    """
    found = np.full(len(marks), np.nan)
    if not marks:
        return found
    onset = np.array([mark.onset_ns for mark in marks], np.int64)
    lasts = np.clip(np.array([mark.end_ns for mark in marks], np.int64) - onset, _AFTER_NS, _LONGEST_NS)
    windows = np.stack([onset - _BEFORE_NS, onset + lasts + _BEFORE_NS], axis=1)
    before: tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]] | None = None
    for anchors, xyz in night.minutes_of_samples(sensor, windows):
        times = times_of(anchors)
        if before is not None and times[0] >= before[0][-1]:
            # The end of the minute before: a mark may lie across both.
            times, xyz = np.concatenate([before[0], times]), np.concatenate([before[1], xyz])  # noqa: PLW2901
        tail = int(np.searchsorted(times, times[-1] - _LONGEST_NS - 2 * _BEFORE_NS))
        before = times[tail:], xyz[tail:]
        touched = np.flatnonzero((windows[:, 0] >= times[0]) & (windows[:, 1] <= times[-1]) & np.isnan(found))
        edges = np.searchsorted(times, windows[touched])
        for which, (first, last) in zip(touched.tolist(), edges.tolist(), strict=True):
            if last - first >= _LEAST_SAMPLES:
                found[which] = _p2p_mg(xyz[first:last])
    return found


def _p2p_mg(xyz: npt.NDArray[np.float32]) -> float:
    values = xyz.astype(np.float64) * 1e3
    if not np.isfinite(values).all():
        return float("nan")
    line = np.linspace(-1, 1, len(values))
    values -= values.mean(axis=0)
    values -= line[:, None] * (line @ values) / (line @ line)
    _, axes = np.linalg.eigh(values.T @ values)
    along = values @ axes[:, -1]
    return float(along.max() - along.min())
