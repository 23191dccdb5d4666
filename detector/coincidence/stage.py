"""The rule for events as they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from detector.coincidence.jerks import Jerks
from detector.coincidence.offset import MOST_S, Offsets
from detector.coincidence.rule import (
    LONGEST_S,
    SECOND_US,
    TOLERANCE_US,
    as_movement,
    is_twitch,
    onset_us,
    takes_part,
)
from detector.events import Event
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Gap

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

_SLACK_S = 0.05
"""Clock and nominal rate may disagree about where an event ends, by much less than this."""
_NS_PER_US = 1000
_ALWAYS_US = 2**63
_REACH_US = TOLERANCE_US + round(MOST_S * SECOND_US)
"""Another sensor's event that is one with this begins at most so much later, by its own clock."""
_SILENT_US = round(SILENT_S * SECOND_US)
_LONGEST_US = round((LONGEST_S + _SLACK_S) * SECOND_US)
_KEPT_US = round((SILENT_S + ORDER_S + LATEST_S) * SECOND_US)
"""An event is remembered as long as another sensor's may come that it coincides with: one that is told late, of a
sensor that lags behind, or one that waits for a third sensor that is silent."""


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
        self._offsets = Offsets()

    def add(self, sensor: str) -> None:
        """Introduce a sensor whose times are dates."""
        self._sensors[sensor] = own = _Sensor()
        self._offsets.add(sensor, own.jerks)

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
        self._learn()
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
        if gap.cause in {GapCause.RESTARTED, GapCause.CRASHED}:
            self._offsets.begin(gap.sensor, gap.end_ns // _NS_PER_US)
        if gap.cause == GapCause.CRASHED:
            own.crashed = True
        elif settled_ns is not None:
            own.settle(settled_ns)
        else:  # whatever comes next begins after it
            own.settled_us = max(own.settled_us, gap.end_ns // _NS_PER_US)
        self._learn()
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
        self._offsets.advance(dict.fromkeys(self._sensors, _ALWAYS_US))
        return passed + [self._decide(one) for one in sorted(held, key=_order)]

    def _sort(self, sensor: str, own: _Sensor, events: Sequence[Event]) -> list[Event]:
        """Remember what others may coincide with, hold back what may coincide with others, let the rest pass."""
        if len(self._sensors) == 1:
            return list(events)
        passed = []
        for event in events:
            if not takes_part(event):
                passed.append(event)
                continue
            own.jerks.add(event)
            if is_twitch(event):
                self._held.append(_Held(event, sensor, onset_us(event)))
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
            other.settled_us > held.onset_us + _REACH_US for name, other in self._sensors.items() if name != held.sensor
        )

    def _decide(self, held: _Held) -> Event:
        near = self._offsets.near(held.event, held.sensor, held.onset_us)
        return as_movement(held.event) if near else held.event

    def _learn(self) -> None:
        """Let the clocks' offsets go on by what is certain: a sensor that is silent has nothing of so long ago."""
        if len(self._sensors) == 1:
            return
        silent_us = max(own.reached_us for own in self._sensors.values()) - _SILENT_US
        self._offsets.advance({name: max(own.settled_us, silent_us) for name, own in self._sensors.items()})
        self._offsets.forget_before(silent_us - _KEPT_US)


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
    jerks: Jerks = field(default_factory=Jerks)

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
