"""When an event of one sensor is one with another's, and what it is told as then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from detector.events import Event

TOLERANCE_S = 0.1
"""Largest difference between two onsets that are one, by clocks that agree; see the package."""

LONGEST_S = 3.0
"""Longest event that takes part.

The next sensor's event is known only once it has ended, so this and what its detector holds back bound how long a
twitch is held back here. From 3 s on a movement of the large muscles is one of its own (IRLSSG task force 2021,
PMC8436137), and moves both sensors for long.
"""

FLAG = "coincident"
"""Put into `Event.flags`."""

SECOND_US = 1_000_000
TOLERANCE_US = round(TOLERANCE_S * SECOND_US)

_TWITCHES = frozenset({"twitch", "train"})
_JERKS = _TWITCHES | {"tap", "limb_movement", "movement", "tremor"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def coincides(event: Event, other: Event, offset_us: int = 0) -> bool:
    """Whether a twitch or train of one sensor is one with another sensor's event.

    Parameters
    ----------
    event, other
        Of two sensors; neither re-labelled before.
    offset_us
        What the other's clock is ahead of the one's, in microseconds.
    """
    return (
        is_twitch(event)
        and takes_part(event)
        and takes_part(other)
        and abs(onset_us(other) - offset_us - onset_us(event)) <= TOLERANCE_US
    )


def as_movement(event: Event) -> Event:
    """Re-label an event that coincides with another sensor's."""
    return replace(event, kind="movement", flags=f"{event.flags}|{FLAG}" if event.flags else FLAG)


def expected_by_chance(one_per_hour: float, other_per_hour: float) -> float:
    """Coincidences per hour of two sensors whose events come independently of each other at these rates per hour."""
    return 2 * TOLERANCE_S * one_per_hour * other_per_hour / 3600


def is_twitch(event: Event) -> bool:
    """Whether an event would be told otherwise if another sensor saw it, too."""
    return event.kind in _TWITCHES


def takes_part(event: Event) -> bool:
    """Whether an event may be one with another sensor's."""
    return (
        event.kind in _JERKS
        and event.onset_utc != ""
        and event.duration_s <= LONGEST_S
        and "cut" not in event.flags.split("|")
    )


def onset_us(event: Event) -> int:
    """UTC of an onset in microseconds, the resolution of `Event.onset_utc`."""
    moment = datetime.fromisoformat(event.onset_utc)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND
