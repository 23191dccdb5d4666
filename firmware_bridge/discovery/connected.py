"""Wearables that this computer is connected to already: they advertise to nobody, so no scan finds them.

So it is where a recorder was killed: Linux, for one, keeps the connections that a program has left behind.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bleak import BleakAdapter

from firmware_bridge.wearables import known_wearables

if TYPE_CHECKING:
    from bleak.backends.device import BLEDevice

_log = logging.getLogger(__name__)

_EVERYBODYS = "1801"
"""The attribute service, which nearly every device has."""


async def connected_devices() -> list[BLEDevice]:
    """List what the system says it is connected to, wearables or not; nothing where it does not tell.

    Returns
    -------
    list of BLEDevice
        Empty where the system does not tell.

    Raises
    ------
    ProfileError
        Where a profile of one's own is wrong.
    """
    services = [_EVERYBODYS, *(wearable.profile.service_uuid for wearable in known_wearables())]
    try:
        adapter = await BleakAdapter.get()
        return await adapter.get_connected_devices(services)
    except Exception as error:  # noqa: BLE001 -- this only saves a search, which will say what is wrong with the radio
        _log.debug("connected devices: %r", error)
        return []
