"""The one loop: samples and gaps in; detector, events and night out. Recording and replaying are both it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from importlib import metadata
from platform import python_version
from typing import Protocol

from tzlocal import get_localzone_name

from detector.coincidence import Coincidence
from detector.errors import RecordingError
from detector.events import Event
from detector.minutes import MeasuredMinute, Minute
from detector.night import MadeBy, Sensor, Source
from detector.signal import Detector, DetectorConfig
from detector.timeline import Rows, Timeline
from detector.version import __version__
from detector.wear.measured import MeasuredMinutes
from detector.wear.minutes import Minutes
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples

_SOON_NS = 60 * NS
"""A wearable that is back so soon after its recorder was never out of reach: it had to be found and connected to."""


def made_by(
    source: Source,
    config: DetectorConfig,
    *,
    source_name: str | None = None,
    source_sha256: str | None = None,
    started_utc_ns: int | None = None,
) -> MadeBy:
    """Say what makes a night: this program, its version and settings; from now on, if no start is given."""
    return MadeBy(
        started_utc_ns=time.time_ns() if started_utc_ns is None else started_utc_ns,
        version=__version__,
        settings=asdict(config),
        python=python_version(),
        numba=metadata.version("numba"),
        source=source,
        source_name=source_name,
        source_sha256=source_sha256,
        timezone=_timezone(),
    )


def _timezone() -> str | None:
    """IANA name of this computer's time zone, None where it does not tell."""
    try:
        return str(get_localzone_name()) or None
    except (LookupError, OSError, ValueError):  # a system set up by hand
        return None


class Log(Protocol):
    """What keeps a night: `detector.night.NightLog` in a file, and others as they need."""

    @property
    def crashed(self) -> bool:
        """Whether the recorder of an earlier run was killed."""

    @property
    def sensors(self) -> tuple[str, ...]:
        """Names of the wearables it knows."""

    def first_start_ns(self, sensor: str) -> int | None:
        """UTC of a wearable's first sample of an earlier run, in ns."""

    def last_end_ns(self, sensor: str) -> int | None:
        """UTC up to which an earlier run tells of it, in ns."""

    @property
    def sensor(self) -> Callable[..., None]:
        """Introduces a wearable, by the fields of `Sensor`."""

    def samples(self, piece: Samples, begins_row: bool) -> None:  # noqa: FBT001 - a pair, as `Rows` yields it
        """Log samples as `Rows` cut them."""

    def gap(self, gap: Gap) -> None:
        """Log a time without samples."""

    def event(self, event: Event) -> None:
        """Log an event."""

    def wear(self, sensor: str, minute: Minute) -> None:
        """Log what shows in a minute that a wearable is worn."""

    def measured(self, sensor: str, minute: MeasuredMinute) -> None:
        """Log in what part of a minute twitches could be measured."""


class Watch:
    """Hands what comes in to the detectors and the night, and tells what was found.

    Parameters
    ----------
    config
        Settings of the detectors.
    log
        The night; None to keep nothing.
    began_ns
        UTC, in ns, at which a recorder began that may go on with a night; None for a replay.
    """

    def __init__(self, config: DetectorConfig, log: Log | None, began_ns: int | None = None) -> None:
        self.log = log
        self._began_ns = began_ns
        self._config = config
        self._sensors: dict[str, _Watched] = {}
        self._coincidence = Coincidence()

    def add(self, sensor: Sensor) -> None:
        """Introduce a sensor; its samples come after.

        Parameters
        ----------
        sensor
            The wearable; its nominal rate is the one the detector is made for.

        Raises
        ------
        RecordingError
            Where the rate is none the detector works at.
        """
        try:
            watched = _Watched(sensor, self._config, self.log, self._coincidence, self._began_ns)
        except ValueError as error:
            raise RecordingError(f"{sensor.name}: {error}") from error
        self._sensors[sensor.name] = watched
        if self.log is not None:
            self.log.sensor(**asdict(sensor))

    def take(self, item: Samples | Gap) -> list[Event]:
        """Take what comes next of a sensor; gives the events that are final by now, of any sensor.

        The items of several sensors must come in the order of time to within `detector.coincidence.ORDER_S`.
        """
        watched = self._sensors[item.sensor]
        return watched.gap(item) if isinstance(item, Gap) else watched.samples(item)

    def finish(self, until_ns: int | None = None) -> list[Event]:
        """Finish what is open; the night may be closed then.

        Parameters
        ----------
        until_ns
            UTC, in ns, of the end of a recording: wearables of an earlier run that have not come until then are
            missing until then. None for a replay.

        Returns
        -------
        list of Event
            Those that were still open.
        """
        events: list[Event] = []
        if self.log is not None and until_ns is not None:
            for name in self.log.sensors:
                if name in self._sensors:
                    events += self._sensors[name].take_up(until_ns)
                    continue
                for gap in _since_before(self.log, name, until_ns, self._began_ns):
                    self.log.gap(gap)
        open_events = [event for watched in self._sensors.values() for event in watched.finish()]
        return events + _told(self._coincidence.finish(open_events), self.log)


