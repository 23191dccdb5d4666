"""The stamps of a text, kept, and what was seen of their steps as they came: it tells what need not be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.recordings.text.source import kernel
from detector.recordings.timing.kept import Kept, parts
from detector.recordings.timing.utc import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.recordings.timing.utc import Ns


class Stepped(Kept):
    """Stamps in ns, in the order of the file, and what their steps are like.

    Attributes
    ----------
    missing
        Whether any is `MISSING`.
    turns
        Rows whose stamp is another than that before.
    back
        Rows whose stamp is before the last one's.
    behind
        How far one is at most behind the latest before it, in ns.
    least_step, most_step
        Of two that follow one another, in ns. These four say nothing where any is missing.
    """

    missing = False
    turns = back = behind = 0
    least_step, most_step = int(np.iinfo(np.int64).max), int(np.iinfo(np.int64).min)
    _last = _latest = 0

    def add(self, stamps: Ns) -> None:
        """Take in the next stamps."""
        if not len(stamps):
            return
        begins = not len(self)
        if begins:
            self._last = self._latest = int(stamps[0])
        missing, (still, back), (least, most, self._latest, behind) = kernel.survey_steps(
            stamps[1 if begins else 0 :], self._last, self._latest, MISSING
        )
        self.missing = bool(self.missing or missing or stamps[0] == MISSING)
        self.turns += len(stamps) - still - begins
        self.back += back
        self.least_step, self.most_step = min(self.least_step, least), max(self.most_step, most)
        self.behind = max(self.behind, behind)
        self._last = int(stamps[-1])
        super().add(stamps)

    def turned(self, turn: Callable[[Ns], Ns]) -> Stepped:
        """Return the same rows with other stamps, which are made of some at a time."""
        found = Stepped()
        for some in parts(self):
            found.add(turn(some))
        return found
