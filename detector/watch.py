"""The one loop: samples and gaps in; detector, events and night out. Recording and replaying are both it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from platform import python_version

from detector.coincidence import Coincidence
from detector.errors import RecordingError
from detector.events import Event
from detector.night import MadeBy, NightLog, Sensor, Source
from detector.signal import Detector, DetectorConfig
from detector.timeline import Rows, Timeline
from firmware_bridge.link import Link
from firmware_bridge.samples import CRASHED, NS, RESTARTED, Gap, Samples

OpenLog = Callable[[int], NightLog | None]


def made_by(
    source: Source,
    config: DetectorConfig,
    *,
    source_name: str | None = None,
    source_sha256: str | None = None,
) -> MadeBy:
    """Say what makes a night: this program, its version and settings."""
    return MadeBy(
        started_utc_ns=time.time_ns(),
        version=metadata.version("fasciwatch"),
        settings=asdict(config),
        python=python_version(),
        numba=metadata.version("numba"),
        source=source,
        source_name=source_name,
        source_sha256=source_sha256,
    )


class Watch:
    """Hands what comes in to the detectors and the night, and tells what was found.

    Parameters
    ----------
    config
        Settings of the detectors.
    log
        The night; None to keep nothing.
    """

    def __init__(self, config: DetectorConfig, log: NightLog | None) -> None:
        self.log = log
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
            watched = _Watched(sensor, self._config, self.log, self._coincidence)
        except ValueError as error:
            raise RecordingError(f"{sensor.name}: {error}") from error
        self._sensors[sensor.name] = watched
        if self.log is not None:
            self.log.sensor(**asdict(sensor))

    def take(self, item: Samples | Gap) -> list[Event]:
        """Take what comes next of a sensor; gives the events that are final by now, of any sensor.

        The items of several sensors must come in the order of time to within `detector.coincidence.SILENT_S`.
        """
        watched = self._sensors[item.sensor]
        return watched.gap(item) if isinstance(item, Gap) else watched.samples(item)

    def finish(self) -> list[Event]:
        """Finish what is open; the night may be closed then."""
        open_events = [event for watched in self._sensors.values() for event in watched.finish()]
        return _told(self._coincidence.finish(open_events), self.log)


class _Watched:
    """One sensor's rows, timeline and detector."""

    def __init__(self, sensor: Sensor, config: DetectorConfig, log: NightLog | None, coincidence: Coincidence) -> None:
        self._name = sensor.name
        self._nominal_hz = sensor.nominal_hz
        # A sensor's resolution bounds its noise floor; the night stores it, so a replay has the same bound.
        self._config = replace(config, resolution_mg=1e3 * sensor.lsb_g) if sensor.lsb_g else config
        self._log = log
        self._has_date = sensor.has_date
        self._rows = Rows(sensor.nominal_hz)
        self._origin_ns = None if log is None else log.first_start_ns(sensor.name)
        self._before_ns = None if log is None else log.last_end_ns(sensor.name)
        self._coincidence = coincidence
        self._begin()
        if self._has_date:
            coincidence.add(self._name, self._detector.delay_s)

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
        if self._origin_ns is None:
            self._origin_ns = samples.start_ns
            self._begin()
        if self._before_ns is not None:  # this night has samples of an earlier run
            before_ns, self._before_ns = self._before_ns, None
            cause = CRASHED if self._log is not None and self._log.crashed else RESTARTED
            self.gap(Gap(before_ns, max(samples.start_ns, before_ns), cause, self._name))
        events: list[Event] = []
        for piece, begins_row in self._rows.cut(samples):
            if begins_row:
                self._timeline.anchor(self._index, piece.start_ns, piece.rate_hz)
            if self._log is not None:
                self._log.samples(piece, begins_row)
            self._index += len(piece.xyz)
            found = self._dated(self._detector.push(piece.xyz))
            events += _told(self._coincidence.take(self._name, found, piece.end_ns), self._log)
        return events

    def gap(self, gap: Gap) -> list[Event]:
        found = self._detector.gap(max(gap.end_ns - gap.start_ns, 0) / NS)
        # A recorder that was killed never told what was open then; nor does a replay of its night.
        open_events = [] if gap.cause == CRASHED else self._dated(found)
        events = _told(self._coincidence.gap(gap, open_events), self._log)
        self._rows.close()
        if self._log is not None:
            self._log.gap(gap)
        if gap.cause in {RESTARTED, CRASHED}:
            self._begin()  # as the recorder did, which had lost its noise floor
        return events

    def finish(self) -> list[Event]:
        return self._dated(self._detector.flush())

    def _dated(self, events: list[Event]) -> list[Event]:
        return events if self._has_date else [replace(event, onset_utc="") for event in events]


def _told(events: list[Event], log: NightLog | None) -> list[Event]:
    """Log events that are final."""
    if log is not None:
        for event in events:
            log.event(event)
    return events


