"""All the series of a sensor, and of a pair of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detector.events import Event, Kind
from detector.series.dispersed import blocks_of
from detector.series.legs import periodic_movements_of_both_legs
from detector.series.movements import alternating_activation, high_frequency_movements, periodic_limb_movements
from detector.series.observed import Span, common_spans, observed_s
from detector.series.rates import Rate, rate_per_hour
from detector.series.record import Series, SeriesIndex, SeriesName, index_of
from detector.series.rhythms import PulseSummary, summarise_pulse, tremor_episodes
from detector.series.twitches import frequent_twitches

_MINUTE_S = 60.0
_OF_ONE: tuple[SeriesName, ...] = (
    "periodic_limb_movements",
    "high_frequency_movements",
    "frequent_twitches",
    "tremor_episode",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Events that came where twitches could be measured, and that time: twitches and trains are counted by it.

    Parameters
    ----------
    events
        Of any kinds, in any order.
    seconds
        Length of the time in s.
    parts
        The same time in parts of a minute at most, in any order: where each begins, in s from the recording's first
        sample, and how much of it there is, in s. From how the counts differ over the night follows the interval.
    """

    events: Sequence[Event]
    seconds: float
    parts: Sequence[tuple[float, float]] = ()

    def rate(self, kind: Kind) -> Rate | None:
        """Count events of a kind; None where nothing was measured."""
        moments_s = [event.onset_s for event in self.events if event.kind == kind]
        return rate_per_hour(len(moments_s), self.seconds, blocks=blocks_of(moments_s, self.parts))


@dataclass(frozen=True, slots=True)
class SensorSeries:
    """What a sensor's events are over the night.

    Parameters
    ----------
    observed_s
        Time covered by samples, in s: what the rates are for.
    twitches, trains
        Events of these kinds per observed hour, or, where it is known in what part of it they could be measured, per
        hour of that part; None where there is no such part.
    indices
        The runs of each name per observed hour; names without a run are left out.
    found
        The runs, in the order of time.
    pulse
        None where it was not recognised.
    """

    observed_s: float
    twitches: Rate | None
    trains: Rate | None
    indices: tuple[SeriesIndex, ...]
    found: tuple[Series, ...]
    pulse: PulseSummary | None


def series_of_sensor(
    events: Sequence[Event],
    spans: Sequence[Span],
    seconds: float | None = None,
    measured: Measured | None = None,
) -> SensorSeries | None:
    """Find all the series of one sensor.

    Parameters
    ----------
    events
        Of one sensor, any kinds, in any order.
    spans
        Observed time.
    seconds
        Length of the observed time in s, where it is known better than from the spans.
    measured
        Where twitches could be measured. None where it is not known; all other rates are by the observed time.

    Returns
    -------
    SensorSeries or None
        None where nothing was observed.
    """
    if seconds is None:
        seconds = observed_s(spans)
    if seconds <= 0:
        return None
    counted = Measured(events, seconds, tuple(_parts(spans))) if measured is None else measured
    found = [
        *periodic_limb_movements(events, spans),
        *high_frequency_movements(events, spans),
        *frequent_twitches(events, spans),
        *tremor_episodes(events, spans),
    ]
    return SensorSeries(
        observed_s=seconds,
        twitches=counted.rate("twitch"),
        trains=counted.rate("train"),
        indices=_indices(_OF_ONE, found, seconds),
        found=tuple(sorted(found, key=lambda series: (series.onset_s, series.name))),
        pulse=summarise_pulse(events, spans),
    )


@dataclass(frozen=True, slots=True)
class PairSeries:
    """What the events of two sensors are together.

    Parameters
    ----------
    one, other
        Names of the sensors.
    observed_s
        Time covered by samples of both, in s.
    index
        Alternating activation, or periodic limb movements of both legs, per hour of this time.
    found
        The runs, in the order of time, in s from the first sample of `one`.
    """

    one: str
    other: str
    observed_s: float
    index: SeriesIndex
    found: tuple[Series, ...]


def series_of_pair(
    names: tuple[str, str],
    events: tuple[Sequence[Event], Sequence[Event]],
    spans: tuple[Sequence[Span], Sequence[Span]],
    other_starts_s: float,
    *,
    are_legs: bool = False,
) -> list[PairSeries]:
    """Find the series that need two sensors.

    Parameters
    ----------
    names, events, spans
        Of either sensor: its name, its events of any kinds in any order, its observed time.
    other_starts_s
        How long after the first sample of the first sensor that of the second one was taken, in s.
    are_legs
        Whether one is worn on the left leg and the other on the right one.

    Returns
    -------
    list of PairSeries
        One of each kind of run; alternating activation only where one was found, periodic limb movements of both legs
        wherever both were observed at the same time.
    """
    seconds = observed_s(common_spans(*spans, other_starts_s))
    alternating = alternating_activation(*events, *spans, other_starts_s)
    periodic = periodic_movements_of_both_legs(*events, *spans, other_starts_s) if are_legs else []
    runs: list[tuple[SeriesName, list[Series]]] = [("alternating_activation", alternating)] if alternating else []
    if are_legs:
        runs.append(("periodic_limb_movements", periodic))
    indices = [(index_of(name, found, seconds), found) for name, found in runs]
    return [PairSeries(*names, seconds, index, tuple(found)) for index, found in indices if index is not None]


def _parts(spans: Sequence[Span]) -> Iterator[tuple[float, float]]:
    for span in spans:
        for minute in range(math.ceil(span.length_s / _MINUTE_S)):
            start_s = span.start_s + minute * _MINUTE_S
            yield start_s, min(_MINUTE_S, span.end_s - start_s)


def _indices(names: Sequence[SeriesName], found: Sequence[Series], seconds: float) -> tuple[SeriesIndex, ...]:
    indices = (index_of(name, found, seconds) for name in names)
    return tuple(index for index in indices if index is not None and index.series.count)
