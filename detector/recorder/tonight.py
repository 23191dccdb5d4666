"""The recording itself: links to the wearables, a recorder, and what ends the night."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from detector.errors import DamagedNightError, NightError
from detector.night import NightLog, night_path, put_aside
from detector.night.integrity.check import check
from detector.night.writing.clock import NightClock, night_clock
from detector.recorder.listener import Listener, Say
from detector.recorder.recorder import Recorder
from detector.recorder.remembered import remember
from detector.recorder.systemd.heartbeat import beating
from detector.recorder.warming import Warming
from detector.time_words import clock_time, span
from detector.watch import Watch, made_by
from firmware_bridge.clock.host import HostClock, host_clock
from firmware_bridge.discovery.find import Known
from firmware_bridge.errors import BridgeError, NoSuchWearableError
from firmware_bridge.link import link as radio
from firmware_bridge.link.info import LinkState
from firmware_bridge.samples import NS
from firmware_bridge.wearables import Wish

if TYPE_CHECKING:
    from detector.recorder.alarm import Alarm
    from detector.recorder.marks import Marks
    from detector.recorder.unnamed import Names
    from detector.signal import DetectorConfig

T = TypeVar("T")

_LOOK_AT_THE_CLOCK_S = 10.0

_SET_NS = 2 * NS
"""A wall clock that differs by less from the night's was not set but corrected little by little."""

_WORTH_ANOTHER_S = 60.0
"""A part of the night that could be saved for so long is worth another one; less, and it would go on like that."""

_UNSAVED_NS = 2 * NS
"""What came so long before the disk failed may not have been saved yet."""


