"""Samples on an even grid of time, for files that know one rate and one start.

A wearable's clock is not the computer's: its true rate is a little other than the nominal one, and wanders. Such a file
says only that samples are so far apart. So the grid gets the rate that the wearable truly had, a hair above: each
sample goes to the slot nearest to its time on the night's own map, in its order, and none is left out. Where the
wearable has fallen behind by half a slot, its next sample fills two; where samples are missing, slots stay empty. So
no sample is further than one slot from its time, after 8 h as after one minute, and events keep the times they have in
the night.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import FasciwatchError
from detector.night.gathered import times_of
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from detector.night.codec.segment import Anchors

    Integers = npt.NDArray[np.int64]

LONGEST_S = 31 * 86_400
"""From the first sample to the last; what is longer would be a file of nothing but gap."""

MOST_LATE_SLOTS = 1.0
"""A sample lies in the grid no later than this after its time."""

_STEPS = 20
_FASTEST = 1.01
"""The rate is looked for up to so many times the mean one; a change of rate is found otherwise."""
_SAME_RATE = 1.02
_LATE_SAMPLES = 1.5
_ROWS_AT_ONCE = 600


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Where the samples of a wearable lie.

    Parameters
    ----------
    start_ns
        UTC of slot 0, in ns.
    rate_hz
        Slots a second.
    slot_count
        Up to the last sample.
    missing
        First slot without a sample, and the one after the last, of each stretch of them, int64, shape ``(k, 2)``.
    repeated_count
        Slots that hold the sample of the next one once more.
    latest_s
        How much later than its time a sample lies at the most, in s; where the recorder's clock was set back, that is
        more than a slot.
    """

    start_ns: int
    rate_hz: float
    slot_count: int
    missing: Integers
    repeated_count: int
    latest_s: float

    def fill(
        self, blocks: Iterable[tuple[Anchors, npt.NDArray[np.float32]]]
    ) -> Iterator[tuple[Integers, npt.NDArray[np.float32]]]:
        """Yield slots, ascending, and the samples in them, in g, float32, shape ``(n, 3)``."""
        placer = _Placer(self.start_ns, self.rate_hz)
        for anchors, xyz in blocks:
            slots, times_in_a_row = placer.place(anchors)
            if (times_in_a_row == 1).all():
                yield slots, xyz
            else:
                first = np.cumsum(times_in_a_row) - times_in_a_row
                back = np.repeat(times_in_a_row - 1, times_in_a_row) - (
                    np.arange(times_in_a_row.sum()) - np.repeat(first, times_in_a_row)
                )
                yield np.repeat(slots, times_in_a_row) - back, np.repeat(xyz, times_in_a_row, axis=0)


def rate_of(anchors: Anchors, start_ns: int) -> float:
    """Return the slowest rate, in Hz, at which no sample comes later than `MOST_LATE_SLOTS`.

    Where the wearable's rate changed in the night, that is the fastest one.

    Raises
    ------
    FasciwatchError
        Where the samples lie more than `LONGEST_S` apart, as where a clock was set while it recorded.
    """
    if anchors.end_ns.max() - start_ns > LONGEST_S * NS:
        raise FasciwatchError(
            f"its samples lie {(int(anchors.end_ns.max()) - start_ns) / NS / 86_400:.0f} days apart, so its clock was "
            "set meanwhile, and a file of even steps would be all gap: export it to parquet or csv"
        )
    mean_hz = float(anchors.length.sum() / anchors.seconds.sum())
    if anchors.rate_hz.max() > _SAME_RATE * mean_hz:
        return float(anchors.rate_hz.max())
    low, high = mean_hz, mean_hz
    if _latest_slots(anchors, start_ns, mean_hz) <= MOST_LATE_SLOTS:
        return mean_hz
    high = _FASTEST * mean_hz
    if _latest_slots(anchors, start_ns, high) > MOST_LATE_SLOTS:
        return mean_hz  # the clock was set back: no rate could follow it
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _latest_slots(anchors, start_ns, middle) > MOST_LATE_SLOTS:
            low = middle
        else:
            high = middle
    return high


def lay(anchors: Anchors, start_ns: int, rate_hz: float) -> Grid:
    """Lay the samples of some rows on a grid.

    Parameters
    ----------
    anchors
        Of all rows of a wearable.
    start_ns
        UTC of slot 0, in ns; not after the first sample.
    rate_hz
        Slots a second.
    """
    placer = _Placer(start_ns, rate_hz)
    missing: list[tuple[int, int]] = []
    repeated = 0
    latest = 0.0
    end = 0
    for at in range(0, len(anchors.start_ns), _ROWS_AT_ONCE):
        some = slice(at, at + _ROWS_AT_ONCE)
        part = type(anchors)(anchors.start_ns[some], anchors.rate_hz[some], anchors.length[some])
        slots, times_in_a_row = placer.place(part)
        begins = slots - times_in_a_row + 1
        ends = np.concatenate([[end], slots[:-1] + 1])
        holes = np.flatnonzero(begins > ends)
        missing += zip(ends[holes].tolist(), begins[holes].tolist(), strict=True)
        repeated += int((times_in_a_row - 1).sum())
        latest = max(latest, placer.latest_s)
        end = int(slots[-1]) + 1
    return Grid(start_ns, rate_hz, end, np.array(missing, np.int64).reshape(-1, 2), repeated, latest)


def _latest_slots(anchors: Anchors, start_ns: int, rate_hz: float) -> float:
    """How many slots a sample is later than its time at the most, by the first samples of the rows alone."""
    due = (anchors.start_ns - start_ns) * (rate_hz / NS)
    before = np.cumsum(anchors.length) - anchors.length
    slots = before + np.maximum.accumulate(np.maximum(np.rint(due) - before, 0))
    return float((slots - due).max())


class _Placer:
    """Gives samples their slots, rows after rows."""

    def __init__(self, start_ns: int, rate_hz: float) -> None:
        self._start_ns = start_ns
        self._rate_hz = rate_hz
        self._count = 0
        self._inserted = 0
        self._last_slot = -1
        self._last_ns: int | None = None
        self._interval_ns = 0.0
        self.latest_s = 0.0

    def place(self, anchors: Anchors) -> tuple[Integers, Integers]:
        """Return the slot of each sample, and how many slots it fills: that one and those before it."""
        times_ns = times_of(anchors)
        due = (times_ns - self._start_ns) * (self._rate_hz / NS)
        index = self._count + np.arange(len(due))
        wanted = np.rint(due).astype(np.int64) - index
        inserted = np.maximum.accumulate(np.maximum(wanted, self._inserted))
        slots = index + inserted
        self.latest_s = max(self.latest_s, float((slots - due).max()) / self._rate_hz)
        holes = np.diff(slots, prepend=self._last_slot) - 1
        before_ns = self._last_ns if self._last_ns is not None else self._start_ns - NS
        apart_ns = np.diff(times_ns, prepend=before_ns)
        interval_ns = np.repeat(NS / anchors.rate_hz, anchors.length)
        before_it_ns = np.concatenate([[self._interval_ns or interval_ns[0]], interval_ns[:-1]])
        self._interval_ns = float(interval_ns[-1])
        is_repeated = (holes > 0) & (apart_ns <= _LATE_SAMPLES * before_it_ns)
        self._count += len(due)
        self._inserted = int(inserted[-1])
        self._last_slot = int(slots[-1])
        self._last_ns = int(times_ns[-1])
        return slots, np.where(is_repeated, holes + 1, 1)
