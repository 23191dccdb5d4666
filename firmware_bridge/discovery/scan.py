"""Who is on the air, whether it can do the job, and how full its battery is."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakError

from firmware_bridge.discovery.listening import listening
from firmware_bridge.errors import BluetoothUnavailableError
from firmware_bridge.foreign_text import clean
from firmware_bridge.wearables import identify, known_wearables
from firmware_bridge.wearables.unsuitable import why_not

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bleak.backends.client import BaseBleakClient
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner

_log = logging.getLogger(__name__)

_REASONS = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: "this computer has no Bluetooth adapter: plug one in",
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: "the adapter lacks Bluetooth Low Energy: plug in a newer one",
    BleakBluetoothNotAvailableReason.POWERED_OFF: "it is switched off: switch it on",
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: "this program may not use it: allow it in the system's settings",
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: "the system forbids its use: ask your administrator",
}


class Backend(Protocol):
    """The radio to use in place of the computer's own: bleak's scanner and client classes for it."""

    @property
    def scanner_backend(self) -> type[BaseBleakScanner]:
        """What `bleak.BleakScanner` is given as `backend`."""
        ...

    @property
    def client_backend(self) -> type[BaseBleakClient]:
        """What `bleak.BleakClient` is given as `backend`."""
        ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """A Bluetooth device that advertises.

    Parameters
    ----------
    name
        Advertised name, None where it has none.
    address
        Bluetooth address; on macOS an identifier of this computer's making.
    rssi
        Strength of its signal, in dBm.
    model
        Model of the wearable, None where it is none that is known.
    why_not
        Why it cannot do the job, empty where it can or is not known.
    wear
        How to wear it.
    advice
        What to see to before the night.
    battery
        Charge in percent; None where it is not known, or has not been asked for.
    """

    name: str | None
    address: str
    rssi: int
    model: str | None
    why_not: str = ""
    wear: str = ""
    advice: str = ""
    battery: int | None = None

    @property
    def is_usable(self) -> bool:
        """Whether it can show twitches and this program speaks to it."""
        return self.model is not None and not self.why_not


async def scan(seconds: float, *, scanner_backend: type[BaseBleakScanner] | None = None) -> list[Sighting]:
    """List the Bluetooth devices on the air, wearables this program speaks to first, then the nearest first.

    Parameters
    ----------
    seconds
        How long to listen.
    scanner_backend
        bleak's backend to use in place of the platform's own.

    Returns
    -------
    list of Sighting
        One for each device.

    Raises
    ------
    BluetoothUnavailableError
        Where Bluetooth cannot be used.
    ProfileError
        Where a profile of one's own is wrong.
    """
    sightings: dict[str, Sighting] = {}

    def on_detection(device: BLEDevice, seen: AdvertisementData) -> None:
        before = sightings.get(device.address)
        name = advertised(seen.local_name, device.name) or (before.name if before else None)
        sightings[device.address] = _sighting(name, device.address, seen.rssi)

    async with scanning(on_detection, scanner_backend):
        await asyncio.sleep(seconds)
    return sorted(sightings.values(), key=lambda s: (not s.is_usable, s.model is None, -s.rssi, s.address))


@contextlib.asynccontextmanager
async def scanning(
    on_detection: AdvertisementDataCallback, scanner_backend: type[BaseBleakScanner] | None
) -> AsyncIterator[None]:
    """Scan while the context lasts; raises `BluetoothUnavailableError`, and `ProfileError`."""
    known_wearables()  # a wrong profile is told here, not out of a platform's callback
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(listening(on_detection, scanner_backend))
        except BleakBluetoothNotAvailableError as error:
            why = _REASONS.get(error.reason, "switch it on, and allow this program to use it")
            raise BluetoothUnavailableError(f"Bluetooth cannot be used; {why}.") from error
        except (BleakError, OSError, EOFError) as error:  # no D-Bus, no bluetoothd, a driver's own words
            _log.debug("scanning failed: %r", error)
            raise BluetoothUnavailableError(
                "Bluetooth cannot be used: plug in or switch on an adapter, and see that the Bluetooth service runs."
            ) from error
        yield


def advertised(*names: str | None) -> str | None:
    """Return the first name there is, fit to be shown; None where there is none."""
    return next((plain for name in names if name and (plain := clean(name))), None)


def _sighting(name: str | None, address: str, rssi: int) -> Sighting:
    wearable = identify(name)
    if wearable is not None and (model := wearable.profile.model_of(name)) is not None:
        return Sighting(name, address, rssi, model.name, wear=model.wear, advice=model.advice)
    known = why_not(name)
    return Sighting(name, address, rssi, *(known or (None, "")))