@dataclass(frozen=True, slots=True)
class Tonight:
    """An evening: what is to be recorded, and how.

    `record` runs until the end of the night; `end` brings that about sooner.

    Parameters
    ----------
    wanted
        The wearables: names or addresses, or the one that was chosen; what is learnt of that one is remembered.
    rate_hz
        Rate to ask for, in Hz; None for the usual one.
    config
        Settings of the detector.
    folder
        Of the nights; None to keep none.
    passphrase
        Encrypts the night; None for none.
    stop_after_s
        Length of the night in s; None until it is ended by hand.
    lasts_h
        Hours for which the wearable's battery must last; None for any.
    low_battery
        Whether a battery that will not last so long is only told of, so that nobody has to be there who could insist.
    wait
        Whether to go on looking for a wearable that is not in reach.
    names
        Where to tell which names are not to be written; None where they may be.
    listener
        Is told how it goes.
    alarm
        Is given where something is wrong with it; None for none.
    host
        The clocks of this computer.
    places
        Where on the body each wearable is worn, by its name or address; that of "" is for any other.
    marks
        Takes what the person feels meanwhile; None for nothing.
    """

    wanted: tuple[str | Known, ...]
    rate_hz: float | None
    config: DetectorConfig
    folder: Path | None
    passphrase: str | None = field(repr=False)
    stop_after_s: float | None
    lasts_h: float | None
    low_battery: bool
    wait: bool
    names: Names | None
    listener: Listener
    alarm: Alarm | None = None
    host: HostClock = field(default_factory=host_clock)
    places: Mapping[str, str] = field(default_factory=dict)
    marks: Marks | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event, init=False, repr=False)
    _hurry: asyncio.Event = field(default_factory=asyncio.Event, init=False, repr=False)

    def end(self) -> None:
        """End the night; said twice, it waits no longer for a disk that is full."""
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    async def record(self) -> Recorder:
        """Record until the end of the night.

        Returns
        -------
        Recorder
            The one of the last part of the night, which has ended.
        """
        if self.names is not None:
            for which in self.wanted:
                if isinstance(which, str):
                    self.names.add(which)
        ends_s = None if self.stop_after_s is None else time.time() + self.stop_after_s
        clock = None if ends_s is None else asyncio.create_task(_stop_at(ends_s, self._stop))
        warming = Warming(self.listener.say)
        try:
            async with beating(), contextlib.nullcontext() if self.alarm is None else self.alarm.watching():
                with self.listener:
                    recorder, links = await self._find_and_record(warming)
        except BaseException:
            warming.give_up()
            raise
        finally:
            if clock is not None:
                clock.cancel()
        await warming.done()
        if losses := _losses(recorder):
            self.listener.say(losses)
        info = links[0].info
        if isinstance(self.wanted[0], Known) and info is not None:
            remember(info.known)  # with the serial number, which only a connection tells
        return recorder

    async def _find_and_record(self, warming: Warming) -> tuple[Recorder, list[radio.Link]]:
        began_running_ns = self.host.running_ns()
        broken: list[str] = []
        told: type[BridgeError] | None = None
        while True:
            clock = self._clock()  # anew: as long as nothing has come, a clock that is set is set right
            began_ns = began_running_ns + clock.offset_ns
            if self.marks is not None:
                self.marks.follow(clock.utc_ns)
            open_log = partial(self._open_when_ready, warming, clock)
            recorder = Recorder(
                self.config,
                open_log,
                self.listener.progress,
                wall_ns=clock.utc_ns,
                on_missing=self._tell_of_missing if self.wait or broken else None,
                began_ns=began_ns,
                places=self.places,
            )
            # A night that has begun goes on to the battery's last drop.
            lasts_h = None if broken else self.lasts_h
            links = [self._link_to(which, recorder, clock, lasts_h) for which in self.wanted]
            if self.alarm is not None:
                self.alarm.follow(dict(zip(links, map(str, self.wanted), strict=True)), recorder.progress)
            try:
                await recorder.run(links, self._stop, self._hurry)
            except BridgeError as error:
                if not broken:
                    self._raise_unless_waited_for(error)
                elif told is not type(error):
                    told = type(error)
                    self._tell_of_missing(error)
                if not await _stopped_within(self._stop, recorder.LOOK_AGAIN_S):
                    continue
            except NightError as error:
                # In a thread: the whole night is looked at, and a loop that stands still is taken for dead.
                broken.append(await asyncio.to_thread(self._leave_part, error, recorder))
                self.listener.say(f"{broken[-1]} The recording begins anew.")
                began_running_ns = self.host.running_ns()
                continue
            self._conclude(recorder, clock, began_ns)
            self._tell_of_parts(broken, recorder)
            return recorder, links

    def _raise_unless_waited_for(self, error: BridgeError) -> None:
        """Raise why a night cannot begin, unless it is a wearable that is waited for."""
        if not isinstance(error, NoSuchWearableError):
            raise error
        if not self.wait:
            raise NoSuchWearableError(self._words_of(error)) from error

    def _words_of(self, error: BridgeError) -> str:
        """Say why a wearable cannot be recorded, without strangers' names where none may be written."""
        return str(error) if self.names is None else getattr(error, "unnamed", str(error))

    def _tell_of_missing(self, error: BridgeError) -> None:
        self.listener.say(f"{self._words_of(error)} It is looked for again and again; what else comes is recorded.")

    def _clock(self) -> NightClock:
        """Return the clock of the night that this evening belongs to, which may have begun before."""
        if self.folder is None:
            return night_clock(None, self.host)
        path = night_path(self.folder, self.host.wall_ns())
        return self._or_beside(path, lambda: night_clock(path, self.host))

    def _open_when_ready(self, warming: Warming, clock: NightClock, start_ns: int) -> NightLog | None:
        """Open the night once the detector is ready; what comes meanwhile is kept."""
        warming.wait()
        return self._open_log(clock, start_ns)

    def _open_log(self, clock: NightClock, start_ns: int) -> NightLog | None:
        if self.folder is None:
            return None
        path = night_path(self.folder, start_ns)
        made = made_by("record", self.config, started_utc_ns=clock.utc_ns())
        return self._or_beside(path, lambda: NightLog(path, made, passphrase=self.passphrase, clock=clock))

    def _conclude(self, recorder: Recorder, clock: NightClock, began_ns: int) -> None:
        """Tell of a clock that was set; and where nothing came after an earlier run, let its night say so."""
        if abs(clock.set_by_ns) > _SET_NS:
            self.listener.say(_clock_words(clock.set_by_ns))
        now_ns = clock.utc_ns()
        if recorder.log is not None or self.folder is None or not night_path(self.folder, now_ns).exists():
            return
        log = self._open_log(clock, now_ns)
        if log is not None:
            with log:
                Watch(self.config, log, began_ns).finish(now_ns)

    def _link_to(self, which: str | Known, recorder: Recorder, clock: NightClock, lasts_h: float | None) -> radio.Link:
        def tell(state: LinkState, words: str) -> None:
            if self.names is not None and state == LinkState.STREAMING:
                self.names.add(words, str(which))  # its name, which may be told for the first time
            self.listener.state(str(which) if len(self.wanted) > 1 else "", state, words)

        def tell_of_battery(words: str) -> None:
            self.listener.say(f"{which}: {words}; it is recorded for as long as it lasts.")

        return radio.Link(
            which,
            Wish() if self.rate_hz is None else Wish(rate_hz=self.rate_hz),
            on_raw=recorder.on_raw,
            on_battery=recorder.on_battery,
            on_temperature=recorder.on_temperature,
            on_state=tell,
            night_h=lasts_h,
            wall_ns=clock.utc_ns,
            on_shortfall=tell_of_battery if self.low_battery else None,
        )

    def _leave_part(self, error: NightError, recorder: Recorder) -> str:
        """Say why a part of the night can be written no more, and what of it is lost, and make way for the next one.

        Raises
        ------
        NightError
            Where there shall be none.
        """
        if recorder.log is None:
            raise error
        since = clock_time((recorder.log.failing_since_ns or time.time_ns()) - _UNSAVED_NS, None)
        if self._stop.is_set():
            raise NightError(f"{error}. What came from {since} on is lost") from error
        # Nobody is awake to start the command again.
        if recorder.progress.recorded_s < _WORTH_ANOTHER_S:
            raise error
        _put_aside_if_damaged(recorder.log.path, self.listener.say)
        return f"{since}: {error}. What came from then until the next part began is lost."

    def _tell_of_parts(self, broken: list[str], recorder: Recorder) -> None:
        """Say into what parts the night fell; raises where the last one is empty."""
        for words in broken:
            self.listener.say(f"The night was recorded in {len(broken) + 1} parts. {words}")
        if broken and not recorder.progress.recorded_s:
            raise NightError("nothing was recorded in the last part of the night: no samples came before the end")

    def _or_beside(self, path: Path, begin: Callable[[], T]) -> T:
        """Begin something with a night; where that is damaged, put it aside and begin without it."""
        try:
            return begin()
        except DamagedNightError as error:
            _put_aside(path, error, self.listener.say)
            return begin()


