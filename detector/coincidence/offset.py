"""How far the clocks of two sensors are apart, by what both of them saw.

**What counts.** Two events, one of each sensor, that begin within `RANGE_S` of each other, and nothing else within
`ALONE_S`: in a walk the trunk follows the thigh at each step, by 80 ms or so. Two limb movements do not count either,
as the legs follow one another, too, and always at the same distance. Two independent sensors meet at all distances
alike; what shook both crowds at the offset of their clocks, within some 40 ms to either side.

**When it is believed.** Where so many of the latest pairs lie within `CROWD_S` of each other that pairs at all
distances would hardly do so (a union bound over the crowd's first member, then the binomial tail). The latest 12 are
looked at, then the latest 16, and so on to 96, each with an error of 1 in 5000 (`ERROR`): less than one new pair in 700
tells an offset that is none. The first of them that crowds tells, so a clock that drifts or jumps is followed, and few
shocks among many chance meetings are found, too. What is no longer backed stays as it was.

**At first** a hint is enough, as the next shock does not wait: while there are 3 to 11 pairs, all of them are looked
at, each time with an error of 1 in 20 (`HINT_ERROR`). A hint is dropped where the twelve do not bear it out. Sensors
that have nothing to do with each other lose nothing by an error: chance is the same at any offset.

**What it is made of.** A pair counts for events `LAG_S` and more after it, so the estimate for an event does not depend
on when either sensor's samples came: it is a function of the events alone.
"""

from __future__ import annotations

import bisect
from functools import cache
from math import comb

from detector.coincidence.jerks import Jerks
from detector.coincidence.rule import SECOND_US
from detector.events import Event

RANGE_S = 0.25
"""Onsets of one shock are looked for so far apart."""

ALONE_S = 2.0
"""A shock that counts has so much time to itself, before and after."""

MOST_S = 0.2
"""Largest offset that is believed; beyond it a part of the crowd lies out of range."""

CROWD_S = 0.06
"""Width within which the differences of shared shocks crowd."""

ERROR, HINT_ERROR = 2e-4, 0.05
"""How often pairs at all distances would crowd by chance, for each number of pairs that is looked at; while few."""

LAG_S = 25.0
"""A pair counts from so long after it: by then both detectors have told all there was."""

MEMORY_S = 4 * 3600.0
"""A pair counts for so long at most."""

_LEAST = 3
_SIZES = (12, 16, 24, 32, 48, 64, 96)
"""Numbers of latest pairs that are looked at; while there are fewer, all, from `_LEAST` on."""

_RANGE_US = round(RANGE_S * SECOND_US)
_ALONE_US = round(ALONE_S * SECOND_US)
_MOST_US = round(MOST_S * SECOND_US)
_CROWD_US = round(CROWD_S * SECOND_US)
_LAG_US = round(LAG_S * SECOND_US)
_MEMORY_US = round(MEMORY_S * SECOND_US)


class Offset:
    """What one sensor's clock is ahead of another's, at any time.

    Parameters
    ----------
    one, other
        Events of the two; they may be added to, and forgotten once `advance` has gone beyond them.
    """

    def __init__(self, one: Jerks, other: Jerks) -> None:
        self._one, self._other = one, other
        self._done_us = 0  # pairs whose first sensor's onset lies before this have been taken
        self._pairs: list[tuple[int, int]] = []  # onset of the first sensor's, difference
        self._found: list[tuple[int, int]] = []  # onset of the pair that told it, offset
        self._is_hint = False  # whether the last one was told by few
        self._begins_us: list[int] = []

    def begin(self, us: int) -> None:
        """Know nothing of before a time any more, as a recorder that begins anew does."""
        bisect.insort(self._begins_us, us)

    def advance(self, known_us: int) -> None:
        """Take the pairs that are certain where both sensors' events that begin before a time are known."""
        until_us = known_us - _RANGE_US - _ALONE_US
        if until_us <= self._done_us:
            return
        for us, kind in self._one.between(self._done_us, until_us):
            around_us = us - _ALONE_US, us + _ALONE_US + 1
            others = self._other.between(*around_us)
            if len(others) != 1 or len(self._one.between(*around_us)) != 1:
                continue
            (other_us, other_kind) = others[0]
            if abs(other_us - us) <= _RANGE_US and not kind == other_kind == "limb_movement":
                self._take(us, other_us - us)
        self._done_us = until_us

    def at(self, us: int) -> int:
        """Tell what the other's clock is ahead of the one's at a time, in microseconds."""
        k = bisect.bisect_right(self._found, us - _LAG_US, key=lambda found: found[0])
        if not k or self._found[k - 1][0] < self._since(us):
            return 0
        return self._found[k - 1][1]

    def forget_before(self, us: int) -> None:
        """Forget what counts for no time after this."""
        k = bisect.bisect_right(self._found, us - _LAG_US, key=lambda found: found[0])
        del self._found[: max(k - 1, 0)]

    def _since(self, us: int) -> int:
        k = bisect.bisect_right(self._begins_us, us)
        return self._begins_us[k - 1] if k else 0

    def _take(self, us: int, difference_us: int) -> None:
        since_us = max(self._since(us), us - _MEMORY_US)
        self._pairs = [pair for pair in self._pairs[1 - _SIZES[-1] :] if pair[0] >= since_us]
        self._pairs.append((us, difference_us))
        offset_us = _crowd([difference_us for _, difference_us in self._pairs])
        is_hint = len(self._pairs) < _SIZES[0]
        if offset_us is None and self._is_hint and not is_hint:
            offset_us = 0
        if offset_us is not None:
            self._found.append((us, offset_us))
            self._is_hint = is_hint


