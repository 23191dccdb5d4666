"""What is known of each minute of a wearable: whether it was worn, and whether twitches could be measured.

`detector.wear` finds it, the night stores it, and neither knows the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from firmware_bridge.samples import NS

MINUTE_NS = 60 * NS


class Sign(StrEnum):
    """What shows that a wearable is worn; the strongest there is."""

    MOVEMENT = "movement"
    PULSE = "pulse"
    BREATH = "breath"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute of a wearable.

    Parameters
    ----------
    start_ns
        UTC at which it begins, in ns; whole minutes.
    sign
        What shows in it that it is worn.
    """

    start_ns: int
    sign: Sign


REASONS = ("settling", "moving", "pulse", "coarse")
"""Why twitches cannot be measured; the words of the detector's confidence."""


@dataclass(frozen=True, slots=True)
class MeasuredMinute:
    """What a minute of a wearable says about twitches.

    Parameters
    ----------
    start_ns
        UTC at which it begins, in ns; whole minutes.
    observed_s
        Time covered by samples, in s.
    measurable_s
        Part of it in which twitches could be measured, in s.
    why
        One of `REASONS`: that of most of the rest; "" where there is no rest.
    noise_mg
        Noise floor, root mean square per axis, the median over the minute in mg; None where it was not known.
    threshold_mg
        Size, peak to peak, of twitches of which half are found, the median in mg; None where it was not known.
    pulse_per_min
        Heart beats a minute, the median; None where none were followed.
    """

    start_ns: int
    observed_s: float
    measurable_s: float
    why: str
    noise_mg: float | None
    threshold_mg: float | None
    pulse_per_min: float | None

    @property
    def is_sound(self) -> bool:
        """Whether it does not contradict itself."""
        numbers = (self.noise_mg, self.threshold_mg, self.pulse_per_min)
        return (
            self.start_ns % MINUTE_NS == 0
            and math.isfinite(self.observed_s)
            and 0 <= self.measurable_s <= self.observed_s
            and (self.why in REASONS if self.measurable_s < self.observed_s else self.why == "")
            and all(number is None or (math.isfinite(number) and number >= 0) for number in numbers)
        )
