"""Holds the rate that a wearable really samples at against the one it is said to have.

A profile may name a wrong rate, a firmware may round it, or fall back to another one in the middle of a night. The
detector needs to know: its filters are made for one rate. So the rate is measured over half a minute, and adopted
where it is another one and steady.
"""

from __future__ import annotations

from firmware_bridge.clock.block_rates import BLOCKS, BlockRates
from firmware_bridge.errors import UnsteadyRateError
from firmware_bridge.samples import DETECTABLE_HZ

RATE_TOLERANCE = 0.05
"""A sensor's true rate lies this close to its nominal one; Polar's differ by 0.6 to 2 %."""


class RateCheck:
    """Measures the rate of one wearable.

    Parameters
    ----------
    nominal_hz
        The rate it is said to have.

    Attributes
    ----------
    nominal_hz
        That, or the one that has been adopted since.
    """

    def __init__(self, nominal_hz: float) -> None:
        self.nominal_hz = nominal_hz
        self._said_hz = nominal_hz
        self._rates = BlockRates()
        self._confirmed = False
        self._doubts = 0

    def begin(self) -> None:
        """Begin anew: what comes next is another stream, or its rate is measured by another clock."""
        self._rates.clear()
        self._doubts = 0

    def interrupt(self) -> None:
        """State that samples are missing before what comes next."""
        self._rates.interrupt()

    @property
    def has_measured(self) -> bool:
        """Whether it has measured for long enough to give a rate for the time being."""
        return self._rates.has_few

    @property
    def lately_hz(self) -> float | None:
        """The rate of the last ten seconds, in Hz, where it was steady; else None."""
        return self._rates.lately

    def add(self, n: int, seconds: float) -> bool:
        """Take samples, and how long they took.

        Returns
        -------
        adopted
            Whether another rate is adopted because of them.

        Raises
        ------
        UnsteadyRateError
            Where the rate is none of the nominal one, and none that could be adopted, from the beginning on.
        """
        if not self._rates.add(n, seconds) or not self._rates.is_full:
            return False
        rate_hz = self._rates.typical
        if not self._is_off(rate_hz):
            self._confirmed, self._doubts = True, 0
            return False
        if self._rates.is_steady and DETECTABLE_HZ[0] <= rate_hz <= DETECTABLE_HZ[1]:
            # Back to the promised rate where it is that again, so that both stretches are told by the same number.
            back = abs(rate_hz / self._said_hz - 1) <= RATE_TOLERANCE
            self.nominal_hz = self._said_hz if back else round(rate_hz, 1)
            self._confirmed = True
            self.begin()
            return True
        self._doubts += 1
        if self._doubts >= BLOCKS and not self._confirmed:
            raise UnsteadyRateError(self.nominal_hz, self._rates.range)
        return False

    def _is_off(self, rate_hz: float) -> bool:
        return abs(rate_hz / self.nominal_hz - 1) > RATE_TOLERANCE
