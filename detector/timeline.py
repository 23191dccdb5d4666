"""The map from sample index to UTC, and the one-second rows that define it.

Live batches come as the radio brings them (36 samples here, 71 there); a replayed night comes as stored rows. So that
both give the same event times to the bit, time is anchored at row boundaries alone: `Rows` cuts any stream of samples
into rows of about one second, and the time of every sample follows from the start of its row.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator

from firmware_bridge.samples import NS, Samples

MOST_SQUEEZED = 0.1
"""No row is made shorter by more than this part, where it begins late because the one before it ends late."""


class Timeline:
    """Piecewise linear map from sample index to UTC.

    Indices count the samples of one sensor since the timeline was made; gaps do not count.
    Anchors older than ten minutes are forgotten. A movement that lasts longer is dated by the oldest anchor kept, at
    that anchor's rate.
    """

    KEEP = 600

    def __init__(self) -> None:
        self._index: list[int] = []
        self._start_ns: list[int] = []
        self._rate_hz: list[float] = []

    def anchor(self, index: int, start_ns: int, rate_hz: float) -> None:
        """State that sample `index` was taken at `start_ns`, and those after it at `rate_hz`."""
        self._index.append(index)
        self._start_ns.append(start_ns)
        self._rate_hz.append(rate_hz)
        if len(self._index) > 2 * self.KEEP:
            for column in (self._index, self._start_ns, self._rate_hz):
                del column[: self.KEEP]

    def utc_ns(self, index: float) -> int:
        """UTC of a sample, in ns.

        Parameters
        ----------
        index
            Sample index; fractions lie between samples.

        Raises
        ------
        LookupError
            Where no anchor has been set.
        """
        if not self._index:
            raise LookupError("the timeline has no anchor yet")
        i = max(bisect.bisect_right(self._index, index) - 1, 0)
        return self._start_ns[i] + round((index - self._index[i]) * NS / self._rate_hz[i])


class Rows:
    """Cuts a stream of `Samples` at row boundaries.

    Parameters
    ----------
    nominal_hz
        Nominal rate; a row holds ``ceil(nominal_hz)`` samples, fewer before a gap.
    due_ns
        UTC before which no row may begin, in ns: that of the end of what came before; None where nothing came.

    Attributes
    ----------
    due_ns
        That, or the end of the latest row, as far as it has come.
    """

    def __init__(self, nominal_hz: float, due_ns: int | None = None) -> None:
        self.due_ns = due_ns
        self.row_length = max(math.ceil(nominal_hz), 1)
        self._filled = 0
        self._start_ns = 0
        self._rate_hz = nominal_hz

    def cut(self, samples: Samples) -> Iterator[tuple[Samples, bool]]:
        """Yield the samples in pieces that cross no row boundary, each with whether it begins a row.

        The time of every piece follows from the first piece of its row. So a row whose later samples came faster than
        its first may end some ms after the next one would begin: that begins later then, and ends when it should.
        Samples without a `Samples.nominal_hz` are those of an older night, and stay where they were.
        """
        at = 0
        while at < len(samples.xyz):
            begins = self._filled == 0
            if begins:
                self._start_ns = samples.start_ns + round(at * NS / samples.rate_hz)
                self._rate_hz = samples.rate_hz
                if samples.nominal_hz is not None and self.due_ns is not None:
                    self._begin_no_earlier(self.due_ns)
            count = min(self.row_length - self._filled, len(samples.xyz) - at)
            start_ns = self._start_ns + round(self._filled * NS / self._rate_hz)
            piece = Samples(start_ns, self._rate_hz, samples.xyz[at : at + count], samples.sensor, samples.nominal_hz)
            self.due_ns = self._start_ns + round((self._filled + count) * NS / self._rate_hz)
            yield piece, begins
            at += count
            self._filled = (self._filled + count) % self.row_length

    def _begin_no_earlier(self, due_ns: int) -> None:
        """Begin the row that is due at a time at the earliest, and be the quicker for what that makes it late."""
        late_ns = due_ns - self._start_ns
        if late_ns > 0:
            length_ns = self.row_length * NS / self._rate_hz
            self._start_ns = due_ns
            self._rate_hz *= length_ns / (length_ns - min(late_ns, MOST_SQUEEZED * length_ns))

    def close(self) -> None:
        """End the row: a gap follows."""
        self._filled = 0
