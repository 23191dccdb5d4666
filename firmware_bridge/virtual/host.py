"""A bumble host as bleak's scanners and clients share it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from bleak.exc import BleakError
from bumble import core, hci

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """

    def __init__(self, device: Device, mtu: int) -> None:
        self.device = device
        self.mtu = mtu
        # A controller attempts one connection at a time.
        self.connecting = asyncio.Lock()
        self._scanners = 0

    async def start_scan(self, listener: Callable[[Advertisement], None], *, active: bool) -> None:
        """Scan until as many `stop_scan` have come."""
        self.device.on("advertisement", listener)
        self._scanners += 1
        if self._scanners == 1:
            await self.device.start_scanning(active=active, filter_duplicates=False)

    async def stop_scan(self, listener: Callable[[Advertisement], None]) -> None:
        """Undo one `start_scan`."""
        self.device.remove_listener("advertisement", listener)
        self._scanners -= 1
        if self._scanners == 0:
            await self.device.stop_scanning()

    async def connect(self, address: hci.Address, timeout_s: float) -> Connection:
        """Connect to a device that advertises.

        Raises
        ------
        asyncio.TimeoutError
            Where it does not advertise within `timeout_s` seconds.
        BleakError
            Where the connection fails.
        """
        async with asyncio.timeout(timeout_s), self.connecting:
            attempt = asyncio.ensure_future(self.device.connect(address, timeout=None))
            try:
                return await asyncio.shield(attempt)
            except asyncio.CancelledError:
                await self._call_off(attempt)
                raise
            except core.BaseBumbleError as error:
                raise BleakError(f"failed to connect: {error}") from error

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


def address_string(address: hci.Address) -> str:
    """Write an address as bleak does, upper case with colons."""
    return address.to_string(with_type_qualifier=False)
