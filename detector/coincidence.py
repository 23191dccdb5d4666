"""What two sensors see at once shook the body or the bed, and is not a twitch under either of them.

**The rule** (`coincides`). A ``twitch`` or ``train`` of one sensor is told as a ``movement`` with the flag
``coincident`` where another sensor has an event whose onset lies within `TOLERANCE_S` of its own. The other event may
be anything that begins with a jerk: a twitch, a train, a tap, a limb movement, a movement; not a tremor or the pulse,
whose stretches begin when they are recognised. Both must be whole (not ``cut``) and last at most `LONGEST_S`.

**The tolerance.** Each clock is within 3 ms, so two are within 6 ms; a jerk takes up to some 30 ms through a body or a
mattress; and each detector errs in the onset, more where the jerk arrives weakly. Simulated shocks of 2.5-10 Hz that
reach the second sensor 0-12 dB weaker and 0-30 ms later come out 19-29 ms apart in the median, and 93-97 % of them
within 0.1 s (``python -m pytest tests/detector/test_coincidence_tolerance.py -rP``).

**What it costs.** Two independent sensors with rates a and b meet by chance ``2 * TOLERANCE_S * a * b`` times an hour
(`expected_by_chance`): with 60 twitches an hour under each, 0.2 times an hour, so one twitch in 300 is lost under each.
In a burst of 10 a minute under both it is one in 30.

**What it cannot tell.** Two sensors on one muscle, or so close that both feel the same twitch, take each other's
twitches for movements: wear them apart. A jerk that only one of them feels stays what it was, and so does one that
begins a long movement of the other limb. Limb movements stay limb movements: both legs moving at once is a movement of
the legs. Sensors without a date have no common clock and are not compared.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from detector.events import Event
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Gap

TOLERANCE_S = 0.1
"""Largest difference between two onsets that are one; see the module."""

LONGEST_S = 3.0
"""Longest event that takes part.

The next sensor's event is known only once it has ended, so this and what its detector holds back bound how long a
twitch is held back here. From 3 s on a movement of the large muscles is one of its own (IRLSSG task force 2021,
PMC8436137), and moves both sensors for long.
"""

SILENT_S = 30.0
"""A sensor is not waited for when another is so much ahead: its link is down, and what comes next begins after a gap.

A link takes a stream for dead after three seconds or so.
"""

ORDER_S = 15.0
"""The samples of several sensors must come in the order of time to within this.

Then `SILENT_S` is over for none whose samples still come: its events are told `LATEST_S` after their onset, at most.
"""

LATEST_S = 12.0
"""The longest time between the onset of an event that takes part and its being told by its detector: `LONGEST_S`, 8 s
in which it may be held until a heart beat is ruled out, and the filters' delay."""

FLAG = "coincident"
"""Put into `Event.flags`."""

_TWITCHES = frozenset({"twitch", "train"})
_JERKS = _TWITCHES | {"tap", "limb_movement", "movement"}
_SLACK_S = 0.05
"""Clock and nominal rate may disagree about where an event ends, by much less than this."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND_US = 1_000_000
_NS_PER_US = 1000
_TOLERANCE_US = round(TOLERANCE_S * _SECOND_US)
_SILENT_US = round(SILENT_S * _SECOND_US)
_LONGEST_US = round((LONGEST_S + _SLACK_S) * _SECOND_US)
_KEPT_US = round((SILENT_S + ORDER_S + LATEST_S) * _SECOND_US)
"""An event is remembered as long as another sensor's may come that it coincides with: one that is told late, of a
sensor that lags behind, or one that waits for a third sensor that is silent."""


def coincides(event: Event, other: Event) -> bool:
    """Whether a twitch or train of one sensor is one with another sensor's event.

    Parameters
    ----------
    event, other
        Of two sensors; neither re-labelled before.
    """
    return (
        event.kind in _TWITCHES
        and _takes_part(event)
        and _takes_part(other)
        and abs(_onset_us(event) - _onset_us(other)) <= _TOLERANCE_US
    )


def as_movement(event: Event) -> Event:
    """Re-label an event that coincides with another sensor's."""
    return replace(event, kind="movement", flags=f"{event.flags}|{FLAG}" if event.flags else FLAG)


