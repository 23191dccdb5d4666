"""Giving a night that was computed anew its place, with all that reviewers had said of it before.

The new night has all of it, and is on the disk, before it takes the place of the old one, which is one step: whenever
the computer crashes, one of the two is there, whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from detector.night.connection import take_up_log
from detector.night.files import settle
from detector.night.judging.carrying import Computed, carried, united
from detector.night.judging.judgements import Action
from detector.night.reader import Night
from detector.night.statements import put_sensor
from detector.night.writing.labels import adding, write
from detector.night.writing.lock import writing

if TYPE_CHECKING:
    from pathlib import Path

    from detector.night.records import Sensor


@dataclass(frozen=True, slots=True)
class _Before:
    """What of an earlier night goes over: what was said of it, its events, and its wearables by their names."""

    log: list[Action]
    computed: Computed
    sensors: dict[str, Sensor]

    @classmethod
    def of(cls, night: Path) -> Self:
        with Night(night) as opened:
            sensors = {sensor.name: sensor for sensor in opened.sensors}
            return cls(opened.actions(), Computed.of(opened.placed_events()), sensors)


def put_in_place(fresh: Path, target: Path, source: Path | None = None) -> None:
    """Give a night that was computed anew its name, in place of the one that has it, whose labels go over to it.

    Parameters
    ----------
    fresh
        The night, whole, under another name in the same folder.
    target
        The name it shall have. Labels of a night there go over.
    source
        The night that it was computed from, if it was: its labels go over, too, those that were given since the last
        time as well.

    Raises
    ------
    NightError
        Where one of them cannot be read, or it cannot be written. The one that is there stays then.
    OSError
        Where it cannot take its place.
    """
    with writing(target, brief=True):
        there = None
        if target.exists():
            take_up_log(target)
            there = _Before.of(target)
        made_of = None if source is None else _Before.of(source)
        if there is not None or made_of is not None:
            _carry(fresh, there, made_of)
        settle(fresh, target)


def _carry(fresh: Path, there: _Before | None, made_of: _Before | None) -> None:
    now = _Before.of(fresh)
    log: list[Action] = []
    sensors = dict(now.sensors)
    if there is not None:
        log = carried(there.log, there.computed, now.computed)
        _tell_more(sensors, there)
    if made_of is not None:
        log = united(log, made_of.log, carried(made_of.log, made_of.computed, now.computed))
        _tell_more(sensors, made_of)
    if not log and sensors == now.sensors:
        return
    with adding(fresh) as connection:
        numbers = {name: number for number, name in enumerate(sensors, 1)}
        for name, sensor in sensors.items():
            connection.execute(*put_sensor(numbers[name], sensor))
        write(connection, log, numbers)


def _tell_more(sensors: dict[str, Sensor], before: _Before) -> None:
    """Add what has been said of wearables since: where they were worn; and one of another name, if it was judged."""
    for name, sensor in before.sensors.items():
        known = sensors.get(name)
        if known is not None:
            sensors[name] = replace(known, place=known.place or sensor.place)
        elif any(place.sensor == name for action in before.log for place in action.places):
            sensors[name] = sensor
