"""The hours of the clock: what was observed in each of them, wearable by wearable, and what was found in that time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable

HOUR_NS = 3600 * NS


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
    """One hour of the clock, in UTC.

    Parameters
    ----------
    start_ns
        UTC at which it begins, in ns.
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


@dataclass(slots=True)
class HoursOfSensor:
    """Adds the hours of one wearable up; keys are hours since 1970."""

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
                hour * HOUR_NS,
                sum(one.recorded_s for one in each),
                sum(known) if known else None,
                sum(one.twitch_count for one in each),
                each,
            )
        )
    return tuple(found)
