"""A bumble host as bleak's scanners and clients share it, with the faults of a computer's own Bluetooth.

What each fault looks like is what bleak shows on BlueZ 5.66: an adapter that is switched off ends everything and says
so, a service that is killed ends everything and says nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)
from bumble import core, hci

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bumble.device import Advertisement, Connection, Device

_CALL_OFF_ROUND_S = 0.05


class HostRadio:
    """One scan and one connection attempt at a time, for any number of scanners and clients.

    Parameters
    ----------
    device
        The host, powered on.
    mtu
        ATT MTU the clients ask for, in bytes.

    Attributes
    ----------
    service
        Which run of the Bluetooth service this is: a client of an earlier one is told nothing any more.
    """

    def __init__(self, device: Device, mtu: int) -> None:
        self.device = device
        self.mtu = mtu
        # A controller attempts one connection at a time.
        self.connecting = asyncio.Lock()
        self.service = 0
        self._listeners: list[Callable[[Advertisement], None]] = []
        self._attempt: asyncio.Future[Connection] | None = None
        self._off_until_s = 0.0
        self._dead_until_s = 0.0
        self._to_lose: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # Faults.

    def switch_off(self, seconds: float) -> None:
        """Switch the adapter off for a time: scans and connections end, and each client is told at once."""
        self._off_until_s = max(self._off_until_s, asyncio.get_running_loop().time() + seconds)
        self._spawn(self._end_all())

    def kill_service(self, seconds: float) -> None:
        """Kill the Bluetooth service, to be started again after a time.

        The system ends the connections, but nobody is left to tell the clients: to each it looks like a silence.
        """
        self._dead_until_s = max(self._dead_until_s, asyncio.get_running_loop().time() + seconds)
        self.service += 1
        self._spawn(self._end_all())

    def lose_notifications(self, uuid: str, count: int) -> None:
        """Let the next `count` notifications of a characteristic reach the host, but no callback."""
        self._to_lose[uuid.lower()] = self._to_lose.get(uuid.lower(), 0) + count

    def loses(self, uuid: str) -> bool:
        """Whether a notification that has just come is one of those to be lost."""
        left = self._to_lose.get(uuid, 0)
        if left:
            self._to_lose[uuid] = left - 1
        return left > 0

    async def close(self) -> None:
        """Wait for what the faults have set off."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end_all(self) -> None:
        """End scans, attempts and connections, as the system does when it loses the adapter or the service."""
        if self._listeners:
            await self._stop_listening(*self._listeners)
        if self._attempt is not None:
            await self._call_off(self._attempt)
        connections = [connection.disconnect() for connection in list(self.device.connections.values())]
        await asyncio.gather(*connections, return_exceptions=True)

    def _see_that_the_service_runs(self) -> None:
        if asyncio.get_running_loop().time() < self._dead_until_s:
            raise service_unknown()

    @property
    def _is_off(self) -> bool:
        return asyncio.get_running_loop().time() < self._off_until_s

    # Scans and connections.

    @property
    def is_scanning(self) -> bool:
        """Whether a scan runs."""
        return bool(self._listeners)

    async def start_scan(self, listener: Callable[[Advertisement], None], *, active: bool) -> None:
        """Scan until as many `stop_scan` have come.

        Raises
        ------
        BleakBluetoothNotAvailableError
            Where the adapter is off.
        BleakDBusError
            Where the service does not run.
        """
        self._see_that_the_service_runs()
        if self._is_off:
            raise BleakBluetoothNotAvailableError(
                "No powered Bluetooth adapters found. Turn on Bluetooth and try again.",
                BleakBluetoothNotAvailableReason.POWERED_OFF,
            )
        self.device.on("advertisement", listener)
        self._listeners.append(listener)
        if len(self._listeners) == 1:
            await self.device.start_scanning(active=active, filter_duplicates=False)

    async def stop_scan(self, listener: Callable[[Advertisement], None]) -> None:
        """Undo one `start_scan`.

        Raises
        ------
        BleakDBusError
            Where the service does not run.
        """
        if listener in self._listeners:
            await self._stop_listening(listener)
        self._see_that_the_service_runs()

    async def _stop_listening(self, *listeners: Callable[[Advertisement], None]) -> None:
        for listener in listeners:
            self.device.remove_listener("advertisement", listener)
            self._listeners.remove(listener)
        if not self._listeners:
            await self.device.stop_scanning()

    async def connect(self, address: hci.Address, timeout_s: float) -> Connection:
        """Connect to a device that advertises.

        Raises
        ------
        asyncio.TimeoutError
            Where it does not advertise within `timeout_s` seconds.
        BleakError
            Where the connection fails, the adapter is off or the service does not run.
        """
        async with asyncio.timeout(timeout_s), self.connecting:
            self._see_that_the_service_runs()
            if self._is_off:
                raise BleakDBusError("org.bluez.Error.Failed", ["Input/output error"])
            attempt = self._attempt = asyncio.ensure_future(self.device.connect(address, timeout=None))
            try:
                return await asyncio.shield(attempt)
            except asyncio.CancelledError:
                await self._call_off(attempt)
                raise
            except core.BaseBumbleError as error:
                raise BleakError(f"failed to connect: {error}") from error
            finally:
                self._attempt = None

    async def _call_off(self, attempt: asyncio.Future[Connection]) -> None:
        """End an attempt nobody waits for any more, or the connection it has just led to."""
        while not attempt.done():
            # It may still be on its way to the controller, or have just succeeded: both show in the next round.
            with contextlib.suppress(hci.HCI_Error):
                await self.device.cancel_connection()  # type: ignore[no-untyped-call]  # bumble annotates it only in part
            await asyncio.wait({attempt}, timeout=_CALL_OFF_ROUND_S)
        try:
            connection = await attempt
        except core.BaseBumbleError:
            return
        await connection.disconnect()


def service_unknown() -> BleakDBusError:
    """Make the error that every call ends with while the service does not run."""
    return BleakDBusError(
        "org.freedesktop.DBus.Error.ServiceUnknown", ["The name org.bluez was not provided by any .service files"]
    )


def address_string(address: hci.Address) -> str:
    """Write an address as bleak does, upper case with colons."""
    return address.to_string(with_type_qualifier=False)
