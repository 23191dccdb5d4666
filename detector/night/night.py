"""Reading a night: also while it is recorded, and after a crash."""

from __future__ import annotations

import contextlib
import heapq
import json
import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from detector.errors import NightError
from detector.events import EVENT_FIELDS, Event
from detector.night import codec, notifications
from detector.night.keys import RING
from detector.night.rates import load_rates
from detector.night.records import Battery, MadeBy, Run, Sensor, Temperature
from detector.night.schema import as_night_error, has_table, is_encrypted, open_for_reading
from detector.night.segment import Anchors, Row, Segment, extremes_of, unfold, unpack_anchors
from detector.night.standing import ROW_COLUMNS, last_end_ns, load_sensors, restore_row
from detector.night.summary import NightSummary, summarise
from detector.night.track import raw_checksum
from detector.wear.measured import MeasuredMinute
from detector.wear.minutes import Minute
from detector.wear.signs import Sign
from detector.wear.states import Stretch, stretches
from firmware_bridge.samples import NS, Gap, Samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    import numpy.typing as npt

_SEGMENT_COLUMNS = ", ".join(field.name for field in fields(Segment))
_EARLIEST_NS = -(2**63)
_LATEST_NS = 2**63 - 1


@dataclass(frozen=True, slots=True, eq=False)
class MinMax:
    """Smallest and largest acceleration per row of about a second.

    Parameters
    ----------
    start_ns, end_ns
        UTC of each row's first sample and of the one after its last, in ns, int64, shape ``(rows,)``.
    smallest, largest
        In g, float32, shape ``(rows, 3)``; NaN only where an axis holds nothing else.
    """

    start_ns: npt.NDArray[np.int64]
    end_ns: npt.NDArray[np.int64]
    smallest: npt.NDArray[np.float32]
    largest: npt.NDArray[np.float32]