def _crowd(differences_us: list[int]) -> int | None:
    """Where the latest differences crowd: the median of the crowd; None where they do not."""
    count = len(differences_us)
    if count < _LEAST:
        return None
    for size in (count,) if count < _SIZES[0] else (size for size in _SIZES if size <= count):
        latest = sorted(differences_us[-size:])
        asked = _asked(size)
        first, most = 0, 0
        for k, low_us in enumerate(latest):
            inside = bisect.bisect_right(latest, low_us + _CROWD_US) - k
            if inside > most:
                first, most = k, inside
        if most >= asked:
            middle_us = latest[first + most // 2]
            if abs(middle_us) <= _MOST_US:
                return middle_us
    return None


@cache
def _asked(size: int) -> int:
    """Least number of differences within `CROWD_S`, of so many, that is no chance."""
    error = HINT_ERROR if size < _SIZES[0] else ERROR
    share = CROWD_S / (2 * RANGE_S)
    tail = [0.0] * (size + 1)
    for k in range(size - 1, -1, -1):
        tail[k] = tail[k + 1] + comb(size - 1, k) * share**k * (1 - share) ** (size - 1 - k)
    return next(k for k in range(2, size + 1) if size * tail[k - 1] <= error)


class Offsets:
    """The offsets of each two of several sensors.

    Their order does not matter: of two, that whose name sorts first is the one.
    """

    def __init__(self) -> None:
        self._jerks: dict[str, Jerks] = {}
        self._pairs: dict[tuple[str, str], Offset] = {}

    def add(self, sensor: str, jerks: Jerks) -> None:
        """Introduce a sensor, with the list its events are put into."""
        for name, other in self._jerks.items():
            one, two = sorted(((name, other), (sensor, jerks)), key=lambda each: each[0])
            self._pairs[one[0], two[0]] = Offset(one[1], two[1])
        self._jerks[sensor] = jerks

    def begin(self, sensor: str, us: int) -> None:
        """Let a sensor's recorder begin anew."""
        for names, offset in self._pairs.items():
            if sensor in names:
                offset.begin(us)

    def advance(self, known_us: dict[str, int]) -> None:
        """Go on, as far as the events of both are known."""
        for (one, other), offset in self._pairs.items():
            offset.advance(min(known_us[one], known_us[other]))

    def forget_before(self, us: int) -> None:
        """Forget what counts for no time after this."""
        for offset in self._pairs.values():
            offset.forget_before(us)

    def ahead(self, other: str, sensor: str, us: int) -> int:
        """Tell what another's clock is ahead of a sensor's at a time by the latter, in microseconds."""
        if other < sensor:
            return -self._pairs[other, sensor].at(us)
        return self._pairs[sensor, other].at(us)

    def near(self, event: Event, sensor: str, us: int) -> bool:
        """Whether any other sensor has an event that is one with a sensor's."""
        return any(
            jerks.near(event, self.ahead(other, sensor, us)) for other, jerks in self._jerks.items() if other != sensor
        )
