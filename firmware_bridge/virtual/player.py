"""A virtual wearable that plays a source of samples as its own acceleration, whatever the protocol it speaks."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any

from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.playback import Playback, quantise
from firmware_bridge.virtual.wearable import VirtualWearable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    import numpy.typing as npt
    from bumble.gatt import Characteristic

    from firmware_bridge.virtual.air import Air

    Steps = npt.NDArray[np.int32]
    Source = Iterable[Samples | Gap] | Callable[[int], Iterable[Samples | Gap]]
    Pack = Callable[[int, int], list[bytes]]

_DELIVERY_S = 0.05  # a frame's way through the air to the client's callback, generously


class VirtualPlayer(VirtualWearable, ABC):
    """A wearable that plays a source.

    Playback begins with the first sample when a client first starts the stream, and goes on in time from then on,
    whether anyone listens or not: what falls into a disconnection or a silence is lost, as on the real wearable.
    Values are rounded to the wearable's step and clipped to the range the client has chosen.

    Parameters
    ----------
    source
        `Samples` and `Gap`s, played at their own true rate; or a function that makes them for the rate in Hz the
        client chooses.
    name, manufacturer, model, battery_percent, pairs, serial
        As of `VirtualWearable`.
    clock_ns
        Reading of the wearable's clock when it is powered on, in ns.
    clock_ppm
        How much too fast that clock runs.
    latency_s
        Gives the time from the last sample of each frame to its being sent, in s; None for none.

    Attributes
    ----------
    finished
        Set once the source has ended (or failed) and its last frame has been delivered.
    is_measuring
        Whether a stream runs.
    """

    _data: Characteristic[bytes]
    """The characteristic that notifies samples; set by `services`."""

    def __init__(
        self,
        source: Source,
        *,
        name: str,
        manufacturer: str,
        model: str,
        battery_percent: int = 87,
        clock_ns: int = 0,
        clock_ppm: float = 0.0,
        latency_s: Callable[[], float] | None = None,
        pairs: bool = True,
        serial: str | None = None,
    ) -> None:
        super().__init__(
            name,
            manufacturer=manufacturer,
            model=model,
            battery_percent=battery_percent,
            pairs=pairs,
            serial=serial,
        )
        self._source = source
        self._clock_ns = clock_ns
        self._clock_rate = 1.0 + clock_ppm * 1e-6
        self._latency_s = latency_s
        self._powered_on_s = 0.0
        self._range_g = 0.0
        self._playback: Playback | None = None
        self._began_s = 0.0
        self._starts = 0  # counts starts and stops, so that a frame in the making notices either
        self._alarm: asyncio.Future[None] | None = None
        self._frames_to_lose = 0
        self._clock_stands_ns: int | None = None
        self._late_s = 0.0
        self._times = 1
        self._outlives_links = False
        self._planned: list[tuple[float, Callable[[], None]]] = []
        self._timers: list[asyncio.TimerHandle] = []
        self.is_measuring = False
        self.finished = asyncio.Event()

    # What a kind of wearable adds.

    @abstractmethod
    def _pack(self, values: Steps) -> tuple[int, Pack]:
        """Pack leading samples, given in steps, shape ``(n, 3)``, into a frame.

        Returns
        -------
        tuple
            How many samples it holds, and what makes the notifications that carry it from the device times (ns) of
            the first and of the last of them.
        """

    @abstractmethod
    def _samples_per_frame(self) -> int:
        """Most samples in a frame."""

    @abstractmethod
    def _step_mg(self) -> float:
        """The wearable's step, in mg."""

    def _begin(self, rate_hz: int, range_g: float) -> None:
        """Start the stream as a client has asked, at so many samples a second and this full scale."""
        self._range_g = range_g
        self.is_measuring = True
        if self._playback is None:
            source = self._source(rate_hz) if callable(self._source) else self._source
            self._playback = Playback(source, self._convert)
            self._began_s = asyncio.get_running_loop().time()
            for planned in self._planned:
                self._set_timer(*planned)
            self._spawn(self._play(self._playback))
        self._interrupt()

    def _halt(self) -> None:
        """Stop the stream."""
        self._outlives_links = False
        self.is_measuring = False
        self._interrupt()

    @property
    def began_s(self) -> float:
        """Time of the loop at which the first sample was measured; 0 before a client first starts the stream."""
        return self._began_s

    # Faults beyond those of every wearable.

    def lose_frames(self, count: int) -> None:
        """Let the next `count` frames never be sent."""
        self._frames_to_lose += count

    def step_clock(self, seconds: float) -> None:
        """Set the wearable's clock forward, or back, as another program may."""
        self._clock_ns += round(seconds * NS)

    def stop_clock(self, seconds: float) -> None:
        """Let the wearable's clock stand still for a time, and go on from there."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        self._clock_stands_ns = self._device_ns(began_s)

        def go_on() -> None:
            self._clock_ns -= round((loop.time() - began_s) * self._clock_rate * NS)
            self._clock_stands_ns = None

        loop.call_later(seconds, go_on)

    def be_late(self, late_s: float, seconds: float) -> None:
        """Send each frame late for a time; what was held up then comes at once."""
        loop = asyncio.get_running_loop()
        self._late_s = late_s
        loop.call_later(seconds, self._be_in_time)

    def _be_in_time(self) -> None:
        self._late_s = 0.0

    def send_again(self, times: int, seconds: float) -> None:
        """Have each notification come several times for a time, as where callbacks are registered twice."""
        self._times = times

        def once() -> None:
            self._times = 1

        asyncio.get_running_loop().call_later(seconds, once)

    def at(self, time_s: float, fault: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        """Plan a fault.

        Parameters
        ----------
        time_s
            When: seconds after playback has begun.
        fault
            One of this wearable's faults, such as `drop`, and what to call it with.
        """
        planned = (time_s, partial(fault, *args, **kwargs))
        self._planned.append(planned)
        if self._playback is not None:
            self._set_timer(*planned)

    # Power and connections.

    async def power_on(self, air: Air) -> None:
        """Come on the air; the clock starts."""
        self._powered_on_s = asyncio.get_running_loop().time()
        await super().power_on(air)

    async def power_off(self) -> None:
        """Leave the air; the stream ends."""
        for timer in self._timers:
            timer.cancel()
        await super().power_off()
        self._halt()

    def on_disconnected(self) -> None:
        """End the stream with the link, as most firmware does."""
        if not self._outlives_links:
            self._halt()

    def on_power_lost(self) -> None:
        """End the stream, whoever has started it."""
        self._halt()

    def on_power_back(self) -> None:
        """Let the clock start anew."""
        self._powered_on_s = asyncio.get_running_loop().time()

    # Playback.

    def _convert(self, xyz_g: npt.NDArray[np.float32]) -> Steps:
        return quantise(xyz_g, self._step_mg())

    async def _play(self, playback: Playback) -> None:
        try:
            await self._send_frames(playback)
            await asyncio.sleep(_DELIVERY_S)
        finally:
            # Also where the source fails: nothing more comes. `power_off` raises what went wrong.
            self.finished.set()

    async def _send_frames(self, playback: Playback) -> None:
        loop = asyncio.get_running_loop()
        while True:
            starts = self._starts
            if not self.is_measuring:
                end_s = playback.head_end_s()
                if end_s is None:
                    return
                await self._wait_until(self._began_s + end_s)
                playback.seek(loop.time() - self._began_s)
                continue
            values = playback.peek(self._samples_per_frame())
            if values is None:
                return
            limit = int(self._range_g * 1e3 / self._step_mg())
            count, pack = self._pack(values.clip(-limit, limit))
            first_s, last_s = (self._began_s + playback.due_s(which) for which in (1, count))
            await self._wait_until(last_s + self._late_s + (self._latency_s() if self._latency_s is not None else 0.0))
            if self._starts != starts:
                # What has been measured but not sent is lost with the old stream; what is still to come, as after a
                # gap in the source, however often the client starts anew meanwhile, is not.
                playback.seek(loop.time() - self._began_s)
                continue
            playback.take(count)
            packets = pack(self._device_ns(first_s), self._device_ns(last_s))
            if self._frames_to_lose:
                self._frames_to_lose -= 1
                continue
            for packet in packets:
                for _ in range(self._times):
                    await self._notify(self._data, packet)

    def _device_ns(self, time_s: float) -> int:
        """Read the wearable's clock at a time of the loop."""
        if self._clock_stands_ns is not None:
            return self._clock_stands_ns
        return self._clock_ns + round((time_s - self._powered_on_s) * self._clock_rate * NS)

    async def _wait_until(self, time_s: float) -> None:
        """Wait for a time of the loop, or for a start or stop."""
        loop = asyncio.get_running_loop()
        if time_s <= loop.time():
            await asyncio.sleep(0)
            return
        self._alarm = loop.create_future()
        timer = loop.call_at(time_s, self._ring)
        try:
            await self._alarm
        finally:
            timer.cancel()
            self._alarm = None

    def _ring(self) -> None:
        if self._alarm is not None and not self._alarm.done():
            self._alarm.set_result(None)

    def _interrupt(self) -> None:
        self._starts += 1
        self._ring()

    def _set_timer(self, time_s: float, fault: Callable[[], None]) -> None:
        self._timers.append(asyncio.get_running_loop().call_at(self._began_s + time_s, fault))
