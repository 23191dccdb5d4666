"""Events and their kinds: what the detector finds, the same in Python, CSV and SQLite."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args

Kind = Literal["twitch", "train", "limb_movement", "movement", "tremor", "pulse", "tap"]
"""What an event is taken for, by its form alone; none of them names a disease."""

KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    Parameters
    ----------
    onset_s
        Onset in seconds from the recording's first sample.
    onset_utc
        Onset as ISO 8601 UTC with microseconds, or ``""`` where the recording has no date.
    duration_s
        From onset until the movement is over, in seconds: of a twitch as its shape has it, of anything else to the last
        sample above the noise.
    kind
        One of `KINDS`.
    peak_mg
        Largest length of the high-passed acceleration vector, in mg.
    p2p_mg
        Peak-to-peak acceleration along `direction`, in mg: of a twitch that of the shape that fits it best, of anything
        else as measured above 1.5 Hz.
    snr_db
        Squared output of the best matched filter over the noise's variance, in dB.
    score
        Detection statistic over its threshold; at least 1.
    dominant_hz
        Frequency of the largest spectral component, in Hz; of a pulse the heart rate in Hz.
    direction_x, direction_y, direction_z
        Unit vector of the main axis of movement in the wearable's frame; of a twitch, towards its first movement.
    family
        Number of the group of twitches of one shape and direction, most likely one motor unit's; -1 where not assigned.
    sensor
        Name of the wearable.
    flags
        Words joined by ``|``: ``clipped`` (the sensor's range was too small), ``cut`` (a gap or the
        end of the recording cuts the event off), ``glitch`` (a single sample stands out), ``jerk`` (short, and too
        large for one muscle under the skin), ``sudden`` (it begins suddenly), ``clonus`` (beats of 5 to 8 Hz that die
        out), ``coincident`` (another sensor moved at the same time).
    """

    onset_s: float
    onset_utc: str
    duration_s: float
    kind: Kind
    peak_mg: float
    p2p_mg: float
    snr_db: float
    score: float
    dominant_hz: float
    direction_x: float
    direction_y: float
    direction_z: float
    family: int
    sensor: str
    flags: str


EVENT_FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Event))
"""The columns of an event table, in order."""
