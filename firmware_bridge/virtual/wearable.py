"""A wearable that is not there: it advertises, is connected to, and fails when told to."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from typing import TYPE_CHECKING, Any

from bumble import core, data_types, hci
from bumble.device import Device, DeviceConfiguration
from bumble.gatt import Characteristic, Service
from bumble.pairing import PairingConfig, PairingDelegate

from firmware_bridge.virtual import gatt
from firmware_bridge.virtual.air import Air, RadioController

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bumble.device import Connection

_ADVERTISING_INTERVAL_MS = 100.0
_ATT_MTU = 247
_SUPERVISION_S = 4.0
_FULL_PERCENT = 100


class VirtualWearable:
    """What all wearables share: a name on the air, battery and device information, and the faults of a radio.

    Parameters
    ----------
    name
        Advertised name, at most 26 bytes.
    manufacturer, model
        Device information.
    battery_percent
        Charge; may be set at any time.
    pairs
        Whether it pairs with who asks for it.
    serial
        Serial number; None for what ends the name.

    Attributes
    ----------
    address
        Bluetooth address, made from the name and the serial number.
    att_mtu
        Largest ATT MTU it agrees to, in bytes; to be set before it is powered on.
    """

    def __init__(
        self,
        name: str,
        *,
        manufacturer: str,
        model: str,
        battery_percent: int = 87,
        pairs: bool = True,
        serial: str | None = None,
    ) -> None:
        self.name = name
        self.battery_percent = battery_percent
        self.att_mtu = _ATT_MTU
        self._manufacturer = manufacturer
        self._model = model
        self._pairs = pairs
        self._serial = serial or name.rsplit(maxsplit=1)[-1]
        # A static random address carries two ones at its top (Bluetooth Core, Vol 6, Part B, 1.3.2.1).
        octets = bytes((0xC0, 0xDE)) + zlib.crc32((name + (serial or "")).encode()).to_bytes(4, "big")
        self.address = ":".join(f"{octet:02X}" for octet in octets)
        self._air: Air | None = None
        self._controller: RadioController | None = None
        self._device: Device | None = None
        self._connection: Connection | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[BaseException] = []
        self._away_until_s = 0.0
        self._silent_until_s = 0.0
        self._has_power = asyncio.Event()
        self._has_power.set()

    # What a kind of wearable adds.

    def services(self) -> list[Service]:
        """Make the GATT services beyond battery and device information."""
        return []

    def on_connected(self) -> None:
        """Act on a new connection."""

    def on_disconnected(self) -> None:
        """Act on the end of a connection."""

    def on_power_lost(self) -> None:
        """Forget what is forgotten without power."""

    def on_power_back(self) -> None:
        """Begin anew."""

    # Power.

    async def power_on(self, air: Air) -> None:
        """Come on the air and advertise."""
        self._air = air
        self._controller = RadioController(self.name, link=air)
        configuration = DeviceConfiguration(
            name=self.name,
            address=hci.Address(self.address),
            advertising_interval_min=_ADVERTISING_INTERVAL_MS,
            advertising_interval_max=_ADVERTISING_INTERVAL_MS,
            advertising_data=bytes(
                core.AdvertisingData(
                    [
                        data_types.Flags(
                            core.AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE
                            | core.AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED
                        ),
                        data_types.CompleteLocalName(self.name),
                    ]
                )
            ),
        )
        self._device = Device.from_config_with_hci(configuration, self._controller, self._controller)
        self._device.gatt_server.max_mtu = self.att_mtu
        self._device.add_services([*self.services(), self._battery_service(), self._information_service()])
        if not self._pairs:
            self._device.pairing_config_factory = lambda _connection: PairingConfig(delegate=_Unwilling())
        self._device.on("connection", self._on_connection)
        await self._device.power_on()
        await self._device.start_advertising()

    async def power_off(self) -> None:
        """Leave the air; whoever is connected sees the connection end.

        What went wrong inside the wearable, such as an error of the source it plays, is raised here.
        """
        if self._device is None or self._controller is None or self._air is None:
            return
        self._air.find(self._controller)
        self._air.release(self._controller)
        if self._connection is not None:
            await self._connection.disconnect(hci.HCI_REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_POWER_OFF_ERROR)
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._device.stop_advertising()
        await self._device.power_off()
        self._air.remove_controller(self._controller)
        self._device = self._controller = self._air = None
        if self._failures:
            raise self._failures.pop(0)

    # Faults.

    def drop(self, away_s: float = 0.0) -> None:
        """End the connection from this side and advertise again after `away_s` seconds."""
        self._stay_away(away_s)
        if self._connection is not None:
            self._spawn(self._connection.disconnect(hci.HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR))

    def lose_link(self, after_s: float = 4.0, away_s: float = 0.0) -> None:
        """Go out of range: nothing passes, and `after_s` seconds later both sides notice by supervision time-out.

        It advertises again `away_s` seconds after that.
        """
        if self._air is not None and self._controller is not None:
            self._air.lose(self._controller)
            self._spawn(self._time_out(self._air, self._controller, after_s, away_s))

    def silence(self, seconds: float) -> None:
        """Hang: the link stays up, but nothing is sent and no request answered for a time.

        What was to be sent meanwhile is lost; requests are answered when it is over. Disconnected meanwhile, it
        advertises only after that time.
        """
        loop = asyncio.get_running_loop()
        self._silent_until_s = max(self._silent_until_s, loop.time() + seconds)
        self._stay_away(seconds)
        if self._air is not None and self._controller is not None:
            self._air.hold(self._controller)
            self._spawn(self._wake_up(self._air, self._controller))

    def leave_unanswered(self, count: int = 1) -> None:
        """Do not hear the next `count` writes that ask for a response: their writer waits in vain."""
        if self._air is not None and self._controller is not None:
            self._air.swallow_writes(self._controller, count)

    def run_out(self, charged_after_s: float | None = None) -> None:
        """Stop in the middle of whatever it does: the battery is empty.

        The host notices by supervision time-out. After `charged_after_s` seconds it is switched on again with a full
        battery; None for never.
        """
        self.battery_percent = 0
        if self._air is None or self._controller is None or self._device is None or not self._has_power.is_set():
            return
        self._has_power.clear()
        self._air.lose(self._controller)
        self.on_power_lost()
        self._spawn(self._be_without_power(self._air, self._controller, self._device, charged_after_s))

    @property
    def is_silent(self) -> bool:
        """Whether it hangs."""
        return asyncio.get_running_loop().time() < self._silent_until_s

    @property
    def tasks(self) -> frozenset[asyncio.Task[None]]:
        """What it is busy with; `power_off` ends it."""
        return frozenset(self._tasks)

    @property
    def failure(self) -> BaseException | None:
        """What has gone wrong inside it, if anything; `power_off` raises it."""
        return self._failures[0] if self._failures else None

    # For kinds of wearables.

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)

    async def _notify(self, characteristic: Characteristic[bytes], value: bytes) -> None:
        if self._connection is not None and self._device is not None and not self.is_silent:
            await self._device.notify_subscriber(self._connection, characteristic, value)

    async def _indicate(self, characteristic: Characteristic[bytes], value: bytes) -> None:
        connection = self._connection
        if connection is None or self._device is None:
            return
        # Unconfirmed within 30 s, or disconnected meanwhile: nobody is left who could be told.
        with contextlib.suppress(TimeoutError):
            await self._device.indicate_subscriber(connection, characteristic, value)

    def _stay_away(self, seconds: float) -> None:
        self._away_until_s = max(self._away_until_s, asyncio.get_running_loop().time() + seconds)

    # Connections.

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)
        self.on_connected()

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self.on_disconnected()
        if self._device is not None:
            self._spawn(self._advertise(self._device))

    async def _advertise(self, device: Device) -> None:
        await _sleep_until(lambda: self._away_until_s)
        await self._has_power.wait()
        if self._connection is None and not device.is_advertising:
            await device.start_advertising()

    async def _be_without_power(
        self, air: Air, controller: RadioController, device: Device, charged_after_s: float | None
    ) -> None:
        loop = asyncio.get_running_loop()
        empty_s = loop.time()
        await device.stop_advertising()
        was_connected = self._connection is not None
        await asyncio.sleep(_SUPERVISION_S)
        air.time_out(controller)
        if charged_after_s is None:
            return
        await _sleep_until(lambda: empty_s + charged_after_s)
        air.find(controller)
        self.battery_percent = _FULL_PERCENT
        self.on_power_back()
        self._has_power.set()
        if not was_connected:
            await self._advertise(device)

    async def _time_out(self, air: Air, controller: RadioController, after_s: float, away_s: float) -> None:
        await asyncio.sleep(after_s)
        self._stay_away(away_s)
        air.time_out(controller)
        air.find(controller)

    async def _wake_up(self, air: Air, controller: RadioController) -> None:
        await _sleep_until(lambda: self._silent_until_s)
        air.release(controller)

    # Standard services.

    def _battery_service(self) -> Service:
        return gatt.service("180F", gatt.data("2A19", read=lambda: bytes((self.battery_percent,))))

    def _information_service(self) -> Service:
        texts = {"2A29": self._manufacturer, "2A24": self._model, "2A25": self._serial}
        return gatt.service("180A", *(gatt.constant(uuid, text.encode()) for uuid, text in texts.items()))


class _Unwilling(PairingDelegate):
    """Turns down whoever wants to pair."""

    async def accept(self) -> bool:
        return False


async def _sleep_until(time_s: Callable[[], float]) -> None:
    """Sleep until a time of the loop that may be put off meanwhile."""
    loop = asyncio.get_running_loop()
    while (left_s := time_s() - loop.time()) > 0:  # noqa: ASYNC110 - the time itself is awaited, not a condition
        await asyncio.sleep(left_s)
