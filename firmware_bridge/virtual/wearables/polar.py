"""Virtual Polar wearables, which speak the real protocol and play back any recording."""

from __future__ import annotations

import asyncio
from abc import ABC
from typing import TYPE_CHECKING, Any, ClassVar

from bumble.gatt import Characteristic, CharacteristicValue

from firmware_bridge.virtual import gatt
from firmware_bridge.virtual.player import VirtualPlayer
from firmware_bridge.virtual.wearables.pmd_encode import (
    DELTA_SAMPLES,
    RAW_SAMPLES,
    FrameType,
    encode_delta,
    encode_raw,
    encode_temperature,
    header,
)
from firmware_bridge.virtual.wearables.pmd_server import Chosen, Offer, PmdServer, factor_parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt
    from bumble.device import Connection
    from bumble.gatt import Service

    from firmware_bridge.virtual.player import Pack, Source

SERVICE_UUID = "FB005C80-02E7-F387-1CAD-8ACD2D8DF0C8"
CONTROL_UUID = "FB005C81-02E7-F387-1CAD-8ACD2D8DF0C8"
DATA_UUID = "FB005C82-02E7-F387-1CAD-8ACD2D8DF0C8"

_STEP_MG = 1.0
_OLD_FACTOR_G = 0.000244
_SKIN_CELSIUS = 33.0


class VirtualPolar(VirtualPlayer, ABC):
    """A Polar wearable.

    Parameters
    ----------
    source, clock_ppm, latency_s, battery_percent
        As of `VirtualPlayer`.
    device_id
        Eight characters that end the name.
    nominal_hz
        The only rate to offer, a whole number as on the wire; None offers the model's own rates. A source that is
        no function is played at its true rate whichever is chosen.
    ranges_g
        Ranges to offer in place of the model's own, in g.
    clock_ns
        Reading of the wearable's clock when it is powered on, in ns since 2000-01-01.
    in_charger
        Whether it lies in its charger and refuses to measure; may be set at any time.
    wants_pairing
        Whether its control point is for those only that have paired with it, as with newer firmware.
    bonded_elsewhere
        Whether it pairs with nobody any more.

    Attributes
    ----------
    skin_celsius
        What its thermometer shows, if it has one, in °C; may be set at any time.
    """

    MODEL: ClassVar[str]
    NAME: ClassVar[str]
    FEATURES: ClassVar[bytes]
    OFFER: ClassVar[Offer]
    SDK_OFFER: ClassVar[Offer | None] = None
    HAS_THERMOMETER: ClassVar[bool] = False
    START_PARAMETERS: ClassVar[bytes] = b""
    CLOCK_NS: ClassVar[int]

    def __init__(
        self,
        source: Source,
        *,
        device_id: str = "8C4CAD2F",
        nominal_hz: int | None = None,
        ranges_g: tuple[int, ...] | None = None,
        clock_ns: int | None = None,
        clock_ppm: float = 0.0,
        latency_s: Callable[[], float] | None = None,
        battery_percent: int = 87,
        in_charger: bool = False,
        wants_pairing: bool = False,
        bonded_elsewhere: bool = False,
    ) -> None:
        super().__init__(
            source,
            name=f"{self.NAME} {device_id}",
            manufacturer="Polar Electro Oy",
            model=self.MODEL,
            battery_percent=battery_percent,
            clock_ns=self.CLOCK_NS if clock_ns is None else clock_ns,
            clock_ppm=clock_ppm,
            latency_s=latency_s,
            pairs=not bonded_elsewhere,
        )
        rates_hz = None if nominal_hz is None else (nominal_hz,)
        self._server = PmdServer(
            features=self.FEATURES,
            offer=_replace(self.OFFER, rates_hz, ranges_g),
            sdk_offer=None if self.SDK_OFFER is None else _replace(self.SDK_OFFER, rates_hz, ranges_g),
            start_parameters=self.START_PARAMETERS,
            started=self._on_start,
            stopped=self._halt,
            warmed=self._on_warmed if self.HAS_THERMOMETER else None,
            in_charger=in_charger,
        )
        self.skin_celsius = _SKIN_CELSIUS
        self._wants_pairing = wants_pairing
        self._commands_to_ignore = 0

    @property
    def in_charger(self) -> bool:
        """Whether it lies in its charger."""
        return self._server.in_charger

    @in_charger.setter
    def in_charger(self, inside: bool) -> None:
        self._server.in_charger = inside

    # Faults beyond those of every wearable.

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

    # The wearable's side of GATT.

    def services(self) -> list[Service]:
        """Make the measurement service."""
        properties = Characteristic.Properties
        permissions = Characteristic.Permissions
        encrypted = permissions(0)
        if self._wants_pairing:
            encrypted = permissions.READ_REQUIRES_ENCRYPTION | permissions.WRITE_REQUIRES_ENCRYPTION
        self._control = Characteristic[bytes](
            CONTROL_UUID,
            properties.READ | properties.WRITE | properties.INDICATE,
            encrypted | permissions.READABLE | permissions.WRITEABLE,
            CharacteristicValue(read=lambda _connection: self._server.feature_bytes(), write=self._on_command),
        )
        self._data = gatt.data(DATA_UUID)
        return [gatt.service(SERVICE_UUID, self._control, self._data)]

    async def power_off(self) -> None:
        """Leave the air; SDK mode and the stream end."""
        await super().power_off()
        self._server.stop()
        self._server.sdk_mode = False

    def on_power_lost(self) -> None:
        """Forget SDK mode, and end the stream whoever has started it."""
        super().on_power_lost()
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
        self._begin(chosen.rate_hz, chosen.range_g)

    def _on_warmed(self) -> None:
        self._spawn(self._tell_temperature())

    async def _tell_temperature(self) -> None:
        while self._server.thermometer_runs:
            now_ns = self._device_ns(asyncio.get_running_loop().time())
            await self._notify(self._data, encode_temperature(now_ns, self.skin_celsius))
            await asyncio.sleep(1.0)

    def _samples_per_frame(self) -> int:
        return DELTA_SAMPLES

    def _step_mg(self) -> float:
        return _STEP_MG


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
        source: Source,
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

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        return _pack_delta(values, FrameType.DELTA_FACTOR if self._old_firmware else FrameType.DELTA_MG)


