"""Reading a night: also while it is recorded, and after a crash."""

from __future__ import annotations

import contextlib
import heapq
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from detector.errors import NightError
from detector.night import statements
from detector.night.codec import arrays, notifications
from detector.night.codec.segment import Anchors, at_once, extremes_of, unfold
from detector.night.codec.typed import MOST_SAMPLES, blob, integer, moment
from detector.night.connection import open_for_reading
from detector.night.gathered import MinMax, SensorArrays, gather
from detector.night.judging.judgements import fold
from detector.night.judging.rows import load_actions
from detector.night.keys import RING
from detector.night.loading import last_end_ns, load_anchors, load_rates, load_rows, load_sensors
from detector.night.records import Battery, Row, Run, Sensor, Temperature
from detector.night.seals import fetch, fingerprint
from detector.night.sentences import as_night_error
from detector.night.stored import (
    event_of,
    event_place_of,
    gap_of,
    level_of,
    measured_of,
    minute_of,
    run_of,
    segment_of,
    warmth_of,
)
from detector.night.unlocking import is_encrypted
from detector.night.whole import see_that_it_is_whole
from firmware_bridge.samples import Gap, Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    import numpy.typing as npt

    from detector.events import Event
    from detector.minutes import MeasuredMinute, Minute
    from detector.night.judging.judgements import Action, Judged, Place

T = TypeVar("T")

