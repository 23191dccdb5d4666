"""A night in numbers."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.night.sentences import as_night_error
from detector.series import (
    Measured,
    PairSeries,
    SensorSeries,
    Span,
    leg_of,
    observed_spans,
    series_of_pair,
    series_of_sensor,
)
from detector.summary.hours import HOUR_NS, HoursOfSensor, HourSummary, hours_of
from detector.summary.measurable import Measurable, Minutes, together
from detector.summary.observed import Observed
from detector.summary.worn import wear
from firmware_bridge.samples import NS, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.events import Event
    from detector.night import Night, Run
    from detector.night.codec.segment import Anchors
    from detector.wear.states import Stretch

LONGEST = 5
"""Gaps named in a summary."""

_HOUR_S = 3600

MOVEMENTS = ("limb_movement", "movement")
"""Kinds of event that may be sudden limb movements."""


@dataclass(frozen=True, slots=True)
class SensorSummary:
    """A wearable's share of a night.

    Parameters
    ----------
    name, model, place, has_date
        As in `Sensor`.
    nominal_hz
        Rate asked for, in Hz.
    rate_hz
        True rate over the night, in Hz; None without samples.
    start_ns
        UTC of its first sample, in ns; None without samples.
    recorded_s
        Time covered by samples, in s.
    sample_count
        Number of samples.
    worn_s
        Part of `recorded_s` in which it was worn, in s: not off the body, not charging, and not unclear.
    measurable
        In how much of that twitches could be measured; None where it is not known, as in a night of an older version.
    wear
        How it was over the night, stretch by stretch.
    gap_count, gap_s
        Number of gaps, and the time lost to them in s.
    longest_gaps
        The longest ones, longest first.
    twitch_count
        Events of the kind ``twitch`` whose samples are there, while it was worn.
    twitches_per_hour
        Of those in minutes in which twitches could be measured, per hour in which they could; where that is not known,
        of all per recorded hour in which it was worn. None without such an hour.
    series
        The same with its interval, and the runs of events; None without samples.
    sudden_count, clonus_count
        Limb movements and other movements that began suddenly, and events with the dying beats of a clonus; while worn.
    battery_first, battery_last
        In percent, where known.
    """

    name: str
    model: str
    place: str | None
    has_date: bool
    nominal_hz: float
    rate_hz: float | None
    start_ns: int | None
    recorded_s: float
    worn_s: float
    measurable: Measurable | None
    wear: tuple[Stretch, ...]
    sample_count: int
    gap_count: int
    gap_s: float
    longest_gaps: tuple[Gap, ...]
    twitch_count: int
    twitches_per_hour: float | None
    series: SensorSeries | None
    sudden_count: int
    clonus_count: int
    battery_first: float | None
    battery_last: float | None


@dataclass(frozen=True, slots=True)
class NightSummary:
    """A night in numbers.

    Parameters
    ----------
    start_ns, end_ns
        UTC of the first sample and of the one after the last, in ns; None without samples.
    recorded_s
        Time covered by samples, in s, added up over the wearables.
    sensors
        One each.
    pairs
        What the events of two wearables are together; pairs that are not two legs and have no such run are left out.
    kinds
        Number of events of each kind found.
    measurable
        As in `SensorSummary`, added up over the wearables.
    twitches_per_hour
        As in `SensorSummary`: twitches that count of all wearables over the hours of all; None without one.
    hours
        The hours of the clock that hold samples.
    runs
        What made it, first to last.
    """

    start_ns: int | None
    end_ns: int | None
    recorded_s: float
    sensors: tuple[SensorSummary, ...]
    pairs: tuple[PairSeries, ...]
    kinds: dict[str, int]
    measurable: Measurable | None
    twitches_per_hour: float | None
    hours: tuple[HourSummary, ...]
    runs: tuple[Run, ...]

    @property
    def gap_count(self) -> int:
        """Number of gaps of all wearables."""
        return sum(sensor.gap_count for sensor in self.sensors)

    @property
    def gap_s(self) -> float:
        """Time lost to gaps, in s, added up over the wearables."""
        return sum(sensor.gap_s for sensor in self.sensors)

    @property
    def version(self) -> str:
        """Version of fasciwatch that made the last part of it."""
        return self.runs[-1].made_by.version if self.runs else ""

    @property
    def settings_sha256(self) -> tuple[str, ...]:
        """Hashes of the detector's settings, each once, in the order of their use."""
        return tuple(dict.fromkeys(run.settings_sha256 for run in self.runs))


def summarise(night: Night) -> NightSummary:
    """Sum a night up, after a look whether all of it is there.

    Parameters
    ----------
    night
        The night; it may be recorded meanwhile.

    Returns
    -------
    NightSummary
        As of this moment.

    Raises
    ------
    NightError
        Where it is damaged.
    """
    night.see_that_it_is_whole()
    with as_night_error(night.path):  # what no checksum covers may contradict itself
        return _summarise(night)