class Virtual360(VirtualPolar):
    """A Polar 360: as a Verity Sense with other rates, and only for those that have paired with it.

    Parameters
    ----------
    source, **settings
        As of `VirtualPolar`.
    """

    MODEL = "Polar 360"
    NAME = "Polar 360"
    FEATURES = bytes((0xC6, 0x02))  # optical, acceleration, temperature of the skin; SDK mode
    OFFER = Offer(rates_hz=(50,), ranges_g=(8,), channels=3)
    HAS_THERMOMETER = True
    SDK_OFFER = Offer(rates_hz=(12, 25, 50, 100, 200, 400), ranges_g=(2, 4, 8, 16), channels=3)
    CLOCK_NS = 815_000_000_000_000_000

    def __init__(self, source: Source, **settings: Any) -> None:
        super().__init__(source, **{"wants_pairing": True, **settings})

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        return _pack_delta(values, FrameType.DELTA_MG)


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

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        return len(values), lambda _first_ns, last_ns: [header(last_ns, FrameType.RAW_MG) + encode_raw(values)]


def _pack_delta(values: npt.NDArray[np.int32], frame_type: FrameType) -> tuple[int, Pack]:
    count, body = encode_delta(values)
    return count, lambda _first_ns, last_ns: [header(last_ns, frame_type) + body]


def _replace(offer: Offer, rates_hz: tuple[int, ...] | None, ranges_g: tuple[int, ...] | None) -> Offer:
    return Offer(rates_hz or offer.rates_hz, ranges_g or offer.ranges_g, offer.channels)
