"""What a user may ask of the detector."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DetectorConfig:
    """Settings of the detector; the defaults suit a limb at rest.

    Parameters
    ----------
    false_alarms_per_hour
        False twitches an hour that sensor noise may cause, above 0 and at most 3600.
    highpass_hz
        Corner of the high-pass that takes away gravity and breathing, in Hz. A twitch with a contraction time of 160 ms
        has its spectral peak at 3 Hz.
    twitch_max_s
        A stretch of activity that lasts longer is no single twitch, in s.
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
    highpass_hz: float = 1.5
    twitch_max_s: float = 0.7
    release_s: float = 0.16
    floor_s: float = 60.0
    resolution_mg: float = 0.0

    def __post_init__(self) -> None:
        _within("false_alarms_per_hour", self.false_alarms_per_hour, 1e-6, 3600.0)
        _within("highpass_hz", self.highpass_hz, 0.2, 5.0)
        _within("twitch_max_s", self.twitch_max_s, 0.3, 1.0)
        _within("release_s", self.release_s, 0.1, 0.25)
        _within("floor_s", self.floor_s, 1.0, 600.0)
        _within("resolution_mg", self.resolution_mg, 0.0, 1000.0)


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also refuses NaN
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, got {value}")
