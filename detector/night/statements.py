"""What is said once, in SQL: runs and clocks, sensors, events, gaps, battery levels, temperatures, minutes."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.night.seals import SEAL, insert, seal, updates
from detector.night.typed import iso_ns
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.events import Event
    from detector.night.clock import NightClock
    from detector.night.records import MadeBy
    from detector.night.standing import Standing
    from detector.night.track import Statement
    from detector.wear.measured import MeasuredMinute
    from detector.wear.minutes import Minute


def begin_run(connection: Any, made_by: MadeBy) -> int:
    """Write down what makes the night from now on, and return the number of the run."""
    (last,) = connection.execute("SELECT max(id) FROM made_by").fetchone()
    run = int(last or 0) + 1
    connection.execute(*insert("made_by", _run(run, made_by, None)))
    return run


def put_clock(run: int, clock: NightClock) -> Statement:
    """Write down by which clock a run dates its samples."""
    return insert("clock", (run, clock.host.boot, clock.offset_ns))


def last_run_crashed(connection: Any) -> bool:
    """Whether the latest run so far never said that it ended; asked before the next one begins."""
    last = connection.execute("SELECT ended_utc_ns FROM made_by ORDER BY id DESC LIMIT 1").fetchone()
    return last is not None and last[0] is None


def end_run(run: int, made_by: MadeBy, utc_ns: int) -> Statement:
    """Say that the run ended in good order."""
    crc32 = seal("made_by", _run(run, made_by, utc_ns))
    return f"UPDATE made_by SET ended_utc_ns = ?, {SEAL} = ? WHERE id = ?", (utc_ns, crc32, run)  # noqa: S608 - our names


def put_sensor(standing: Standing) -> Statement:
    """Write down what is known of a sensor, in place of what was."""
    values = (standing.number, *map(plain, astuple(standing.sensor)))
    return insert("sensor", values, f"ON CONFLICT (id) DO UPDATE SET {updates('sensor', 1)}")


def put_event(event: Event, run: int, standing: Standing) -> Statement:
    """Write down an event."""
    at_ns = onset_ns(event, standing.first_start_ns)
    return insert("event", (run, standing.number, at_ns, *map(plain, astuple(event))))


def put_gap(number: int, before_index: int, start_ns: int, end_ns: int, cause: str) -> Statement:
    """Write down a gap before the sample of that number."""
    # A `GapCause` is kept as its words: its checksum is that of the text that will be read.
    return insert("gap", (number, before_index, start_ns, end_ns, str(cause)))


def put_battery(number: int, utc_ns: int, percent: float) -> Statement:
    """Write down a battery level."""
    return _replace("battery", (number, int(utc_ns), float(percent)))


def put_temperature(number: int, utc_ns: int, celsius: float) -> Statement:
    """Write down the temperature of the skin."""
    return _replace("temperature", (number, int(utc_ns), float(celsius)))


def put_minute(number: int, minute: Minute) -> Statement:
    """Write down what shows in a minute that the wearable is worn."""
    return _replace("wear", (number, minute.start_ns, minute.sign.value))


def put_measured(number: int, minute: MeasuredMinute) -> Statement:
    """Write down in what part of a minute twitches could be measured.

    Of a minute that two runs have a part of, the longer part is kept: to add them up would be wrong where a commit that
    failed is written again.
    """
    return _replace("minute", (number, *map(plain, astuple(minute))), "WHERE excluded.observed_s > observed_s")


def onset_ns(event: Event, first_start_ns: int | None) -> int:
    """UTC of an event's onset in ns; where the recording has no date, on the clock of its samples."""
    if event.onset_utc:
        return iso_ns(event.onset_utc)
    return (first_start_ns or 0) + round(event.onset_s * NS)


def plain(value: Any) -> Any:
    """Return numpy's numbers as Python's: SQLite would store some of them as their bytes."""
    return value.item() if isinstance(value, np.generic) else value


def _run(run: int, made_by: MadeBy, ended_utc_ns: int | None) -> tuple[Any, ...]:
    return (
        run,
        int(made_by.started_utc_ns),
        ended_utc_ns,
        made_by.version,
        made_by.settings_json,
        made_by.settings_sha256,
        made_by.python,
        made_by.numba,
        made_by.source,
        made_by.source_name,
        made_by.source_sha256,
        made_by.timezone,
    )


def _replace(table: str, values: tuple[Any, ...], condition: str = "") -> Statement:
    """Write a row in place of the one of the same time."""
    return insert(table, values, f"ON CONFLICT DO UPDATE SET {updates(table, 2)} {condition}")