_EARLIEST_NS = -(2**63)
_LATEST_NS = 2**63 - 1


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
        self._is_whole = False
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
            return tuple(map(run_of, fetch(self._connection, "made_by", "ORDER BY id")))

    @property
    def start_ns(self) -> int | None:
        """UTC of the first sample, in ns; None without samples."""
        with self._snapshot():
            found = statements.starts(self._connection)
            return min((moment(start_ns, "a start") for (start_ns,) in found if start_ns is not None), default=None)

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

    def minutes_of_samples(
        self, sensor: str, windows: npt.NDArray[np.int64]
    ) -> Iterator[tuple[Anchors, npt.NDArray[np.float32]]]:
        """Yield the samples of a wearable, a minute or so at once, of the minutes that touch one of many short windows.

        Parameters
        ----------
        sensor
            Name of the wearable.
        windows
            Start and end of each, UTC in ns, shape ``(n, 2)``.

        Yields
        ------
        anchors, xyz
            Where rows lie in time, and what they hold in g, float32, shape ``(samples, 3)``.
        """
        if not len(windows):
            return
        (number,) = self._chosen(sensor)
        limits = (int(windows[:, 0].min()), int(windows[:, 1].max()))
        position = 0
        while True:
            with self._snapshot():
                found = statements.next_segment(self._connection, number, position, limits)
                rows = [] if found else load_rows(self._connection, number, position)
                segment = segment_of(found) if found else None
                touched = segment and ((windows[:, 0] < segment.end_ns) & (windows[:, 1] > segment.start_ns)).any()
                block = at_once(segment) if segment and touched else None
            if block:
                yield block
            if segment is None:
                if rows:
                    places = Anchors.of((row.start_ns, row.rate_hz, len(row.xyz)) for row in rows)
                    yield places, np.concatenate([row.xyz for row in rows])
                return
            position = segment.end_index

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
        return self._restored("event", event_of, "sensor_id", "onset_ns, id", sensor)

    def kinds(self) -> dict[str, int]:
        """Count the events of each kind that occurs."""
        return dict(sorted(Counter(event.kind for event in self.events()).items()))

    def gaps(self, sensor: str | None = None) -> list[Gap]:
        """Gaps in the order of time."""
        return [gap for _, gap in self._restored("gap", gap_of, "sensor", "start_ns, id", sensor)]

    def battery(self, sensor: str | None = None) -> list[Battery]:
        """Battery levels in the order of time."""
        levels = self._restored("battery", level_of, "sensor", "utc_ns", sensor)
        return sorted((Battery(*level) for level in levels), key=lambda level: (level.utc_ns, level.sensor))

    def temperature(self, sensor: str | None = None) -> list[Temperature]:
        """Temperatures of the skin in the order of time; none where no wearable told them."""
        told = self._restored("temperature", warmth_of, "sensor", "utc_ns", sensor)
        return sorted((Temperature(*each) for each in told), key=lambda each: (each.utc_ns, each.sensor))

    def minutes(self, sensor: str) -> list[Minute]:
        """What shows in each minute that a wearable is worn; none where an older fasciwatch has made the night."""
        return self._told("wear", minute_of, sensor)

    def measured(self, sensor: str) -> list[MeasuredMinute] | None:
        """In what part of each minute twitches could be measured; None where an older fasciwatch has made the night."""
        return self._told("minute", measured_of, sensor) or None

    def places(self) -> list[Place]:
        """Where its events lie, in the order of time, as labels name them; in a fraction of the time of `events`.

        Not by their checksums, which are over all that is known of an event.
        """
        with as_night_error(self.path):
            sensors = self._sensors()
            found = statements.event_places(self._connection)
            return [event_place_of(row, sensors) for row in found]

    def fingerprint_of_events(self) -> int:
        """Return a number that is another one wherever the events are, in a fraction of the memory of `events`."""
        with as_night_error(self.path):
            return fingerprint(fetch(self._connection, "event", "ORDER BY onset_ns, id"))

    def actions(self) -> list[Action]:
        """What reviewers did, in its order; nothing where an older fasciwatch has made the night."""
        with self._snapshot():
            return load_actions(self._connection, load_sensors(self._connection))

    def judged(self) -> Judged:
        """What holds of all that reviewers said of its events."""
        return fold(self.actions(), self.places())

    def raw(self, sensor: str) -> Iterator[tuple[int, bytes]]:
        """Yield the notifications as the wearable sent them: UTC of arrival in ns, and the bytes."""
        (number,) = self._chosen(sensor)
        position = 0
        while True:
            with as_night_error(self.path):
                group = statements.raw_group(self._connection, number, position)
                if group is None or integer(group[0], "a number") + integer(group[1], "a number") <= position:
                    return
                first, count, crc32, packed = group
                blob(packed, "raw notifications")
                integer(count, "the number of notifications")
                if notifications.raw_checksum(first, count, packed) != crc32:
                    raise ValueError(f"the checksum of notification {first} is wrong")
                found = notifications.unpack(packed, count)[position - first :]
            yield from found
            position = first + count

    def anchors(self, sensor: str) -> Anchors:
        """Return where the rows of a wearable lie in time, without reading its samples."""
        (number,) = self._chosen(sensor)
        with self._snapshot():
            return load_anchors(self._connection, number)

    def minmax(self, sensor: str) -> MinMax:
        """Smallest and largest acceleration per row of a wearable, without reading most of its samples."""
        (number,) = self._chosen(sensor)
        with self._snapshot():
            anchors = load_anchors(self._connection, number)
            pairs = []
            for row_count, codec_id, packed in statements.extremes(self._connection, number):
                integer(row_count, "the number of rows", 1, MOST_SAMPLES)
                found = arrays.decode(codec_id, blob(packed, "the overview of a minute"), 2 * row_count)
                pairs.append(found.reshape(2, row_count, 3))
            pairs += [np.stack(extremes_of(row.xyz, [0])) for row in load_rows(self._connection, number, 0)]
        smallest, largest = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0, 3), np.float32)
        return MinMax(anchors.start_ns, anchors.end_ns, smallest, largest)

    def to_numpy(self, sensor: str | None = None) -> SensorArrays:
        """Return all samples of a wearable (None for the only one) at once, each with its time; see `SensorArrays`.

        Nothing is resampled and nothing is filled in: what lies on both sides of a gap stands side by side, and
        `SensorArrays.stretches` says where. 8 hours at 100 Hz take 60 MB; `samples` takes a minute at a time.
        """
        chosen = list(self._chosen(sensor).values())
        if len(chosen) != 1:
            names = ", ".join(each.name for each in chosen) or "none"
            raise NightError(f"{self.path} has {len(chosen)} wearables, name one: {names}")
        everything = np.array([[_EARLIEST_NS, _LATEST_NS]])
        return gather(chosen[0], self.minutes_of_samples(chosen[0].name, everything))

    def see_that_it_is_whole(self) -> None:
        """Look whether the file is put together as a night should be; once, since it reads every page.

        Raises
        ------
        DamagedNightError
            With what is wrong.
        """
        if not self._is_whole:
            with as_night_error(self.path):
                see_that_it_is_whole(self._connection, self.path)
            self._is_whole = True

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

    def _restored(
        self,
        table: str,
        restore: Callable[[Sequence[Any], Mapping[int, Sensor]], T],
        whose: str,
        order: str,
        sensor: str | None,
    ) -> list[T]:
        """Return the rows of a table of all wearables, or of one; none where the night is older than the table."""
        with as_night_error(self.path):
            sensors = self._sensors()
            wanted = {number for number, one in sensors.items() if sensor in {None, one.name}}
            # Those of no wearable, too: they are damaged.
            numbers = "" if sensor is None else f"WHERE {whose} IN ({', '.join(map(str, wanted))})"
            rows = fetch(self._connection, table, f"{numbers} ORDER BY {order}")
            return [restore(row, sensors) for row in rows]

    def _told(self, table: str, restore: Callable[[Sequence[Any]], T], sensor: str) -> list[T]:
        """Return what is told of each minute of a wearable; none where the night is older than the table."""
        (number,) = self._chosen(sensor)
        with as_night_error(self.path):
            rows = fetch(self._connection, table, "WHERE sensor = ? ORDER BY minute_ns", (number,))
            return [restore(row) for row in rows]

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
            sensors = self._sensors()
            rows = fetch(self._connection, "gap", "WHERE sensor = ? ORDER BY id DESC", (number,))
            parts = [gap_of(row, sensors) for row in rows]
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
        found = statements.next_segment(self._connection, number, position, window)
        if found is None:
            return load_rows(self._connection, number, position), None
        segment = segment_of(found)
        return unfold(segment), segment.end_index
