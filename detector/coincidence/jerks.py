"""The events of one sensor that another's may coincide with, in the order of their onset."""

from __future__ import annotations

import bisect
from collections.abc import Iterable

from detector.coincidence.rule import TOLERANCE_US, coincides, is_twitch, onset_us, takes_part
from detector.events import Event


class Jerks:
    """Those events of a sensor that take part.

    Their order does not depend on that in which they were told.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._keys: list[tuple[int, str]] = []
        self._events: list[Event] = []
        for event in events:
            if takes_part(event):
                self.add(event)

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._keys)

    def add(self, event: Event) -> None:
        """Remember an event that takes part."""
        key = onset_us(event), event.kind
        at = bisect.bisect_right(self._keys, key)
        self._keys.insert(at, key)
        self._events.insert(at, event)

    def near(self, event: Event, offset_us: int) -> bool:
        """Whether an event of another sensor is one with any of these, whose clock is ahead of its own by so much."""
        if not is_twitch(event) or not takes_part(event):
            return False
        due_us = onset_us(event) + offset_us
        first = bisect.bisect_left(self._keys, (due_us - TOLERANCE_US,))
        last = bisect.bisect_left(self._keys, (due_us + TOLERANCE_US + 1,))
        return any(coincides(event, other, offset_us) for other in self._events[first:last])

    def between(self, first_us: int, before_us: int) -> list[tuple[int, str]]:
        """Onset and kind of those that begin from one time on and before another."""
        return self._keys[bisect.bisect_left(self._keys, (first_us,)) : bisect.bisect_left(self._keys, (before_us,))]

    def forget_before(self, us: int) -> None:
        """Forget those that begin before a time."""
        count = bisect.bisect_left(self._keys, (us,))
        if count:
            del self._keys[:count], self._events[:count]
