"""Runs of limb movements, by the rules for leg movements in sleep.

The rules were written for the electromyogram of the tibialis anterior muscle. Here each is applied to what an
accelerometer shows of the same movement: the durations and intervals are the rule's, the amplitude criterion is the
detector's. Worn elsewhere than on a leg, the same form in time gets the same name.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from detector.events import Event
from detector.series.observed import Span, by_span, common_spans, is_cut, microseconds
from detector.series.record import Series, SeriesName, make_series

LEAST_EVENTS = 4
"""Of all three rules."""

CANDIDATE_S = (0.5, 10.0)
PERIODIC_INTERVAL_S = (10.0, 90.0)

FAST_S = (0.25, 1.0)
FAST_HZ = (0.3, 4.0)

ALTERNATING_S = (0.1, 0.5)
ALTERNATING_HZ = (0.5, 3.0)

MOVEMENTS = frozenset({"limb_movement", "movement", "tremor"})
"""Kinds that are candidates or, where they are none, end a series."""
_BURSTS = frozenset({"limb_movement", "twitch"})
_ONE, _OTHER = "one", "other"


def periodic_limb_movements(events: Iterable[Event], spans: Sequence[Span]) -> list[Series]:
    """Find periodic limb movements.

    The rule is that of the World Association of Sleep Medicine (R. Ferri et al., "World Association of Sleep Medicine
    (WASM) 2016 standards for recording and scoring leg movements in polysomnograms", Sleep Medicine 26:86-95, 2016),
    for one leg. A candidate lasts 0.5-10 s. Four or more candidates in a row, each 10-90 s after the one before from
    onset to onset, are a series. It ends by an interval shorter than 10 s or longer than 90 s, by a movement that
    is no candidate, and here by a gap. All limits are inclusive. The candidate that ends a series may begin the next.

    A candidate is a ``limb_movement``. A ``movement`` or ``tremor`` of 0.5 s and more is a movement that is no
    candidate, and so is a limb movement of another length or cut off by a gap. Shorter events, taps and the pulse
    are no leg movements and end nothing.

    The rule is for both legs: see `detector.series.legs` for two sensors. The count of one leg alone is not its. Its
    criterion for respiration needs a signal that no sensor here gives, and is not applied.

    Parameters
    ----------
    events
        Of one sensor, any kinds, in any order.
    spans
        Observed time.
    """
    series: list[Series] = []
    for _, found in by_span((event for event in events if event.kind in MOVEMENTS), spans):
        movements = [event for event in found if is_candidate(event) or event.duration_s >= CANDIDATE_S[0]]
        for candidates, in_a_row in itertools.groupby(movements, is_candidate):
            if candidates:
                series += _runs(
                    "periodic_limb_movements",
                    in_a_row,
                    lambda before, after: follows(before, after, PERIODIC_INTERVAL_S),
                )
    return series


def high_frequency_movements(events: Iterable[Event], spans: Sequence[Span]) -> list[Series]:
    """Find high-frequency leg movements.

    Four or more movements in a row at 0.3-4 Hz (C. Yang and J. W. Winkelman, "Clinical and polysomnographic
    characteristics of high frequency leg movements", Journal of Clinical Sleep Medicine 6:431-438, 2010), each of
    0.25-1 s, as the AASM Manual for the Scoring of Sleep asks of the bursts of hypnagogic foot tremor. The frequency
    is one over the time from onset to onset, of each pair of neighbours. All limits are inclusive. A gap ends a run.

    Such a burst may be found as a ``limb_movement`` or, where it is short, as a ``twitch``. Twitches of less than
    0.25 s are too short for the rule, so quick single twitches in a cluster make no run.

    Parameters
    ----------
    events
        Of one sensor, any kinds, in any order.
    spans
        Observed time.
    """
    series: list[Series] = []
    period_s = _periods(FAST_HZ)
    for _, found in by_span((event for event in events if event.kind in _BURSTS and _lasts(event, FAST_S)), spans):
        series += _runs("high_frequency_movements", found, lambda before, after: follows(before, after, period_s))
    return series


def alternating_activation(
    one: Iterable[Event],
    other: Iterable[Event],
    one_spans: Sequence[Span],
    other_spans: Sequence[Span],
    other_starts_s: float = 0.0,
) -> list[Series]:
    """Find alternating leg muscle activation.

    Four or more bursts in a row that change sides each time, of 100-500 ms each, at 0.5-3 Hz from each burst to the
    next one on the other side (R. D. Chervin, F. B. Consens and E. Kutluay, "Alternating leg muscle activation during
    sleep and arousals: a new sleep-related motor phenomenon?", Movement Disorders 18:551-559, 2003; limits of the AASM
    Manual for the Scoring of Sleep). All limits are inclusive. A gap of either sensor ends a run.

    Parameters
    ----------
    one, other
        Events of a sensor on either leg, any kinds, in any order.
    one_spans, other_spans
        Observed time of each, in s from its own first sample.
    other_starts_s
        How long after the first sample of `one` the first sample of `other` was taken, in s.

    Returns
    -------
    list of Series
        In s from the first sample of `one`.
    """
    both = common_spans(one_spans, other_spans, other_starts_s)
    if not both:
        return []
    # The sensors' own names do not matter, and may be the same.
    bursts = [replace(event, sensor=_ONE) for event in one if _alternates(event)] + [
        replace(event, sensor=_OTHER, onset_s=event.onset_s + other_starts_s) for event in other if _alternates(event)
    ]
    period_s = _periods(ALTERNATING_HZ)
    series: list[Series] = []
    for span, found in by_span(bursts, both):
        # What one sensor saw while the other saw nothing alternates with nothing.
        seen = [event for event in found if span.start_s <= event.onset_s <= span.end_s]
        # Bursts of both sides at the same time are not in turn, and must not be put in one or the other order.
        sides = Counter(onset_us for onset_us, _ in {(microseconds(event.onset_s), event.sensor) for event in seen})
        alone = frozenset(onset_us for onset_us, count in sides.items() if count == 1)
        series += _runs("alternating_activation", seen, partial(_in_turn, alone, period_s))
    return series


def _in_turn(alone: frozenset[int], period_s: tuple[float, float], before: Event, after: Event) -> bool:
    """Whether the other side follows in time, both of them `alone` at their onset."""
    return (
        before.sensor != after.sensor
        and alone.issuperset((microseconds(before.onset_s), microseconds(after.onset_s)))
        and follows(before, after, period_s)
    )


def _runs(name: SeriesName, events: Iterable[Event], goes_on: Callable[[Event, Event], bool]) -> list[Series]:
    """Find the longest runs in which each neighbour goes on from the one before."""
    runs: list[list[Event]] = []
    for event in events:
        if runs and goes_on(runs[-1][-1], event):
            runs[-1].append(event)
        else:
            runs.append([event])
    return [make_series(name, run) for run in runs if len(run) >= LEAST_EVENTS]


def is_candidate(event: Event) -> bool:
    """Whether an event is a candidate movement of one leg."""
    return event.kind == "limb_movement" and _lasts(event, CANDIDATE_S)


def _alternates(event: Event) -> bool:
    return event.kind in _BURSTS and _lasts(event, ALTERNATING_S)


def _lasts(event: Event, limits_s: tuple[float, float]) -> bool:
    low, high = limits_s
    return not is_cut(event) and microseconds(low) <= microseconds(event.duration_s) <= microseconds(high)


def follows(before: Event, after: Event, limits_s: tuple[float, float]) -> bool:
    """Whether the time from onset to onset lies within the limits, both included."""
    low, high = limits_s
    return microseconds(low) <= microseconds(after.onset_s - before.onset_s) <= microseconds(high)


def _periods(limits_hz: tuple[float, float]) -> tuple[float, float]:
    """Shortest and longest time from onset to onset of a range of frequencies."""
    slowest, fastest = limits_hz
    return 1 / fastest, 1 / slowest
