"""Recording a night: everything the watch sees goes through a `NightLog` into one file."""

from __future__ import annotations

import math
import threading
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self

from detector.errors import NightError
from detector.night.connection import open_for_writing
from detector.night.files import FOLDER_MODE, remove_files
from detector.night.records import Sensor
from detector.night.sentences import as_night_error
from detector.night.statements import (
    Statement,
    begin_run,
    end_run,
    last_run_crashed,
    put_battery,
    put_clock,
    put_event,
    put_measured,
    put_minute,
    put_sensor,
    put_temperature,
)
from detector.night.whole import see_that_it_is_whole
from detector.night.writing.file import NightFile
from detector.night.writing.inbox import Inbox
from detector.night.writing.intake import Intake
from detector.night.writing.lock import Held, WriterLock, held
from detector.night.writing.sensor_state import SensorState, known_better, read_states, refuse_another
from detector.night.writing.track import Piece
from detector.night.writing.writer import COMMIT_S, Item, NewTrack, Writer
from firmware_bridge.samples import Gap, Samples

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from detector.events import Event
    from detector.minutes import MeasuredMinute, Minute
    from detector.night.records import MadeBy
    from detector.night.writing.clock import NightClock

QUEUE_LIMIT = 16_384
"""Pieces and notifications held while nothing can be written: more than an hour of a wearable, some 20 MB."""

STALLED_S = 20.0
"""A disk that takes so long to write, or to sync, is told of: it may be failing, and tell of no error."""


