"""Virtual Polar wearables: a Verity Sense and an H10 that speak the real protocol and play back any recording."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from bumble.gatt import Characteristic, CharacteristicValue, Service

from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.playback import Playback
from firmware_bridge.virtual.pmd_encode import (
    DELTA_SAMPLES,
    RAW_SAMPLES,
    FrameType,
    encode_delta,
    encode_raw,
    header,
    quantise,
)
from firmware_bridge.virtual.pmd_server import Chosen, Offer, PmdServer, factor_parameters
from firmware_bridge.virtual.wearable import VirtualWearable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    import numpy.typing as npt
    from bumble.device import Connection

    from firmware_bridge.virtual.air import Air

SERVICE_UUID = "FB005C80-02E7-F387-1CAD-8ACD2D8DF0C8"
CONTROL_UUID = "FB005C81-02E7-F387-1CAD-8ACD2D8DF0C8"
DATA_UUID = "FB005C82-02E7-F387-1CAD-8ACD2D8DF0C8"

_STEP_MG = 1.0
_OLD_FACTOR_G = 0.000244
_DELIVERY_S = 0.05  # a frame's way through the air to the client's callback, generously


class VirtualPolar(VirtualWearable, ABC):
    """A Polar wearable that plays a source of samples as its own acceleration.

    Playback begins with the first sample when a client first starts the stream, and goes on in time from then on,
    whether anyone listens or not: what falls into a disconnection or a silence is lost, as on the real wearable.
    Values are rounded to the wearable's step (1 mg) and clipped to the range the client has chosen.

    Parameters
    ----------
    source
        `Samples` and `Gap`s, played at their own true rate; or a function that makes them for the rate in Hz the
        client chooses.
    device_id
        Eight characters that end the name.
    nominal_hz
        The only rate to offer, a whole number as on the wire; None offers the model's own rates. A source that is
        no function is played at its true rate whichever is chosen.
    ranges_g
        Ranges to offer in place of the model's own, in g.
    clock_ns
        Reading of the wearable's clock when it is powered on, in ns since 2000-01-01.
    clock_ppm
        How much too fast that clock runs.
    latency_s
        Gives the time from the last sample of each frame to its being sent, in s; None for none.
    battery_percent
        Charge.
    in_charger
        Whether it lies in its charger and refuses to measure; may be set at any time.

    Attributes
    ----------
    finished
        Set once the source has ended (or failed) and its last frame has been delivered.
    """

    MODEL: ClassVar[str]
    NAME: ClassVar[str]
    FEATURES: ClassVar[bytes]
    OFFER: ClassVar[Offer]
    SDK_OFFER: ClassVar[Offer | None] = None
    START_PARAMETERS: ClassVar[bytes] = b""
    CLOCK_NS: ClassVar[int]

    def __init__(
        self,
        source: Iterable[Samples | Gap] | Callable[[int], Iterable[Samples | Gap]],
        *,
        device_id: str = "8C4CAD2F",
        nominal_hz: int | None = None,
        ranges_g: tuple[int, ...] | None = None,
        clock_ns: int | None = None,
        clock_ppm: float = 0.0,
        latency_s: Callable[[], float] | None = None,
        battery_percent: int = 87,
        in_charger: bool = False,
    ) -> None:
        super().__init__(
            f"{self.NAME} {device_id}",
            manufacturer="Polar Electro Oy",
            model=self.MODEL,
            battery_percent=battery_percent,
        )
        rates_hz = None if nominal_hz is None else (nominal_hz,)
        self._server = PmdServer(
            features=self.FEATURES,
            offer=_replace(self.OFFER, rates_hz, ranges_g),
            sdk_offer=None if self.SDK_OFFER is None else _replace(self.SDK_OFFER, rates_hz, ranges_g),
            start_parameters=self.START_PARAMETERS,
            started=self._on_start,
            stopped=self._on_stop,
            in_charger=in_charger,
        )
        self._source = source
        self._clock_ns = self.CLOCK_NS if clock_ns is None else clock_ns
        self._clock_rate = 1.0 + clock_ppm * 1e-6
        self._latency_s = latency_s
        self._powered_on_s = 0.0
        self._range_g = 0
        self._playback: Playback | None = None
        self._began_s = 0.0
        self._starts = 0  # counts starts and stops, so that a frame in the making notices either
        self._alarm: asyncio.Future[None] | None = None
        self._frames_to_lose = 0
        self._commands_to_ignore = 0
        self._outlives_links = False
        self._planned: list[tuple[float, Callable[[], None]]] = []
        self._timers: list[asyncio.TimerHandle] = []
        self.finished = asyncio.Event()

    @property
    def in_charger(self) -> bool:
        """Whether it lies in its charger."""
        return self._server.in_charger

    @in_charger.setter
    def in_charger(self, inside: bool) -> None:
        self._server.in_charger = inside

    @property
    def is_measuring(self) -> bool:
        """Whether an acceleration stream runs."""
        return self._server.running is not None

    # Faults beyond those of every wearable.

    def lose_frames(self, count: int) -> None:
        """Let the next `count` frames never be sent."""
        self._frames_to_lose += count

    def ignore_next_command(self) -> None:
        """Acknowledge the next write to the control point and do nothing about it."""
        self._commands_to_ignore += 1

    def already_streaming(self) -> None:
        """Let the stream run, from now on and over lost links, until a client stops it.

        A start is answered with "already in state", as by a wearable another program has left running.
        """
        self._outlives_links = True
        if self._server.running is None:
            offer = self._server.current_offer()
            self._server.start(Chosen(offer.rates_hz[0], offer.ranges_g[-1]))

    def stop_measuring(self) -> None:
        """End the stream by itself, and say so on the control point."""
        self._server.stop()
        self._spawn(self._answer([self._server.stop_notice()]))

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

    # The wearable's side of GATT.

    def services(self) -> list[Service]:
        """Make the measurement service."""
        properties = Characteristic.Properties
        permissions = Characteristic.Permissions
        self._control = Characteristic[bytes](
            CONTROL_UUID,
            properties.READ | properties.WRITE | properties.INDICATE,
            permissions.READABLE | permissions.WRITEABLE,
            CharacteristicValue(read=lambda _connection: self._server.feature_bytes(), write=self._on_command),
        )
        self._data = Characteristic[bytes](DATA_UUID, properties.NOTIFY, permissions.READABLE, b"")
        return [Service(SERVICE_UUID, [self._control, self._data])]

    async def power_on(self, air: Air) -> None:
        """Come on the air; the clock starts."""
        self._powered_on_s = asyncio.get_running_loop().time()
        await super().power_on(air)

    async def power_off(self) -> None:
        """Leave the air; SDK mode and the stream end."""
        for timer in self._timers:
            timer.cancel()
        await super().power_off()
        self._server.stop()
        self._server.sdk_mode = False

    def on_disconnected(self) -> None:
        """End the stream with the link, as the firmware does."""
        if not self._outlives_links:
            self._server.stop()

    def _on_command(self, connection: Connection, command: bytes) -> None:
        if self._commands_to_ignore:
            self._commands_to_ignore -= 1
            return
        self._spawn(self._answer(self._server.handle(bytes(command), connection.att_mtu)))

    async def _answer(self, packets: list[bytes]) -> None:
        for packet in packets:
            await self._indicate(self._control, packet)

    def _on_start(self, chosen: Chosen) -> None:
        self._range_g = chosen.range_g
        if self._playback is None:
            source = self._source(chosen.rate_hz) if callable(self._source) else self._source
            self._playback = Playback(source, self._convert)
            self._began_s = asyncio.get_running_loop().time()
            for planned in self._planned:
                self._set_timer(*planned)
            self._spawn(self._play(self._playback))
        self._interrupt()

    def _on_stop(self) -> None:
        self._outlives_links = False
        self._interrupt()

    # Playback.

    @abstractmethod
    def _encode(self, values: npt.NDArray[np.int32]) -> tuple[int, FrameType, bytes]:
        """Pack leading samples into a frame: how many, which layout, and the bytes."""

    def _samples_per_frame(self) -> int:
        return DELTA_SAMPLES

    def _step_mg(self) -> float:
        return _STEP_MG

    def _convert(self, xyz_g: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
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
            if self._server.running is None:
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
            count, frame_type, body = self._encode(values.clip(-limit, limit))
            last_s = self._began_s + playback.due_s(count)
            await self._wait_until(last_s + (self._latency_s() if self._latency_s is not None else 0.0))
            if self._starts != starts:
                # What has been measured but not sent is lost with the old stream; what is still to come, as after a
                # gap in the source, however often the client starts anew meanwhile, is not.
                playback.seek(loop.time() - self._began_s)
                continue
            playback.take(count)
            if self._frames_to_lose:
                self._frames_to_lose -= 1
                continue
            await self._notify(self._data, header(self._device_ns(last_s), frame_type) + body)

    def _device_ns(self, time_s: float) -> int:
        """Read the wearable's clock at a time of the loop."""
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


