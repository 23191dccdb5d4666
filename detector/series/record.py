"""What a run of events is, and how many of them an hour brings."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from detector.events import Event
from detector.series.rates import Rate, rate_per_hour

SeriesName = Literal[
    "periodic_limb_movements",
    "high_frequency_movements",
    "alternating_activation",
    "frequent_twitches",
    "tremor_episode",
]
"""Forms of movement in time; none of them names a disease."""

SERIES_NAMES: tuple[SeriesName, ...] = get_args(SeriesName)


@dataclass(frozen=True, slots=True)
class Series:
    """A run of events.

    Parameters
    ----------
    name
        One of `SERIES_NAMES`.
    onset_s
        Where it begins, in s from the recording's first sample.
    duration_s
        Until the end of its last event, or of its last full minute, in s.
    count
        Events in it.
    interval_s
        Median time from onset to onset, in s; None for a single event.
    dominant_hz
        Frequency of a tremor in Hz, each part weighed by its length; None for all others.
    """

    name: SeriesName
    onset_s: float
    duration_s: float
    count: int
    interval_s: float | None
    dominant_hz: float | None = None


@dataclass(frozen=True, slots=True)
class SeriesIndex:
    """All the runs of one name.

    Parameters
    ----------
    name
        One of `SERIES_NAMES`.
    series
        Runs per observed hour.
    events
        Events in these runs per observed hour; for periodic limb movements this is their index.
    total_s
        Time in these runs, in s.
    """

    name: SeriesName
    series: Rate
    events: Rate
    total_s: float


def make_series(name: SeriesName, members: Sequence[Event], dominant_hz: float | None = None) -> Series:
    """Make a series of the events in it, at least one, in the order of their onset."""
    onset_s = members[0].onset_s
    return Series(
        name,
        onset_s,
        max(event.onset_s + event.duration_s for event in members) - onset_s,
        len(members),
        median_interval_s(members),
        dominant_hz,
    )


def median_interval_s(members: Sequence[Event]) -> float | None:
    """Median time from onset to onset in s; None for less than two events."""
    onsets_s = [event.onset_s for event in members]
    steps_s = [after - before for before, after in itertools.pairwise(onsets_s)]
    return statistics.median(steps_s) if steps_s else None


def index_of(name: SeriesName, found: Iterable[Series], seconds: float) -> SeriesIndex | None:
    """Count the runs of one name in so much observed time; None where nothing was observed."""
    runs = [series for series in found if series.name == name]
    series = rate_per_hour(len(runs), seconds)
    events = rate_per_hour(sum(run.count for run in runs), seconds)
    if series is None or events is None:
        return None
    return SeriesIndex(name, series, events, sum(run.duration_s for run in runs))