def coincidence(events_by_sensor: Mapping[str, Iterable[Event]]) -> dict[str, list[Event]]:
    """Re-label what is not a twitch of either sensor, for nights that are complete.

    Parameters
    ----------
    events_by_sensor
        Events as each sensor's detector found them, in any order.

    Returns
    -------
    dict
        The same sensors and events in the same order; those that coincide are ``movement``.
    """
    events = {sensor: list(found) for sensor, found in events_by_sensor.items()}
    jerks = {sensor: _Jerks.of(found) for sensor, found in events.items()}
    return {
        sensor: [
            as_movement(event) if any(jerks[other].near(event) for other in jerks if other != sensor) else event
            for event in found
        ]
        for sensor, found in events.items()
    }


def expected_by_chance(one_per_hour: float, other_per_hour: float) -> float:
    """Coincidences per hour of two sensors whose events come independently of each other at these rates per hour."""
    return 2 * TOLERANCE_S * one_per_hour * other_per_hour / 3600


class Coincidence:
    """The same rule for events as they come: holds a twitch back until no other sensor can have seen it too.

    What an event is told as hangs on the samples and gaps alone, not on the order in which the sensors' radios bring
    them; so a replay of the night tells the same. A sensor alone is not held up. With several, a twitch is told once
    all others' detectors have decided what there is until `LONGEST_S` beyond it, some 4 s of samples, or once its own
    sensor is `SILENT_S` beyond it. A detector that holds an event until it knows that it is no heart beat holds up
    only the others' twitches about that time, not those before it. All other events pass at once.

    A recorder that is killed takes with it what is held here, and what its detectors held: at most the twitches of the
    last `SILENT_S`, as a rule of the last 4 s. A replay of the night that went on after it does not tell them either.
    """

    def __init__(self) -> None:
        self._sensors: dict[str, _Sensor] = {}
        self._held: list[_Held] = []

    def add(self, sensor: str) -> None:
        """Introduce a sensor whose times are dates."""
        self._sensors[sensor] = _Sensor()

    def take(self, sensor: str, events: Sequence[Event], end_ns: int, settled_ns: int) -> list[Event]:
        """Take what was found in a stretch of samples.

        Parameters
        ----------
        sensor
            Whose. One that was not introduced is compared to none.
        events
            Found by the detector up to the end of the stretch.
        end_ns
            UTC at which the sample after the last one is due, in ns.
        settled_ns
            UTC up to which the detector has told every event that has ended, in ns; `Detector.settled_s`.

        Returns
        -------
        list of Event
            Of any sensor: what is final by now.
        """
        own = self._sensors.get(sensor)
        if own is None:
            return list(events)
        if own.crashed:
            # The recorder died while these were held back and never told them; nor does a replay of its night.
            self._held = [held for held in self._held if not self._sensors[held.sensor].crashed]
            own.crashed = False
        passed = self._sort(sensor, own, events)
        own.reached_us = max(own.reached_us, end_ns // _NS_PER_US)
        own.settle(settled_ns)
        own.jerks.forget_before(own.reached_us - _KEPT_US)
        return passed + self._release()

    def gap(self, gap: Gap, events: Sequence[Event], settled_ns: int | None = None) -> list[Event]:
        """Take a gap, and what was open when it began; see `take`.

        Parameters
        ----------
        gap
            Of any sensor.
        events
            Told by the detector because of it.
        settled_ns
            As in `take`, where the detector still holds something of before the gap; None where it has told all.
        """
        own = self._sensors.get(gap.sensor)
        if own is None:
            return list(events)
        passed = self._sort(gap.sensor, own, events)
        if gap.cause == GapCause.CRASHED:
            own.crashed = True
        elif settled_ns is not None:
            own.settle(settled_ns)
        else:  # whatever comes next begins after it
            own.settled_us = max(own.settled_us, gap.end_ns // _NS_PER_US)
        return passed + self._release()

    def finish(self, events: Iterable[Event]) -> list[Event]:
        """Take what was open at the end, of all sensors, and tell everything.

        All that is held is decided by what has been found; nothing is waited for.
        """
        passed = []
        for event in events:
            own = self._sensors.get(event.sensor)
            passed += [event] if own is None else self._sort(event.sensor, own, [event])
        held, self._held = self._held, []
        return passed + [self._decide(one) for one in sorted(held, key=_order)]

    def _sort(self, sensor: str, own: _Sensor, events: Sequence[Event]) -> list[Event]:
        """Remember what others may coincide with, hold back what may coincide with others, let the rest pass."""
        if len(self._sensors) == 1:
            return list(events)
        passed = []
        for event in events:
            if not _takes_part(event):
                passed.append(event)
                continue
            own.jerks.add(event)
            if event.kind in _TWITCHES:
                self._held.append(_Held(event, sensor, _onset_us(event)))
            else:
                passed.append(event)
        return passed

    def _release(self) -> list[Event]:
        if not self._held:
            return []
        ready = [held for held in self._held if self._is_decided(held)]
        if ready:
            self._held = [held for held in self._held if not self._is_decided(held)]
        return [self._decide(held) for held in sorted(ready, key=_order)]

    def _is_decided(self, held: _Held) -> bool:
        if self._sensors[held.sensor].reached_us >= held.onset_us + _SILENT_US:
            return True
        return all(
            other.settled_us > held.onset_us + _TOLERANCE_US
            for name, other in self._sensors.items()
            if name != held.sensor
        )

    def _decide(self, held: _Held) -> Event:
        others = (other for name, other in self._sensors.items() if name != held.sensor)
        return as_movement(held.event) if any(other.jerks.near(held.event) for other in others) else held.event


class _Jerks:
    """The events of one sensor that another's may coincide with, in the order of their onset."""

    def __init__(self) -> None:
        self._onsets_us: list[int] = []
        self._events: list[Event] = []

    @classmethod
    def of(cls, events: Iterable[Event]) -> _Jerks:
        jerks = cls()
        in_order = sorted(((_onset_us(event), event) for event in events if _takes_part(event)), key=itemgetter(0))
        jerks._onsets_us = [onset_us for onset_us, _ in in_order]
        jerks._events = [event for _, event in in_order]
        return jerks

    def add(self, event: Event) -> None:
        onset_us = _onset_us(event)
        at = bisect.bisect_right(self._onsets_us, onset_us)
        self._onsets_us.insert(at, onset_us)
        self._events.insert(at, event)

    def near(self, event: Event) -> bool:
        if event.kind not in _TWITCHES or not _takes_part(event):
            return False
        onset_us = _onset_us(event)
        first = bisect.bisect_left(self._onsets_us, onset_us - _TOLERANCE_US)
        last = bisect.bisect_right(self._onsets_us, onset_us + _TOLERANCE_US)
        return any(coincides(event, other) for other in self._events[first:last])

    def forget_before(self, us: int) -> None:
        count = bisect.bisect_left(self._onsets_us, us)
        if count:
            del self._onsets_us[:count], self._events[:count]


@dataclass(slots=True)
class _Sensor:
    """How far a sensor has come.

    Parameters
    ----------
    reached_us
        UTC of the end of its samples.
    settled_us
        All its events that take part and begin before this have been found.
    crashed
        Whether its latest gap is one of a recorder that was killed, and no sample came since.
    """

    reached_us: int = 0
    settled_us: int = 0
    crashed: bool = False
    jerks: _Jerks = field(default_factory=_Jerks)

    def settle(self, settled_ns: int) -> None:
        """Take up to when its events that have ended are told; one that goes on began `LONGEST_S` before, at most."""
        self.settled_us = max(self.settled_us, settled_ns // _NS_PER_US - _LONGEST_US)


@dataclass(frozen=True, slots=True)
class _Held:
    event: Event
    sensor: str
    onset_us: int


def _order(held: _Held) -> tuple[int, str]:
    return held.onset_us, held.sensor


def _takes_part(event: Event) -> bool:
    return (
        event.kind in _JERKS
        and event.onset_utc != ""
        and event.duration_s <= LONGEST_S
        and "cut" not in event.flags.split("|")
    )


def _onset_us(event: Event) -> int:
    """UTC of an onset in microseconds, the resolution of `Event.onset_utc`."""
    moment = datetime.fromisoformat(event.onset_utc)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND
