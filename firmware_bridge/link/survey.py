"""What is on the air, with the battery of each wearable that can do the job: a person's look before the night."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from firmware_bridge.discovery.find import find
from firmware_bridge.discovery.scan import scan
from firmware_bridge.errors import BridgeError
from firmware_bridge.link.session import LinkDownError, Session

if TYPE_CHECKING:
    from firmware_bridge.discovery.scan import Backend, Sighting

_log = logging.getLogger(__name__)

SEARCH_S = 5.0
"""How long a wearable that was just seen is searched for, in seconds."""


async def survey(seconds: float, *, backend: Backend | None = None) -> list[Sighting]:
    """List the Bluetooth devices on the air as `scan` does, and connect to each that is usable to read its battery.

    Parameters
    ----------
    seconds
        How long to listen.
    backend
        The radio to use in place of the computer's own.

    Returns
    -------
    list of Sighting
        With the batteries that could be read.

    Raises
    ------
    BluetoothUnavailableError
        Where Bluetooth cannot be used.
    ProfileError
        Where a profile of one's own is wrong.
    """
    sightings = await scan(seconds, scanner_backend=backend.scanner_backend if backend else None)
    return [
        replace(sighting, battery=await _battery(sighting, backend)) if sighting.is_usable else sighting
        for sighting in sightings
    ]


async def _battery(sighting: Sighting, backend: Backend | None) -> int | None:
    """Charge in percent, None where it cannot be read."""
    try:
        found = await find(sighting.address, SEARCH_S, backend.scanner_backend if backend else None)
        session = Session(found, backend.client_backend if backend else None)
        try:
            await session.connect()
            return await session.battery()
        finally:
            await session.close(stop=False)
    except (BridgeError, LinkDownError, TimeoutError) as error:
        _log.info("a battery cannot be read (%s)", type(error).__name__)
        return None
