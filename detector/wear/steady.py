"""What minutes show together: a breath or a pulse too weak to stand out of one.

As long as the sensor lies the same way, what a breath and a pulse do to it stays the same, and noise does not. So the
spectra of up to `MOST` minutes are averaged, and the likenesses of their vibration. A turn begins anew: what was found
before it says nothing of a sensor that has been taken off.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from detector.minutes import Sign
from detector.wear.signs import GRID_HZ, Look
from detector.wear.spectra import added_up

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

LEAST, MOST = 5, 15
"""Minutes that are held together."""
TURNED_G = 0.02
"""A mean acceleration that differs by more is a sensor that lies another way: a turn by some 1.1 degrees."""

BREATH_HZ = (0.13, 0.5)
"""8 to 30 breaths a minute."""
_BELOW_HZ = (0.05, 0.1)
_BINS = 5
"""A breath's rate wanders: the spectrum is averaged over so many neighbours, 0.08 Hz."""
BREATH_OVER_NOISE = 2.8
"""A breath's power over the noise, less one, times the root of the number of minutes.

White noise, noise that grows as 1/f from 1 Hz down, and noise rounded to steps reach 2.0 in 150 hours.
"""
BREATH_IN_DOUBT = 1.0
"""What a minute shows alone must show in the mean to this extent: a chip that drifts makes a line now and then."""
PULSE_OVER_REST = 0.22
"""How far the likeness at one interval exceeds the middle one, times the root of the number of minutes.

The same noises reach 0.15.
"""


class Steady:
    """Holds the minutes of a sensor that lies the same way together."""

    def __init__(self) -> None:
        self._seen: deque[Look] = deque(maxlen=MOST)

    def forget(self) -> None:
        """Forget all minutes, as a recorder that began anew has."""
        self._seen.clear()

    def sign(self, minute: Look) -> Sign:
        """Take the next minute; gives what it shows, for itself or together with those before."""
        before = self._seen[-1] if self._seen else minute
        if (
            minute.sign == Sign.MOVEMENT
            or len(before.likeness) != len(minute.likeness)
            or np.abs(minute.level_g - before.level_g).max() > TURNED_G
        ):
            self.forget()
        if minute.sign == Sign.MOVEMENT:
            return minute.sign
        self._seen.append(minute)
        if minute.sign == Sign.PULSE or len(self._seen) < LEAST:
            return minute.sign
        root = math.sqrt(len(self._seen))
        if self._pulse() * root > PULSE_OVER_REST:
            return Sign.PULSE
        wanted = BREATH_IN_DOUBT if minute.sign == Sign.BREATH else BREATH_OVER_NOISE
        return Sign.BREATH if self._breath() * root > wanted else Sign.NONE

    def _pulse(self) -> float:
        likeness = np.mean([minute.likeness for minute in self._seen], axis=0)
        return float(likeness.max() - np.median(likeness)) if len(likeness) else 0.0

    def _breath(self) -> float:
        """Largest power in the band of a breath over that of noise that grows on below it as 1/f, less one."""
        power = np.mean([minute.slow for minute in self._seen], axis=0)
        flicker = max(float(power[_BELOW].mean()) - 1.0, 0.0) / float((1 / GRID_HZ[_BELOW]).mean())
        # The band lies far from both ends of the grid: there are neighbours on either side.
        smooth = added_up(sliding_window_view(power, _BINS), _BINS)[:, 0][_BAND[_BINS // 2 : -(_BINS // 2)]] / _BINS
        return float((smooth / (1.0 + flicker / GRID_HZ[_BAND])).max()) - 1.0


def _within(limits_hz: tuple[float, float]) -> npt.NDArray[np.bool_]:
    low, high = limits_hz
    return np.asarray(np.abs(GRID_HZ - (low + high) / 2) < (high - low) / 2 + 1e-9)


_BELOW, _BAND = _within(_BELOW_HZ), _within(BREATH_HZ)
