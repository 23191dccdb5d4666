"""What a summary reads of a night: its file tells it, and so can whatever holds the same without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from detector.events import Event
    from detector.minutes import MeasuredMinute, Minute
    from detector.night import Battery, Run, Sensor, Temperature
    from detector.night.codec.segment import Anchors
    from detector.night.judging.judgements import Action, Place
    from firmware_bridge.samples import Gap


class Told(Protocol):
    """A night as `detector.night.Night` tells it, whose words these are; without its samples."""

    @property
    def path(self) -> Path:
        """Of its file, by which it is named."""

    @property
    def runs(self) -> tuple[Run, ...]:
        """What made it."""

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Its wearables."""

    @property
    def start_ns(self) -> int | None:
        """UTC of the first sample, in ns."""

    @property
    def end_ns(self) -> int | None:
        """UTC of the end of the last one, in ns."""

    def see_that_it_is_whole(self) -> None:
        """Raise a `NightError` where it is not."""

    def actions(self) -> list[Action]:
        """What reviewers did."""

    def places(self) -> list[Place]:
        """Where its events lie."""

    def anchors(self, sensor: str) -> Anchors:
        """Where the rows of a wearable lie in time."""

    def gaps(self, sensor: str | None = None) -> list[Gap]:
        """Gaps in the order of time."""

    def placed_events(self, sensor: str | None = None) -> list[tuple[int, Event]]:
        """Onset (UTC in ns) and event, in the order of time."""

    def minutes(self, sensor: str) -> list[Minute]:
        """What shows in each minute that a wearable is worn."""

    def measured(self, sensor: str) -> list[MeasuredMinute] | None:
        """In what part of each minute twitches could be measured."""

    def battery(self, sensor: str | None = None) -> list[Battery]:
        """Battery levels."""

    def temperature(self, sensor: str | None = None) -> list[Temperature]:
        """Temperatures of the skin."""