class VirtualVerity(VirtualPolar):
    """A Polar Verity Sense: delta-compressed frames, and an SDK mode with more rates and ranges.

    Parameters
    ----------
    source, **settings
        As of `VirtualPolar`.
    old_firmware
        Send frames of type 0x80 in steps of 0.244 mg, with the factor in the reply to the start, in place of type
        0x81 in mg.
    """

    MODEL = "Polar Verity Sense"
    NAME = "Polar Sense"
    FEATURES = bytes((0x6E, 0x02))  # optical, acceleration, pulse intervals, gyroscope, magnetometer; SDK mode
    OFFER = Offer(rates_hz=(52,), ranges_g=(8,), channels=3)
    SDK_OFFER = Offer(rates_hz=(26, 52, 104, 208, 416), ranges_g=(2, 4, 8, 16), channels=3)
    CLOCK_NS = 704_201_974_000_000_000  # it keeps counting from whenever it was last set

    def __init__(
        self,
        source: Iterable[Samples | Gap] | Callable[[int], Iterable[Samples | Gap]],
        *,
        old_firmware: bool = False,
        **settings: Any,
    ) -> None:
        super().__init__(source, **settings)
        self._old_firmware = old_firmware
        if old_firmware:
            self._server.start_parameters = factor_parameters(_OLD_FACTOR_G)

    def _step_mg(self) -> float:
        return _OLD_FACTOR_G * 1e3 if self._old_firmware else _STEP_MG

    def _encode(self, values: npt.NDArray[np.int32]) -> tuple[int, FrameType, bytes]:
        count, body = encode_delta(values)
        return count, FrameType.DELTA_FACTOR if self._old_firmware else FrameType.DELTA_MG, body


class VirtualH10(VirtualPolar):
    """A Polar H10: frames of 36 samples without compression.

    Parameters
    ----------
    source, **settings
        As of `VirtualPolar`.
    """

    MODEL = "Polar H10"
    NAME = "Polar H10"
    FEATURES = bytes((0x05, 0x00))  # ECG and acceleration
    OFFER = Offer(rates_hz=(25, 50, 100, 200), ranges_g=(2, 4, 8))
    START_PARAMETERS = b"\x01"  # a reserved byte that is no setting
    CLOCK_NS = 599_616_000_000_000_000  # 2019-01-01, where it starts anew after each shutdown

    def _samples_per_frame(self) -> int:
        return RAW_SAMPLES

    def _encode(self, values: npt.NDArray[np.int32]) -> tuple[int, FrameType, bytes]:
        return len(values), FrameType.RAW_MG, encode_raw(values)


def _replace(offer: Offer, rates_hz: tuple[int, ...] | None, ranges_g: tuple[int, ...] | None) -> Offer:
    return Offer(rates_hz or offer.rates_hz, ranges_g or offer.ranges_g, offer.channels)