def _clock_words(set_by_ns: int) -> str:
    way = "forward" if set_by_ns > 0 else "back"
    return (
        f"This computer's clock was set {way} by {span(abs(set_by_ns) / NS)} since the night began; the night's times "
        "go on as they began."
    )


async def _stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Wait for the end of the night, for a time; gives whether it has come."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True


async def _stop_at(utc_s: float, stop: asyncio.Event) -> None:
    """End the night at a time of the wall clock, which goes on while the computer sleeps, as other clocks may not."""
    while (left_s := utc_s - time.time()) > 0:  # noqa: ASYNC110 -- no event tells of the wall clock
        await asyncio.sleep(min(left_s, _LOOK_AT_THE_CLOCK_S))
    stop.set()


def _put_aside_if_damaged(path: Path, say: Say) -> None:
    """Make room where what could not be written any more is not sound either: the next part would end in it, too."""
    try:
        is_sound = not path.exists() or check(path).is_sound
    except DamagedNightError:
        is_sound = False
    except NightError:  # it cannot be looked at: to begin anew will tell
        return
    if not is_sound:
        _put_aside(path, DamagedNightError(f"{path} is damaged"), say)


def _put_aside(path: Path, error: DamagedNightError, say: Say) -> None:
    """Make room for a night that can be written; nothing of the damaged one is lost by that."""
    aside = put_aside(path)
    say(f"{error}. It is {aside} now (fasciwatch check --repair saves what is sound of it); the night begins anew.")


def _losses(recorder: Recorder) -> str:
    """Say what could not be kept, where the samples themselves do not tell by a gap; empty where there is nothing."""
    log = recorder.log
    notifications = recorder.dropped_notifications + (0 if log is None else log.dropped_notifications)
    events = 0 if log is None else log.dropped_events
    lost = [f"{count} {what}" for count, what in ((events, "events"), (notifications, "raw notifications")) if count]
    return f"Lost, since nothing could be written for long: {' and '.join(lost)}." if lost else ""
