"""The hours of the wearer's clock: what was observed in each of them, wearable by wearable, and what was found then.

In a night of changed clocks one hour occurs twice, and is told twice, or it never occurs, and is not told. In zones
whose offset is no whole number of hours an hour begins where that clock strikes, not where UTC does.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    import numpy.typing as npt

_QUARTER_S = 900
"""Clocks of all zones go by whole quarters of an hour, and are changed at such."""

_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class HourOfSensor:
    """One hour of the clock of one wearable.

    Parameters
    ----------
    sensor
        Its name.
    recorded_s
        Time covered by samples, in s.
    worn_s
        Part of it in which it was worn, in s.
    measurable_s
        Part of that in which twitches could be measured, in s; None where it is not known.
    twitch_count
        Events of the kind ``twitch`` with their onset in that time.
    """

    sensor: str
    recorded_s: float
    worn_s: float
    measurable_s: float | None
    twitch_count: int

    @property
    def counted_s(self) -> float:
        """The time that `twitch_count` is of, in s."""
        return self.worn_s if self.measurable_s is None else self.measurable_s


@dataclass(frozen=True, slots=True)
class HourSummary:
    """One hour of the wearer's clock.

    Parameters
    ----------
    start_ns
        UTC at which it begins, in ns: where the clock strikes, or where it is changed.
    recorded_s
        Time covered by samples, in s, added up over the wearables.
    measurable_s
        Time in which the wearable was worn and twitches could be measured, in s, added up over the wearables of which
        it is known; None where it is known of none.
    twitch_count
        Events of the kind ``twitch`` with their onset in it, of those that count in `NightSummary.twitches_per_hour`.
    sensors
        The same of each wearable: hours are comparable only as far as the same wearables were observed for as long.
    """

    start_ns: int
    recorded_s: float
    measurable_s: float | None
    twitch_count: int
    sensors: tuple[HourOfSensor, ...]


class Clock:
    """The wearer's clock over a night.

    Parameters
    ----------
    zone
        The wearer's; None for this computer's.
    start_ns, end_ns
        UTC of the night's first sample and of its end, in ns.
    """

    def __init__(self, zone: tzinfo | None, start_ns: int, end_ns: int) -> None:
        first = start_ns // NS // _QUARTER_S - _QUARTERS
        quarters = range(first * _QUARTER_S, end_ns // NS + _QUARTER_S, _QUARTER_S)
        told = [datetime.fromtimestamp(each, UTC).astimezone(zone) for each in quarters]
        offsets = [each.utcoffset() for each in told]
        self._strikes_ns = NS * np.array(
            [
                each
                for place, each in enumerate(quarters)
                if told[place].minute == 0 or (place and offsets[place] != offsets[place - 1])
            ],
            np.int64,
        )

    def hours(self, moments_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """When the hour that each moment lies in began, UTC in ns."""
        return self._strikes_ns[np.maximum(np.searchsorted(self._strikes_ns, moments_ns, side="right") - 1, 0)]

    def add_up(self, moments_ns: npt.NDArray[np.int64], what: npt.NDArray[np.float64]) -> defaultdict[int, float]:
        """Add up by the hour that each moment lies in."""
        hours, which = np.unique(self.hours(moments_ns), return_inverse=True)
        return defaultdict(float, zip(hours.tolist(), np.bincount(which, what, len(hours)).tolist(), strict=True))


@dataclass(slots=True)
class HoursOfSensor:
    """Adds the hours of one wearable up; keys are their starts, UTC in ns."""

    name: str
    recorded_s: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    worn_s: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    measurable_s: defaultdict[int, float] | None = None
    twitches: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    def at(self, hour: int) -> HourOfSensor:
        """Say what is known of one."""
        return HourOfSensor(
            self.name,
            self.recorded_s.get(hour, 0.0),
            self.worn_s.get(hour, 0.0),
            None if self.measurable_s is None else self.measurable_s.get(hour, 0.0),
            self.twitches.get(hour, 0),
        )


def hours_of(sensors: Iterable[HoursOfSensor]) -> tuple[HourSummary, ...]:
    """Put the hours of all wearables together: those that hold samples of any, in the order of time."""
    sensors = tuple(sensors)
    found = []
    for hour in sorted({hour for sensor in sensors for hour in sensor.recorded_s}):
        each = tuple(sensor.at(hour) for sensor in sensors)
        known = [one.measurable_s for one in each if one.measurable_s is not None]
        found.append(
            HourSummary(
                hour,
                sum(one.recorded_s for one in each),
                sum(known) if known else None,
                sum(one.twitch_count for one in each),
                each,
            )
        )
    return tuple(found)
