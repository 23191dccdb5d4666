"""Periodic limb movements of two legs together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from detector.events import Event
from detector.series.movements import (
    CANDIDATE_S,
    LEAST_EVENTS,
    MOVEMENTS,
    PERIODIC_INTERVAL_S,
    follows,
    is_candidate,
)
from detector.series.observed import Span, by_span, common_spans, microseconds
from detector.series.record import Series, make_series

APART_S = 0.5
"""A movement of one leg that begins less than this after one of the other leg has ended is one with it."""
BILATERAL_S = 15.0
BILATERAL_MOST = 4
"""A candidate of both legs lasts no longer, and is made of no more candidates."""

Side = Literal["left", "right"]
_LEG = re.compile(r"leg|calf|shin|ankle|foot|thigh|knee|toe|tibia", re.IGNORECASE)
_SIDE = re.compile(r"(?<![a-z])(left|right)(?![a-z])", re.IGNORECASE)


def side_of(place: str | None) -> Side | None:
    """Say which side of the body a place such as "left-arm" is on; None where it names none, or both."""
    sides = {side.lower() for side in _SIDE.findall(place or "")}
    if len(sides) != 1:
        return None
    return "left" if "left" in sides else "right"


def leg_of(place: str | None) -> Side | None:
    """Say which leg a place such as "left-leg" or "right calf" is on; None where it is on none, or is not known."""
    return side_of(place) if place is not None and _LEG.search(place) else None


def periodic_movements_of_both_legs(
    one: Iterable[Event],
    other: Iterable[Event],
    one_spans: Sequence[Span],
    other_spans: Sequence[Span],
    other_starts_s: float = 0.0,
) -> list[Series]:
    """Find periodic limb movements of two legs, by the rule of WASM 2016; see `periodic_limb_movements`.

    Movements of the two legs that overlap, or of which one begins less than 0.5 s after the other has ended, are one
    movement. It is a candidate if each of its parts is one, there are four of them at most, and it lasts 15 s at most.
    Intervals are from onset to onset, whichever leg moved. A gap of either sensor ends a series.

    Parameters
    ----------
    one, other, one_spans, other_spans, other_starts_s
        As of `alternating_activation`.

    Returns
    -------
    list of Series
        In s from the first sample of `one`; a movement of both legs counts once.
    """
    both = common_spans(one_spans, other_spans, other_starts_s)
    if not both:
        return []
    moves = [replace(event, sensor="one") for event in one if _counts(event)] + [
        replace(event, sensor="other", onset_s=event.onset_s + other_starts_s) for event in other if _counts(event)
    ]
    series: list[Series] = []
    for span, found in by_span(moves, both):
        seen = [event for event in found if span.start_s <= event.onset_s <= span.end_s]
        run: list[Event] = []
        runs = [run]
        for parts in _joined(seen):
            movement = _as_one(parts)
            if not _is_candidate(parts, movement):
                run = []
                runs.append(run)
            elif run and follows(run[-1], movement, PERIODIC_INTERVAL_S):
                run.append(movement)
            else:
                run = [movement]
                runs.append(run)
        series += [make_series("periodic_limb_movements", each) for each in runs if len(each) >= LEAST_EVENTS]
    return series


def _counts(event: Event) -> bool:
    return event.kind in MOVEMENTS and (is_candidate(event) or event.duration_s >= CANDIDATE_S[0])


def _joined(events: Iterable[Event]) -> list[list[Event]]:
    """Put movements of the two legs together that are one; events in the order of their onset."""
    found: list[list[Event]] = []
    for _, same in itertools.groupby(events, lambda event: microseconds(event.onset_s)):
        waiting = list(same)
        while waiting:
            # Of those that begin at the same time first what goes on: which leg is named first must not matter.
            at = next((place for place, event in enumerate(waiting) if found and _is_one(found[-1], event)), None)
            if at is None:
                found.append([waiting.pop(0)])
            else:
                found[-1].append(waiting.pop(at))
    return found


def _is_one(parts: Sequence[Event], event: Event) -> bool:
    """Whether a movement is one with those of the other leg."""
    ends_us = max((_end_us(part) for part in parts if part.sensor != event.sensor), default=None)
    return ends_us is not None and microseconds(event.onset_s) - ends_us < microseconds(APART_S)


def _as_one(parts: Sequence[Event]) -> Event:
    end_s = max(part.onset_s + part.duration_s for part in parts)
    return replace(parts[0], duration_s=end_s - parts[0].onset_s)


def _is_candidate(parts: Sequence[Event], movement: Event) -> bool:
    return (
        all(is_candidate(part) for part in parts)
        and len(parts) <= BILATERAL_MOST
        and microseconds(movement.duration_s) <= microseconds(BILATERAL_S if len(parts) > 1 else CANDIDATE_S[1])
    )


def _end_us(event: Event) -> int:
    return microseconds(event.onset_s + event.duration_s)