class _Watched:
    """One sensor's rows, timeline and detector."""

    def __init__(
        self,
        sensor: Sensor,
        config: DetectorConfig,
        log: Log | None,
        coincidence: Coincidence,
        began_ns: int | None,
    ) -> None:
        self._name = sensor.name
        self._began_ns = began_ns
        self._nominal_hz = sensor.nominal_hz
        # A sensor's resolution bounds its noise floor; the night stores it, so a replay has the same bound.
        self._config = replace(config, resolution_mg=1e3 * sensor.lsb_g) if sensor.lsb_g else config
        self._log = log
        self._has_date = sensor.has_date
        self._rows = Rows(sensor.nominal_hz, None if log is None else log.last_end_ns(sensor.name))
        self._is_strict = False  # whether its rows do not overlap: those of an older night do by some ms
        self._origin_ns = None if log is None else log.first_start_ns(sensor.name)
        self._taken_up = log is None or log.last_end_ns(sensor.name) is None
        self._coincidence = coincidence
        self._minutes = Minutes()
        self._measured = MeasuredMinutes()
        self._row_start_ns, self._row_count, self._row_hz = 0, 0, sensor.nominal_hz  # the one in progress
        self._undecided: deque[tuple[int, int, float]] = deque()  # rows that ended: index of the end, start, length
        self._begin()
        if self._has_date:
            coincidence.add(self._name)

    def _begin(self) -> None:
        """Begin with a detector that knows nothing yet."""
        self._timeline = Timeline()
        self._index = 0
        self._detector = Detector(
            self._nominal_hz,
            self._config,
            sensor=self._name,
            clock=self._timeline,
            origin_ns=self._origin_ns or 0,
        )

    def samples(self, samples: Samples) -> list[Event]:
        if not len(samples.xyz):
            return []
        if self._began_ns is not None and samples.nominal_hz is None:
            samples = replace(samples, nominal_hz=self._nominal_hz)  # an earlier run may have ended at another rate
        if self._origin_ns is None:
            self._origin_ns = samples.start_ns
            self._begin()
        events = self.take_up(samples.start_ns)
        self._is_strict = samples.nominal_hz is not None
        if samples.nominal_hz not in (None, self._nominal_hz):
            events += self._change_rate(samples.nominal_hz, samples.start_ns)
        for piece, begins_row in self._rows.cut(samples):
            if begins_row:
                self._timeline.anchor(self._index, piece.start_ns, piece.rate_hz)
            if self._log is not None:
                self._log.samples(piece, begins_row)
                self._tell(self._minutes.add(piece))
            if begins_row:
                self._end_row()
            self._index += len(piece.xyz)
            found = self._dated(self._detector.push(piece.xyz))
            self._add_to_row(piece)
            events += _told(self._coincidence.take(self._name, found, piece.end_ns, self._settled_ns()), self._log)
        return events

    def _add_to_row(self, piece: Samples) -> None:
        if not self._row_count:
            self._row_start_ns, self._row_hz = piece.start_ns, piece.rate_hz
        self._row_count += len(piece.xyz)

    def _end_row(self, *, goes_on: bool = True) -> None:
        """Count the rows that have been decided by what the detector says now that a row has been pushed.

        The pieces it came in do not matter: a row ends where the next begins, or a gap, live as in replay. Where the
        detector waits for a heart beat to be ruled out, the rows that wait with it are counted once that is so, or
        where no more samples follow.
        """
        count, self._row_count = self._row_count, 0
        if self._log is None:
            return
        if count:
            self._undecided.append((self._index, self._row_start_ns, count / self._row_hz))
        looked_at = self._index - self._detector.waiting
        while self._undecided and (self._undecided[0][0] <= looked_at or not goes_on):
            end, start_ns, seconds = self._undecided.popleft()
            confidence = self._detector.confidence(max(looked_at - end, 0))
            self._tell_measured(self._measured.add(start_ns, seconds, confidence))

    def _settled_ns(self) -> int:
        """UTC up to which the detector has told what has ended, in ns."""
        return (self._origin_ns or 0) + round(self._detector.settled_s * NS)

    def _change_rate(self, nominal_hz: float, at_ns: int) -> list[Event]:
        """Go on at another rate: what is open is finished, and a detector begins that is made for it."""
        self._end_row(goes_on=False)
        open_events = self._dated(self._detector.flush())
        change = Gap(at_ns, at_ns, GapCause.ANOTHER_RATE, self._name)  # nothing is missing, so it is not logged
        events = _told(self._coincidence.gap(change, open_events), self._log)
        self._minutes.gap()
        self._nominal_hz = nominal_hz
        self._rows = Rows(nominal_hz, self._rows.due_ns)
        try:
            self._begin()
        except ValueError as error:
            raise RecordingError(f"{self._name}: {error}") from error
        return events

    def take_up(self, start_ns: int) -> list[Event]:
        """Log what lies between the samples of an earlier run and the first thing that is known of this one."""
        events: list[Event] = []
        if not self._taken_up and self._log is not None:
            self._taken_up = True
            for gap in _since_before(self._log, self._name, start_ns, self._began_ns):
                events += self.gap(gap)
        return events

    def gap(self, gap: Gap) -> list[Event]:
        taken_up = self.take_up(gap.start_ns)
        if self._is_strict and self._rows.due_ns is not None:
            start_ns = max(gap.start_ns, self._rows.due_ns)  # a row of today's may end some ms later than its samples
            gap = replace(gap, start_ns=start_ns, end_ns=max(gap.end_ns, start_ns))
        if gap.cause == GapCause.CRASHED:
            self._row_count = 0  # a recorder that was killed never came to its end
            self._undecided.clear()
        else:
            self._end_row(goes_on=False)
        found = self._detector.gap(max(gap.end_ns - gap.start_ns, 0) / NS)
        # A recorder that was killed never told what was open then; nor does a replay of its night.
        open_events = [] if gap.cause == GapCause.CRASHED else self._dated(found)
        settled_ns = None if self._detector.is_settled else self._settled_ns()
        events = _told(self._coincidence.gap(gap, open_events, settled_ns), self._log)
        self._rows.close()
        if gap.cause == GapCause.CRASHED:
            self._minutes.drop()
            self._measured.drop()
        self._minutes.gap()
        if gap.cause == GapCause.RESTARTED:
            self._tell(self._minutes.restart())
            self._tell_measured(self._measured.finish())
        if self._log is not None:
            self._log.gap(gap)
        if gap.cause in {GapCause.RESTARTED, GapCause.CRASHED}:
            self._begin()  # as the recorder did, which had lost its noise floor
        return taken_up + events

    def finish(self) -> list[Event]:
        self._end_row(goes_on=False)
        self._tell(self._minutes.finish())
        self._tell_measured(self._measured.finish())
        return self._dated(self._detector.flush())

    def _tell(self, minutes: list[Minute]) -> None:
        if self._log is not None:
            for minute in minutes:
                self._log.wear(self._name, minute)

    def _tell_measured(self, minutes: list[MeasuredMinute]) -> None:
        if self._log is not None:
            for minute in minutes:
                self._log.measured(self._name, minute)

    def _dated(self, events: list[Event]) -> list[Event]:
        return events if self._has_date else [replace(event, onset_utc="") for event in events]


