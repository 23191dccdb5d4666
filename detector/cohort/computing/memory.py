"""A night that is never written: what a summary needs of it is held in memory, and its samples are let go.

Writing a night of 8 h takes twice as long as finding its events. What is told here is, to the bit, what a night's file
would tell.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from detector.events import Event
from detector.minutes import MeasuredMinute
from detector.night import Battery, Run, Sensor, Temperature
from detector.night.codec.segment import Anchors
from detector.night.statements import onset_ns, plain

if TYPE_CHECKING:
    from pathlib import Path

    from detector.minutes import Minute
    from detector.night import MadeBy
    from detector.night.judging.judgements import Action, Place
    from firmware_bridge.samples import Gap, Samples


class Track:
    """What is held of one wearable."""

    def __init__(self, sensor: Sensor) -> None:
        self.sensor = sensor
        self.rows: list[tuple[int, float, int]] = []
        self.gaps: list[Gap] = []
        self.events: list[tuple[int, Event]] = []
        self.signs: dict[int, Minute] = {}
        self.minutes: dict[int, MeasuredMinute] = {}
        self.warmth: list[Temperature] = []
        self.levels: list[Battery] = []

    @property
    def anchors(self) -> Anchors:
        """Where its rows lie in time."""
        return Anchors.of(self.rows)


class MemoryLog:
    """Takes what `detector.watch` logs of a recording, as `detector.night.NightLog` does."""

    crashed = False

    def __init__(self) -> None:
        self.tracks: dict[str, Track] = {}

    @property
    def sensors(self) -> tuple[str, ...]:
        """Names of the wearables."""
        return tuple(self.tracks)

    def last_end_ns(self, sensor: str) -> int | None:
        """Nothing came before."""
        del sensor
        return None

    def first_start_ns(self, sensor: str) -> int | None:
        """Nothing came before."""
        del sensor
        return None

    def sensor(self, name: str, **facts: Any) -> None:
        """Introduce a wearable; the words are those of `Sensor`."""
        self.tracks[name] = Track(Sensor(name, **facts))

    def samples(self, piece: Samples, begins_row: bool) -> None:  # noqa: FBT001 - as `NightLog` has it
        """Note where samples lie in time; they themselves are not kept."""
        rows = self.tracks[piece.sensor].rows
        if begins_row or not rows:
            rows.append((piece.start_ns, piece.rate_hz, len(piece.xyz)))
        else:
            start_ns, rate_hz, length = rows[-1]
            rows[-1] = start_ns, rate_hz, length + len(piece.xyz)

    def gap(self, gap: Gap) -> None:
        """Note a time without samples."""
        self.tracks[gap.sensor].gaps.append(gap)

    def event(self, event: Event) -> None:
        """Note an event."""
        track = self.tracks[event.sensor]
        first_ns = track.rows[0][0] if track.rows else None
        track.events.append((onset_ns(event, first_ns), Event(*map(plain, astuple(event)))))

    def wear(self, sensor: str, minute: Minute) -> None:
        """Note what shows in a minute that a wearable is worn; what is said later holds."""
        self.tracks[sensor].signs[minute.start_ns] = minute

    def measured(self, sensor: str, minute: MeasuredMinute) -> None:
        """Note in what part of a minute twitches could be measured; of two parts of a minute the longer one holds."""
        kept = self.tracks[sensor].minutes
        before = kept.get(minute.start_ns)
        if before is None or minute.observed_s > before.observed_s:
            kept[minute.start_ns] = MeasuredMinute(*map(plain, astuple(minute)))

    def temperature(self, sensor: str, utc_ns: int, celsius: float) -> None:
        """Note the temperature at one time."""
        self.tracks[sensor].warmth.append(Temperature(sensor, utc_ns, float(celsius)))

    def battery(self, sensor: str, utc_ns: int, percent: float) -> None:
        """Note the battery's level at one time."""
        self.tracks[sensor].levels.append(Battery(sensor, utc_ns, float(percent)))


class MemoryNight:
    """Tells what was logged, as `detector.night.Night` does; see `detector.summary.told.Told`.

    Parameters
    ----------
    path
        The recording: the night is named after it.
    made_by
        What made it.
    log
        What was logged.
    """

    def __init__(self, path: Path, made_by: MadeBy, log: MemoryLog) -> None:
        self.path = path
        self.runs = (Run(1, made_by, made_by.settings_sha256, made_by.started_utc_ns),)
        self._tracks = log.tracks

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """Its wearables, in the order they came."""
        return tuple(track.sensor for track in self._tracks.values())

    @property
    def start_ns(self) -> int | None:
        """UTC of the first sample, in ns."""
        return min((track.rows[0][0] for track in self._tracks.values() if track.rows), default=None)

    @property
    def end_ns(self) -> int | None:
        """UTC of the end of the last sample, in ns."""
        return max((track.anchors.last_end_ns for track in self._tracks.values() if track.rows), default=None)

    def see_that_it_is_whole(self) -> None:
        """It is no file that could be damaged."""

    def actions(self) -> list[Action]:
        """Nobody has reviewed it."""
        return []

    def places(self) -> list[Place]:
        """Nobody has reviewed it."""
        return []

    def anchors(self, sensor: str) -> Anchors:
        """Where the rows of a wearable lie in time."""
        return self._tracks[sensor].anchors

    def gaps(self, sensor: str | None = None) -> list[Gap]:
        """Gaps in the order of time."""
        found = [gap for name, track in self._tracks.items() if sensor in {None, name} for gap in track.gaps]
        return sorted(found, key=lambda gap: gap.start_ns)

    def placed_events(self, sensor: str | None = None) -> list[tuple[int, Event]]:
        """Onset (UTC in ns) and event, in the order of time."""
        found = [each for name, track in self._tracks.items() if sensor in {None, name} for each in track.events]
        return sorted(found, key=lambda each: each[0])

    def minutes(self, sensor: str) -> list[Minute]:
        """What shows in each minute that a wearable is worn."""
        return [minute for _, minute in sorted(self._tracks[sensor].signs.items())]

    def measured(self, sensor: str) -> list[MeasuredMinute] | None:
        """In what part of each minute twitches could be measured."""
        return [minute for _, minute in sorted(self._tracks[sensor].minutes.items())] or None

    def battery(self, sensor: str | None = None) -> list[Battery]:
        """Levels of the battery in the order of time."""
        found = [each for name, track in self._tracks.items() if sensor in {None, name} for each in track.levels]
        return sorted(found, key=lambda each: each.utc_ns)

    def temperature(self, sensor: str | None = None) -> list[Temperature]:
        """Temperatures in the order of time."""
        found = [each for name, track in self._tracks.items() if sensor in {None, name} for each in track.warmth]
        return sorted(found, key=lambda each: each.utc_ns)
