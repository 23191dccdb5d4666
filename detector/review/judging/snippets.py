"""Snippets: the short stretch of samples around each event, all of a night's at once, small enough to send at once.

A snippet begins `BEFORE_S` before the onset and spans 1.5 s, or a longer event and a little beyond. Its samples are as
they were recorded, less the median of each axis; only where there would be more than `MOST_POINTS`, neighbours are
averaged. They go as int16 with one scale an event.
"""

from __future__ import annotations

import math
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.night import Night
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.events import Event

BEFORE_S = 0.4
LEAST_SPAN_S = 1.5
MOST_SPAN_S = 20.0
MOST_POINTS = 300
MISSING = -(2**15)
"""Stands for a sample that is not there."""
_BEYOND_S = 0.4
_LARGEST = 32_000
_FINEST_MG = 0.001
_AXES = 3
_HANDS = 2
"""Threads that cut."""
_MOST_AT_ONCE = 500
"""Events whose samples are held as they were recorded: 5 MB."""
_ENOUGH = 50
"""Points that a median is taken of: it only says where the middle of the picture is."""


@dataclass(frozen=True, slots=True, eq=False)
class Snippets:
    """The snippets of some events.

    Parameters
    ----------
    values
        In steps of the event's scale, int16: of each event all of x, of y, of z. `MISSING` where nothing was recorded.
    count
        Points an axis of each event, uint16.
    scale_mg
        What a step is, in mg, float32.
    step_s
        Seconds between two points, float32.
    """

    values: npt.NDArray[np.int16]
    count: npt.NDArray[np.uint16]
    scale_mg: npt.NDArray[np.float32]
    step_s: npt.NDArray[np.float32]

    @property
    def first(self) -> npt.NDArray[np.int64]:
        """Where in `values` each event begins, int64."""
        return np.concatenate([[0], np.cumsum(_AXES * self.count.astype(np.int64))[:-1]])

    @classmethod
    def joined(cls, parts: Sequence[Snippets]) -> Snippets:
        """Join those of several nights."""
        if len(parts) == 1:
            return parts[0]
        names = ("values", "count", "scale_mg", "step_s")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def cut(path: Path, placed: Sequence[tuple[int, Event]]) -> Snippets:
    """Cut the snippets of events out of their night.

    Parameters
    ----------
    path
        The night that they lie in.
    placed
        Onset (UTC in ns) and event, in the order of time.

    Raises
    ------
    NightError
        Where the night cannot be read.
    """
    many = len(placed)
    size = max(1, min(_MOST_AT_ONCE, math.ceil(many / _HANDS)))
    batches = [placed[begin : begin + size] for begin in range(0, many, size)]
    # What takes time is inflating, which needs no lock of Python's.
    with ThreadPoolExecutor(_HANDS) as hands:
        parts = list(hands.map(lambda batch: _cut(path, batch), batches))
    return Snippets.joined(parts) if parts else _cut(path, [])


