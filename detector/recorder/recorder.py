"""Recording: what links bring goes into the one loop, and into a night that opens when there is something to keep."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.errors import NightError
from detector.events import Event
from detector.night import NightLog, Sensor
from detector.signal import DetectorConfig
from detector.watch import Watch
from firmware_bridge.errors import BridgeError
from firmware_bridge.link.cancellation import Cancellation
from firmware_bridge.link.info import LinkInfo
from firmware_bridge.link.link import Link
from firmware_bridge.samples import NS, Gap, Samples

OpenLog = Callable[[int], NightLog | None]


@dataclass(slots=True)
class Progress:
    """How a recording stands.

    Parameters
    ----------
    recorded_s
        Seconds of samples so far, the mean over the wearables.
    missing_s
        Seconds of gaps so far, the mean over the wearables.
    twitches
        Events of this kind so far.
    twitches_this_hour
        Of these, those that were found within the last hour.
    events
        All events so far.
    rate_hz
        Latest sampling rate of the wearable that brought samples last.
    battery
        Latest charge in percent, of the emptiest wearable; None where none is known.
    signal_dbm
        Strength of the signal at the latest connection, of the weakest wearable, in dBm; None where none is known.
    last_gap
        The latest gap.
    trouble
        Why nothing can be saved just now; None where all is well.
    """

    recorded_s: float = 0.0
    missing_s: float = 0.0
    twitches: int = 0
    twitches_this_hour: int = 0
    events: int = 0
    rate_hz: float = 0.0
    battery: int | None = None
    signal_dbm: int | None = None
    last_gap: Gap | None = None
    trouble: str | None = None


class Recorder:
    """Records what one or more links bring into a night that opens when all have brought their first samples.

    Parameters
    ----------
    config
        Settings of the detector.
    open_log
        Opens the night for samples that begin at the given UTC in ns; may give None to keep nothing.
    on_progress
        Called after each item.
    wall_ns
        UTC in ns; the same clock as the links'.
    on_missing
        Told, once for each kind of error in a row, where a wearable cannot be found or started while others are
        recorded: it is looked for again and again then. None ends the recording: somebody is there to see to it.
    began_ns
        By that clock, when the wearables were first looked for, which may have been in vain; None for when it runs.
    """

    HELD = 10_000
    """Notifications kept until the night is open and knows the wearables that have sent them."""

    WARMTH_EVERY_NS = 60 * NS
    """Skin warms and cools no faster than is told by one temperature in this time."""

    LOOK_AGAIN_S = 20.0
    """Pause before a wearable that could not be found or started is looked for again."""

    LOOK_S = 5.0
    """How often the night is looked after, for trouble that no samples bring to light: they may stay away, too."""

    TOGETHER_S = 60.0
    """The night opens so long after the first samples at the latest; who comes later is introduced then."""

    PATIENCE_S = 600.0
    """So long the end of the night waits for a disk that is full, or otherwise cannot be written just then."""

    OPENING_S = 300.0
    """The night that is not open so long after there was something to keep is told of: its disk may not answer."""

    def __init__(
        self,
        config: DetectorConfig,
        open_log: OpenLog,
        on_progress: Callable[[Progress], None] | None = None,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        on_missing: Callable[[BridgeError], None] | None = None,
        began_ns: int | None = None,
        places: Mapping[str, str] | None = None,
    ) -> None:
        self.progress = Progress()
        self.log: NightLog | None = None
        self.dropped_notifications = 0  # before there was a log; it counts its own
        self._config = config
        self._open_log = open_log
        self._on_progress = on_progress
        self._links: Sequence[Link] = ()
        self._hurry = asyncio.Event()
        self._watch: Watch | None = None
        self._waiting: list[Samples | Gap] = []
        self._introduced: set[str] = set()
        self._opening: asyncio.Task[None] | None = None
        self._opening_since_s = 0.0
        self._held: list[tuple[str, int, bytes]] = []
        self._wall_ns = wall_ns
        self._on_missing = on_missing
        self._began_ns = began_ns
        self._places = {name.casefold(): place for name, place in (places or {}).items()}
        self._batteries: dict[str, tuple[int, int]] = {}
        self._charges: dict[str, int] = {}
        self._warmth_ns: dict[str, int] = {}
        self._twitches_ns: deque[int] = deque()

    def _place_of(self, info: LinkInfo) -> str | None:
        """Where it is worn, as far as its name or address was given a place; the place of "" is everybody's."""
        names = (info.name, info.address, info.advertised or "", "")
        return next((self._places[name.casefold()] for name in names if name.casefold() in self._places), None)

    def on_raw(self, sensor: str, arrival_ns: int, data: bytes) -> None:
        """Keep a notification as it came; for `Link`."""
        if sensor not in self._introduced:
            if len(self._held) < self.HELD:
                self._held.append((sensor, arrival_ns, data))
            else:
                self.dropped_notifications += 1
        elif self.log is not None:
            with contextlib.suppress(NightError):  # the samples that come with it will tell
                self.log.raw(sensor, arrival_ns, data)

    def on_battery(self, sensor: str, percent: int) -> None:
        """Keep a battery's level; for `Link`."""
        self._charges[sensor] = percent
        self.progress.battery = min(self._charges.values())
        if sensor not in self._introduced:
            self._batteries[sensor] = (self._wall_ns(), percent)
        elif self.log is not None:
            with contextlib.suppress(NightError):
                self.log.battery(sensor, self._wall_ns(), percent)

    def on_temperature(self, sensor: str, celsius: float) -> None:
        """Keep the temperature of the skin, once a minute; for `Link`."""
        now_ns = self._wall_ns()
        if self.log is None or now_ns - self._warmth_ns.get(sensor, 0) < self.WARMTH_EVERY_NS:
            return
        if sensor in self._introduced:
            self._warmth_ns[sensor] = now_ns
            with contextlib.suppress(NightError):
                self.log.temperature(sensor, now_ns, celsius)

    async def run(self, links: Sequence[Link], stop: asyncio.Event, hurry: asyncio.Event | None = None) -> None:
        """Record until `stop` is set, then finish the night and close it.

        Parameters
        ----------
        links
            One for each wearable. The night begins when all have brought samples: what one feels is held against what
            the others feel.
        stop
            Ends the night.
        hurry
            Lets its end no longer wait for a disk that cannot be written.

        Raises
        ------
        BridgeError
            Where a wearable cannot be found or started, and nobody is told of it.
        NightError
            Where the night cannot be written.
        """
        self._links, self._hurry = links, hurry or self._hurry
        if self._began_ns is None:
            self._began_ns = self._wall_ns()
        consuming = [asyncio.create_task(self._consume(link)) for link in links]
        stopping = asyncio.create_task(stop.wait())
        try:
            ended: set[asyncio.Task[Any]] = set()
            while not ended:
                ended, _ = await asyncio.wait(
                    {*consuming, stopping}, timeout=self.LOOK_S, return_when=asyncio.FIRST_COMPLETED
                )
                before = self.progress.trouble
                self._see_to_the_night()
                if before is not None or self.progress.trouble is not None:  # no samples may come that would tell it
                    self._tell()
            missing = [gap for link in links if (gap := link.open_gap()) is not None]
            await _end(consuming)
            if self._waiting:
                await self._finished(self._open())
            for gap in missing:  # of wearables that have not come back
                if gap.sensor in self._introduced:
                    self._take(gap)
        finally:
            for task in (*consuming, stopping):
                task.cancel()
            opening = () if self._opening is None else (self._opening,)
            await asyncio.gather(*consuming, stopping, *opening, return_exceptions=True)
            try:
                if self._watch is not None:
                    self._count(self._watch.finish(self._wall_ns()))
            finally:
                if self.log is not None:
                    # In a thread: a loop that stands still is taken for dead.
                    closing = asyncio.create_task(asyncio.to_thread(self.log.close, self.PATIENCE_S))
                    await self._finished(closing, f"; the end waits for that, {self.PATIENCE_S / 60:.0f} min at most")

    async def _finished(self, task: asyncio.Task[None], more: str = "") -> None:
        """Wait for what waits for the disk, and tell meanwhile how it stands, with `more` where it is in trouble."""
        while not (await asyncio.wait({task}, timeout=self.LOOK_S))[0]:
            if self.log is not None and self._hurry.is_set():
                self.log.hurry()
            self._look_at_the_night()
            if self.progress.trouble is not None:
                self.progress.trouble += more
            self._tell()
        await task

    async def _consume(self, link: Link) -> None:
        cancellation = Cancellation()
        told: type[BridgeError] | None = None
        while True:
            try:
                await self._read(link)
            except BridgeError as error:
                cancellation.heed()
                # As long as nothing has come of any, who called begins anew, with a clock that may have been set.
                if self._on_missing is None or not (self._waiting or self._watch is not None):
                    raise
                if told is not type(error):
                    told = type(error)
                    self._on_missing(error)
            else:
                return
            await asyncio.sleep(self.LOOK_AGAIN_S)

    async def _read(self, link: Link) -> None:
        async with contextlib.aclosing(link.stream()) as stream:
            async for item in stream:
                self._see_that_it_could_be_begun()
                if self._watch is not None:
                    self._take(item)
                    continue
                self._waiting.append(item)
                waited_s = (item.end_ns - self._waiting[0].start_ns) / NS
                together = all(each.info is not None for each in self._links)
                if self._opening is None and (together or waited_s > self.TOGETHER_S):
                    # Not awaited: a link that is not read would drop what comes, and it may take a while.
                    self._open()

    def _take(self, item: Samples | Gap) -> None:
        if self._watch is None:
            raise RuntimeError("nothing can be taken before the night is open")
        if item.sensor not in self._introduced:
            self._introduce(self._watch)
        events = self._watch.take(item)
        self._twitches_ns += [item.end_ns] * self._count(events)
        self._account(item)

    def _open(self) -> asyncio.Task[None]:
        """Open the night, once: now there is something to put into it."""
        if self._opening is None:
            self._opening_since_s = asyncio.get_running_loop().time()
            self._opening = asyncio.create_task(self._begin())
        return self._opening

    async def _begin(self) -> None:
        start_ns = min(item.start_ns for item in self._waiting)
        # In a thread: a slow disk, or a night with much in it, must not keep the radio waiting.
        self.log = await asyncio.to_thread(self._open_log, start_ns)
        self._watch = Watch(self._config, self.log, self._began_ns)
        self._introduce(self._watch)
        waiting, self._waiting = self._waiting, []
        for item in sorted(waiting, key=lambda item: item.start_ns):
            self._take(item)

    def _introduce(self, watch: Watch) -> None:
        """Say who the sensors are that have not been introduced yet, and hand on what was held of them."""
        for link in self._links:
            info = link.info
            if info is None or info.name in self._introduced:
                continue
            watch.add(
                Sensor(
                    name=info.name,
                    model=info.model,
                    nominal_hz=info.nominal_hz,
                    range_g=info.range_g,
                    lsb_g=info.lsb_g,
                    serial=info.serial,
                    place=self._place_of(info),
                ),
            )
            self._introduced.add(info.name)
        if self.log is not None:
            for notification in self._held:
                if notification[0] in self._introduced:
                    self.log.raw(*notification)
            for sensor in self._introduced & set(self._batteries):
                self.log.battery(sensor, *self._batteries.pop(sensor))
        self._held = [notification for notification in self._held if notification[0] not in self._introduced]

    def _count(self, events: list[Event]) -> int:
        """Add up events; gives how many twitches there are among them."""
        twitches = sum(event.kind == "twitch" for event in events)
        self.progress.events += len(events)
        self.progress.twitches += twitches
        return twitches

    def _look_at_the_night(self) -> None:
        """Note in the progress what is wrong with the night."""
        if self._opening is not None and self._watch is None:
            if asyncio.get_running_loop().time() - self._opening_since_s >= self.OPENING_S:
                self.progress.trouble = "the night cannot be begun yet: its disk does not answer; what comes is kept"
            return
        error = None if self.log is None else self.log.error
        self.progress.trouble = None if error is None else str(error)

    def _see_that_it_could_be_begun(self) -> None:
        """Raise why the night could not be begun, if so."""
        if self._opening is not None and self._opening.done():
            self._opening.result()

    def _tell(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self.progress)

    def _see_to_the_night(self) -> None:
        """Note what is wrong with the night; raises it where it will not pass."""
        self._look_at_the_night()
        self._see_that_it_could_be_begun()
        if self.log is not None:
            self.log.see_to_it()

    def _account(self, item: Samples | Gap) -> None:
        self._see_to_the_night()
        if isinstance(item, Gap):
            self.progress.missing_s += (item.end_ns - item.start_ns) / NS / len(self._links)
            self.progress.last_gap = item
        else:
            self.progress.recorded_s += len(item.xyz) / item.rate_hz / len(self._links)
            self.progress.rate_hz = item.rate_hz
            self.progress.signal_dbm = min(self._signals_dbm(), default=None)
        while self._twitches_ns and self._twitches_ns[0] <= item.end_ns - 3600 * NS:
            self._twitches_ns.popleft()
        self.progress.twitches_this_hour = len(self._twitches_ns)
        self._tell()

    def _signals_dbm(self) -> Iterator[int]:
        for link in self._links:
            if link.info is not None and link.info.rssi_dbm is not None:
                yield link.info.rssi_dbm


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End tasks, and raise what the first of them has failed with."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome
