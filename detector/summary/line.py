"""A night in a line of a list: also of one that is damaged, locked, or being recorded."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from detector.errors import LockedNightError, NightError
from detector.night import Night
from detector.night.upkeep.age import is_being_recorded
from detector.night.upkeep.library import files_of
from detector.summary.judged.reviewed import Reviewed, reviewed
from detector.summary.night import summarise
from detector.summary.zone import zone_of
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from pathlib import Path

    from detector.series import Rate
    from detector.summary.night import NightSummary, SensorSummary

LEAST_FOR_A_RATE_S = 600.0
"""In less, a single twitch would be told as many an hour."""

NightState = Literal["sound", "recording", "locked", "damaged"]


@dataclass(frozen=True, slots=True)
class LineOfSensor:
    """A wearable in the list.

    Parameters
    ----------
    name, model, place
        As in `Sensor`.
    twitch_count
        As in `SensorSummary`.
    per_hour, low_per_hour, high_per_hour
        Twitches per measurable hour (where that is not known, per recorded hour in which it was worn) and their 95 %
        interval; None where nothing was measured, or less than ten minutes.
    true_per_hour, low_true_per_hour, high_true_per_hour
        The same of those that are twitches by the labels, with their uncertainty; None where the labels do not say.
    """

    name: str
    model: str
    place: str | None
    twitch_count: int
    per_hour: float | None
    low_per_hour: float | None
    high_per_hour: float | None
    true_per_hour: float | None = None
    low_true_per_hour: float | None = None
    high_true_per_hour: float | None = None


@dataclass(frozen=True, slots=True)
class NightLine:
    """A night in the list.

    Parameters
    ----------
    name
        Of its file, without the ending.
    path
        Of its file.
    state
        How it is; of the last two the rest is not known.
    words
        What is wrong with it; "" where nothing is.
    size_bytes
        Of its files.
    start_ns, end_ns
        UTC of the first sample and of the one after the last, in ns; None without samples, or where not known.
    timezone
        The wearer's, as IANA names it; None where it is not known.
    has_date
        Whether its times are dates.
    recorded_share
        Time covered by samples, over the length of the night; of several wearables their mean. None without samples.
    measurable_share
        Time in which twitches could be measured, over the time recorded; None where it is not known.
    event_count
        Events of all kinds.
    reviewed_share
        Events that somebody has judged, of those that can be; None where it is not known, or there are none.
    sensors
        One each.
    """

    name: str
    path: str
    state: NightState
    words: str
    size_bytes: int
    start_ns: int | None = None
    end_ns: int | None = None
    timezone: str | None = None
    has_date: bool = True
    recorded_share: float | None = None
    measurable_share: float | None = None
    event_count: int = 0
    reviewed_share: float | None = None
    sensors: tuple[LineOfSensor, ...] = ()

    @property
    def length_s(self) -> float | None:
        """From the first sample to the end of the last, in s; None without samples."""
        return None if self.start_ns is None or self.end_ns is None else (self.end_ns - self.start_ns) / NS


def line_of(path: Path) -> NightLine:
    """Tell a night in a line.

    Parameters
    ----------
    path
        The file. A night that cannot be read is told, too: no error is raised.

    Returns
    -------
    NightLine
        As of this moment.
    """
    try:
        with Night(path) as night:
            return line_of_open(night, summarise(night))
    except NightError as error:
        return line_of_unreadable(path, error)


def line_of_open(night: Night, summary: NightSummary) -> NightLine:
    """Tell a night that is open, and summed up, in a line.

    Raises
    ------
    NightError
        Where it is damaged.
    """
    state: NightState = "recording" if is_being_recorded(night.path) else "sound"
    return _line(night.path, state, _size(night.path), summary, reviewed_share(night))


def line_of_unreadable(path: Path, error: NightError) -> NightLine:
    """Tell a night in a line that could not be read for this reason."""
    state: NightState = "locked" if isinstance(error, LockedNightError) else "damaged"
    return NightLine(path.stem, str(path), state, str(error), _size(path))


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):  # its recorder may just be closing it
        return sum(file.lstat().st_size for file in files_of(path))
    return 0


def reviewed_share(night: Night) -> float | None:
    """Return the share of events that somebody has judged; None where nothing can be judged."""
    return sum(reviewed(night).values(), Reviewed()).share


def _line(path: Path, state: NightState, size_bytes: int, summary: NightSummary, reviewed: float | None) -> NightLine:
    zone = zone_of(summary.runs)
    length_s = 0.0
    if summary.start_ns is not None and summary.end_ns is not None:
        length_s = (summary.end_ns - summary.start_ns) / NS * len(summary.sensors)
    measurable = summary.measurable
    return NightLine(
        name=path.stem,
        path=str(path),
        state=state,
        words="",
        size_bytes=size_bytes,
        start_ns=summary.start_ns,
        end_ns=summary.end_ns,
        timezone=None if zone is None else zone.key,
        has_date=any(sensor.has_date for sensor in summary.sensors),
        recorded_share=min(summary.recorded_s / length_s, 1.0) if length_s else None,
        measurable_share=measurable.measurable_s / summary.recorded_s if measurable and summary.recorded_s else None,
        event_count=sum(summary.kinds.values()),
        reviewed_share=reviewed,
        sensors=tuple(map(_line_of_sensor, summary.sensors)),
    )


def _line_of_sensor(sensor: SensorSummary) -> LineOfSensor:
    twitches = None if sensor.series is None else sensor.series.twitches
    counted_s = sensor.worn_s if sensor.measurable is None else sensor.measurable.measurable_s
    told = twitches if counted_s >= LEAST_FOR_A_RATE_S else None
    true = None if told is None else sensor.corrected.rate
    return LineOfSensor(
        sensor.name,
        sensor.model,
        sensor.place,
        sensor.twitch_count,
        *_with_interval(told),
        *_with_interval(true),
    )


def _with_interval(rate: Rate | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if rate is None else (rate.per_hour, rate.low_per_hour, rate.high_per_hour)