def _cut(path: Path, placed: Sequence[tuple[int, Event]]) -> Snippets:
    pieces: list[tuple[npt.NDArray[np.int16], float, float]] = [(np.empty(0, np.int16), 1.0, 1.0)] * len(placed)
    with Night(path) as night:
        for sensor in night.sensors:
            groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
            for index, (_, event) in enumerate(placed):
                if event.sensor == sensor.name:
                    groups[_resolution(event.duration_s, sensor.nominal_hz)].append(index)
            wanted = [
                _Group(np.array([placed[index][0] for index in indices], np.int64), *resolution, sensor.nominal_hz)
                for resolution, indices in groups.items()
            ]
            windows = np.concatenate([group.windows for group in wanted]) if wanted else np.empty((0, 2), np.int64)
            for anchors, xyz in night.minutes_of_samples(sensor.name, windows):
                firsts = np.concatenate([[0], np.cumsum(anchors.length)[:-1]])
                for group in wanted:
                    group.take(anchors.start_ns, anchors.rate_hz, anchors.length, firsts, xyz)
            for group, indices in zip(wanted, groups.values(), strict=True):
                for index, piece in zip(indices, group.pieces(), strict=True):
                    pieces[index] = piece
    return Snippets(
        np.concatenate([values for values, _, _ in pieces]) if pieces else np.empty(0, np.int16),
        np.array([len(values) // _AXES for values, _, _ in pieces], np.uint16),
        np.array([scale for _, scale, _ in pieces], np.float32),
        np.array([step for _, _, step in pieces], np.float32),
    )


def _resolution(duration_s: float, rate_hz: float) -> tuple[int, int]:
    """Return how many points a snippet has, and of how many samples each is the mean."""
    span_s = min(max(LEAST_SPAN_S, BEFORE_S + duration_s + _BEYOND_S), MOST_SPAN_S)
    if span_s > LEAST_SPAN_S:
        span_s = math.ceil(span_s)  # few different lengths: those of one are cut together
    samples = math.ceil(span_s * rate_hz)
    each = math.ceil(samples / MOST_POINTS)
    return math.ceil(samples / each), each


class _Group:
    """Events of one wearable whose snippets have the same number of points."""

    def __init__(self, onset_ns: npt.NDArray[np.int64], count: int, each: int, rate_hz: float) -> None:
        self._count, self._each, self._rate_hz = count, each, rate_hz
        self._begin_ns = onset_ns - round(BEFORE_S * NS)
        self._grid_ns = np.rint(np.arange(count * each) * (NS / rate_hz)).astype(np.int64)
        self._xyz = np.full((len(onset_ns), count * each, _AXES), np.nan, np.float32)

    @property
    def windows(self) -> npt.NDArray[np.int64]:
        """Start and end of each snippet, UTC in ns, shape ``(events, 2)``."""
        return np.stack([self._begin_ns, self._begin_ns + self._grid_ns[-1] + 1], axis=1)

    def take(
        self,
        start_ns: npt.NDArray[np.int64],
        rate_hz: npt.NDArray[np.float64],
        length: npt.NDArray[np.int64],
        firsts: npt.NDArray[np.int64],
        xyz: npt.NDArray[np.float32],
    ) -> None:
        """Take what lies in a block of rows."""
        end_ns = int(start_ns[-1]) + round(float(length[-1]) * NS / float(rate_hz[-1]))
        low = np.searchsorted(self._begin_ns, start_ns[0] - self._grid_ns[-1])
        high = np.searchsorted(self._begin_ns, end_ns)
        if low >= high:
            return
        times = self._begin_ns[low:high, None] + self._grid_ns
        row = np.searchsorted(start_ns, times, "right") - 1
        after = np.rint((times - start_ns[row]) * (rate_hz[row] / NS)).astype(np.int64)
        # Half a sample after a row's last one, the nearest is that one: the next row may be no neighbour.
        there = (row >= 0) & (after <= length[row])
        place = firsts[row] + np.minimum(after, length[row] - 1)
        self._xyz[low:high][there] = xyz[place[there]]

    def pieces(self) -> list[tuple[npt.NDArray[np.int16], float, float]]:
        """Return of each event its values, its scale in mg and its step in s."""
        xyz = self._xyz.reshape(-1, self._count, self._each, _AXES)
        mg = 1000 * (xyz[:, :, 0] if self._each == 1 else xyz.mean(axis=2))
        mg[~np.isfinite(mg)] = np.nan
        missing = np.isnan(mg)
        some = np.sort(mg[:, :: max(1, self._count // _ENOUGH)], axis=1)  # NaN at the end
        middle = np.isfinite(some).sum(axis=1, keepdims=True) // 2
        mg -= np.nan_to_num(np.take_along_axis(some, np.minimum(middle, some.shape[1] - 1), axis=1))
        mg[missing] = 0
        scale = np.maximum(np.abs(mg).max(axis=(1, 2)) / _LARGEST, _FINEST_MG)
        values = np.rint(mg / scale[:, None, None]).astype(np.int16)
        values[missing] = MISSING
        step_s = self._each / self._rate_hz
        flat = np.ascontiguousarray(values.transpose(0, 2, 1)).reshape(len(values), -1)
        return [(each, float(of), step_s) for each, of in zip(flat, scale, strict=True)]
