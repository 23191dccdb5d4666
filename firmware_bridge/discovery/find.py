"""Finding the wearable that is meant."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firmware_bridge.discovery.scan import advertised, scanning
from firmware_bridge.errors import NoSuchWearableError
from firmware_bridge.foreign_text import clean
from firmware_bridge.wearables import Wearable, identify, known_wearables
from firmware_bridge.wearables.unsuitable import why_not

if TYPE_CHECKING:
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

CHOICE_S = 1.0
"""Where a name is only hinted at, how long to listen on for a nearer wearable that fits it as well, in seconds."""

_RSSI_DBM = range(-126, 21)
"""What a strength can be; outside of it platforms say that they do not know (Bluetooth Core, Vol 4, Part E, 7.7.65.2).
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A wearable to connect to.

    Parameters
    ----------
    device
        bleak's handle.
    name
        Advertised name.
    wearable
        The module that speaks to it.
    rssi_dbm
        Strength of the signal it was found by, in dBm; None where it is not known.
    is_held
        Whether this computer was connected to it already.
    """

    device: BLEDevice
    name: str
    wearable: Wearable
    rssi_dbm: int | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A wearable that has been used before.

    Parameters
    ----------
    name
        Advertised name.
    address
        Bluetooth address; on macOS an identifier of this computer's making. A wearable may change it.
    serial
        Serial number by its own word, None where it is not known: it tells apart wearables of one name.
    """

    name: str
    address: str
    serial: str | None = None

    def __str__(self) -> str:
        return self.name


async def find(
    wanted: str | Known | None,
    timeout_s: float,
    scanner_backend: type[BaseBleakScanner] | None,
    others: frozenset[str] = frozenset(),
    held: Sequence[BLEDevice] = (),
) -> Found:
    """Find a wearable.

    Parameters
    ----------
    wanted
        Its name, part of it, or its address, in any case; one that has been used before; None for any wearable this
        program speaks to. Where the whole name or address (of one used before: the address) fits, the search ends at
        once, else the nearest of those that fit within a second is it.
    timeout_s
        How long to search, in seconds.
    scanner_backend
        bleak's backend to use in place of the platform's own.
    others
        Addresses of wearables that have turned out not to be it.
    held
        Devices that this computer is connected to, as of `firmware_bridge.discovery.connected`: one that fits wholly is
        taken at once, one that may fit where nothing is found on the air.

    Returns
    -------
    Found
        What to connect to.

    Raises
    ------
    NoSuchWearableError
        Where none is found.
    BluetoothUnavailableError
        Where Bluetooth cannot be used.
    ProfileError
        Where a profile of one's own is wrong.
    """
    wholly, perhaps = _of_those_held(held, wanted, others)
    if wholly is not None:
        return wholly
    try:
        return await _search(wanted, timeout_s, scanner_backend, others)
    except NoSuchWearableError:
        if perhaps is None:
            raise
        return perhaps


async def _search(
    wanted: str | Known | None,
    timeout_s: float,
    scanner_backend: type[BaseBleakScanner] | None,
    others: frozenset[str],
) -> Found:
    """Search for what advertises."""
    fits: dict[str, tuple[int, Found]] = {}
    exact: list[Found] = []
    strangers: set[str] = set()
    unwanted: set[str] = set()
    seen_any = asyncio.Event()
    seen_exact = asyncio.Event()

    def on_detection(device: BLEDevice, seen: AdvertisementData) -> None:
        name = advertised(seen.local_name, device.name)
        if device.address in others:
            return
        whole, partly = _fits(wanted, name, device.address)
        wearable = identify(name)
        if name is None or wearable is None:
            if partly:
                strangers.add(name or device.address)
            return
        if not partly:
            unwanted.add(name)
            return
        found = Found(device, name, wearable, seen.rssi if seen.rssi in _RSSI_DBM else None)
        fits[device.address] = (seen.rssi, found)
        seen_any.set()
        if whole:
            exact.append(found)
            seen_exact.set()

    async with scanning(on_detection, scanner_backend):
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
    raise _nobody(wanted, strangers, unwanted)


def _of_those_held(
    held: Sequence[BLEDevice], wanted: str | Known | None, others: frozenset[str]
) -> tuple[Found | None, Found | None]:
    """Of devices that this computer is connected to, the one that is wanted, and one that may be."""
    maybe = None
    for device in held:
        name = advertised(device.name)
        wearable = identify(name)
        if name is None or wearable is None or device.address in others:
            continue
        whole, partly = _fits(wanted, name, device.address)
        if whole:
            return Found(device, name, wearable, is_held=True), None
        if partly and maybe is None:
            maybe = Found(device, name, wearable, is_held=True)
    return None, maybe


def _fits(wanted: str | Known | None, name: str | None, address: str) -> tuple[bool, bool]:
    """Tell whether a device is exactly what is wanted, and whether it may be."""
    if wanted is None:
        return False, identify(name) is not None
    if isinstance(wanted, Known):
        whole = wanted.address.casefold() == address.casefold()
        return whole, whole or clean(wanted.name) == name
    wish, known_as = clean(wanted).casefold(), (name or "").casefold()
    whole = wish in (known_as, address.casefold())
    return whole, whole or (bool(wish) and wish in known_as)


def _nobody(wanted: str | Known | None, strangers: set[str], others: set[str]) -> NoSuchWearableError:
    """Say that nothing was found, and what there is instead."""
    somebody = "A device that fits"  # a stranger's, in a log without names
    for name in sorted(strangers):
        if (known := why_not(name)) is not None:
            words = f"is in range, but a {known[0]} cannot show twitches: {known[1]}."
            return NoSuchWearableError(f"{name!r} {words}", f"{somebody} {words}")
    if strangers:
        models = ", ".join(model.name for wearable in known_wearables() for model in wearable.profile.models.values())
        words = f"is in range but is none of the wearables this program speaks to ({models})."
        return NoSuchWearableError(f"{min(strangers)!r} {words}", f"{somebody} {words}")
    what = "No wearable was found" if wanted is None else f"No wearable called {str(wanted)!r} was found"
    words = f"{what}: put it on, switch it on, and close other apps that are connected to it."
    if not others:
        return NoSuchWearableError(words)
    return NoSuchWearableError(
        f"{words} In range: {', '.join(sorted(others))}.", f"{words} Other wearables in range: {len(others)}."
    )
