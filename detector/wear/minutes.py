"""The signs of life of each minute of UTC, as the samples come."""

from __future__ import annotations

import numpy as np

from detector.minutes import MINUTE_NS, Minute
from detector.wear.signs import look
from detector.wear.steady import Steady
from firmware_bridge.samples import Samples


class Minutes:
    """Cuts one wearable's samples into minutes and looks for signs of life in each.

    Of a minute with gaps in it the longest stretch counts; where none is long enough, the minute is left out.
    """

    def __init__(self) -> None:
        self._start_ns: int | None = None
        self._stretch: list[Samples] = []
        self._longest: list[Samples] = []
        self._steady = Steady()

    def add(self, piece: Samples) -> list[Minute]:
        """Take the next samples, of about a second at most; gives the minute that has ended, if one has."""
        start_ns = piece.start_ns // MINUTE_NS * MINUTE_NS
        ended = self.finish() if start_ns != self._start_ns else []
        self._start_ns = start_ns
        self._stretch.append(piece)
        return ended

    def gap(self) -> None:
        """State that samples are missing here."""
        if _count(self._stretch) > _count(self._longest):
            self._longest = self._stretch
        self._stretch = []

    def drop(self) -> None:
        """Forget the minute that has begun and those before, as a recorder that was killed has."""
        self._stretch, self._longest = [], []
        self._steady.forget()

    def restart(self) -> list[Minute]:
        """End the minute, and forget those before: the recorder begins anew here."""
        ended = self.finish()
        self._steady.forget()
        return ended

    def finish(self) -> list[Minute]:
        """End the minute; gives it, if there is enough of it."""
        self.gap()
        stretch, self._longest = self._longest, []
        if self._start_ns is None or not stretch:
            return []
        seen = look(np.concatenate([piece.xyz for piece in stretch]), stretch[0].rate_hz)
        return [] if seen is None else [Minute(self._start_ns, self._steady.sign(seen))]


def _count(stretch: list[Samples]) -> int:
    return sum(len(piece.xyz) for piece in stretch)