def _summarise(night: Night) -> NightSummary:
    counted_s = 0.0
    counted = 0
    sensors = []
    hours = []
    kinds: Counter[str] = Counter()
    seen: list[_Seen] = []
    for sensor in night.sensors:
        anchors = night.anchors(sensor.name)
        recorded_s = float(anchors.seconds.sum())
        sample_count = int(anchors.length.sum())
        gaps = night.gaps(sensor.name)
        worn = wear(night, sensor.name)
        observed = Observed(anchors, worn)
        worn_s = observed.worn_s
        start_ns = int(anchors.start_ns[0]) if len(anchors.start_ns) else None
        placed = night.placed_events(sensor.name)
        kinds.update(event.kind for _, event in placed)
        events, onsets = observed.events(placed)
        is_twitch = np.array([event.kind == "twitch" for event in events], bool)
        counts = np.ones(len(events), bool)
        measurable = None
        hour = HoursOfSensor(sensor.name)
        hours.append(hour)
        told = night.measured(sensor.name)
        if told is None:
            parts = _parts(observed.start_ns, observed.seconds, start_ns)
        else:
            minutes = Minutes(observed.minutes(told))
            counts = minutes.count(onsets)
            measurable = minutes.sum_up(worn_s, int((is_twitch & ~counts).sum()))
            parts = _parts(minutes.start_ns, minutes.measurable_s, start_ns)
            hour.measurable_s = _by_hour(minutes.start_ns, minutes.measurable_s)
        # A row belongs to the hour it begins in: no more than a second lies on the wrong side.
        hour.recorded_s = _by_hour(anchors.start_ns, anchors.seconds)
        hour.worn_s = _by_hour(observed.start_ns, observed.seconds)
        for each in (onsets[is_twitch & counts] // HOUR_NS).tolist():
            hour.twitches[each] += 1
        counted += int((is_twitch & counts).sum())
        rate_s = worn_s if measurable is None else measurable.measurable_s
        counted_s += rate_s
        spans = _spans(anchors, [(gap.start_ns, gap.end_ns) for gap in gaps] + observed.away)
        if start_ns is not None and sensor.has_date:
            seen.append(_Seen(sensor.name, leg_of(sensor.place), start_ns, events, spans))
        battery = [level.percent for level in night.battery(sensor.name)]
        counting = [event for event, does in zip(events, counts, strict=True) if does]
        sensors.append(
            SensorSummary(
                name=sensor.name,
                model=sensor.model,
                place=sensor.place,
                has_date=sensor.has_date,
                nominal_hz=sensor.nominal_hz,
                rate_hz=sample_count / recorded_s if recorded_s else None,
                start_ns=start_ns,
                recorded_s=recorded_s,
                worn_s=worn_s,
                measurable=measurable,
                wear=tuple(worn),
                sample_count=sample_count,
                gap_count=len(gaps),
                gap_s=sum(gap.end_ns - gap.start_ns for gap in gaps) / NS,
                longest_gaps=tuple(sorted(gaps, key=lambda gap: gap.start_ns - gap.end_ns)[:LONGEST]),
                twitch_count=int(is_twitch.sum()),
                twitches_per_hour=_per_hour(int((is_twitch & counts).sum()), rate_s),
                series=series_of_sensor(events, spans, worn_s, measured=Measured(counting, rate_s, parts)),
                sudden_count=sum(event.kind in MOVEMENTS and _has(event, "sudden") for event in events),
                clonus_count=sum(_has(event, "clonus") for event in events),
                battery_first=battery[0] if battery else None,
                battery_last=battery[-1] if battery else None,
            )
        )
    measurable = together(sensor.measurable for sensor in sensors)
    return NightSummary(
        start_ns=night.start_ns,
        end_ns=night.end_ns,
        recorded_s=sum(sensor.recorded_s for sensor in sensors),
        sensors=tuple(sensors),
        pairs=tuple(_pairs(seen)),
        kinds=dict(sorted(kinds.items())),
        measurable=measurable,
        twitches_per_hour=_per_hour(counted, counted_s),
        hours=hours_of(hours),
        runs=night.runs,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a wearable with dates has seen."""

    name: str
    leg: str | None
    start_ns: int
    events: list[Event]
    spans: list[Span]


def _parts(
    starts_ns: npt.NDArray[np.int64], seconds: npt.NDArray[np.float64], first_ns: int | None
) -> list[tuple[float, float]]:
    """Put time that counts on the scale of `Event.onset_s`; see `Measured`."""
    return list(zip(((starts_ns - (first_ns or 0)) / NS).tolist(), seconds.tolist(), strict=True))


def _by_hour(starts_ns: npt.NDArray[np.int64], seconds: npt.NDArray[np.float64]) -> defaultdict[int, float]:
    """Add up seconds by the hour since 1970 that each begins in."""
    hours, which = np.unique(starts_ns // HOUR_NS, return_inverse=True)
    return defaultdict(float, zip(hours.tolist(), np.bincount(which, seconds, len(hours)).tolist(), strict=True))


def _spans(anchors: Anchors, missing: list[tuple[int, int]]) -> list[Span]:
    """Time without a gap in which it was worn, in s from the first sample as `Event.onset_s` counts."""
    if not len(anchors.start_ns):
        return []
    start_ns = int(anchors.start_ns[0])
    return observed_spans(
        (anchors.last_end_ns - start_ns) / NS,
        [((gap_start_ns - start_ns) / NS, (gap_end_ns - start_ns) / NS) for gap_start_ns, gap_end_ns in missing],
    )


def _pairs(seen: list[_Seen]) -> Iterator[PairSeries]:
    for one, other in itertools.combinations(seen, 2):
        yield from series_of_pair(
            (one.name, other.name),
            (one.events, other.events),
            (one.spans, other.spans),
            (other.start_ns - one.start_ns) / NS,
            are_legs={one.leg, other.leg} == {"left", "right"},
        )


def _has(event: Event, flag: str) -> bool:
    return flag in event.flags.split("|")


def _per_hour(count: int, recorded_s: float) -> float | None:
    return count * _HOUR_S / recorded_s if recorded_s else None
