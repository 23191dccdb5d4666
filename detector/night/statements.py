"""All SQL on the rows of a night's tables: statements that write them, and queries.

The rows of small tables go through `detector.night.seals`, which builds their SQL from the schema: each has a checksum.
Samples and notifications have theirs in their own bytes, and are written and read by what stands here.
"""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.night.codec.typed import iso_ns
from detector.night.records import Segment
from detector.night.schema import SEAL
from detector.night.seals import insert, seal, updates
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detector.events import Event
    from detector.minutes import MeasuredMinute, Minute
    from detector.night.records import MadeBy, Sensor

Statement = tuple[str, tuple[Any, ...]]
"""SQL and its parameters."""

Found = tuple[Any, ...]
"""A row as SQLite gives it: its values may be damaged."""

ROW_COLUMNS = ("first_index", "start_ns", "rate_hz", "n", "codec", "crc32", "samples")
"""What `detector.night.stored.row_of` wants."""
SEGMENT_COLUMNS = tuple(field.name for field in fields(Segment))
"""What `detector.night.stored.segment_of` wants."""

_ROW = ", ".join(ROW_COLUMNS)
_SEGMENT = ", ".join(SEGMENT_COLUMNS)

_PUT_ROW = (
    # Not "OR REPLACE", which takes the row out first: pages would be merged and split again, each time.
    f"INSERT INTO row (sensor, {_ROW}) VALUES (?{', ?' * len(ROW_COLUMNS)})"  # noqa: S608 - our names
    f" ON CONFLICT DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in ROW_COLUMNS[1:])}"
)
_DROP_ROWS = "DELETE FROM row WHERE sensor = ? AND first_index < ?"
_PUT_SEGMENT = f"INSERT INTO segment (sensor, {_SEGMENT}) VALUES (?{', ?' * len(SEGMENT_COLUMNS)})"  # noqa: S608 - our names
_PUT_RAW = "INSERT OR REPLACE INTO raw (sensor, first, n, crc32, notifications) VALUES (?, ?, ?, ?, ?)"
_DROP_RAW = "DELETE FROM raw WHERE sensor = ? AND first >= ? AND first < ?"

_STARTS = "SELECT min(start_ns) FROM segment UNION SELECT min(start_ns) FROM row"
_ENDS = "SELECT end_index, row_count, anchors FROM segment WHERE sensor = ? ORDER BY end_index"
_NEXT_SEGMENT = (
    f"SELECT {_SEGMENT} FROM segment"  # noqa: S608 - our names
    " WHERE sensor = ? AND end_index > ? AND end_ns > ? AND start_ns < ? ORDER BY end_index LIMIT 1"
)
_ROWS = f"SELECT {_ROW} FROM row WHERE sensor = ? AND first_index >= ? ORDER BY first_index"  # noqa: S608 - our names
_ROW_PLACES = "SELECT start_ns, rate_hz, n FROM row WHERE sensor = ? ORDER BY first_index"
_EXTREMES = "SELECT row_count, extremes_codec, extremes FROM segment WHERE sensor = ? ORDER BY end_index"
# The group that holds this one, wherever folding has put it meanwhile.
_RAW_GROUP = (
    "SELECT first, n, crc32, notifications FROM raw WHERE sensor = ? AND first <= ? ORDER BY first DESC LIMIT 1"
)
_RAW_END = "SELECT max(first + n) FROM raw WHERE sensor = ?"
_PROGRESS = """
SELECT max(id), max(started_utc_ns), (SELECT max(id) FROM event), (SELECT max(id) FROM gap) FROM made_by
UNION ALL SELECT
    id,
    (SELECT end_index FROM segment WHERE sensor = one.id ORDER BY end_index DESC LIMIT 1),
    (SELECT first_index + n FROM row WHERE sensor = one.id ORDER BY first_index DESC LIMIT 1),
    (SELECT first + n FROM raw WHERE sensor = one.id ORDER BY first DESC LIMIT 1)
FROM sensor AS one
"""


def begin_run(connection: Any, made_by: MadeBy) -> int:
    """Write down what makes the night from now on, and return the number of the run."""
    (last,) = connection.execute("SELECT max(id) FROM made_by").fetchone()
    run = int(last or 0) + 1
    connection.execute(*insert("made_by", _run(run, made_by, None)))
    return run


def put_clock(run: int, boot: str | None, offset_ns: int) -> Statement:
    """Write down by which clock a run dates its samples."""
    return insert("clock", (run, boot, offset_ns))


def last_run_crashed(connection: Any) -> bool:
    """Whether the latest run so far never said that it ended; asked before the next one begins."""
    last = connection.execute("SELECT ended_utc_ns FROM made_by ORDER BY id DESC LIMIT 1").fetchone()
    return last is not None and last[0] is None


def end_run(run: int, made_by: MadeBy, utc_ns: int) -> Statement:
    """Say that the run ended in good order."""
    crc32 = seal("made_by", _run(run, made_by, utc_ns))
    return f"UPDATE made_by SET ended_utc_ns = ?, {SEAL} = ? WHERE id = ?", (utc_ns, crc32, run)  # noqa: S608 - our names


