"""Recording a night: everything the watch sees goes through a `NightLog` into one file."""

from __future__ import annotations

import math
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np

from detector.errors import NightError
from detector.night.inbox import Inbox
from detector.night.lock import Held, WriterLock, held
from detector.night.records import Sensor
from detector.night.schema import FOLDER_MODE, as_night_error, open_for_writing, remove_files
from detector.night.standing import SENSOR_FIELDS, Standing, stand
from detector.night.statements import (
    begin_run,
    end_run,
    last_run_crashed,
    put_battery,
    put_event,
    put_minute,
    put_sensor,
)
from detector.night.track import Piece
from detector.night.writer import COMMIT_S, Break, Fresh, Heard, Item, NewTrack, Note, Writer
from firmware_bridge.samples import Gap, Samples

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from detector.events import Event
    from detector.night.records import MadeBy
    from detector.wear.minutes import Minute

QUEUE_FULL = "log queue full"
"""Cause of the gap where samples came faster than the disk took them."""

QUEUE_LIMIT = 16_384
"""Pieces and notifications held while nothing can be written: more than an hour of a wearable, some 20 MB."""

_SPARE = 2
"""Events, gaps and battery levels are few and dear: they may fill the queue this many times over."""


class NightLog:
    """Writes one night, from a thread of its own.

    No method waits for the disk but the constructor, `flush`, `close` and, with `wait`, `samples` and `raw`. What was
    handed over is durable within two seconds, but raw notifications only with the first one of the next minute. While
    nothing can be written (a full disk, another program's lock), data wait in a bounded queue, writing is tried again
    after `commit_s`, and `error` says why. A live recorder goes on: only when there is no hope, each call raises. A
    replay is told by the next call, once for each trouble. Either way the call's own data are queued first.

    Parameters
    ----------
    path
        The night, by custom ending in ``.night``. One that is there is continued: samples count on.
    made_by
        What makes it.
    wait
        Whether `samples` and `raw` wait for room in the queue and a passing trouble is raised, as a replay wants. A
        live recorder must not wait: what finds no room is dropped, counted, and becomes a recorded gap.
    fresh
        Whether the night must not be there yet.
    queue_limit
        Pieces and notifications the queue holds.
    commit_s
        Seconds between commits.
    passphrase
        Encrypts the night if it is made by this; one that is there must then be encrypted.

    Raises
    ------
    NightError
        Where the night is being recorded already, is no night, or cannot be written.
    """

    def __init__(
        self,
        path: Path,
        made_by: MadeBy,
        *,
        wait: bool = False,
        fresh: bool = False,
        queue_limit: int = QUEUE_LIMIT,
        commit_s: float = COMMIT_S,
        passphrase: str | None = None,
    ) -> None:
        self.path = path
        self.dropped_samples = 0
        self.dropped_notifications = 0
        self._wait = wait
        self._calls = threading.Lock()
        self._missing: dict[str, Gap] = {}
        self._reported: str | None = None
        self._closed = False
        with ExitStack() as undo, as_night_error(path):
            path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            try:
                self._lock = WriterLock(path)
            except Held:
                raise held(path) from None
            undo.callback(self._lock.release)
            self._made = not path.exists()
            if self._made:
                undo.callback(remove_files, path)
            connection = open_for_writing(path, fresh=fresh, passphrase=passphrase)
            undo.callback(connection.close)
            self._standings, tracks = stand(connection)
            self._crashed = last_run_crashed(connection)
            self.run = begin_run(connection, made_by)
            self._inbox: Inbox[Item] = Inbox(queue_limit)
            self._writer = Writer(connection, path, self._inbox, tracks, commit_s)
            undo.pop_all()
        self._writer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            with suppress(NightError):  # the first error is the one to tell
                self.close()

    @property
    def error(self) -> NightError | None:
        """Why nothing can be saved just now; None again once it can."""
        failure = self._inbox.failure
        return None if failure is None else NightError(failure.sentence)

    @property
    def crashed(self) -> bool:
        """Whether the night was there before and its latest run never ended: its recorder was killed."""
        return self._crashed

    def first_start_ns(self, sensor: str) -> int | None:
        """UTC of the sensor's first sample of the night, in ns: where `Event.onset_s` counts from; None without one."""
        standing = self._standings.get(sensor)
        return None if standing is None else standing.first_start_ns

    def last_end_ns(self, sensor: str) -> int | None:
        """UTC up to which the sensor's samples and gaps are told, in ns; None without any."""
        standing = self._standings.get(sensor)
        return None if standing is None else standing.last_end_ns

    def sensor(
        self,
        name: str,
        *,
        model: str,
        nominal_hz: float,
        lsb_g: float | None = None,
        range_g: float | None = None,
        firmware: str | None = None,
        serial: str | None = None,
        place: str | None = None,
        has_date: bool = True,
    ) -> None:
        """Introduce a wearable, or say more about it; its samples come after. The words are those of `Sensor`.

        Raises
        ------
        NightError
            Where the night has this wearable at another nominal rate or resolution (it bounds the detector's noise
            floor), or counts its times otherwise: one night is one computation.
        ValueError
            Where a number is not positive and finite.
        """
        for number in (nominal_hz, lsb_g, range_g):
            if number is not None and not (math.isfinite(number) and number > 0):
                raise ValueError(f"rate, resolution and range must be positive, not {number}")
        told = Sensor(name, model, float(nominal_hz), range_g, lsb_g, firmware, serial, place, has_date)
        with self._calls:
            known = self._standings.get(name)
            if known is None:
                known = Standing(len(self._standings) + 1, told)
            else:
                self._compare(known.sensor, told)
                news = {key: value for key in SENSOR_FIELDS if (value := getattr(told, key)) is not None}
                known.sensor = replace(known.sensor, **news)
            self._standings[name] = known
            self._put_dear(NewTrack(known.number, known.sensor.lsb_g, put_sensor(known)))
        self._tell()

    def _compare(self, known: Sensor, told: Sensor) -> None:
        """Refuse a wearable that would make another computation of the same night."""
        if known.nominal_hz != told.nominal_hz:
            raise NightError(
                f"{self.path} has {told.name} at {known.nominal_hz:g} Hz, not {told.nominal_hz:g} Hz: "
                "record at the same rate, or into another night"
            )
        if None not in (known.lsb_g, told.lsb_g) and known.lsb_g != told.lsb_g:
            raise NightError(
                f"{self.path} has {told.name} with a resolution of {known.lsb_g} g, not {told.lsb_g} g: "
                "record with the same range, or into another night"
            )
        if known.has_date != told.has_date:
            has, has_not = ("dates", "none") if known.has_date else ("no dates", "some")
            raise NightError(
                f"{self.path} has {has} for {told.name}, and what comes now has {has_not}: record into another night"
            )

    def samples(self, piece: Samples, begins_row: bool) -> None:  # noqa: FBT001 - a pair, as `Rows` yields it
        """Log samples as `detector.timeline.Rows` cut them.

        Parameters
        ----------
        piece
            Part of a row; of a sensor introduced before.
        begins_row
            Whether a row begins with it.

        Raises
        ------
        NightError
            Where nothing can be written any more; with `wait`, also where it cannot be written just now.
        ValueError
            Where `piece` is not float32 of shape ``(n, 3)`` at a positive rate.
        """
        if piece.xyz.dtype != np.float32 or piece.xyz.ndim != 2 or piece.xyz.shape[1] != 3:  # noqa: PLR2004 - n by three axes
            raise ValueError(f"samples must be float32 of shape (n, 3), not {piece.xyz.dtype} {piece.xyz.shape}")
        if not (math.isfinite(piece.rate_hz) and piece.rate_hz > 0):
            raise ValueError(f"a rate must be positive, not {piece.rate_hz}")
        with self._calls:
            standing = self._standing(piece.sensor)
            if len(piece.xyz):
                kept = Piece(
                    start_ns=int(piece.start_ns),
                    rate_hz=float(piece.rate_hz),
                    xyz=piece.xyz.copy(),  # the caller may use its array again
                    begins_row=begins_row,
                )
                self._put_samples(standing, kept, piece)
        self._tell()

    def _put_samples(self, standing: Standing, kept: Piece, piece: Samples) -> None:
        item = Fresh(standing.number, kept)
        missing = self._missing.get(piece.sensor)
        if missing is None:
            accepted = self._put_common(item)
        else:
            # After a loss go on with a whole row, so that later rows are those the detector saw, and with some room.
            half = self._inbox.limit // 2
            accepted = kept.begins_row and len(self._inbox) < half
            if accepted:
                self._end_loss(piece.sensor, piece.start_ns)
                self._inbox.put(item, room=self._inbox.limit)
        if accepted:
            standing.last_end_ns = piece.end_ns
            if standing.first_start_ns is None:
                standing.first_start_ns = kept.start_ns
        else:
            self.dropped_samples += len(kept.xyz)
            start_ns = kept.start_ns if missing is None else missing.start_ns
            self._missing[piece.sensor] = Gap(start_ns, piece.end_ns, QUEUE_FULL, piece.sensor)

    def _end_loss(self, sensor: str, end_ns: int | None = None) -> None:
        """Record what was dropped of a sensor, if anything, as a gap."""
        missing = self._missing.pop(sensor, None)
        if missing is not None:
            self._put_gap(missing if end_ns is None else replace(missing, end_ns=end_ns))

    def gap(self, gap: Gap) -> None:
        """Log a time without samples; it ends the row in progress."""
        with self._calls:
            self._end_loss(gap.sensor, gap.start_ns)
            self._put_gap(gap)
        self._tell()

    def _put_gap(self, gap: Gap) -> None:
        standing = self._standing(gap.sensor)
        standing.last_end_ns = max(standing.last_end_ns or gap.end_ns, gap.end_ns)
        self._put_dear(Break(standing.number, int(gap.start_ns), int(gap.end_ns), gap.cause))

    def event(self, event: Event) -> None:
        """Log an event; it becomes durable together with the samples up to now."""
        with self._calls:
            standing = self._standing(event.sensor)
            self._put_dear(Note(put_event(event, self.run, standing)))
        self._tell()

    def raw(self, sensor: str, arrival_ns: int, data: bytes) -> None:
        """Log a notification as the wearable sent it.

        Parameters
        ----------
        sensor
            Name of the wearable.
        arrival_ns
            UTC of its arrival, in ns.
        data
            Its bytes.
        """
        with self._calls:
            item = Heard(self._standing(sensor).number, int(arrival_ns), bytes(data))
            if not self._put_common(item):
                self.dropped_notifications += 1
        self._tell()

    def battery(self, sensor: str, utc_ns: int, percent: float) -> None:
        """Log a wearable's battery level, 0 to 100."""
        with self._calls:
            self._put_dear(Note(put_battery(self._standing(sensor).number, utc_ns, percent)))
        self._tell()

    def wear(self, sensor: str, minute: Minute) -> None:
        """Log what shows in a minute that the wearable is worn."""
        with self._calls:
            self._put_dear(Note(put_minute(self._standing(sensor).number, minute)))
        self._tell()

    def flush(self) -> None:
        """Wait until all that was logged so far is durable.

        Raises
        ------
        NightError
            Where it cannot be written.
        """
        with self._calls:
            for sensor in list(self._missing):
                self._end_loss(sensor)
        self._inbox.flush()

    def close(self) -> None:
        """Write all there is, and leave one file; safe to call twice.

        Raises
        ------
        NightError
            Where something could not be written.
        """
        if self._closed:
            return
        try:
            self._finish()
        finally:
            self._lock.release()
        error = self.error
        if error is not None:
            raise error

    def discard(self) -> None:
        """Close, and delete the night if it was made by this log: nothing came of it."""
        if self._closed:
            return
        try:
            self._finish()
            if self._made:
                with as_night_error(self.path):
                    remove_files(self.path)
        finally:
            self._lock.release()

    def _finish(self) -> None:
        self._closed = True
        with self._calls:
            for sensor in list(self._missing):
                self._end_loss(sensor)
            self._put_dear(Note(end_run(self.run, time.time_ns())))
        self._inbox.close()
        self._writer.join()

    def _standing(self, sensor: str) -> Standing:
        try:
            return self._standings[sensor]
        except KeyError:
            raise LookupError(f"the wearable {sensor!r} was not introduced to the log") from None

    def _put_common(self, item: Item) -> bool:
        if self._wait:
            return self._inbox.put_patiently(item)
        return self._inbox.put(item, room=self._inbox.limit)

    def _put_dear(self, item: Item) -> None:
        self._inbox.put(item, room=_SPARE * self._inbox.limit)

    def _tell(self) -> None:
        """Raise what is wrong: a final trouble each time, a passing one to a replay, once."""
        failure = self._inbox.failure
        if failure is None:
            self._reported = None
        elif failure.final or (self._wait and failure.sentence != self._reported):
            self._reported = failure.sentence
            raise NightError(failure.sentence)
