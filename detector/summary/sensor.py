"""A wearable's share of a night, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.night.judging.judgements import place_of
from detector.series import (
    Measured,
    SensorSeries,
    Span,
    TremorSummary,
    observed_spans,
    series_of_sensor,
    summarise_tremor,
)
from detector.summary.hours import Clock, HoursOfSensor
from detector.summary.judged.corrected import Corrected, corrected
from detector.summary.judged.precision import Labelled
from detector.summary.levels import Level, block_of, levels_of
from detector.summary.measurable import Measurable, Minutes
from detector.summary.observed import Observed
from detector.summary.restless import Restlessness, restlessness_of
from detector.summary.sensitivity import Sensitivity, seen_mg, sensitivity_of
from detector.summary.sides import Hearing
from detector.summary.worn import wear_of
from firmware_bridge.samples import NS, Gap

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.events import Event
    from detector.minutes import MeasuredMinute
    from detector.night import Sensor
    from detector.night.codec.segment import Anchors
    from detector.night.judging.judgements import Place
    from detector.summary.told import Told
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
    sensitivity
        How small a twitch was found; None where it is not known.
    levels
        Twitches of at least each of `LEVELS_MG`, in the time in which 90 % of them would be found.
    corrected
        The rate of twitches corrected by what reviewers said of them.
    restlessness
        Turns, and stillness; None where it was not worn.
    tremor
        How much tremor there was; None where it was not worn.
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
    sensitivity: Sensitivity | None
    levels: tuple[Level, ...]
    corrected: Corrected
    restlessness: Restlessness | None
    tremor: TremorSummary | None
    battery_first: float | None
    battery_last: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What a wearable's numbers are worked out from: whoever tells more of it need not read it again.

    Parameters
    ----------
    anchors
        Where its samples lie in time.
    gaps
        Where some are missing.
    away
        UTC in ns between which it was not worn, or it is not clear whether it was.
    minutes
        Its minutes, as far as it was worn; None where an older fasciwatch has made the night.
    twitches
        Onset (UTC in ns) and event of each twitch that counts, in the order of time.
    """

    anchors: Anchors
    gaps: list[Gap]
    away: list[tuple[int, int]]
    minutes: list[MeasuredMinute] | None
    twitches: list[tuple[int, Event]]


@dataclass(frozen=True, slots=True)
class Share:
    """What a night's summary needs of a wearable beside its numbers.

    Parameters
    ----------
    summary
        Its numbers.
    hours
        Its hours of the clock.
    kinds
        The kind of every event, also of those that do not count.
    counted, counted_s
        Twitches that count, and the time that they are of, in s.
    events, spans
        What it has seen while it was worn, and when that was.
    hearing
        Its twitches that count, and where it could measure; None where that is not known, or its times are no dates.
    basis
        What all that is worked out from.
    """

    summary: SensorSummary
    hours: HoursOfSensor
    kinds: tuple[str, ...]
    counted: int
    counted_s: float
    events: list[Event]
    spans: list[Span]
    hearing: Hearing | None
    basis: Basis


