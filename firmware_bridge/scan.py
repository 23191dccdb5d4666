"""Who is on the air: listing wearables, and finding the one that is meant."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bleak import BleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakError

from firmware_bridge.errors import BluetoothUnavailableError, NoSuchWearableError
from firmware_bridge.wearables import Wearable, identify, known_wearables
from firmware_bridge.wearables.unsuitable import why_not

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bleak.backends.client import BaseBleakClient
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner

_log = logging.getLogger(__name__)

CHOICE_S = 1.0
"""Where a name is only hinted at, how long to listen on for a nearer wearable that fits it as well, in seconds."""

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
    """

    name: str | None
    address: str
    rssi: int
    model: str | None
    why_not: str = ""
    wear: str = ""
    advice: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether it can show twitches and this program speaks to it."""
        return self.model is not None and not self.why_not


@dataclass(frozen=True, slots=True)
class Found:
    """A wearable to connect to: its handle, its name, the module that speaks to it."""

    device: BLEDevice
    name: str
    wearable: Wearable


async def scan(seconds: float, *, scanner_backend: type[BaseBleakScanner] | None = None) -> list[Sighting]:
    """List the Bluetooth devices on the air, wearables this program speaks to first, then the nearest first.

    Parameters
    ----------
    seconds
        How long to listen.
    scanner_backend
        bleak's backend to use in place of the platform's own.

    Raises
    ------
    BluetoothUnavailableError
        Where Bluetooth cannot be used.
    ProfileError
        Where a profile of one's own is wrong.
    """
    known_wearables()  # a wrong profile is told here, not out of a platform's callback
    sightings: dict[str, Sighting] = {}

    def on_detection(device: BLEDevice, seen: AdvertisementData) -> None:
        before = sightings.get(device.address)
        name = seen.local_name or device.name or (before.name if before else None)
        sightings[device.address] = _sighting(name, device.address, seen.rssi)

    async with _scanning(on_detection, scanner_backend):
        await asyncio.sleep(seconds)
    return sorted(sightings.values(), key=lambda s: (not s.is_usable, s.model is None, -s.rssi, s.address))


async def find(wanted: str | None, timeout_s: float, scanner_backend: type[BaseBleakScanner] | None) -> Found:
    """Find a wearable.

    Parameters
    ----------
    wanted
        Its name, part of it, or its address, in any case; None for any wearable this program speaks to. Where the
        whole name or address fits the search ends at once, else the nearest of those that fit within a second is it.
    timeout_s
        How long to search, in seconds.
    scanner_backend
        bleak's backend to use in place of the platform's own.

    Raises
    ------
    NoSuchWearableError
        Where none is found.
    BluetoothUnavailableError
        Where Bluetooth cannot be used.
    ProfileError
        Where a profile of one's own is wrong.
    """
    known_wearables()
    fits: dict[str, tuple[int, Found]] = {}
    exact: list[Found] = []
    strangers: set[str] = set()
    others: set[str] = set()
    seen_any = asyncio.Event()
    seen_exact = asyncio.Event()

    def on_detection(device: BLEDevice, seen: AdvertisementData) -> None:
        name = seen.local_name or device.name
        whole, partly = _fits(wanted, name, device.address)
        wearable = identify(name)
        if name is None or wearable is None:
            if partly:
                strangers.add(name or device.address)
            return
        if not partly:
            others.add(name)
            return
        found = Found(device, name, wearable)
        fits[device.address] = (seen.rssi, found)
        seen_any.set()
        if whole:
            exact.append(found)
            seen_exact.set()

    async with _scanning(on_detection, scanner_backend):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await seen_any.wait()
        if fits and not exact:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHOICE_S):
                    await seen_exact.wait()
    if exact:
        return exact[0]
    if fits:
        return max(fits.values(), key=lambda fit: fit[0])[1]
    raise NoSuchWearableError(_nobody(wanted, strangers, others))


@contextlib.asynccontextmanager
async def _scanning(
    on_detection: AdvertisementDataCallback, scanner_backend: type[BaseBleakScanner] | None
) -> AsyncIterator[None]:
    """Scan while the context lasts."""
    try:
        scanner = BleakScanner(on_detection, backend=scanner_backend)
        await scanner.start()
    except BleakBluetoothNotAvailableError as error:
        why = _REASONS.get(error.reason, "switch it on, and allow this program to use it")
        raise BluetoothUnavailableError(f"Bluetooth cannot be used; {why}.") from error
    except (BleakError, OSError) as error:  # no D-Bus, no bluetoothd, a driver's own words
        _log.debug("scanning failed: %r", error)
        raise BluetoothUnavailableError(
            "Bluetooth cannot be used: plug in or switch on an adapter, and see that the Bluetooth service runs."
        ) from error
    try:
        yield
    finally:
        try:
            await scanner.stop()
        except (BleakError, OSError) as error:  # the adapter went meanwhile: the scan is over all the same
            _log.info("the scan did not stop cleanly (%s)", type(error).__name__)


def _sighting(name: str | None, address: str, rssi: int) -> Sighting:
    wearable = identify(name)
    if wearable is not None and (model := wearable.PROFILE.model_of(name)) is not None:
        return Sighting(name, address, rssi, model.name, wear=model.wear, advice=model.advice)
    known = why_not(name)
    return Sighting(name, address, rssi, *(known or (None, "")))


def _fits(wanted: str | None, name: str | None, address: str) -> tuple[bool, bool]:
    """Tell whether a device is exactly what is wanted, and whether it may be."""
    if wanted is None:
        return False, identify(name) is not None
    wish, known_as = wanted.casefold().strip(), (name or "").casefold()
    whole = wish in (known_as, address.casefold())
    return whole, whole or (bool(wish) and wish in known_as)


def _nobody(wanted: str | None, strangers: set[str], others: set[str]) -> str:
    """Say that nothing was found, and what there is instead."""
    for name in sorted(strangers):
        if (known := why_not(name)) is not None:
            return f"{name!r} is in range, but a {known[0]} cannot show twitches: {known[1]}."
    if strangers:
        models = ", ".join(model.name for wearable in known_wearables() for model in wearable.PROFILE.models.values())
        return f"{min(strangers)!r} is in range but is none of the wearables this program speaks to ({models})."
    what = "No wearable was found" if wanted is None else f"No wearable called {wanted!r} was found"
    instead = f" In range: {', '.join(sorted(others))}." if others else ""
    return f"{what}: put it on, switch it on, and close other apps that are connected to it.{instead}"
