"""The link to a wearable for a whole night: found, connected, watched, and got back whenever it is lost."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from firmware_bridge.clock.device import DeviceClock
from firmware_bridge.clock.host_sleep import SleepWatch, slept_s
from firmware_bridge.discovery.connected import connected_devices
from firmware_bridge.discovery.find import Found, Known, find
from firmware_bridge.discovery.scan import Backend
from firmware_bridge.errors import NoSuchWearableError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.cancellation import Cancellation
from firmware_bridge.link.endurance import check_battery
from firmware_bridge.link.info import LinkInfo, LinkState
from firmware_bridge.link.intake import Damaged, Intake
from firmware_bridge.link.retry_policy import RetryPolicy
from firmware_bridge.link.session import LinkDownError, Notification, Session
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.wearables import Frame, Stream, Wish

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

_log = logging.getLogger(__name__)

SEARCH_S = 10.0
"""How long a lost wearable is searched for before it is connected to unseen, in seconds."""

LEAST_PATIENCE_S = 3.0
FRAMES_OF_PATIENCE = 3.5
"""A stream is taken for dead after this time, or this many times the length of its longest frame if that is longer.

Three would be met exactly by two frames lost in a row, and to reconnect costs more than those.
"""

FIRST_FRAME_S = 6.0
"""Time given to the first frame after a start, in seconds."""

_SERIAL_SHOWN = 6
"""Characters of a serial number that tell apart wearables of one name."""


class Link:
    """A wearable's samples, for as long as they are wanted.

    Parameters
    ----------
    device
        Name of the wearable, part of it (such as the eight characters that end it), or its address; one that has been
        used before; None for the nearest wearable this program speaks to.
    wish
        Settings wanted.
    backend
        The radio to use in place of the computer's own, such as a `firmware_bridge.virtual` one.
    on_raw
        Called with sensor name, arrival (UTC, ns) and bytes of every data notification as it arrives, decodable or
        not. Called from the event loop: it must not block.
    on_battery
        Called with sensor name and charge in percent at each connection, and now and then where the wearable tells it
        while it streams.
    on_temperature
        Called with sensor name and the temperature of the skin below it in °C, as often as the wearable tells it.
    on_state
        Called with what the link is doing, and a few words more.
    night_h
        Length of the night, in hours: a wearable whose battery will not last it, or that would end its stream by
        itself, is refused at first. None asks for nothing.
    on_shortfall
        Called with what is wrong with a battery that will not last the night, in place of the refusal: the wearable
        is then recorded for as long as it lasts.
    find_timeout_s
        How long to search the first time, in seconds; a wearable that was there once is sought for ever.
    slept_s
        How long the computer has slept, in seconds: what is missing from such a time has that as its cause.
    wall_ns
        UTC in ns. It is read at the first connection, and after the computer has slept, and held against the loop's
        clock, which alone times arrivals.

    Attributes
    ----------
    info
        `LinkInfo` from just before the first samples on; until then None.
    connected_s, heard_s
        When it was connected to first, and when samples came last, by the loop's clock; None until then.
    dropped
        Number of notifications dropped because they were not read in time.

    Examples
    --------
    >>> link = Link("8C4CAD2F")
    >>> async with contextlib.aclosing(link.stream()) as stream:  # doctest: +SKIP
    ...     async for piece in stream:
    ...         ...
    """

    def __init__(
        self,
        device: str | Known | None = None,
        wish: Wish | None = None,
        *,
        backend: Backend | None = None,
        on_raw: Callable[[str, int, bytes], None] | None = None,
        on_battery: Callable[[str, int], None] | None = None,
        on_temperature: Callable[[str, float], None] | None = None,
        on_state: Callable[[LinkState, str], None] | None = None,
        night_h: float | None = None,
        on_shortfall: Callable[[str], None] | None = None,
        find_timeout_s: float = 30.0,
        slept_s: Callable[[], float] = slept_s,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.info: LinkInfo | None = None
        self.connected_s: float | None = None
        self.heard_s: float | None = None
        self.dropped = 0
        self._device = device
        self._wish = wish or Wish()
        self._scanner_backend = backend.scanner_backend if backend else None
        self._client_backend = backend.client_backend if backend else None
        self._on_raw = on_raw
        self._on_battery = on_battery
        self._on_temperature = on_temperature
        self._on_state = on_state
        self._night_h = night_h
        self._on_shortfall = on_shortfall
        self._find_timeout_s = find_timeout_s
        self._sleep = SleepWatch(slept_s)
        self._read_wall_ns = wall_ns
        self._wall_offset_ns = 0
        self._found: Found | None = None
        self._battery: int | None = None
        self._serial: str | None = None
        self._sensor = ""
        self._others: frozenset[str] = frozenset()
        self._as_found: dict[int, int] = {}
        self._clock: DeviceClock | None = None
        self._retry = RetryPolicy()
        self._damaged = Damaged()

    @property
    def undecodable(self) -> int:
        """Number of notifications that could not be decoded."""
        return self._damaged.count

    async def stream(self) -> AsyncGenerator[Samples | Gap, None]:
        """Yield samples and gaps, in order, until cancelled or closed.

        Close it by `contextlib.aclosing`: the wearable is then told to stop, and does not run its battery down.

        Raises
        ------
        NoSuchWearableError
            Where the wearable is not found the first time.
        BluetoothUnavailableError
            Where Bluetooth cannot be used the first time.
        WearableRefusedError
            Where the wearable refuses to start the first time.
        """
        cancellation = Cancellation()
        while True:
            try:
                async with contextlib.aclosing(self._connection(cancellation)) as pieces:
                    async for piece in pieces:
                        self._retry.succeeded()
                        yield piece
            except Exception as error:  # noqa: BLE001 -- what ends the night is raised again
                cause = self._retry.gap_cause(error)
                cause = GapCause.SLEPT if self._has_slept() else cause
                words = str(error) or "the wearable does not answer"
            else:  # pragma: no cover -- a connection ends by an error only
                return
            if self._clock is not None:
                self._clock.reconnected(cause)
            pause_s = self._retry.next_pause_s()
            _log.info("the link is down (%s); again in %g s", cause, pause_s)
            self._say(LinkState.WAITING, f"{words}; again in {pause_s:g} s")
            await asyncio.sleep(pause_s)
            cancellation.heed()

    def open_gap(self) -> Gap | None:
        """Return the gap that is open now, None where there is none.

        A wearable that never comes back sends nothing after its gap, so `stream` cannot give it: a recorder asks at
        the end, from within the loop.
        """
        clock = self._clock
        if clock is None or clock.gap_cause is None or clock.due_ns is None:
            return None
        now_ns = self._wall_offset_ns + round(_now_s() * NS)
        return Gap(clock.due_ns, now_ns, clock.gap_cause, self._sensor) if now_ns > clock.due_ns else None

    async def _connection(self, cancellation: Cancellation) -> AsyncGenerator[Samples | Gap, None]:
        """Yield what one connection brings, until it fails with an error."""
        found = await self._find()
        cancellation.heed()
        session = Session(
            found,
            self._client_backend,
            self._hand_on_raw,
            self._on_level,
            pair=self._retry.pairs,
            as_found=self._as_found,
        )
        failed = False
        try:
            stream = await self._start(session)
            clock = self._clock_for(stream)
            intake = Intake(found.wearable.decoder(stream), self._damaged, lambda: clock.is_counting)
            self._say(LinkState.STREAMING, self._sensor)
            deadline_s = _now_s() + FIRST_FRAME_S
            longest_s = 0.0
            while True:
                cancellation.heed()
                notification = await session.receive(deadline_s)
                celsius = found.wearable.temperature(notification.data)
                if celsius is not None and self._on_temperature is not None:
                    self._on_temperature(self._sensor, celsius)
                came = intake.take(notification) if celsius is None else []
                if not came:
                    # Packets without samples, or that cannot be read, do not keep a stream alive.
                    if notification.arrival_ns / NS > deadline_s:
                        raise LinkDownError(GapCause.NO_DATA)  # noqa: TRY301 -- as if nothing had come
                    continue
                longest_s = max(longest_s, sum(len(frame.xyz_g) for frame, _ in came) / stream.nominal_hz)
                deadline_s = notification.arrival_ns / NS + max(LEAST_PATIENCE_S, FRAMES_OF_PATIENCE * longest_s)
                self.heard_s = notification.arrival_ns / NS
                self._inform(found, stream, came[0][0])
                for frame, each in came:
                    for piece in self._place(clock, frame, each):
                        yield piece
        except Exception:
            failed = True
            raise
        finally:
            # A wearable that fails, or cannot be reached, is not told to stop: that would only take time.
            await session.close(stop=not failed)

    async def _find(self) -> Found:
        """Find the wearable; one that was found before is taken as it was where it does not advertise."""
        self._say(LinkState.SEARCHING)
        if self._found is None:
            # On the computer's own radio a recorder that was killed may have left a connection behind.
            held = await connected_devices() if self._scanner_backend is None else ()
            self._found = await find(self._device, self._find_timeout_s, self._scanner_backend, self._others, held)
            if not self._found.is_held:
                return self._found
            await self._release(self._found)
        try:
            self._found = await find(self._found.device.address, SEARCH_S, self._scanner_backend)
        except NoSuchWearableError:
            # After a crash the operating system may hold the connection still: then it does not advertise.
            _log.info("the wearable does not advertise; connecting unseen")
            self._found = replace(self._found, rssi_dbm=None)
        return self._found

    async def _release(self, found: Found) -> None:
        """End a connection that another program has left behind: what it had started ends with it, in every wearable.

        Taken over, the connection would bring frames of the stream that ran before, whose settings nobody knows.
        """
        _log.info("the wearable is connected to this computer already; connecting anew")
        session = Session(found, self._client_backend)
        try:
            await session.connect()
        except (LinkDownError, TimeoutError) as error:  # it has ended by itself, or will be told of with the next
            _log.debug("connection left behind: %s", error)
        finally:
            await session.close(stop=False)

    async def _start(self, session: Session) -> Stream:
        """Connect and start the stream."""
        if self._clock is None:
            self._wall_offset_ns = self._wall_now_ns()
        self._say(LinkState.CONNECTING)
        await session.connect()
        self._say(LinkState.STARTING)
        if not self._sensor:  # it keeps its name for the night
            await self._see_that_it_is_meant(session)
        self.connected_s = self.connected_s or _now_s()
        # Once it has streamed, the night goes on to the battery's last drop, and with a stream that may end.
        night_h = None if self._retry.has_streamed else self._night_h
        percent = await session.battery()
        if percent is not None:
            if night_h is not None:
                check_battery(session.model, percent, night_h, self._on_shortfall)
            self._on_level(percent)
        stream = await session.start(replace(self._wish, lasting=night_h is not None))
        _log.info("a %s streams at %g Hz, ±%g g", stream.model, stream.nominal_hz, stream.range_g)
        self._retry.has_streamed = True
        return stream

    async def _see_that_it_is_meant(self, session: Session) -> None:
        """Read the serial number; turn away another wearable of the name that is wanted."""
        serial = await session.serial()
        wanted, found = self._device, self._found
        if isinstance(wanted, Known) and found is not None and serial and wanted.serial and serial != wanted.serial:
            self._others |= {found.device.address}
            self._found = None
            raise LinkDownError(GapCause.CONNECTION_LOST, f"this is another {wanted.name}")
        self._serial = serial
        self._sensor = session.name
        if serial and found is not None and found.wearable.profile.names_are_alike:
            self._sensor = f"{session.name} {serial[-_SERIAL_SHOWN:]}"

    def _on_level(self, percent: int) -> None:
        self._battery = percent
        if self._on_battery is not None:
            self._on_battery(self._sensor, percent)

    def _clock_for(self, stream: Stream) -> DeviceClock:
        """Return the clock: one for all connections, so that time goes on over the gaps between them."""
        if self._clock is None:
            self._clock = DeviceClock(stream.nominal_hz, self._wall_offset_ns)
        return self._clock

    def _has_slept(self) -> bool:
        """Notice that the computer has slept: its UTC has gone on meanwhile, its monotonic clock may have not.

        For nothing else is the wall clock followed: one that is set in the night shall not bend the night's time.
        """
        slept = self._sleep.has_slept()
        if slept and self._clock is not None:
            self._wall_offset_ns = max(self._wall_offset_ns, self._wall_now_ns())
            self._clock.wall_offset_ns = self._wall_offset_ns
        return slept

    def _wall_now_ns(self) -> int:
        """Return UTC less the loop's clock, in ns."""
        return self._read_wall_ns() - round(_now_s() * NS)

    def _place(self, clock: DeviceClock, frame: Frame, notification: Notification) -> Iterator[Samples | Gap]:
        """Place a frame in time: the gap before it, if there is one, and its samples."""
        cause = GapCause.LOST_FRAMES
        if notification.dropped:
            self.dropped += notification.dropped
            _log.warning("%d notifications were not read in time", notification.dropped)
            cause = GapCause.TOO_SLOW
        if self._has_slept():  # and the link has lasted: the wearable's clock jumps
            cause = GapCause.SLEPT
        n = len(frame.xyz_g)
        checksum = zlib.crc32(frame.xyz_g.tobytes())
        placed = clock.push(
            frame.device_ns, n, notification.arrival_ns, lost=frame.lost, cause=cause, checksum=checksum
        )
        if placed is None:
            return
        if placed.gap_start_ns is not None and placed.cause is not None:
            _log.info("a gap of %.3f s: %s", (placed.start_ns - placed.gap_start_ns) / NS, placed.cause)
            yield Gap(placed.gap_start_ns, placed.start_ns, placed.cause, self._sensor)
        yield Samples(placed.start_ns, placed.rate_hz, frame.xyz_g, self._sensor, clock.nominal_hz)

    def _inform(self, found: Found, stream: Stream, frame: Frame) -> None:
        """Bring `info` up to date."""
        if self.info is None:
            self.info = LinkInfo.of(found, stream, frame.lsb_g, self._sensor, self._serial, self._battery)
        elif (self.info.battery, self.info.rssi_dbm) != (self._battery, found.rssi_dbm):
            self.info = replace(self.info, battery=self._battery, rssi_dbm=found.rssi_dbm)

    def _hand_on_raw(self, arrival_ns: int, data: bytes) -> None:
        if self._on_raw is not None and self._sensor:
            self._on_raw(self._sensor, arrival_ns + self._wall_offset_ns, data)

    def _say(self, state: LinkState, words: str = "") -> None:
        if self._on_state is not None:
            self._on_state(state, words)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
