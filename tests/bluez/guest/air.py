"""The air of the machine: the kernel's adapter on one side, virtual wearables on the other."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from bumble import hci
from bumble.transport import open_transport

from firmware_bridge.virtual.air import Air, RadioController
from firmware_bridge.virtual.player import VirtualPlayer
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from firmware_bridge.wearables.pmd.frames import parse_frame
from tests.bluez.guest.numbered import numbers, runs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_ADDRESS = "00:1B:DC:07:31:88"


class Adapter(RadioController):
    """The controller of the kernel's adapter."""

    # bumble announces both, and does not do what Linux then asks of it.
    le_features = RadioController.le_features & ~(
        hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
    )

    @property
    def random_address(self) -> hci.Address:
        """The adapter's only address.

        bumble lets data come from the latest random address, which Linux changes for each scan, whatever address the
        connection was made with: the other side would not know whom it comes from.
        """
        return self.public_address

    @random_address.setter
    def random_address(self, address: hci.Address) -> None:
        pass

    def on_hci_reset_command(self, command: hci.HCI_Reset_Command) -> hci.HCI_StatusReturnParameters:
        """Forget scan, attempts and connections, as Bluetooth Core, Vol 4, Part E, 7.3.2 asks; bumble keeps them."""
        self.le_scan_enable = False
        self.pending_le_connection = None
        for connection in list(self.le_connections.values()):
            self.on_le_disconnected(connection, hci.HCI_CONNECTION_TERMINATED_BY_LOCAL_HOST_ERROR)
        return super().on_hci_reset_command(command)


class Witnessed(VirtualPlayer):
    """A wearable that plays a numbered recording and keeps in mind which samples it has sent."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._sent: list[np.ndarray] = []

    @property
    def is_connected(self) -> bool:
        """Whether anyone is connected to it."""
        return self._connection is not None

    def take_sent(self) -> list[tuple[int, int]]:
        """Numbers of the samples sent since this was last asked, first and last of each run."""
        sent, self._sent = self._sent, []
        return runs(np.concatenate(sent)) if sent else []

    async def _notify(self, characteristic: Any, value: bytes) -> None:
        if characteristic is self._data and self.is_connected and not self.is_silent:
            self._sent.append(numbers(parse_frame(value).values))
        await super()._notify(characteristic, value)


class Verity(Witnessed, VirtualVerity):
    """A Verity Sense."""


class H10(Witnessed, VirtualH10):
    """An H10."""


@asynccontextmanager
async def on_the_air(*wearables: Witnessed) -> AsyncIterator[None]:
    """Plug the adapter in and switch the wearables on, for as long as the context lasts."""
    air = Air()
    async with await open_transport("vhci") as transport:
        Adapter("adapter", host_source=transport.source, host_sink=transport.sink, link=air, public_address=_ADDRESS)
        for wearable in wearables:
            await wearable.power_on(air)
        try:
            yield
        finally:
            for wearable in wearables:
                await wearable.power_off()
