"""What is said once, in SQL: runs and clocks, sensors, events, gaps, battery levels, temperatures, minutes."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.events import EVENT_FIELDS
from detector.night.standing import SENSOR_FIELDS
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.events import Event
    from detector.night.clock import NightClock
    from detector.night.records import MadeBy
    from detector.night.standing import Standing
    from detector.night.track import Statement
    from detector.wear.measured import MeasuredMinute
    from detector.wear.minutes import Minute

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_US = 1000


def begin_run(connection: Any, made_by: MadeBy) -> int:
    """Write down what makes the night from now on, and return the number of the run."""
    columns = {
        "started_utc_ns": int(made_by.started_utc_ns),
        "version": made_by.version,
        "settings": made_by.settings_json,
        "settings_sha256": made_by.settings_sha256,
        "python": made_by.python,
        "numba": made_by.numba,
        "source": made_by.source,
        "source_name": made_by.source_name,
        "source_sha256": made_by.source_sha256,
        "timezone": made_by.timezone,
    }
    cursor = connection.execute(_insert("made_by", tuple(columns)), tuple(columns.values()))
    return int(cursor.lastrowid)


def put_clock(run: int, clock: NightClock) -> Statement:
    """Write down by which clock a run dates its samples."""
    return "INSERT INTO clock VALUES (?, ?, ?)", (run, clock.host.boot, clock.offset_ns)


def last_run_crashed(connection: Any) -> bool:
    """Whether the latest run so far never said that it ended; asked before the next one begins."""
    last = connection.execute("SELECT ended_utc_ns FROM made_by ORDER BY id DESC LIMIT 1").fetchone()
    return last is not None and last[0] is None


def end_run(run: int, utc_ns: int) -> Statement:
    """Say that the run ended in good order."""
    return "UPDATE made_by SET ended_utc_ns = ? WHERE id = ?", (utc_ns, run)


def put_sensor(standing: Standing) -> Statement:
    """Write down what is known of a sensor, in place of what was."""
    columns = ("id", *SENSOR_FIELDS)
    news = ", ".join(f"{name} = excluded.{name}" for name in SENSOR_FIELDS)
    sql = f"{_insert('sensor', columns)} ON CONFLICT (id) DO UPDATE SET {news}"
    return sql, (standing.number, *map(plain, astuple(standing.sensor)))


def put_event(event: Event, run: int, standing: Standing) -> Statement:
    """Write down an event."""
    values = (run, standing.number, onset_ns(event, standing.first_start_ns), *map(plain, astuple(event)))
    return _PUT_EVENT, values


def put_gap(number: int, before_index: int, start_ns: int, end_ns: int, cause: str) -> Statement:
    """Write down a gap before the sample of that number."""
    columns = ("sensor", "before_index", "start_ns", "end_ns", "cause")
    return _insert("gap", columns), (number, before_index, start_ns, end_ns, cause)


def put_battery(number: int, utc_ns: int, percent: float) -> Statement:
    """Write down a battery level."""
    return "INSERT OR REPLACE INTO battery VALUES (?, ?, ?)", (number, int(utc_ns), float(percent))


def put_temperature(number: int, utc_ns: int, celsius: float) -> Statement:
    """Write down the temperature of the skin."""
    return "INSERT OR REPLACE INTO temperature VALUES (?, ?, ?)", (number, int(utc_ns), float(celsius))


def put_minute(number: int, minute: Minute) -> Statement:
    """Write down what shows in a minute that the wearable is worn."""
    return "INSERT OR REPLACE INTO wear VALUES (?, ?, ?)", (number, minute.start_ns, minute.sign.value)


def put_measured(number: int, minute: MeasuredMinute) -> Statement:
    """Write down in what part of a minute twitches could be measured.

    Of a minute that two runs have a part of, the longer part is kept: to add them up would be wrong where a commit that
    failed is written again.
    """
    return _PUT_MEASURED, (number, *map(plain, astuple(minute)))


def onset_ns(event: Event, first_start_ns: int | None) -> int:
    """UTC of an event's onset in ns; where the recording has no date, on the clock of its samples."""
    if event.onset_utc:
        moment = datetime.fromisoformat(event.onset_utc)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // _MICROSECOND * _US
    return (first_start_ns or 0) + round(event.onset_s * NS)


def plain(value: Any) -> Any:
    """Return numpy's numbers as Python's: SQLite would store some of them as their bytes."""
    return value.item() if isinstance(value, np.generic) else value


def _insert(table: str, columns: tuple[str, ...]) -> str:
    # Only names from this package come here; values are bound.
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - see above


_MEASURED = ("observed_s", "measurable_s", "why", "noise_mg", "threshold_mg", "pulse_per_min")
_PUT_MEASURED = (
    f"{_insert('minute', ('sensor', 'minute_ns', *_MEASURED))} ON CONFLICT DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in _MEASURED)} WHERE excluded.observed_s > observed_s"
)
_PUT_EVENT = _insert("event", ("run", "sensor_id", "onset_ns", *EVENT_FIELDS))
