"""The offset between two clocks, from messages that may come late but never early.

Each message carries the sender's time and meets the receiver's clock on arrival: the difference is the clocks' offset
plus a delay that is never less than a constant. So only the quickest messages tell of the offset, and a line through
the minimum of each stretch of time follows offset and drift at once. The idea is that of Moon, Skelly and Towsley,
"Estimation and removal of clock skew from network delay measurements" (INFOCOM 1999); here it runs on the newest
minima alone, since the drift itself drifts with temperature.
"""

from __future__ import annotations

from collections import deque

import numpy as np

FIRST_BUCKET_S = 10.0
BUCKET_S = 60.0
"""Length of a stretch that yields one minimum: short ones until the window is full once, then a minute each."""

CRYSTAL_TOLERANCE = 1e-4
"""How far off a crystal's rate may be."""

WINDOW = 20
"""Minima the line runs through: a drift that wanders by 20 ppm in hours bends 30 of them by a millisecond."""

STEEPEST = 0.06
"""Largest drift believed. Crystals stay within 0.0002; a stream timed by counting samples may be off by 5 %."""

SOONER_S = 0.05
"""A message that is quicker than the line by more than this shows that all before it were held up: the line begins
anew with it. A fit through both kinds would be steep, and far too early by the next message."""

_OUT_OF_BOUNDS = 10.0  # times the uncertainty: a slope beyond is none of a clock, but of a delay that has changed
_FEW = 6  # fewer minima than this: follow each quicker message at once
_SCATTER_S = 0.002  # of a minimum: with the drift expected it holds the first short lines level


class MinimumDelayLine:
    """The line below all but the quickest messages; all times in seconds.

    Parameters
    ----------
    slope
        Drift expected, as seconds of offset per second of sender's time: that of an earlier line, or 0.
    uncertainty
        How far off that may be: 100 ppm for crystals, some percent for a stream that is timed by counting samples.
    """

    def __init__(self, slope: float = 0.0, uncertainty: float = CRYSTAL_TOLERANCE) -> None:
        self._uncertainty = uncertainty
        self._slope_weight_s2 = (_SCATTER_S / uncertainty) ** 2
        self._expected_slope = slope
        self._slope = slope
        self._at_s = 0.0
        self._offset_s = 0.0
        self._minima: deque[tuple[float, float]] = deque(maxlen=WINDOW)
        self._bucket_end_s: float | None = None
        self._bucket_s = FIRST_BUCKET_S
        self._quickest = (0.0, 0.0)
        self._quickest_excess_s = 0.0

    @property
    def slope(self) -> float:
        """Drift of the receiver's clock against the sender's, in seconds per second."""
        return self._slope

    @property
    def settled(self) -> bool:
        """Whether the line is better than its first guess."""
        return len(self._minima) >= _FEW

    def offset_s(self, sent_s: float) -> float:
        """Offset at a sender's time: receiver's time of a message of minimum delay, less the sender's."""
        return self._offset_s + self._slope * (sent_s - self._at_s)

    def add(self, sent_s: float, offset_s: float) -> None:
        """Take a message: when it was sent, and arrival less that. Messages come in the order sent."""
        if self._bucket_end_s is None:
            self._bucket_end_s = sent_s + self._bucket_s
            self._pass_through(sent_s, offset_s)
            self._quickest = (sent_s, offset_s)
            return
        excess_s = offset_s - self.offset_s(sent_s)
        if excess_s < -SOONER_S:
            self._begin_anew(sent_s, offset_s)
            return
        if sent_s >= self._bucket_end_s:
            self._minima.append(self._quickest)
            if len(self._minima) == WINDOW:
                self._bucket_s = BUCKET_S
            self._bucket_end_s = sent_s + self._bucket_s
            self._fit()
            excess_s = offset_s - self.offset_s(sent_s)
            self._quickest, self._quickest_excess_s = (sent_s, offset_s), excess_s
        elif excess_s < self._quickest_excess_s:
            self._quickest, self._quickest_excess_s = (sent_s, offset_s), excess_s
        if excess_s < 0 and not self.settled:
            self._pass_through(sent_s, offset_s)
            self._quickest_excess_s -= excess_s

    def _begin_anew(self, sent_s: float, offset_s: float) -> None:
        """Forget the minima that were; of the slope they had, keep what can be one of a clock."""
        self._minima.clear()
        if abs(self._slope - self._expected_slope) > _OUT_OF_BOUNDS * self._uncertainty:
            self._slope = self._expected_slope
        self._bucket_s = FIRST_BUCKET_S
        self._bucket_end_s = sent_s + self._bucket_s
        self._pass_through(sent_s, offset_s)
        self._quickest, self._quickest_excess_s = (sent_s, offset_s), 0.0

    def _pass_through(self, sent_s: float, offset_s: float) -> None:
        """Shift the line, its slope unchanged, so that it holds a point."""
        self._at_s, self._offset_s = sent_s, offset_s

    def _fit(self) -> None:
        """Fit the line to the minima, then once more to the lower half: a whole stretch may have been late."""
        sent, offset = np.array(self._minima).T
        self._regress(sent, offset)
        excess = offset - self._offset_s - self._slope * (sent - self._at_s)
        lower = excess <= np.median(excess)
        self._regress(sent[lower], offset[lower])

    def _regress(self, sent: np.ndarray, offset: np.ndarray) -> None:
        """Least squares with the slope held towards the expected one, as much as few or close points require."""
        self._at_s = float(sent.mean())
        spread = sent - self._at_s
        offset_here = float(offset.mean())
        beyond = offset - offset_here - self._expected_slope * spread
        slope = self._expected_slope + float(spread @ beyond) / (float(spread @ spread) + self._slope_weight_s2)
        self._slope = min(max(slope, -STEEPEST), STEEPEST)
        self._offset_s = offset_here
