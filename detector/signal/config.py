"""What a user may ask of the detector."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DetectorConfig:
    """Settings of the detector; the defaults suit a limb at rest.

    Parameters
    ----------
    false_alarms_per_hour
        False twitches an hour that pure sensor noise may cause, above 0 and at most 3600.
    band_hz
        Corners of the band-pass in Hz. The upper one is lowered to 0.4 of the rate where need be. Twitches with
        contraction times of 30-160 ms have their spectral peak at 3-16 Hz.
    twitch_max_s
        A trigger that lasts longer is a movement, in s.
    release_s
        An event is over when the signal has stayed in the noise for so long, in s.
    floor_s
        Time constant of the noise floor, in s.
    resolution_mg
        Quantisation step of the sensor in mg (0 where unknown): the noise floor is never taken to be less than the
        noise of rounding, or each flicker of the last bit of a quiet sensor would be an event.

    Raises
    ------
    ValueError
        Where a value is out of its range; the message names it.
    """

    false_alarms_per_hour: float = 1.0
    band_hz: tuple[float, float] = (3.0, 20.0)
    twitch_max_s: float = 0.7
    release_s: float = 0.12
    floor_s: float = 10.0
    resolution_mg: float = 0.0

    def __post_init__(self) -> None:
        _within("false_alarms_per_hour", self.false_alarms_per_hour, 1e-6, 3600.0)
        low, high = self.band_hz
        _within("band_hz (lower corner)", low, 0.5, 50.0)
        if not (math.isfinite(high) and high > low):
            raise ValueError(f"band_hz must rise, got {low} to {high} Hz")
        _within("twitch_max_s", self.twitch_max_s, 0.1, 1.0)
        _within("release_s", self.release_s, 0.05, 0.5)
        _within("floor_s", self.floor_s, 1.0, 600.0)
        _within("resolution_mg", self.resolution_mg, 0.0, 1000.0)


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also refuses NaN
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, got {value}")
