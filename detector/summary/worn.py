"""How a wearable of a night was: worn, off the body, charging, or unclear."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detector.minutes import Sign
from detector.wear.states import Stretch, stretches

if TYPE_CHECKING:
    from detector.night import Night


def wear(night: Night, sensor: str) -> list[Stretch]:
    """Say how a wearable was over a night.

    Parameters
    ----------
    night
        The night.
    sensor
        Name of the wearable.

    Returns
    -------
    list of Stretch
        In the order of time; none where an older fasciwatch has made the night.

    Raises
    ------
    NightError
        Where the night has no such wearable, or is damaged.
    """
    levels = [(level.utc_ns, level.percent) for level in night.battery(sensor)]
    warmth = [(each.utc_ns, each.celsius) for each in night.temperature(sensor)]
    # A pulse that the detector follows is a sign of life, whether or not the minute shows it by itself.
    beating = {minute.start_ns for minute in night.measured(sensor) or () if minute.pulse_per_min is not None}
    minutes = [
        replace(minute, sign=Sign.PULSE) if minute.start_ns in beating else minute for minute in night.minutes(sensor)
    ]
    twitches_ns = [onset_ns for onset_ns, event in night.placed_events(sensor) if event.kind == "twitch"]
    return stretches(minutes, levels, night.gaps(sensor), warmth, twitches_ns)
