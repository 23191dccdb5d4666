"""Snippets: the short stretch of samples around each event, all of a night's at once, small enough to send at once.

A snippet begins `BEFORE_S` before the onset and spans 1.5 s, or a longer event and a little beyond. Its samples are as
they were recorded, less the median of each axis; only where there would be more than `MOST_POINTS`, neighbours are
averaged. They go as int16 with one scale an event.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
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
_MOST_AT_ONCE = 125
"""Events that a thread cuts at once: what it holds meanwhile is 2 MB at 200 Hz."""
_PACKED_AT_ONCE = 100_000
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
    def room_for(cls, count: npt.NDArray[np.uint16]) -> Snippets:
        """Make room for events of so many points each, all `MISSING` yet."""
        values = np.full(_AXES * int(count.sum(dtype=np.int64)), MISSING, np.int16)
        return cls(values, count, np.ones(len(count), np.float32), np.ones(len(count), np.float32))

    @classmethod
    def joined(cls, parts: Sequence[Snippets]) -> Snippets:
        """Join those of several nights."""
        if len(parts) == 1:
            return parts[0]
        names = ("values", "count", "scale_mg", "step_s")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """Snippets as they are kept between two answers: in a third of the memory.

    Parameters
    ----------
    values
        Deflated, in pieces of so many: the whole at once would take twice the memory meanwhile.
    others
        The snippets without their values.
    """

    values: tuple[bytes, ...]
    others: Snippets

    @classmethod
    def of(cls, snippets: Snippets) -> Packed:
        """Pack snippets."""
        pieces = range(0, len(snippets.values), _PACKED_AT_ONCE)
        values = tuple(zlib.compress(snippets.values[at : at + _PACKED_AT_ONCE].data, 1) for at in pieces)
        return cls(values, replace(snippets, values=np.empty(0, np.int16)))

    @property
    def nbytes(self) -> int:
        """How many bytes the values take."""
        return sum(map(len, self.values))

    def unpacked(self) -> Snippets:
        """Return the snippets as they were."""
        values = np.empty(_AXES * int(self.others.count.sum(dtype=np.int64)), np.int16)
        at = 0
        for piece in self.values:
            some = np.frombuffer(zlib.decompress(piece), np.int16)
            values[at : at + len(some)] = some
            at += len(some)
        return replace(self.others, values=values)


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
    with Night(path) as night:
        rates_hz = {sensor.name: sensor.nominal_hz for sensor in night.sensors}
    resolutions = [_resolution(event.duration_s, rates_hz[event.sensor]) for _, event in placed]
    snippets = Snippets.room_for(np.array([count for count, _ in resolutions], np.uint16))
    first = snippets.first
    many = len(placed)
    size = max(1, min(_MOST_AT_ONCE, math.ceil(many / _HANDS)))
    # What takes time is inflating, which needs no lock of Python's.
    with ThreadPoolExecutor(_HANDS) as hands:
        done = [
            hands.submit(_cut, path, placed, resolutions, range(begin, min(begin + size, many)), snippets, first)
            for begin in range(0, many, size)
        ]
        for each in done:
            each.result()
    return snippets


def _cut(
    path: Path,
    placed: Sequence[tuple[int, Event]],
    resolutions: Sequence[tuple[int, int]],
    indices: range,
    into: Snippets,
    first: npt.NDArray[np.int64],
) -> None:
    """Cut the snippets of some events, and put each at its place among all: another copy would take as much memory."""
    with Night(path) as night:
        for sensor in night.sensors:
            groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
            for index in indices:
                if placed[index][1].sensor == sensor.name:
                    groups[resolutions[index]].append(index)
            wanted = [
                _Group(np.array([placed[index][0] for index in mine], np.int64), *resolution, sensor.nominal_hz)
                for resolution, mine in groups.items()
            ]
            windows = np.concatenate([group.windows for group in wanted]) if wanted else np.empty((0, 2), np.int64)
            for anchors, xyz in night.minutes_of_samples(sensor.name, windows):
                firsts = np.concatenate([[0], np.cumsum(anchors.length)[:-1]])
                for group in wanted:
                    group.take(anchors.start_ns, anchors.rate_hz, anchors.length, firsts, xyz)
            for group, mine in zip(wanted, groups.values(), strict=True):
                group.put(np.array(mine), into, first)


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

    def put(self, indices: npt.NDArray[np.int64], into: Snippets, first: npt.NDArray[np.int64]) -> None:
        """Put the values, the scale and the step of each event at its place among those of all."""
        xyz = self._xyz.reshape(-1, self._count, self._each, _AXES)
        mg = 1000 * (xyz[:, :, 0] if self._each == 1 else xyz.mean(axis=2))
        mg[~np.isfinite(mg)] = np.nan
        missing = np.isnan(mg)
        some = np.sort(mg[:, :: max(1, self._count // _ENOUGH)], axis=1)  # NaN at the end
        middle = np.isfinite(some).sum(axis=1, keepdims=True) // 2
        mg -= np.nan_to_num(np.take_along_axis(some, np.minimum(middle, some.shape[1] - 1), axis=1))
        mg[missing] = 0
        scale = np.maximum(np.abs(mg).max(axis=(1, 2)) / _LARGEST, _FINEST_MG)
        mg /= scale[:, None, None]
        values = np.rint(mg, out=mg).astype(np.int16)
        values[missing] = MISSING
        flat = values.transpose(0, 2, 1).reshape(len(values), -1)
        for begin, one in zip(first[indices].tolist(), flat, strict=True):
            into.values[begin : begin + len(one)] = one
        into.scale_mg[indices] = scale
        into.step_s[indices] = self._each / self._rate_hz