def put_sensor(number: int, sensor: Sensor) -> Statement:
    """Write down what is known of a sensor, in place of what was."""
    values = (number, *map(plain, astuple(sensor)))
    return insert("sensor", values, f"ON CONFLICT (id) DO UPDATE SET {updates('sensor', 1)}")


def put_event(event: Event, run: int, number: int, first_start_ns: int | None) -> Statement:
    """Write down an event of a sensor, whose first sample was taken at that UTC in ns."""
    at_ns = onset_ns(event, first_start_ns)
    return insert("event", (run, number, at_ns, *map(plain, astuple(event))))


def put_gap(number: int, before_index: int, start_ns: int, end_ns: int, cause: str) -> Statement:
    """Write down a gap before the sample of that number."""
    # A `GapCause` is kept as its words: its checksum is that of the text that will be read.
    return insert("gap", (number, before_index, start_ns, end_ns, str(cause)))


def put_rate(number: int, first_index: int, nominal_hz: float) -> Statement:
    """Write down the rate of a sensor from the sample of that number on, in Hz."""
    return insert("rate", (number, first_index, nominal_hz), f"ON CONFLICT DO UPDATE SET {updates('rate', 2)}")


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


def put_row(number: int, place: tuple[int, int, float, int], codec_id: int, crc32: int, blob: bytes) -> Statement:
    """Write down a second of samples, in place of what there was of it: its place is that of `row_checksum`."""
    return _PUT_ROW, (number, *place, codec_id, crc32, blob)


def drop_rows(number: int, end_index: int) -> Statement:
    """Leave out the seconds before a sample: they are folded."""
    return _DROP_ROWS, (number, end_index)


def put_segment(number: int, segment: Segment) -> Statement:
    """Write down a minute of samples."""
    return _PUT_SEGMENT, (number, *astuple(segment))


def put_raw(number: int, first: int, count: int, crc32: int, blob: bytes) -> Statement:
    """Write down so many notifications from the one of that number on."""
    return _PUT_RAW, (number, first, count, crc32, blob)


def drop_raw(number: int, first: int, end: int) -> Statement:
    """Leave out the notifications of these numbers: they are folded."""
    return _DROP_RAW, (number, first, end)


def drop_all_raw(connection: Any) -> None:
    """Leave out all notifications of a night."""
    connection.execute("DELETE FROM raw")


def has_raw(connection: Any) -> bool:
    """Whether a night has notifications."""
    return bool(connection.execute("SELECT EXISTS (SELECT * FROM raw)").fetchone() == (1,))


def starts(connection: Any) -> Iterable[Found]:
    """Find the starts of the first samples, None where there are none."""
    return _all(connection, _STARTS)


def first_end(connection: Any, number: int) -> Found | None:
    """Find the end_index, row_count and anchors of the first minute of a sensor."""
    return _one(connection, f"{_ENDS} LIMIT 1", (number,))


def last_end(connection: Any, number: int) -> Found | None:
    """Find those of the last minute."""
    return _one(connection, f"{_ENDS} DESC LIMIT 1", (number,))


def ends(connection: Any, number: int) -> Iterable[Found]:
    """Find those of all minutes, in the order of recording."""
    return _all(connection, _ENDS, (number,))


def next_segment(connection: Any, number: int, position: int, window: tuple[int, int]) -> Found | None:
    """Find the first minute that ends after a sample and touches a stretch of time, in ns."""
    return _one(connection, _NEXT_SEGMENT, (number, position, *window))


def rows(connection: Any, number: int, position: int = 0) -> Iterable[Found]:
    """Find the seconds that are not folded yet, from a sample on."""
    return _all(connection, _ROWS, (number, position))


def row_places(connection: Any, number: int) -> Iterable[Found]:
    """Find their start_ns, rate_hz and n alone."""
    return _all(connection, _ROW_PLACES, (number,))


def extremes(connection: Any, number: int) -> Iterable[Found]:
    """Find the row_count, extremes_codec and extremes of all minutes."""
    return _all(connection, _EXTREMES, (number,))


def event_places(connection: Any) -> Iterable[Found]:
    """Find the sensor_id, onset_ns, duration_s and kind of all events, in the order of time."""
    return _all(connection, "SELECT sensor_id, onset_ns, duration_s, kind FROM event ORDER BY onset_ns, id")


def raw_group(connection: Any, number: int, position: int) -> Found | None:
    """Find the first, n, crc32 and notifications of the group that holds a notification, or of one before it."""
    return _one(connection, _RAW_GROUP, (number, position))


def raw_end(connection: Any, number: int) -> Any:
    """Find the number that the next notification gets; None without one."""
    (end,) = connection.execute(_RAW_END, (number,)).fetchone()
    return end


def progress(connection: Any) -> list[tuple[int | None, ...]]:
    """Tell how far a night has come: the run, the tables that only grow, and each sensor.

    All else in a transaction may be written twice.
    """
    return list(connection.execute(_PROGRESS))


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


def _one(connection: Any, sql: str, parameters: tuple[Any, ...]) -> Found | None:
    found: Found | None = connection.execute(sql, parameters).fetchone()
    return found


def _all(connection: Any, sql: str, parameters: tuple[Any, ...] = ()) -> Iterable[Found]:
    found: Iterable[Found] = connection.execute(sql, parameters)
    return found
