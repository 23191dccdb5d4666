"""How a wearable of a night was: worn, off the body, charging, or unclear."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detector.minutes import Sign
from detector.wear.states import Stretch, stretches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.events import Event
    from detector.minutes import MeasuredMinute
    from detector.summary.told import Told


def wear(night: Told, sensor: str) -> list[Stretch]:
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
    return wear_of(night, sensor, night.placed_events(sensor), night.measured(sensor))


def wear_of(
    night: Told, sensor: str, placed: Sequence[tuple[int, Event]], measured: Sequence[MeasuredMinute] | None
) -> list[Stretch]:
    """Say the same where the wearable's events and measured minutes have been read."""
    levels = [(level.utc_ns, level.percent) for level in night.battery(sensor)]
    warmth = [(each.utc_ns, each.celsius) for each in night.temperature(sensor)]
    # A pulse that the detector follows is a sign of life, whether or not the minute shows it by itself.
    beating = {minute.start_ns for minute in measured or () if minute.pulse_per_min is not None}
    minutes = [
        replace(minute, sign=Sign.PULSE) if minute.start_ns in beating else minute for minute in night.minutes(sensor)
    ]
    twitches_ns = [onset_ns for onset_ns, event in placed if event.kind == "twitch"]
    return stretches(minutes, levels, night.gaps(sensor), warmth, twitches_ns)
