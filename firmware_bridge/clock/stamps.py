"""Whether the time stamps of a wearable can be believed.

A firmware's clock may stand still, a profile may name another unit than the one it counts in. Then each stamp
disagrees with when its frame arrived, and samples are better timed by being counted.
"""

from __future__ import annotations

from firmware_bridge.clock.block_rates import BlockRates
from firmware_bridge.samples import NS

STEPS = 3
"""So many steps of a clock, each soon after the one before, and it is none that can be believed."""

SOON_S = 60.0
"""What is soon, in seconds: a clock that is really set, is set once."""

REPEATED = 8
REPEATED_S = 1.0
"""So many frames running that repeat a time, over this long, are no notifications that come twice: the clock stands."""

FASTER = 0.03
"""A clock that is faster or slower than the computer's by more than this part does not count in the unit it should."""

FAR = 0.25
"""So far off, that shows in ten seconds already."""


class Stamps:
    """What is known of a wearable's time stamps; begins anew with each connection."""

    def __init__(self) -> None:
        self.are_usable = True
        self._steps = 0
        self._step_ns = 0
        self._repeated = 0
        self._repeated_since_ns = 0
        self._speed = BlockRates()

    def stepped(self, arrival_ns: int) -> None:
        """State that a stamp does not follow the one before."""
        soon = arrival_ns - self._step_ns <= SOON_S * NS
        self._steps = self._steps + 1 if soon else 1
        self._step_ns = arrival_ns
        self._speed.interrupt()
        if self._steps >= STEPS:
            self.are_usable = False

    def repeated(self, arrival_ns: int) -> None:
        """State that a frame has come whose time and values have been there before."""
        if not self._repeated:
            self._repeated_since_ns = arrival_ns
        self._repeated += 1
        if self._repeated >= REPEATED and arrival_ns - self._repeated_since_ns >= REPEATED_S * NS:
            self.are_usable = False

    def followed(self, advance_ns: int, waited_ns: int) -> None:
        """State that a stamp follows the one before.

        Parameters
        ----------
        advance_ns, waited_ns
            Time between the two by the wearable's clock, and between their arrivals.
        """
        self._repeated = 0
        if not self._speed.add(advance_ns / NS, waited_ns / NS):
            return
        lately = self._speed.lately
        far = lately is not None and abs(lately - 1) > FAR
        off = self._speed.is_full and self._speed.is_steady and abs(self._speed.typical - 1) > FASTER
        self.are_usable = not far and not off
