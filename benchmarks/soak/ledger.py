"""The book of a stream: which of the samples that a virtual wearable measured came, and where the others went.

The samples are numbered in their own values, so that a lost, repeated or misplaced one is told from every other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from firmware_bridge.samples import NS, Gap, Samples

_DIGITS = 7001
_HALF = _DIGITS // 2  # ±3500 mg, within the range of ±4 g that the link asks for
_BLOCK_S = 60.0


def numbered(seconds: float, rate_hz: float, first: int = 0) -> Iterator[Samples]:
    """Make samples that hold their own numbers, a block at a time: x and y are digits in mg, z is gravity.

    Parameters
    ----------
    seconds
        Up to when, counted from where sample 0 is, even if that is not among them.
    rate_hz
        Of the samples, in Hz.
    first
        Number of the first one.
    """
    count, block = round(seconds * rate_hz), round(_BLOCK_S * rate_hz)
    for begin in range(first, count, block):
        number = np.arange(begin, min(begin + block, count))
        mg = np.column_stack((number % _DIGITS - _HALF, number // _DIGITS - _HALF, np.full(len(number), 1000)))
        yield Samples(round(begin * NS / rate_hz), rate_hz, (mg * 1e-3).astype(np.float32), "source")


def numbers(xyz: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Read the numbers of samples, whatever a wearable's step of up to 0.9 mg has made of them."""
    digits = np.rint(xyz[:, :2].astype(np.float64) * 1e3).astype(np.int64) + _HALF
    result: npt.NDArray[np.int64] = digits[:, 0] + _DIGITS * digits[:, 1]
    return result


class Ledger:
    """The book of one wearable's samples.

    Parameters
    ----------
    rate_hz
        True rate of the samples, in Hz.
    tolerance_s
        How far a gap may lie from the samples that are missing. A map of time that has just begun knows no better
        than the latency of one frame.
    seam_s
        How far a piece may begin from the end of the one before. From a link: not at all. In a night each row of a
        second has a place of its own on the map of time, and gaps of different causes may follow each other.

    off_s
        How far samples may lie from when they were measured, in s.
    blurred
        Stretches of time, in s from sample 0, in which the wearable's clock or the radio keeps anybody from knowing the
        place of a sample, or of a gap, by better than some seconds.

    Attributes
    ----------
    delivered, missing
        Numbers of samples that came, and that did not.
    faults
        What must not be: samples that came twice or in the wrong order, that are missing outside of every gap, times
        that overlap or leave a hole; a line each.
    gaps
        How often each cause was recorded.
    worst_s
        Largest distance of a stretch of samples from the time at which its first was measured, in s.
    """

    def __init__(
        self,
        rate_hz: float,
        tolerance_s: float = 0.1,
        seam_s: float = 0.0,
        off_s: float = np.inf,
        blurred: Iterable[tuple[float, float]] = (),
    ) -> None:
        self.rate_hz = rate_hz
        self.blurred = list(blurred)
        self.tolerance_s = tolerance_s
        self.seam_s = seam_s
        self.off_s = off_s
        self.delivered = 0
        self.missing = 0
        self.faults: list[str] = []
        self.gaps: Counter[str] = Counter()
        self.worst_s = 0.0
        self._next: int | None = None  # number of the sample that is due
        self._end_ns: int | None = None
        self._gap: Gap | None = None

    @property
    def due(self) -> int:
        """Number of the sample that comes next where none is missing."""
        return self._next or 0

    def take(self, piece: Samples | Gap, began_ns: int) -> None:
        """Book what the link gave.

        Parameters
        ----------
        piece
            Samples or a gap, in the order in which they came.
        began_ns
            UTC at which sample 0 was measured, in ns.
        """
        at_s = (piece.start_ns - began_ns) / NS
        apart = self._end_ns is not None and abs(piece.start_ns - self._end_ns) > self.seam_s * NS
        if apart and self._end_ns is not None and not self._is_blurred(round(at_s * self.rate_hz)):
            self.faults.append(f"{(piece.start_ns - self._end_ns) / NS:+.3f} s between two pieces")
        self._end_ns = piece.end_ns
        if isinstance(piece, Gap):
            self._take_gap(piece)
        else:
            self._take_samples(piece, began_ns)

    def _take_gap(self, gap: Gap) -> None:
        if gap.end_ns <= gap.start_ns or not gap.cause or (self._gap is not None and not self.seam_s):
            self.faults.append(f"a gap that is none: {gap}")
        self.gaps[gap.cause] += 1
        self._gap = gap if self._gap is None else replace(gap, start_ns=self._gap.start_ns)

    def _take_samples(self, piece: Samples, began_ns: int) -> None:
        got = numbers(piece.xyz)
        first, due = int(got[0]), self._next
        steps = np.diff(got)
        if np.any(steps < 1) or (np.any(steps > 1) and not self._is_blurred(first)):
            self.faults.append(f"samples out of order within a frame, from {first}")
        self.missing += int(np.maximum(steps - 1, 0).sum())  # where samples are counted, a loss shows later if at all
        if not self._is_blurred(first):
            off_s = abs(piece.start_ns - self._measured_ns(first, began_ns)) / NS
            self.worst_s = max(self.worst_s, off_s)
            if off_s > self.off_s:
                self.faults.append(f"sample {first} lies {off_s:.3f} s from where it was measured")
        if due is not None and first < due:
            self.faults.append(f"sample {first} came again; {due} was due")
        elif due is not None and first > due:
            self._miss(due, first, began_ns)
        self.delivered += len(got)
        self._next = int(got[-1]) + 1
        self._gap = None

    def _miss(self, due: int, first: int, began_ns: int) -> None:
        """Book missing samples: the first and the last of them must have been measured within the gap."""
        self.missing += first - due
        slack_ns = self.tolerance_s * NS
        gap = self._gap
        if self._is_blurred(due) or self._is_blurred(first):
            return  # a gap tells of them, before or after
        if (
            gap is None
            or self._measured_ns(due, began_ns) < gap.start_ns - slack_ns
            or self._measured_ns(first - 1, began_ns) > gap.end_ns + slack_ns
        ):
            self.faults.append(f"samples {due} to {first - 1} are missing, and the gap is {gap}")

    def _is_blurred(self, number: int) -> bool:
        at_s = number / self.rate_hz
        return any(start_s <= at_s <= end_s for start_s, end_s in self.blurred)

    def _measured_ns(self, number: int, began_ns: int) -> float:
        return began_ns + number * NS / self.rate_hz

    def close(self, now_ns: int, began_ns: int, open_gap: Gap | None, in_the_making_s: float) -> None:
        """Close the book.

        Parameters
        ----------
        now_ns
            UTC at which the recording ends, in ns.
        began_ns
            As of `take`.
        open_gap
            The gap that is open at the end.
        in_the_making_s
            What may be under way when there is none: a frame is sent when it is full.
        """
        measured = round((now_ns - began_ns) / NS * self.rate_hz)
        if open_gap is not None:
            self.take(open_gap, began_ns)
            if 0 < now_ns - open_gap.end_ns <= in_the_making_s * NS:
                measured = round((open_gap.end_ns - began_ns) / NS * self.rate_hz)
            self._miss(self.due, max(measured, self.due), began_ns)
        elif measured - self.due > in_the_making_s * self.rate_hz:
            self.faults.append(f"samples from {self.due} to the end, {measured}, are missing without a gap")
