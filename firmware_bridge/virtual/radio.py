"""A virtual radio: wearables on one side, the backends for bleak on the other, nothing but air between."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from bumble import hci
from bumble.device import Device, DeviceConfiguration

from firmware_bridge.virtual.air import Air, RadioController
from firmware_bridge.virtual.backend import make_backends
from firmware_bridge.virtual.host import HostRadio

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from bleak.backends.client import BaseBleakClient
    from bleak.backends.scanner import BaseBleakScanner

    from firmware_bridge.virtual.wearable import VirtualWearable

_HOST_ADDRESS = "F5:F4:F3:F2:F1:F0"
_HOST_MTU = 517


class VirtualRadio:
    """An asynchronous context in which wearables are on the air and can be reached through bleak.

    Parameters
    ----------
    wearables
        Who is on the air.
    mtu
        ATT MTU the host asks for, in bytes.

    Attributes
    ----------
    scanner_backend, client_backend
        What to pass to `bleak.BleakScanner(backend=)` and `bleak.BleakClient(backend=)`; set within the context.
    host
        The host both are bound to; set within the context.

    Examples
    --------
    >>> async with VirtualRadio([VirtualVerity(samples)]) as radio:  # doctest: +SKIP
    ...     found = await BleakScanner.find_device_by_name("Polar Sense 8C4CAD2F", backend=radio.scanner_backend)
    ...     async with BleakClient(found, backend=radio.client_backend) as client:
    ...         ...
    """

    scanner_backend: type[BaseBleakScanner]
    client_backend: type[BaseBleakClient]
    host: HostRadio

    def __init__(self, wearables: Iterable[VirtualWearable], *, mtu: int = _HOST_MTU) -> None:
        self.wearables = tuple(wearables)
        self._mtu = mtu
        self._stack = AsyncExitStack()

    # Faults of the computer; those of a wearable are its own.

    def switch_off(self, seconds: float) -> None:
        """Switch the adapter off for a time: scans and connections end, and each client is told at once."""
        self.host.switch_off(seconds)

    def kill_service(self, seconds: float) -> None:
        """Kill the Bluetooth service, to be started again after a time: connections end, and no client is told."""
        self.host.kill_service(seconds)

    def lose_notifications(self, uuid: str, count: int) -> None:
        """Let the next `count` notifications of a characteristic come in, but never reach a callback."""
        self.host.lose_notifications(uuid, count)

    async def __aenter__(self) -> Self:
        air = Air()
        async with AsyncExitStack() as stack:
            controller = RadioController("host", link=air)
            host = Device.from_config_with_hci(
                DeviceConfiguration(name="host", address=hci.Address(_HOST_ADDRESS)), controller, controller
            )
            await host.power_on()
            stack.push_async_callback(host.power_off)
            for wearable in self.wearables:
                stack.push_async_callback(wearable.power_off)
                await wearable.power_on(air)
            self.host = HostRadio(host, self._mtu)
            stack.push_async_callback(self.host.close)
            self.scanner_backend, self.client_backend = make_backends(self.host)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)
