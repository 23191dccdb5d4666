"""A rate that is measured in blocks of some seconds, so that single late arrivals and single losses do not spoil it."""

from __future__ import annotations

from collections import deque
from statistics import median, quantiles

BLOCK_S = 3.0
"""Length of a block, in seconds: arrivals, late by some ten ms now and then, tell a rate to about 1 % in that time."""

BLOCKS = 10
"""Blocks that are looked at together: half a minute."""

STEADY = 0.05
"""Half of the blocks lie within so much of each other, as a part of the rate, where a rate is steady."""

FEW = 3
FEW_STEADY = 0.08
"""So few blocks tell a rate for the time being, where all of them lie within so much of each other."""


class BlockRates:
    """Amounts per second, a block at a time."""

    def __init__(self) -> None:
        self._rates: deque[float] = deque(maxlen=BLOCKS)
        self._amount = 0.0
        self._seconds = 0.0

    def add(self, amount: float, seconds: float) -> bool:
        """Add an amount and the time it took; return whether that has ended a block."""
        self._amount += amount
        self._seconds += seconds
        if self._seconds < BLOCK_S:
            return False
        self._rates.append(self._amount / self._seconds)
        self._amount = self._seconds = 0.0
        return True

    def clear(self) -> None:
        """Forget everything."""
        self._rates.clear()
        self.interrupt()

    def interrupt(self) -> None:
        """Forget the block in progress: what comes next does not follow what came last."""
        self._amount = self._seconds = 0.0

    @property
    def is_full(self) -> bool:
        """Whether there are as many blocks as are looked at."""
        return len(self._rates) == BLOCKS

    @property
    def has_few(self) -> bool:
        """Whether there are enough blocks for `lately`."""
        return len(self._rates) >= FEW

    @property
    def typical(self) -> float:
        """The median, once there is a block."""
        return median(self._rates)

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest, once there is a block."""
        return min(self._rates), max(self._rates)

    @property
    def is_steady(self) -> bool:
        """Whether most blocks agree."""
        low, middle, high = quantiles(self._rates, n=4, method="inclusive")
        return high - low <= STEADY * abs(middle)

    @property
    def lately(self) -> float | None:
        """The median of the last few blocks where all of these agree; else None."""
        if not self.has_few:
            return None
        last = list(self._rates)[-FEW:]
        middle = median(last)
        return middle if max(last) - min(last) <= FEW_STEADY * abs(middle) else None