class Night:
    """One night, read-only.

    It may be recorded meanwhile: each answer is of the moment it is asked for, and none holds the recorder up.
    To be used by the thread that made it, in a ``with`` statement or until `close`.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    NightError
        Where it is missing, damaged, no night, or newer than this program; any method may find it damaged.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._open = contextlib.ExitStack()
        self._connection = self._open.enter_context(open_for_reading(self.path))
        self._passphrase = RING.latest if is_encrypted(self._connection) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._open.close()

    @property
    def passphrase(self) -> str | None:
        """What unlocks it; None where it is not encrypted."""
        return self._passphrase

    @property
    def sensors(self) -> tuple[Sensor, ...]:
        """The wearables, in the order they came."""
        return tuple(self._sensors().values())

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs of the recorder that made the night, first to last."""
        with as_night_error(self.path):
            rows = self._connection.execute(
                "SELECT id, ended_utc_ns, settings_sha256, started_utc_ns, version, settings, python, numba, source,"
                " source_name, source_sha256, timezone FROM made_by ORDER BY id"
            ).fetchall()
            return tuple(
                Run(number, MadeBy(started, version, json.loads(settings), *rest), sha256, ended)
                for number, ended, sha256, started, version, settings, *rest in rows
            )

    @property
    def start_ns(self) -> int | None:
        """UTC of the first sample, in ns; None without samples."""
        with self._snapshot():
            found = self._connection.execute("SELECT min(start_ns) FROM segment UNION SELECT min(start_ns) FROM row")
            return min((start_ns for (start_ns,) in found if start_ns is not None), default=None)

    @property
    def end_ns(self) -> int | None:
        """UTC at which the sample after the last one is due, in ns; None without samples."""
        with self._snapshot():
            return last_end_ns(self._connection, with_gaps=False)

    def samples(
        self, sensor: str | None = None, start_ns: int | None = None, end_ns: int | None = None
    ) -> Iterator[Samples]:
        """Yield the rows as they were recorded, with their own anchors, bit for bit.

        Parameters
        ----------
        sensor
            Name of the wearable; None for all, in the order of time.
        start_ns, end_ns
            UTC in ns; whole rows are yielded that touch this stretch of time. None for no limit.
        """
        window = (_EARLIEST_NS if start_ns is None else start_ns, _LATEST_NS if end_ns is None else end_ns)
        chosen = self._chosen(sensor)
        yield from heapq.merge(
            *(self._samples(number, one.name, window) for number, one in chosen.items()), key=lambda row: row.start_ns
        )

    def stream(self, sensor: str | None = None) -> Iterator[Samples | Gap]:
        """Yield rows and gaps as they came, for a replay.

        The order within a sensor is that of recording, so each gap lies between the same two samples again; sensors
        are merged by time.
        """
        chosen = self._chosen(sensor)
        yield from heapq.merge(
            *(self._stream(number, one.name) for number, one in chosen.items()), key=lambda part: part.start_ns
        )

    def events(self, sensor: str | None = None) -> list[Event]:
        """Events in the order of their onset."""
        return [event for _, event in self.placed_events(sensor)]

    def placed_events(self, sensor: str | None = None) -> list[tuple[int, Event]]:
        """Onset (UTC in ns) and event, in the order of time; without a date, on the clock of its samples."""
        columns = ", ".join(EVENT_FIELDS)
        with as_night_error(self.path):
            rows = self._connection.execute(
                f"SELECT onset_ns, {columns} FROM event WHERE ?1 IS NULL OR sensor = ?1 ORDER BY onset_ns, id",  # noqa: S608 - names of our own
                (sensor,),
            ).fetchall()
        return [(onset_ns, _event(row)) for onset_ns, *row in rows]

    def kinds(self) -> dict[str, int]:
        """Count the events of each kind that occurs."""
        with as_night_error(self.path):
            rows = self._connection.execute("SELECT kind, count(*) FROM event GROUP BY kind ORDER BY kind").fetchall()
        return dict(rows)

    def gaps(self, sensor: str | None = None) -> list[Gap]:
        """Gaps in the order of time."""
        with as_night_error(self.path):
            rows = self._connection.execute(
                "SELECT start_ns, end_ns, cause, name FROM gap JOIN sensor ON sensor.id = gap.sensor"
                " WHERE ?1 IS NULL OR name = ?1 ORDER BY start_ns, gap.id",
                (sensor,),
            ).fetchall()
        return [Gap(*row) for row in rows]

    def battery(self, sensor: str | None = None) -> list[Battery]:
        """Battery levels in the order of time."""
        with as_night_error(self.path):
            rows = self._connection.execute(
                "SELECT name, utc_ns, percent FROM battery JOIN sensor ON sensor.id = battery.sensor"
                " WHERE ?1 IS NULL OR name = ?1 ORDER BY utc_ns, name",
                (sensor,),
            ).fetchall()
        return [Battery(*row) for row in rows]

    def temperature(self, sensor: str | None = None) -> list[Temperature]:
        """Temperatures of the skin in the order of time; none where no wearable told them."""
        with as_night_error(self.path):
            if not has_table(self._connection, "temperature"):
                return []
            rows = self._connection.execute(
                "SELECT name, utc_ns, celsius FROM temperature JOIN sensor ON sensor.id = temperature.sensor"
                " WHERE ?1 IS NULL OR name = ?1 ORDER BY utc_ns, name",
                (sensor,),
            ).fetchall()
        return [Temperature(*row) for row in rows]

    def minutes(self, sensor: str) -> list[Minute]:
        """What shows in each minute that a wearable is worn; none where an older fasciwatch has made the night."""
        (number,) = self._chosen(sensor)
        with as_night_error(self.path):
            if not has_table(self._connection, "wear"):
                return []
            rows = self._connection.execute(
                "SELECT minute_ns, sign FROM wear WHERE sensor = ? ORDER BY minute_ns", (number,)
            ).fetchall()
            return [Minute(start_ns, Sign(sign)) for start_ns, sign in rows]

    def wear(self, sensor: str) -> list[Stretch]:
        """How a wearable was over the night, stretch by stretch: worn, off the body, charging, or unclear."""
        levels = [(level.utc_ns, level.percent) for level in self.battery(sensor)]
        warmth = [(each.utc_ns, each.celsius) for each in self.temperature(sensor)]
        return stretches(self.minutes(sensor), levels, self.gaps(sensor), warmth)

    def measured(self, sensor: str) -> list[MeasuredMinute] | None:
        """In what part of each minute twitches could be measured; None where an older fasciwatch has made the night."""
        (number,) = self._chosen(sensor)
        with as_night_error(self.path):
            if not has_table(self._connection, "minute"):
                return None
            rows = self._connection.execute(
                "SELECT minute_ns, observed_s, measurable_s, why, noise_mg, threshold_mg, pulse_per_min FROM minute"
                " WHERE sensor = ? ORDER BY minute_ns",
                (number,),
            ).fetchall()
            return [MeasuredMinute(*row) for row in rows] or None

    def raw(self, sensor: str) -> Iterator[tuple[int, bytes]]:
        """Yield the notifications as the wearable sent them: UTC of arrival in ns, and the bytes."""
        (number,) = self._chosen(sensor)
        position = 0
        while True:
            with as_night_error(self.path):
                # The group that holds this one, wherever folding has put it meanwhile.
                group = self._connection.execute(
                    "SELECT first, n, crc32, notifications FROM raw WHERE sensor = ? AND first <= ?"
                    " ORDER BY first DESC LIMIT 1",
                    (number, position),
                ).fetchone()
                if group is None or group[0] + group[1] <= position:
                    return
                first, count, crc32, blob = group
                if raw_checksum(first, count, blob) != crc32:
                    raise ValueError(f"the checksum of notification {first} is wrong")
                found = notifications.unpack(blob, count)[position - first :]
            yield from found
            position = first + count

    def anchors(self, sensor: str) -> Anchors:
        """Return where the rows of a wearable lie in time, without reading its samples."""
        (number,) = self._chosen(sensor)
        with self._snapshot():
            return self._anchors(number)

    def minmax(self, sensor: str) -> MinMax:
        """Smallest and largest acceleration per row of a wearable, without reading most of its samples."""
        (number,) = self._chosen(sensor)
        with self._snapshot():
            anchors = self._anchors(number)
            stored = self._connection.execute(
                "SELECT row_count, extremes_codec, extremes FROM segment WHERE sensor = ? ORDER BY end_index", (number,)
            )
            pairs = []
            for row_count, codec_id, blob in stored:
                pairs.append(codec.decode(codec_id, blob, 2 * row_count).reshape(2, row_count, 3))
            pairs += [np.stack(extremes_of(row.xyz, [0])) for row in self._unfolded(number, 0)]
        smallest, largest = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0, 3), np.float32)
        length_ns = np.rint(anchors.length * NS / anchors.rate_hz).astype(np.int64)
        return MinMax(anchors.start_ns, anchors.start_ns + length_ns, smallest, largest)

    def summary(self) -> NightSummary:
        """Sum the night up."""
        return summarise(self)

    def _sensors(self) -> dict[int, Sensor]:
        with as_night_error(self.path):
            return load_sensors(self._connection)

    def _chosen(self, sensor: str | None) -> dict[int, Sensor]:
        known = self._sensors()
        chosen = {number: one for number, one in known.items() if sensor in {None, one.name}}
        if sensor is not None and not chosen:
            names = ", ".join(one.name for one in known.values()) or "none"
            raise NightError(f"{self.path} has no wearable {sensor}: it has {names}")
        return chosen

    @contextlib.contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Hold the night still: between two statements the recorder may fold rows away from one table to the other."""
        with as_night_error(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    def _samples(self, number: int, name: str, window: tuple[int, int]) -> Iterator[Samples]:
        return (row.samples(name, nominal_hz) for row, nominal_hz in self._rows(number, window))

    def _stream(self, number: int, name: str) -> Iterator[Samples | Gap]:
        with as_night_error(self.path):
            gaps = self._connection.execute(
                "SELECT before_index, start_ns, end_ns, cause FROM gap WHERE sensor = ? ORDER BY id DESC", (number,)
            ).fetchall()
        parts = [(before_index, Gap(start_ns, end_ns, cause, name)) for before_index, start_ns, end_ns, cause in gaps]
        for row, nominal_hz in self._rows(number, (_EARLIEST_NS, _LATEST_NS)):
            while parts and parts[-1][0] <= row.first_index:
                yield parts.pop()[1]
            yield row.samples(name, nominal_hz)
        while parts:
            yield parts.pop()[1]

    def _rows(self, number: int, window: tuple[int, int]) -> Iterator[tuple[Row, float | None]]:
        """Yield rows that touch a stretch of time, in the order of recording, each with its nominal rate.

        No transaction stays open between them, or the recorder could not tidy its -wal as long as someone reads.
        """
        position: int | None = 0
        while position is not None:
            with self._snapshot():
                rows, position = self._some_rows(number, position, window)
                rates = load_rates(self._connection, number)
            for row in rows:
                if row.end_ns > window[0] and row.start_ns < window[1]:
                    yield row, rates.at(row.first_index)

    def _some_rows(self, number: int, position: int, window: tuple[int, int]) -> tuple[list[Row], int | None]:
        """Return rows from a sample on, and from which sample to go on, or None at the end."""
        found = self._connection.execute(
            f"SELECT {_SEGMENT_COLUMNS} FROM segment"  # noqa: S608 - names of our own
            " WHERE sensor = ? AND end_index > ? AND end_ns > ? AND start_ns < ? ORDER BY end_index LIMIT 1",
            (number, position, *window),
        ).fetchone()
        if found is None:
            return self._unfolded(number, position), None
        segment = Segment(*found)
        return unfold(segment), segment.end_index

    def _unfolded(self, number: int, position: int) -> list[Row]:
        rows = self._connection.execute(
            f"SELECT {ROW_COLUMNS} FROM row WHERE sensor = ? AND first_index >= ? ORDER BY first_index",  # noqa: S608 - names of our own
            (number, position),
        )
        return [restore_row(columns) for columns in rows]

    def _anchors(self, number: int) -> Anchors:
        parts = [
            unpack_anchors(blob, row_count)
            for row_count, blob in self._connection.execute(
                "SELECT row_count, anchors FROM segment WHERE sensor = ? ORDER BY end_index", (number,)
            )
        ]
        rows = self._connection.execute(
            "SELECT start_ns, rate_hz, n FROM row WHERE sensor = ? ORDER BY first_index", (number,)
        )
        return Anchors.joined([*parts, Anchors.of(rows)])


def _event(row: Iterable[Any]) -> Event:
    # SQLite keeps NaN as NULL.
    return Event(*(math.nan if value is None else value for value in row))  # type: ignore[arg-type]  # the file's own types
