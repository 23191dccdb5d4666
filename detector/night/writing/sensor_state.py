"""What a night knows of its sensors, which it goes on from when it is opened again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from detector.errors import NightError
from detector.night import statements
from detector.night.codec.typed import integer
from detector.night.loading import load_rates, load_rows, load_sensors
from detector.night.records import SENSOR_FIELDS, Sensor
from detector.night.seals import fetch
from detector.night.stored import anchors_of, gap_of
from detector.night.writing.track import Track

if TYPE_CHECKING:
    from pathlib import Path

    from firmware_bridge.samples import Gap


@dataclass(slots=True)
class SensorState:
    """What has been written of a sensor, and what has not.

    Parameters
    ----------
    number
        Its number in the file.
    sensor
        What is known of it.
    first_start_ns, last_end_ns
        UTC of its first sample, and up to which its samples and gaps reach, in ns; None without any.
    missing
        What was dropped of it, for want of room, and no gap tells of yet.
    """

    number: int
    sensor: Sensor
    first_start_ns: int | None = None
    last_end_ns: int | None = None
    missing: Gap | None = None


def refuse_another(path: Path, known: Sensor, told: Sensor) -> None:
    """Refuse a wearable that would make another computation of the same night.

    Raises
    ------
    NightError
        With what is different.
    """
    if None not in (known.lsb_g, told.lsb_g) and known.lsb_g != told.lsb_g:
        raise NightError(
            f"{path} has {told.name} with a resolution of {known.lsb_g} g, not {told.lsb_g} g: "
            "record with the same range, or into another night"
        )
    if known.has_date != told.has_date:
        has, has_not = ("dates", "none") if known.has_date else ("no dates", "some")
        raise NightError(
            f"{path} has {has} for {told.name}, and what comes now has {has_not}: record into another night"
        )


def known_better(known: Sensor, told: Sensor) -> Sensor:
    """Add what is told of a sensor to what is known; the nominal rate stays, since its changes are stored beside."""
    news = {key: value for key in SENSOR_FIELDS if (value := getattr(told, key)) is not None}
    return replace(known, **{**news, "nominal_hz": known.nominal_hz})


def read_states(connection: Any) -> tuple[dict[str, SensorState], dict[int, Track]]:
    """Read it of each sensor that the night has.

    Returns
    -------
    states, tracks
        By name, and by number.

    Raises
    ------
    ValueError
        Where the end of the night is damaged.
    """
    states = {}
    tracks = {}
    sensors = load_sensors(connection)
    gaps = [gap_of(row, sensors)[1] for row in fetch(connection, "gap")]
    for number, sensor in sensors.items():
        state = SensorState(number, sensor)
        end_index = 0
        if first := statements.first_end(connection, number):
            state.first_start_ns = int(anchors_of(first).start_ns[0])
        if last := statements.last_end(connection, number):
            end_index = integer(last[0], "end_index of a minute")
            state.last_end_ns = anchors_of(last).last_end_ns
        leftovers = load_rows(connection, number)
        if leftovers:
            end_index = leftovers[-1].end_index
            state.last_end_ns = leftovers[-1].end_ns
            if state.first_start_ns is None:
                state.first_start_ns = leftovers[0].start_ns
        ends_ns = [gap.end_ns for gap in gaps if gap.sensor == sensor.name]
        ends_ns += [] if state.last_end_ns is None else [state.last_end_ns]
        state.last_end_ns = max(ends_ns, default=None)
        heard = statements.raw_end(connection, number)
        states[sensor.name] = state
        heard = 0 if heard is None else integer(heard, "the number of notifications")
        rate_hz = load_rates(connection, number).latest_hz
        tracks[number] = Track(number, sensor.lsb_g, end_index, heard, leftovers, rate_hz)
    return states, tracks
