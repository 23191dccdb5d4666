"""bleak's backend over a bumble host: what bleak does on BlueZ, Windows or macOS, done on a virtual radio.

`make_backends` returns a scanner class and a client class bound to one host, to be given to bleak's public `backend=`
arguments. Nothing is global, so several radios can exist side by side.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError, BleakGATTProtocolErrorCode
from bumble import core, hci
from bumble.att import ATT_Error
from bumble.device import Peer

from firmware_bridge.virtual.host import HostRadio, address_string, service_unknown
from firmware_bridge.virtual.services import discover_services, uuid_string

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bleak.args import SizedBuffer
    from bleak.backends.characteristic import BleakGATTCharacteristic
    from bleak.backends.client import NotifyCallback
    from bleak.backends.descriptor import BleakGATTDescriptor
    from bleak.backends.scanner import AdvertisementDataCallback
    from bumble.device import Advertisement, Connection

    _T = TypeVar("_T")

_DISCONNECT_TIMEOUT_S = 10.0
_UUID_LISTS = (
    core.AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    core.AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    core.AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    core.AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
)


class BumbleScanner(BaseBleakScanner):
    """Scanner over the `radio` of its class."""

    radio: ClassVar[HostRadio]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None = None,
        service_uuids: list[str] | None = None,
        scanning_mode: str = "active",
        **_platform_arguments: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._active = scanning_mode == "active"
        self._scanning = False

    async def start(self) -> None:
        """Start scanning."""
        if self._scanning:
            raise BleakError("the scanner is already scanning")
        self.seen_devices = {}
        self._scanning = True
        await self.radio.start_scan(self._on_advertisement, active=self._active)

    async def stop(self) -> None:
        """Stop scanning."""
        if self._scanning:
            self._scanning = False
            await self.radio.stop_scan(self._on_advertisement)

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        data = advertisement.data
        listed = [uuids for kind in _UUID_LISTS for uuids in cast("list[list[core.UUID]]", data.get_all(kind))]
        uuids = [uuid_string(uuid) for some in listed for uuid in some]
        if not self.is_allowed_uuid(uuids):
            return
        name = data.get(core.AdvertisingData.COMPLETE_LOCAL_NAME) or data.get(core.AdvertisingData.SHORTENED_LOCAL_NAME)
        address = address_string(advertisement.address)
        seen = AdvertisementData(
            local_name=name,
            manufacturer_data={
                company: bytes(value)
                for company, value in data.get_all(core.AdvertisingData.MANUFACTURER_SPECIFIC_DATA)
            },
            service_data={},
            service_uuids=uuids,
            tx_power=None,
            rssi=advertisement.rssi,
            platform_data=(advertisement,),
        )
        found = self.create_or_update_device(address, address, name, advertisement.address, seen)
        self.call_detection_callbacks(found, seen)


class BumbleClient(BaseBleakClient):
    """Client over the `radio` of its class."""

    radio: ClassVar[HostRadio]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None = None,
        timeout: float = 30.0,
        services: set[str] | None = None,
        **platform_arguments: Any,
    ) -> None:
        super().__init__(
            address_or_ble_device,
            disconnected_callback=disconnected_callback,
            timeout=timeout,
            **platform_arguments,
        )
        device = address_or_ble_device if isinstance(address_or_ble_device, BLEDevice) else None
        self._peer_address: hci.Address | None = device.details if device else None
        self._name = device.name if device else None
        self._wanted_services = services
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        self._callbacks: dict[int, tuple[NotifyCallback, Callable[[bytes], None]]] = {}
        self._closed = asyncio.Event()
        self._service = self.radio.service

    @property
    def name(self) -> str:
        """Advertised name, or the address with dashes where it is not known."""
        return self._name or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        """ATT MTU in bytes: 23 until another one is agreed upon."""
        return self._connection.att_mtu if self._connection else 23

    @property
    def is_connected(self) -> bool:
        """Whether the link is up, as far as this side knows."""
        return self._connection is not None

    async def connect(self, pair: bool, **_platform_arguments: Any) -> None:  # noqa: FBT001 - bleak's signature
        """Connect and discover the services.

        Raises
        ------
        BleakDeviceNotFoundError
            Where only an address is known and nothing advertises it.
        asyncio.TimeoutError
            Where the device does not answer in time.
        BleakError
            Where the connection fails, or is up already.
        """
        if self._connection is not None:
            raise BleakError("the client is already connected")
        address = self._peer_address or await self._find()
        self._service = self.radio.service
        connection = await self.radio.connect(address, self._timeout)
        self._connection = connection
        self._closed = asyncio.Event()
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)
        try:
            async with asyncio.timeout(self._timeout):
                if pair:
                    await self._attended(connection.pair())
                self._peer = Peer(connection)
                await self._attended(self._peer.request_mtu(self.radio.mtu))
                self.services = await self._attended(
                    discover_services(self._peer, self._wanted_services, lambda: self.mtu_size - 3)
                )
        except BaseException:
            await self.disconnect()
            raise

    async def disconnect(self) -> None:
        """End the connection, if there is one.

        Raises
        ------
        BleakDBusError
            Where the service was killed that knew of it.
        """
        connection = self._connection
        if connection is None:
            return
        if self._is_orphan:
            raise service_unknown()
        try:
            async with asyncio.timeout(_DISCONNECT_TIMEOUT_S):
                await connection.disconnect()
                await self._closed.wait()
        except (core.BaseBumbleError, TimeoutError):
            self._on_disconnection(hci.HCI_CONNECTION_TIMEOUT_ERROR)

    async def pair(self, *_arguments: Any, **_platform_arguments: Any) -> None:
        """Pair by bumble's security manager, without a code."""
        await self._attended(self._connected()[0].pair())

    async def unpair(self) -> None:
        """Disconnect, and forget the bond if there is one."""
        await self.disconnect()
        keys = self.radio.device.keystore
        address = str(self._peer_address)
        if keys is not None and await keys.get(address) is not None:
            await keys.delete(address)

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_platform_arguments: Any
    ) -> bytearray:
        """Read a characteristic. The cache is not used.

        BlueZ and CoreBluetooth pass the value to the characteristic's notification callback too, and so does this.
        """
        del use_cached
        value = bytearray(await self._attended(self._gatt().read_value(characteristic.handle)))
        if (listening := self._callbacks.get(characteristic.handle)) is not None:
            listening[0](bytearray(value))
        return value

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_platform_arguments: Any
    ) -> bytearray:
        """Read a descriptor. The cache is not used."""
        del use_cached
        return bytearray(await self._attended(self._gatt().read_value(descriptor.handle)))

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,  # noqa: FBT001 - bleak's signature
    ) -> None:
        """Write a characteristic."""
        await self._attended(self._gatt().write_value(characteristic.handle, bytes(data), with_response=response))

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        """Write a descriptor."""
        await self._attended(self._gatt().write_value(descriptor.handle, bytes(data), with_response=True))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_platform_arguments: Any
    ) -> None:
        """Subscribe to notifications, or to indications where there are only those."""
        if characteristic.handle in self._callbacks:
            raise ValueError("notifications are already started on this characteristic")

        def deliver(value: bytes) -> None:
            if not self.radio.loses(characteristic.uuid):
                callback(bytearray(value))

        client = self._gatt()
        self._callbacks[characteristic.handle] = (callback, deliver)
        try:
            await self._attended(client.subscribe(characteristic.obj, deliver))
        except BaseException:
            self._callbacks.pop(characteristic.handle, None)
            raise

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribe."""
        client = self._gatt()
        listening = self._callbacks.pop(characteristic.handle, None)
        if listening is not None:
            await self._attended(client.unsubscribe(characteristic.obj, listening[1]))

    async def _find(self) -> hci.Address:
        """Scan for the address, as every platform does where no scan result is given."""
        found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

        def on_detection(device: BLEDevice, _seen: AdvertisementData) -> None:
            if device.address.lower() == self.address.lower() and not found.done():
                found.set_result(device)

        scanner_class = cast("type[BumbleScanner]", type("BumbleFinder", (BumbleScanner,), {"radio": self.radio}))
        scanner = scanner_class(on_detection)
        await scanner.start()
        try:
            device = await asyncio.wait_for(found, self._timeout)
        except TimeoutError:
            raise BleakDeviceNotFoundError(self.address, f"device with address {self.address} was not found") from None
        finally:
            await scanner.stop()
        self._peer_address, self._name = device.details, device.name
        return cast("hci.Address", device.details)

    def _on_disconnection(self, _reason: int) -> None:
        if self._connection is None or self._is_orphan:
            return  # an orphan believes itself connected for ever: whoever would tell it otherwise is gone
        self._connection = self._peer = None
        self._callbacks.clear()
        self.services = None
        self._closed.set()
        # As on BlueZ and Windows, the callback comes after a disconnection this side has asked for as well.
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    @property
    def _is_orphan(self) -> bool:
        """Whether the service that made the connection is gone."""
        return self._service != self.radio.service

    def _connected(self) -> tuple[Connection, Peer]:
        if self._is_orphan:
            raise service_unknown()
        if self._connection is None or self._peer is None:
            raise BleakError("the client is not connected")
        return self._connection, self._peer

    def _gatt(self) -> Any:
        return self._connected()[1].gatt_client

    async def _attended(self, exchange: Awaitable[_T]) -> _T:
        """Wait for an exchange with the peer; its errors come out as bleak's."""
        connection = self._connection
        assert connection is not None  # noqa: S101 - every caller has just used the connection
        try:
            return await connection.cancel_on_disconnection(exchange)
        except ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except core.TimeoutError as error:
            if self._is_orphan:
                raise service_unknown() from error
            # An attribute transaction that times out ends the link (Core, Vol 3, Part F, 3.3.3). BlueZ reports it so.
            await self.disconnect()
            raise BleakGATTProtocolError(BleakGATTProtocolErrorCode.UNLIKELY_ERROR) from error
        except core.BaseBumbleError as error:
            raise BleakError(str(error)) from error
        except asyncio.CancelledError:
            if self._is_orphan and not _being_cancelled():
                raise service_unknown() from None
            if self._connection is not connection and not _being_cancelled():
                raise BleakError("the device disconnected") from None
            raise


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def make_backends(radio: HostRadio) -> tuple[type[BaseBleakScanner], type[BaseBleakClient]]:
    """Make the classes to give to `BleakScanner(backend=)` and `BleakClient(backend=)`.

    Parameters
    ----------
    radio
        The radio both are bound to.
    """
    scanner = type("BumbleScanner", (BumbleScanner,), {"radio": radio})
    client = type("BumbleClient", (BumbleClient,), {"radio": radio})
    return cast("type[BaseBleakScanner]", scanner), cast("type[BaseBleakClient]", client)