def replay(
    sensors: Iterable[Sensor],
    stream: Iterable[Samples | Gap],
    config: DetectorConfig,
    log: NightLog | None = None,
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


@dataclass(slots=True)
class Progress:
    """How a recording stands.

    Parameters
    ----------
    recorded_s
        Seconds of samples so far.
    missing_s
        Seconds of gaps so far.
    twitches
        Events of this kind so far.
    events
        All events so far.
    last_gap
        The latest gap.
    trouble
        Why nothing can be saved just now; None where all is well.
    """

    recorded_s: float = 0.0
    missing_s: float = 0.0
    twitches: int = 0
    events: int = 0
    last_gap: Gap | None = None
    trouble: str | None = None


class Recorder:
    """Records what a link brings into a night that is opened when the first samples are there.

    Parameters
    ----------
    config
        Settings of the detector.
    open_log
        Opens the night for samples that begin at the given UTC in ns; may give None to keep nothing.
    on_progress
        Called after each item.
    wall_ns
        UTC in ns; the same clock as the link's.
    """

    HELD = 10_000
    """Notifications kept until the night is open; it opens with the first frame that can be decoded."""

    def __init__(
        self,
        config: DetectorConfig,
        open_log: OpenLog,
        on_progress: Callable[[Progress], None] | None = None,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.progress = Progress()
        self.log: NightLog | None = None
        self._config = config
        self._open_log = open_log
        self._on_progress = on_progress
        self._watch: Watch | None = None
        self._held: list[tuple[str, int, bytes]] = []
        self._wall_ns = wall_ns
        self._battery: tuple[int, int] | None = None
        self._sensor = ""

    def on_raw(self, sensor: str, arrival_ns: int, data: bytes) -> None:
        """Keep a notification as it came; for `Link`."""
        if self._watch is None:
            if len(self._held) < self.HELD:
                self._held.append((sensor, arrival_ns, data))
        elif self.log is not None:
            self.log.raw(sensor, arrival_ns, data)

    def on_battery(self, percent: int) -> None:
        """Keep the battery's level; for `Link`."""
        self._battery = (self._wall_ns(), percent)
        if self.log is not None:
            self.log.battery(self._sensor, *self._battery)

    async def run(self, link: Link, stop: asyncio.Event) -> None:
        """Record until `stop` is set, then finish the night and close it.

        Raises
        ------
        BridgeError
            Where the wearable cannot be found or started; no night has been made then.
        NightError
            Where the night cannot be written.
        """
        consuming = asyncio.create_task(self._consume(link))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({consuming, stopping}, return_when=asyncio.FIRST_COMPLETED)
            missing = link.open_gap()
            consuming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await consuming
            if missing is not None and self._watch is not None:  # a wearable that has not come back
                self._take(missing)
        finally:
            for task in (consuming, stopping):
                task.cancel()
            await asyncio.gather(consuming, stopping, return_exceptions=True)
            try:
                if self._watch is not None:
                    self._count(self._watch.finish())
            finally:
                if self.log is not None:
                    self.log.close()

    async def _consume(self, link: Link) -> None:
        async with contextlib.aclosing(link.stream()) as stream:
            async for item in stream:
                if self._watch is None:
                    self._watch = self._begin(link, item)
                self._take(item)

    def _take(self, item: Samples | Gap) -> None:
        if self._watch is None:
            raise RuntimeError("nothing can be taken before the night is open")
        self._count(self._watch.take(item))
        self._account(item)

    def _begin(self, link: Link, item: Samples | Gap) -> Watch:
        """Open the night: now there is something to put into it."""
        info = link.info
        if info is None:  # the link promises otherwise
            raise RuntimeError("the link gave samples before it said whose")
        self.log = self._open_log(item.start_ns)
        watch = Watch(self._config, self.log)
        self._sensor = info.name
        watch.add(
            Sensor(
                name=info.name,
                model=info.model,
                nominal_hz=info.nominal_hz,
                range_g=info.range_g,
                lsb_g=info.lsb_g,
            ),
        )
        if self.log is not None:
            for notification in self._held:
                self.log.raw(*notification)
            if self._battery is not None:
                self.log.battery(self._sensor, *self._battery)
        self._held.clear()
        return watch

    def _count(self, events: list[Event]) -> None:
        self.progress.events += len(events)
        self.progress.twitches += sum(event.kind == "twitch" for event in events)

    def _account(self, item: Samples | Gap) -> None:
        error = None if self.log is None else self.log.error
        self.progress.trouble = None if error is None else str(error)
        if isinstance(item, Gap):
            self.progress.missing_s += (item.end_ns - item.start_ns) / NS
            self.progress.last_gap = item
        else:
            self.progress.recorded_s += len(item.xyz) / item.rate_hz
        if self._on_progress is not None:
            self._on_progress(self.progress)