def _since_before(log: Log, sensor: str, until_ns: int, began_ns: int | None) -> list[Gap]:
    """Gaps from the last that an earlier run tells of a sensor: its recorder was away, then it was itself."""
    before_ns = log.last_end_ns(sensor)
    if before_ns is None:
        return []
    until_ns = max(until_ns, before_ns)
    back_ns = until_ns if began_ns is None or until_ns - began_ns < _SOON_NS else max(began_ns, before_ns)
    away = Gap(before_ns, back_ns, GapCause.CRASHED if log.crashed else GapCause.RESTARTED, sensor)
    return [away] if back_ns == until_ns else [away, Gap(back_ns, until_ns, GapCause.ABSENT, sensor)]


def _told(events: list[Event], log: Log | None) -> list[Event]:
    """Log events that are final."""
    if log is not None:
        for event in events:
            log.event(event)
    return events


def replay(
    sensors: Iterable[Sensor],
    stream: Iterable[Samples | Gap],
    config: DetectorConfig,
    log: Log | None = None,
    *,
    on_progress: Callable[[Samples], None] | None = None,
) -> list[Event]:
    """Run a recorded stream through the loop.

    Parameters
    ----------
    sensors
        Whose samples the stream holds.
    stream
        Samples and gaps in order of time, for each sensor.
    config
        Settings of the detector.
    log
        The night to write; the caller closes it.
    on_progress
        Called with each stretch of samples once it is done.

    Returns
    -------
    list of Event
        In the order in which they became final.
    """
    watch = Watch(config, log)
    for sensor in sensors:
        watch.add(sensor)
    events: list[Event] = []
    for item in stream:
        events += watch.take(item)
        if on_progress is not None and isinstance(item, Samples):
            on_progress(item)
    return events + watch.finish()
