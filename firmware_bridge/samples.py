"""What leaves the bridge: stretches of acceleration, and the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NS = 1_000_000_000
"""Nanoseconds in a second."""

STANDARD_GRAVITY = 9.80665
"""1 g in m/s² (3rd General Conference on Weights and Measures, 1901)."""


DETECTABLE_HZ = (20.0, 1000.0)
"""Lowest and highest rate, in Hz, at which twitches can be told: what the detector works at."""

CHIP_CELSIUS = (-40.0, 85.0)
"""Coldest and hottest that chips are made for, in °C: what lies beyond is no temperature."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Acceleration, gravity included, equally spaced and without a gap.

    Parameters
    ----------
    start_ns
        UTC of the first sample, in ns since 1970-01-01.
    rate_hz
        True sampling rate as estimated by now (not the nominal one), in Hz.
    xyz
        Acceleration in g, float32, shape ``(n, 3)``.
    sensor
        Name of the wearable.
    nominal_hz
        Rate that the detector is to be made for from these samples on, in Hz: the wearable's nominal one, or the one
        that was adopted in its place. None where nothing is said, which is the nominal one, and where times are those
        of an older night.
    """

    start_ns: int
    rate_hz: float
    xyz: npt.NDArray[np.float32]
    sensor: str
    nominal_hz: float | None = None

    @property
    def end_ns(self) -> int:
        """UTC at which the sample after the last one is due, in ns."""
        return self.start_ns + round(len(self.xyz) * NS / self.rate_hz)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without samples. It is recorded, and never interpolated.

    Parameters
    ----------
    start_ns
        UTC at which the first missing sample was due, in ns.
    end_ns
        UTC of the first sample after the gap, in ns.
    cause
        Why: a `GapCause`, or whatever other words a night of another version or program holds.
    sensor
        Name of the wearable.
    """

    start_ns: int
    end_ns: int
    cause: str
    sensor: str
