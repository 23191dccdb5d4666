"""What is read of a night from several rows: its wearables, their rates, and where their samples lie in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detector.night import statements
from detector.night.codec.segment import Anchors
from detector.night.records import Rates
from detector.night.seals import fetch
from detector.night.stored import MOST_SENSORS, anchors_of, gap_of, rate_of, row_of, row_place_of, sensors_of

if TYPE_CHECKING:
    from detector.night.records import Row, Sensor


def load_sensors(connection: Any) -> dict[int, Sensor]:
    """Return all sensors of a night, by number."""
    return sensors_of(fetch(connection, "sensor", f"ORDER BY id LIMIT {MOST_SENSORS + 1}"))


def load_rates(connection: Any, number: int) -> Rates:
    """Return the rates of a sensor; none where an older fasciwatch has made the night."""
    sensors = load_sensors(connection)
    rows = fetch(connection, "rate", "WHERE sensor = ? ORDER BY first_index", (number,))
    return Rates([rate_of(row, sensors) for row in rows])


def load_rows(connection: Any, number: int, position: int = 0) -> list[Row]:
    """Return the seconds of a sensor that are not folded yet, from a sample on."""
    return [row_of(found) for found in statements.rows(connection, number, position)]


def load_anchors(connection: Any, number: int) -> Anchors:
    """Return where the rows of a sensor lie in time."""
    minutes = [anchors_of(found) for found in statements.ends(connection, number)]
    seconds = Anchors.of(row_place_of(found) for found in statements.row_places(connection, number))
    return Anchors.joined([*minutes, seconds])


def last_end_ns(connection: Any, *, with_gaps: bool) -> int | None:
    """UTC up to which samples reach, or gaps as well, in ns, of the sensor that comes furthest; None without any."""
    sensors = load_sensors(connection)
    ends = [end_ns for number in sensors if (end_ns := _samples_end_ns(connection, number)) is not None]
    if with_gaps:
        ends += [gap_of(row, sensors)[1].end_ns for row in fetch(connection, "gap")]
    return max(ends, default=None)


def _samples_end_ns(connection: Any, number: int) -> int | None:
    last = statements.last_end(connection, number)
    ends = [] if last is None else [anchors_of(last).last_end_ns]
    ends += [row.end_ns for row in load_rows(connection, number)]
    return max(ends, default=None)