class NightLog:
    """Writes one night, from a thread of its own.

    No method waits for the disk but the constructor, `flush`, `close` and, with `wait`, `samples` and `raw`. What was
    handed over is durable within two seconds, but raw notifications only with the first one of the next minute. While
    nothing can be written (a full disk, another program's lock), data wait in a bounded queue, writing is tried again
    each second, and `error` says why. A live recorder goes on: only when there is no hope, each call raises. A
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
    clock
        What the samples are dated by, for a run that comes after; None where they bring times of their own.

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
        clock: NightClock | None = None,
    ) -> None:
        self.path = path
        self._wait = wait
        self._utc_ns = time.time_ns if clock is None else clock.utc_ns
        self._calls = threading.Lock()
        self._made_by = made_by
        self._reported: str | None = None
        self._closed = False
        with ExitStack() as undo, as_night_error(path):
            path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            try:
                self._lock = WriterLock(path)
            except Held:
                raise held(path) from None
            undo.callback(self._lock.release)
            self._made = not (path.exists() or path.is_symlink())
            if self._made:
                undo.callback(remove_files, path)
            connection = open_for_writing(path, fresh=fresh, passphrase=passphrase)
            undo.callback(connection.close)
            see_that_it_is_whole(connection, path)  # else it would be damaged further
            self._states, tracks = read_states(connection)
            self._crashed = last_run_crashed(connection)
            self.run = begin_run(connection, made_by)
            if clock is not None:
                connection.execute(*put_clock(self.run, clock.host.boot, clock.offset_ns))
            self._inbox: Inbox[Item] = Inbox(queue_limit)
            self._intake = Intake(self._inbox, wait=wait)
            self._file = NightFile(connection, path, self._lock, passphrase)
            self._writer = Writer(self._file, self._inbox, tracks, commit_s)
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
    def dropped_samples(self) -> int:
        """How many samples found no room in the queue: they became gaps."""
        return self._intake.dropped_samples

    @property
    def dropped_events(self) -> int:
        """How many events found no room in the queue."""
        return self._intake.dropped_events

    @property
    def dropped_notifications(self) -> int:
        """How many raw notifications found no room in the queue."""
        return self._intake.dropped_notifications

    @property
    def error(self) -> NightError | None:
        """Why nothing can be saved just now; None again once it can."""
        failure, since_s = self._inbox.failure, self._inbox.writing_since_s
        if failure is not None:
            return NightError(failure.sentence)
        if since_s is None or not self._writer.is_alive() or time.monotonic() - since_s < STALLED_S:
            return None
        return NightError(f"the disk of {self.path} does not answer: it is waited for")

    @property
    def failing_since_ns(self) -> int | None:
        """UTC since which nothing can be saved, in ns; what came up to two seconds before is not saved, too."""
        return self._inbox.failing_since_ns

    @property
    def crashed(self) -> bool:
        """Whether the night was there before and its latest run never ended: its recorder was killed."""
        return self._crashed

    @property
    def sensors(self) -> tuple[str, ...]:
        """Names of the wearables the night knows, of earlier runs too."""
        return tuple(self._states)

    def first_start_ns(self, sensor: str) -> int | None:
        """UTC of the sensor's first sample of the night, in ns: where `Event.onset_s` counts from; None without one."""
        state = self._states.get(sensor)
        return None if state is None else state.first_start_ns

    def last_end_ns(self, sensor: str) -> int | None:
        """UTC up to which the sensor's samples and gaps are told, in ns; None without any."""
        state = self._states.get(sensor)
        return None if state is None else state.last_end_ns

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
            Where the night has this wearable at another resolution (it bounds the detector's noise floor), or counts
            its times otherwise: one night is one computation. Of another nominal rate its samples tell.
        ValueError
            Where a number is not positive and finite.
        """
        for number in (nominal_hz, lsb_g, range_g):
            if number is not None and not (math.isfinite(number) and number > 0):
                raise ValueError(f"rate, resolution and range must be positive, not {number}")
        told = Sensor(name, model, float(nominal_hz), range_g, lsb_g, firmware, serial, place, has_date)
        with self._calls:
            known = self._states.get(name)
            if known is None:
                known = SensorState(len(self._states) + 1, told)
            else:
                refuse_another(self.path, known.sensor, told)
                known.sensor = known_better(known.sensor, told)
            self._states[name] = known
            self._inbox.put_always(NewTrack(known.number, known.sensor.lsb_g, put_sensor(known.number, known.sensor)))
        self.see_to_it()

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
        kept = Piece.of(piece, begins_row=begins_row)
        with self._calls:
            state = self._state_of(piece.sensor)
            if len(piece.xyz):
                self._intake.samples(state, kept, piece.end_ns)
        self.see_to_it()

    def gap(self, gap: Gap) -> None:
        """Log a time without samples; it ends the row in progress."""
        with self._calls:
            self._intake.gap(self._state_of(gap.sensor), gap)
        self.see_to_it()

    def event(self, event: Event) -> None:
        """Log an event; it becomes durable together with the samples up to now."""
        with self._calls:
            state = self._state_of(event.sensor)
            self._intake.event(put_event(event, self.run, state.number, state.first_start_ns))
        self.see_to_it()

    def raw(self, sensor: str, arrival_ns: int, data: bytes) -> None:
        """Log a notification as the wearable sent it, with the UTC of its arrival in ns."""
        with self._calls:
            self._intake.raw(self._state_of(sensor), int(arrival_ns), bytes(data))
        self.see_to_it()

    def battery(self, sensor: str, utc_ns: int, percent: float) -> None:
        """Log a wearable's battery level, 0 to 100."""
        self._note(put_battery(self._state_of(sensor).number, utc_ns, percent))

    def temperature(self, sensor: str, utc_ns: int, celsius: float) -> None:
        """Log the temperature of the skin under a wearable, in °C."""
        self._note(put_temperature(self._state_of(sensor).number, utc_ns, celsius))

    def wear(self, sensor: str, minute: Minute) -> None:
        """Log what shows in a minute that the wearable is worn."""
        self._note(put_minute(self._state_of(sensor).number, minute))

    def measured(self, sensor: str, minute: MeasuredMinute) -> None:
        """Log in what part of a minute twitches could be measured."""
        self._note(put_measured(self._state_of(sensor).number, minute))

    def _note(self, statement: Statement) -> None:
        with self._calls:
            self._intake.note(statement)
        self.see_to_it()

    def flush(self) -> None:
        """Wait until all that was logged so far is durable.

        Raises
        ------
        NightError
            Where it cannot be written.
        """
        with self._calls:
            self._intake.end_losses(self._states.values())
        self._inbox.flush()

    def close(self, patience_s: float = 0.0) -> None:
        """Write all there is, and leave one file; safe to call twice.

        Parameters
        ----------
        patience_s
            For how long to try again where it cannot be written just now, in seconds.

        Raises
        ------
        NightError
            Where something could not be written.
        """
        if self._closed:
            return
        try:
            self._finish(patience_s)
        finally:
            self._lock.release()
        if (error := self.error) is not None:
            raise error

    def hurry(self) -> None:
        """Let a `close` that another thread waits for try once more, and give up."""
        self._inbox.hurry()

    def discard(self) -> None:
        """Close, and delete the night if it was made by this log: nothing came of it."""
        if self._closed:
            return
        try:
            self._finish()
            if self._made and self._file.is_in_place:
                with as_night_error(self.path):
                    remove_files(self.path)
        finally:
            self._lock.release()

    def _finish(self, patience_s: float = 0.0) -> None:
        self._closed = True
        with self._calls:
            self._intake.end_losses(self._states.values())
            self._intake.note(end_run(self.run, self._made_by, self._utc_ns()))
        self._inbox.close(patience_s)
        self._writer.join()

    def _state_of(self, sensor: str) -> SensorState:
        try:
            return self._states[sensor]
        except KeyError:
            raise LookupError(f"the wearable {sensor!r} was not introduced to the log") from None

    def see_to_it(self) -> None:
        """Raise what is wrong: a final trouble each time, a passing one to a replay, once."""
        failure = self._inbox.failure
        if failure is None:
            self._reported = None
        elif failure.final or (self._wait and failure.sentence != self._reported):
            self._reported = failure.sentence
            raise NightError(failure.sentence)