def share_of(night: Told, sensor: Sensor, clock: Clock, said: tuple[list[Place], Labelled] | None) -> Share:
    """Sum up what a wearable has recorded, by the wearer's clock, and by what reviewers said of its twitches."""
    anchors = night.anchors(sensor.name)
    recorded_s = float(anchors.seconds.sum())
    sample_count = int(anchors.length.sum())
    gaps = night.gaps(sensor.name)
    placed, told = night.placed_events(sensor.name), night.measured(sensor.name)
    worn = wear_of(night, sensor.name, placed, told)
    observed = Observed(anchors, worn)
    worn_s = observed.worn_s
    start_ns = int(anchors.start_ns[0]) if len(anchors.start_ns) else None
    events, onsets = observed.events(placed)
    is_twitch = np.array([event.kind == "twitch" for event in events], bool)
    counts = np.ones(len(events), bool)
    measurable, sensitivity = None, None
    # A row belongs to the hour it begins in: no more than a second lies on the wrong side.
    hours = HoursOfSensor(
        sensor.name, clock.add_up(anchors.start_ns, anchors.seconds), clock.add_up(observed.start_ns, observed.seconds)
    )
    hearing, kept = None, None
    part_ns, part_s = observed.start_ns, observed.seconds
    seen = np.full(len(part_ns), np.nan)
    if told is not None:
        kept = observed.minutes(told)
        minutes = Minutes(kept)
        counts = minutes.count(onsets)
        measurable = minutes.sum_up(worn_s, int((is_twitch & ~counts).sum()))
        part_ns, part_s, seen = minutes.start_ns, minutes.measurable_s, seen_mg(kept)
        sensitivity = sensitivity_of(kept)
        hours.measurable_s = clock.add_up(part_ns, part_s)
    counting = np.flatnonzero(is_twitch & counts)
    for each in clock.hours(onsets[counting]).tolist():
        hours.twitches[each] += 1
    rate_s = worn_s if measurable is None else measurable.measurable_s
    spans = _spans(anchors, [(gap.start_ns, gap.end_ns) for gap in gaps] + observed.away)
    parts_s = (part_ns - (start_ns or 0)) / NS
    measured = Measured(
        [event for event, does in zip(events, counts, strict=True) if does],
        rate_s,
        list(zip(parts_s.tolist(), part_s.tolist(), strict=True)),
    )
    twitches_s, p2p_mg = (
        np.array([getattr(events[at], name) for at in counting], np.float64) for name in ("onset_s", "p2p_mg")
    )
    if told is not None and sensor.has_date:
        hearing = Hearing(sensor.name, sensor.place, onsets[counting], p2p_mg, part_ns, part_s, seen)
    labelled = _labelled(said, onsets[counting], [events[at] for at in counting])
    levels = levels_of(twitches_s, p2p_mg, parts_s, part_s, seen, labelled)
    battery = [level.percent for level in night.battery(sensor.name)]
    summary = SensorSummary(
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
        twitches_per_hour=per_hour(len(counting), rate_s),
        series=series_of_sensor(events, spans, worn_s, measured=measured),
        sudden_count=sum(event.kind in MOVEMENTS and _has(event, "sudden") for event in events),
        clonus_count=sum(_has(event, "clonus") for event in events),
        sensitivity=sensitivity,
        levels=levels,
        corrected=corrected(labelled, levels[0].blocks, block_of(twitches_s, parts_s, part_s), rate_s),
        restlessness=restlessness_of(events, spans, worn_s, twitches_s, None if told is None else (parts_s, part_s)),
        tremor=summarise_tremor(events, worn_s),
        battery_first=battery[0] if battery else None,
        battery_last=battery[-1] if battery else None,
    )
    twitches = [(onset_ns, events[at]) for onset_ns, at in zip(onsets[counting].tolist(), counting, strict=True)]
    return Share(
        summary,
        hours,
        tuple(event.kind for _, event in placed),
        len(counting),
        rate_s,
        events,
        spans,
        hearing,
        Basis(anchors, gaps, observed.away, kept, twitches),
    )


def _labelled(
    said: tuple[list[Place], Labelled] | None, onsets_ns: npt.NDArray[np.int64], twitches: list[Event]
) -> Labelled:
    """Pick what is said of these twitches."""
    if said is None:
        return Labelled.nothing(len(twitches))
    where = {place.spot: at for at, place in enumerate(said[0])}
    spots = (place_of(onset_ns, event).spot for onset_ns, event in zip(onsets_ns.tolist(), twitches, strict=True))
    return said[1].at(np.array([where[spot] for spot in spots], np.intp))


def per_hour(count: int, seconds: float) -> float | None:
    """Rate of so many events in so much time; None without time."""
    return count * _HOUR_S / seconds if seconds else None


def _spans(anchors: Anchors, missing: list[tuple[int, int]]) -> list[Span]:
    """Time without a gap in which it was worn, in s from the first sample as `Event.onset_s` counts."""
    if not len(anchors.start_ns):
        return []
    start_ns = int(anchors.start_ns[0])
    return observed_spans(
        (anchors.last_end_ns - start_ns) / NS,
        [((gap_start_ns - start_ns) / NS, (gap_end_ns - start_ns) / NS) for gap_start_ns, gap_end_ns in missing],
    )


def _has(event: Event, flag: str) -> bool:
    return flag in event.flags.split("|")
