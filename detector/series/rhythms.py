"""What goes on in a rhythm: episodes of tremor, and the pulse."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from detector.events import Event
from detector.series.observed import Span, by_span, observed_s
from detector.series.record import Series, make_series

MERGE_S = 2.0
"""Stretches of tremor closer than this are one episode."""

_LEAST_SHARE = 0.01
"""Felt in less of the time, a few stretches taken for a pulse would be the heart rate of the night."""


def tremor_episodes(events: Iterable[Event], spans: Sequence[Span]) -> list[Series]:
    """Join stretches of tremor that are less than 2 s apart into episodes.

    2 s is the window over which a tremor's frequency is usually determined (S. Teufl et al., "Objective identification
    of tremor in multiple sclerosis by wrist accelerometry", 2021, PMC7869147): a shorter pause would not be seen there.
    A gap ends an episode. Its frequency is the mean of its parts', weighed by their length.

    Parameters
    ----------
    events
        Of one sensor, any kinds, in any order.
    spans
        Observed time.
    """
    series = []
    for _, found in by_span((event for event in events if event.kind == "tremor"), spans):
        episodes: list[list[Event]] = []
        end_s = 0.0
        for event in found:
            if episodes and event.onset_s - end_s < MERGE_S:
                episodes[-1].append(event)
                end_s = max(end_s, event.onset_s + event.duration_s)
            else:
                episodes.append([event])
                end_s = event.onset_s + event.duration_s
        series += [make_series("tremor_episode", episode, _mean_hz(episode)) for episode in episodes]
    return series


def _mean_hz(episode: Sequence[Event]) -> float:
    total_s = math.fsum(event.duration_s for event in episode)
    if not total_s:
        return episode[0].dominant_hz
    return math.fsum(event.dominant_hz * event.duration_s for event in episode) / total_s


@dataclass(frozen=True, slots=True)
class TremorSummary:
    """How much tremor there was.

    Parameters
    ----------
    share
        Part of the observed time with tremor, 0 to 1.
    seconds
        The same in s.
    hz
        Its frequency: the mean of the stretches', weighed by their length; None without any.
    lowest_hz, highest_hz
        Slowest and fastest stretch; None without any.
    """

    share: float
    seconds: float
    hz: float | None
    lowest_hz: float | None
    highest_hz: float | None


def summarise_tremor(events: Iterable[Event], seconds: float) -> TremorSummary | None:
    """Sum up the tremor.

    Parameters
    ----------
    events
        Of one sensor, any kinds, in any order.
    seconds
        Observed time in s.

    Returns
    -------
    TremorSummary or None
        None where nothing was observed.
    """
    if seconds <= 0:
        return None
    found = [event for event in events if event.kind == "tremor"]
    if not found:
        return TremorSummary(0.0, 0.0, None, None, None)
    total_s = math.fsum(event.duration_s for event in found)
    each_hz = [event.dominant_hz for event in found]
    return TremorSummary(min(total_s / seconds, 1.0), total_s, _mean_hz(found), min(each_hz), max(each_hz))


@dataclass(frozen=True, slots=True)
class PulseSummary:
    """Where the sensor felt the heart beat.

    Parameters
    ----------
    share
        Part of the observed time in which the pulse was recognised, 0 to 1.
    recognised_s
        The same in s.
    beats_per_minute
        Median over this time.
    lowest_per_minute, highest_per_minute
        Slowest and fastest stretch.
    """

    share: float
    recognised_s: float
    beats_per_minute: float
    lowest_per_minute: float
    highest_per_minute: float

    @property
    def is_glimpse(self) -> bool:
        """Whether it was felt for too little of the time to say how fast it was."""
        return self.share < _LEAST_SHARE


def summarise_pulse(events: Iterable[Event], spans: Sequence[Span]) -> PulseSummary | None:
    """Sum up the stretches in which the pulse was recognised.

    Each ``pulse`` event is such a stretch; its `Event.dominant_hz` is the heart rate in beats per second.

    Parameters
    ----------
    events
        Of one sensor, any kinds, in any order. Stretches may overlap.
    spans
        Observed time; None of a stretch outside of it counts.

    Returns
    -------
    PulseSummary or None
        None where no pulse was recognised.
    """
    recognised_s = 0.0
    rates: list[tuple[float, float]] = []
    for span, found in by_span((event for event in events if event.kind == "pulse"), spans):
        end_s = span.start_s
        for event in found:
            begins_s = max(event.onset_s, end_s)
            end_s = max(min(event.onset_s + event.duration_s, span.end_s), end_s)
            fresh_s = max(end_s - begins_s, 0.0)
            recognised_s += fresh_s
            if fresh_s:
                rates.append((60 * event.dominant_hz, fresh_s))
    if not rates:
        return None
    rates.sort()
    return PulseSummary(
        share=recognised_s / observed_s(spans),
        recognised_s=recognised_s,
        beats_per_minute=_weighted_median(rates),
        lowest_per_minute=rates[0][0],
        highest_per_minute=rates[-1][0],
    )


def _weighted_median(ascending: Sequence[tuple[float, float]]) -> float:
    half = sum(weight for _, weight in ascending) / 2
    below = 0.0
    for value, weight in ascending:
        below += weight
        if below >= half:
            return value
    return ascending[-1][0]
