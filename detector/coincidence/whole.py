"""The rule for nights that are complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from detector.coincidence.jerks import Jerks
from detector.coincidence.offset import Offsets
from detector.coincidence.rule import as_movement, is_twitch, onset_us, takes_part
from detector.events import Event

_ALWAYS_US = 2**63


def coincidence(events_by_sensor: Mapping[str, Iterable[Event]]) -> dict[str, list[Event]]:
    """Re-label what is not a twitch of either sensor, as `Coincidence` does for events as they come.

    Parameters
    ----------
    events_by_sensor
        Events as each sensor's detector found them, in any order, by a recorder that began once.

    Returns
    -------
    dict
        The same sensors and events in the same order; those that coincide are ``movement``.
    """
    events = {sensor: list(found) for sensor, found in events_by_sensor.items()}
    offsets = Offsets()
    for sensor, found in events.items():
        offsets.add(sensor, Jerks(found))
    offsets.advance(dict.fromkeys(events, _ALWAYS_US))
    return {
        sensor: [
            as_movement(event)
            if is_twitch(event) and takes_part(event) and offsets.near(event, sensor, onset_us(event))
            else event
            for event in found
        ]
        for sensor, found in events.items()
    }
