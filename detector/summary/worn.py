"""How a wearable of a night was: worn, off the body, charging, or unclear."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    return stretches(night.minutes(sensor), levels, night.gaps(sensor), warmth)
