"""A recording as a wearable lives through it: samples and silences along its own time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from firmware_bridge.samples import NS, Gap, Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    Steps = npt.NDArray[np.int32]


_INT16 = np.iinfo(np.int16)


def quantise(xyz_g: npt.NDArray[np.float32], step_mg: float) -> npt.NDArray[np.int32]:
    """Acceleration as the wearable's converter gives it.

    Parameters
    ----------
    xyz_g
        Acceleration in g, shape ``(n, 3)``; what is not finite counts as 0.
    step_mg
        Size of one step, in mg.

    Returns
    -------
    numpy.ndarray
        Steps within 16 bit, int32, shape ``(n, 3)``. Input in whole steps comes out exact.
    """
    steps = np.rint(np.nan_to_num(xyz_g.astype(np.float64) * 1e3, nan=0.0, posinf=0.0, neginf=0.0) / step_mg)
    return steps.clip(_INT16.min, _INT16.max).astype(np.int32)


@dataclass(slots=True)
class _Piece:
    """Samples not yet taken: when the first is due, how far they lie apart, and whether a silence comes before them."""

    start_s: float
    period_s: float
    values: Steps
    after_gap: bool


class Playback:
    """A cursor over a source of samples.

    `Samples` follow each other without a break, each block at its own rate; a `Gap` lasts from its start to its end.
    The source is read as far as needed and no further.

    Parameters
    ----------
    source
        What to play.
    convert
        Makes the wearable's steps of acceleration in g.
    """

    def __init__(
        self, source: Iterable[Samples | Gap], convert: Callable[[npt.NDArray[np.float32]], npt.NDArray[np.int32]]
    ) -> None:
        self._source = iter(source)
        self._convert = convert
        self._pieces: deque[_Piece] = deque()
        self._end_s = 0.0
        self._gap_pending = False

    def head_end_s(self) -> float | None:
        """Time at which the next piece of the source is over, in s; None at the end."""
        if not self._pieces and not self._pull():
            return None
        head = self._pieces[0]
        return head.start_s + len(head.values) * head.period_s

    def peek(self, most: int) -> Steps | None:
        """Next samples, at most `most`, up to the next gap, shape ``(n, 3)`` with n at least 1; None at the end."""
        if not self._pieces and not self._pull():
            return None
        head = self._pieces[0].values
        if len(head) >= most:
            return head[:most]
        parts, count, at = [head], len(head), 1
        while count < most and (at < len(self._pieces) or self._pull()):
            piece = self._pieces[at]
            if piece.after_gap:
                break
            parts.append(piece.values)
            count += len(piece.values)
            at += 1
        return np.concatenate(parts)[:most]

    def due_s(self, count: int) -> float:
        """Time of the last of the next `count` samples (at least 1) that `peek` has shown, in s."""
        for piece in self._pieces:
            if count <= len(piece.values):
                return piece.start_s + (count - 1) * piece.period_s
            count -= len(piece.values)
        raise ValueError("more samples than have been shown have no time yet")

    def take(self, count: int) -> None:
        """Go past `count` samples that `peek` has shown."""
        while count > 0:
            head_count = min(count, len(self._pieces[0].values))
            self._drop(head_count)
            count -= head_count

    def seek(self, time_s: float) -> None:
        """Go past all samples before a time, in s. It never goes back."""
        while self._pieces or self._pull():
            head = self._pieces[0]
            # A sample due this very moment still counts; a nanosecond absorbs the rounding of times.
            missed = int(np.ceil((time_s - head.start_s - 1e-9) / head.period_s))
            if missed < len(head.values):
                if missed > 0:
                    self._drop(missed)
                return
            self._drop(len(head.values))

    def _drop(self, count: int) -> None:
        head = self._pieces[0]
        if count == len(head.values):
            self._pieces.popleft()
            return
        head.values = head.values[count:]
        head.start_s += count * head.period_s

    def _pull(self) -> bool:
        """Read the source up to its next samples; False at the end."""
        for item in self._source:
            if isinstance(item, Gap):
                length_s = (item.end_ns - item.start_ns) / NS
                self._end_s += length_s
                self._gap_pending = self._gap_pending or length_s > 0
                continue
            if not len(item.xyz):
                continue
            period_s = 1.0 / item.rate_hz
            self._pieces.append(_Piece(self._end_s, period_s, self._convert(item.xyz), self._gap_pending))
            self._end_s += len(item.xyz) * period_s
            self._gap_pending = False
            return True
        return False
