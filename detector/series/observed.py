"""The time that was observed: a gap ends every run, and no rate counts it."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from detector.events import Event


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time without a gap.

    Parameters
    ----------
    start_s, end_s
        Seconds from the recording's first sample, as `Event.onset_s` counts them.
    """

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """Its length in s."""
        return self.end_s - self.start_s


def observed_spans(end_s: float, gaps_s: Iterable[tuple[float, float]]) -> list[Span]:
    """Cut the gaps out of a recording.

    Parameters
    ----------
    end_s
        Length of the recording from its first sample to its end, gaps included, in s.
    gaps_s
        Start and end of each gap in s from the first sample, in any order; they may overlap or touch.

    Returns
    -------
    list of Span
        In the order of time. Two spans may touch: there lies a gap that has no length, as a restart may leave.
    """
    spans = []
    start_s = 0.0
    for gap_start_s, gap_end_s in sorted(gaps_s):
        if min(gap_start_s, end_s) > start_s:
            spans.append(Span(start_s, min(gap_start_s, end_s)))
        start_s = max(start_s, gap_end_s)
    if end_s > start_s:
        spans.append(Span(start_s, end_s))
    return spans


def observed_s(spans: Iterable[Span]) -> float:
    """Add up the observed time, in s."""
    return math.fsum(span.length_s for span in spans)


def common_spans(one: Iterable[Span], other: Iterable[Span], other_starts_s: float) -> list[Span]:
    """Find the time that two sensors both observed.

    Parameters
    ----------
    one, other
        Observed time of each in s from its own first sample; any order, without overlap.
    other_starts_s
        How long after the first sample of `one` the first sample of `other` was taken, in s.

    Returns
    -------
    list of Span
        In s from the first sample of `one`, in the order of time.
    """
    ones = sorted(one)
    others = sorted(Span(span.start_s + other_starts_s, span.end_s + other_starts_s) for span in other)
    found = []
    i = j = 0
    while i < len(ones) and j < len(others):
        start_s, end_s = max(ones[i].start_s, others[j].start_s), min(ones[i].end_s, others[j].end_s)
        if end_s > start_s:
            found.append(Span(start_s, end_s))
        if ones[i].end_s <= others[j].end_s:
            i += 1
        else:
            j += 1
    return found


def by_span(events: Iterable[Event], spans: Sequence[Span]) -> list[tuple[Span, list[Event]]]:
    """Sort events into the spans they begin in.

    The clock may place an onset by less than a sample outside its span: it belongs to the span that began before it,
    or to the first one.

    Parameters
    ----------
    events
        In any order.
    spans
        Observed time; any order.

    Returns
    -------
    list of (Span, list of Event)
        In the order of time, spans without an event left out, events in the order of their onset.

    Raises
    ------
    ValueError
        Where there are events but no time in which they could have been seen.
    """
    ordered = sorted(events, key=in_time)
    if not ordered:
        return []
    spans = sorted(spans)
    if not spans:
        raise ValueError("events need an observed time to lie in, and there is none")
    starts_s = [span.start_s for span in spans]
    sorted_in: dict[int, list[Event]] = {}
    for event in ordered:
        at = max(bisect.bisect_right(starts_s, event.onset_s) - 1, 0)
        sorted_in.setdefault(at, []).append(event)
    return [(spans[at], found) for at, found in sorted(sorted_in.items())]


def in_time(event: Event) -> tuple[float, float, str, str, float]:
    """Sort key that leaves no choice between events that differ in what matters here."""
    return event.onset_s, event.duration_s, event.kind, event.flags, event.dominant_hz


def microseconds(seconds: float) -> int:
    """Round to whole microseconds: a rule's "10 s" must not hang on the last bit of a difference of two floats."""
    return round(1e6 * seconds)


def is_cut(event: Event) -> bool:
    """Whether a gap or the recording's end cuts the event off, so that its length is not known."""
    return "cut" in event.flags.split("|")
