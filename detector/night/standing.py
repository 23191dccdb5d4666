"""Where a night stands when it is opened again."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from detector.errors import NightError
from detector.night import codec
from detector.night.rates import load_rates
from detector.night.records import Sensor
from detector.night.segment import Row, row_checksum, unpack_anchors
from detector.night.track import Track
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from pathlib import Path

SENSOR_FIELDS = tuple(field.name for field in fields(Sensor))
"""The columns of the table of sensors, but for the number."""

ROW_COLUMNS = "first_index, start_ns, rate_hz, n, codec, crc32, samples"
"""What `restore_row` wants."""


@dataclass(slots=True)
class Standing:
    """A sensor's place in a night.

    Parameters
    ----------
    number
        Its number in the file.
    sensor
        What is known of it.
    first_start_ns, last_end_ns
        UTC of its first sample, and up to which its samples and gaps reach, in ns; None without any.
    """

    number: int
    sensor: Sensor
    first_start_ns: int | None = None
    last_end_ns: int | None = None


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


def restore_row(columns: tuple[Any, ...]) -> Row:
    """Make a row of `ROW_COLUMNS`.

    Raises
    ------
    ValueError
        Where it is damaged.
    """
    first_index, start_ns, rate_hz, n, codec_id, crc32, blob = columns
    # First of all: a damaged length must not be believed.
    if row_checksum((first_index, start_ns, rate_hz, n), codec_id, blob) != crc32:
        raise ValueError(f"the checksum of the row at sample {first_index} is wrong")
    return Row(first_index, start_ns, rate_hz, codec.decode(codec_id, blob, n))


def load_sensors(connection: Any) -> dict[int, Sensor]:
    """All sensors of a night, by number."""
    rows = connection.execute(f"SELECT id, {', '.join(SENSOR_FIELDS)} FROM sensor ORDER BY id")  # noqa: S608 - our names
    # SQLite has no truth values, only 0 and 1.
    return {number: replace(found := Sensor(*rest), has_date=bool(found.has_date)) for number, *rest in rows}


def last_end_ns(connection: Any, *, with_gaps: bool) -> int | None:
    """UTC up to which samples reach, or gaps as well, in ns, of the sensor that comes furthest; None without any."""
    tables = ("segment", "gap") if with_gaps else ("segment",)
    folded = [
        connection.execute(f"SELECT max(end_ns) FROM {table}").fetchone()[0]  # noqa: S608 - names of our own
        for table in tables
    ]
    rows = connection.execute("SELECT start_ns, n, rate_hz FROM row")
    ends = [start_ns + round(n * NS / rate_hz) for start_ns, n, rate_hz in rows]
    return max((end_ns for end_ns in (*folded, *ends) if end_ns is not None), default=None)


def stand(connection: Any) -> tuple[dict[str, Standing], dict[int, Track]]:
    """Find where each sensor stands.

    Returns
    -------
    standings, tracks
        By name, and by number.

    Raises
    ------
    ValueError
        Where the end of the night is damaged.
    """
    standings = {}
    tracks = {}
    for number, sensor in load_sensors(connection).items():
        standing = Standing(number, sensor)
        end_index = 0
        ends = "SELECT end_index, row_count, anchors FROM segment WHERE sensor = ? ORDER BY end_index"
        if first := connection.execute(f"{ends} LIMIT 1", (number,)).fetchone():
            standing.first_start_ns = int(unpack_anchors(first[2], first[1]).start_ns[0])
        if last := connection.execute(f"{ends} DESC LIMIT 1", (number,)).fetchone():
            end_index = last[0]
            standing.last_end_ns = unpack_anchors(last[2], last[1]).last_end_ns
        rows = f"SELECT {ROW_COLUMNS} FROM row WHERE sensor = ? ORDER BY first_index"  # noqa: S608 - names of our own
        leftovers = [restore_row(columns) for columns in connection.execute(rows, (number,))]
        if leftovers:
            end_index = leftovers[-1].end_index
            standing.last_end_ns = leftovers[-1].end_ns
            if standing.first_start_ns is None:
                standing.first_start_ns = leftovers[0].start_ns
        (gap_end_ns,) = connection.execute("SELECT max(end_ns) FROM gap WHERE sensor = ?", (number,)).fetchone()
        ends_ns = [end_ns for end_ns in (standing.last_end_ns, gap_end_ns) if end_ns is not None]
        standing.last_end_ns = max(ends_ns, default=None)
        (heard,) = connection.execute("SELECT max(first + n) FROM raw WHERE sensor = ?", (number,)).fetchone()
        standings[sensor.name] = standing
        rate_hz = load_rates(connection, number).latest_hz
        tracks[number] = Track(number, sensor.lsb_g, end_index, heard or 0, leftovers, rate_hz)
    return standings, tracks
