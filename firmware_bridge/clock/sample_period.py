"""The time from one sample to the next by a wearable's own clock, learned from the stamps of its frames."""

from __future__ import annotations

import math
from collections import deque

from firmware_bridge.clock.rate_check import RATE_TOLERANCE
from firmware_bridge.samples import NS

PLAUSIBLE = 4.0
"""The rate is none that is so many times the one it is said to be, nor one so many times smaller."""

RATE_MEMORY_S = 600.0
"""The period is averaged over about this long; it changes with temperature."""

TURN_FRAMES = 6
TURN_NS = NS // 10
"""So many frames running that agree in another period, over this long, and it is that one."""

HALF_SAMPLE = 0.5
"""A stamp that is off by more than this is off by a sample, and shows a loss."""

_AGREE = 0.1  # of a frame's length: so far a stamp may lie from the line through the first and the last of a run
_COARSE_NS = 1_500_000  # and this far at least: many wearables count whole milliseconds
_LONGEST_RUN = 256


class SamplePeriod:
    """Learns the period.

    Parameters
    ----------
    nominal_ns
        What it is said to be, in ns.

    Attributes
    ----------
    value_ns
        What it is by now, in ns.
    """

    def __init__(self, nominal_ns: float) -> None:
        self._nominal_ns = nominal_ns
        self._short_ns: float | None = None
        self.begin(nominal_ns)

    def begin(self, base_ns: float) -> None:
        """Forget what was learned, and begin with a first guess."""
        self.turn(base_ns)
        self.interrupt()

    def interrupt(self) -> None:
        """State that the next stamp says nothing about those before it."""
        self._run: deque[tuple[int, int]] = deque(maxlen=_LONGEST_RUN)

    @property
    def unsure(self) -> float:
        """By which part it may be wrong."""
        return min(RATE_TOLERANCE, 0.5 / self._span_samples) if self._span_samples else RATE_TOLERANCE

    def slack(self, n: int) -> float:
        """By how many samples the stamps of two frames may be off without a loss, n being those of the later one."""
        return HALF_SAMPLE + n * self.unsure

    def look(self, advance_ns: int, n: int, *, in_time: bool) -> None:
        """See from each pair of stamps, before anything is concluded from it, whether the rate is another one by now.

        Frames that are lost one after the other, each time as many, would look the same; that six times in a row no
        radio does. A rate that is wrong by a few percent shows by frames that are each off by more than half a sample,
        and in the same direction: each would be taken for a loss, and nothing be learned any more.

        Parameters
        ----------
        advance_ns, n
            Time from the last sample of the frame before to that of this one, and its number of samples.
        in_time
            Whether the frame arrived when its stamp says: else it is the clock that was set.
        """
        if not in_time or not self._is_plausible(advance_ns / n):
            self.interrupt()
            return
        self._run.append((advance_ns, n))
        self._shorten()
        advance = sum(each for each, _ in self._run)
        samples = sum(each for _, each in self._run)
        if len(self._run) < TURN_FRAMES or advance < TURN_NS:
            return
        is_other = abs(advance / samples / self._base_ns - 1) > RATE_TOLERANCE or self._is_off_alike()
        if is_other and self._agrees(advance / samples):
            self.turn(advance / samples)

    def is_shorter(self, advance_ns: int, n: int) -> bool:
        """Ask whether frames closer together than they could be show another rate rather than a clock that was set.

        They do where nothing is known yet, and where it is the second in a row that says the same; it is taken then.
        """
        period_ns = advance_ns / n
        if not self._is_plausible(period_ns):
            return False
        first = not self._span_samples
        again = self._short_ns is not None and abs(period_ns / self._short_ns - 1) <= _AGREE
        self._short_ns = period_ns
        if not (first or again):
            return False
        self.turn(period_ns)
        return True

    def turn(self, period_ns: float) -> None:
        """Take another period at once."""
        self.value_ns = self._base_ns = period_ns
        self._span_ns = 0.0  # time and samples of unbroken data, fading
        self._span_samples = 0.0

    def learn(self, advance_ns: int, n: int) -> None:
        """Average the period over unbroken data, the far past fading.

        A stamp that is too close to the one before by more than a wrong rate explains tells nothing of the rate.
        """
        self._short_ns = None
        if advance_ns / self.value_ns - n < -self.slack(n):
            return
        fade = math.exp(-advance_ns / (RATE_MEMORY_S * NS))
        self._span_ns = self._span_ns * fade + advance_ns
        self._span_samples = self._span_samples * fade + n
        low, high = self._base_ns / (1 + RATE_TOLERANCE), self._base_ns * (1 + RATE_TOLERANCE)
        self.value_ns = min(max(self._span_ns / self._span_samples, low), high)

    def _is_plausible(self, period_ns: float) -> bool:
        return self._nominal_ns / PLAUSIBLE <= period_ns <= self._nominal_ns * PLAUSIBLE

    def _shorten(self) -> None:
        """Keep no more of the run than is needed."""
        total = sum(each for each, _ in self._run)
        while len(self._run) > TURN_FRAMES and total - self._run[0][0] >= TURN_NS:
            total -= self._run.popleft()[0]

    def _is_off_alike(self) -> bool:
        """Whether each frame of the run is off by more than half a sample, and all in one direction."""
        off = [advance_ns / self.value_ns - n for advance_ns, n in self._run]
        return min(off) > HALF_SAMPLE or max(off) < -HALF_SAMPLE

    def _agrees(self, period_ns: float) -> bool:
        """Whether the stamps of the run lie on a line."""
        off_ns = 0.0
        for advance_ns, n in self._run:
            off_ns += advance_ns - n * period_ns
            if advance_ns <= 0 or abs(off_ns) > max(_AGREE * n * period_ns, _COARSE_NS):
                return False
        return True
