"""One scan for everybody in the process who listens.

BlueZ counts scans by connection to the bus, and bleak has one for all its scanners: while one scans, another's start is
refused ("in progress"), and the first to stop ends the scan of all. With two wearables on one adapter, the one would
make the other's search fail.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bleak import BleakScanner
from bleak.exc import BleakError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner

_log = logging.getLogger(__name__)

_ears: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[type[BaseBleakScanner] | None, _Ear]] = WeakKeyDictionary()


@contextlib.asynccontextmanager
async def listening(
    on_detection: AdvertisementDataCallback, scanner_backend: type[BaseBleakScanner] | None
) -> AsyncIterator[None]:
    """Listen to advertisements while the context lasts, whoever else does.

    Parameters
    ----------
    on_detection
        Called with each device heard and what it says.
    scanner_backend
        bleak's backend to use in place of the platform's own.

    Raises
    ------
    BleakError, OSError
        Where no scan can be started.
    """
    ears = _ears.setdefault(asyncio.get_running_loop(), {})
    ear = ears.setdefault(scanner_backend, _Ear(scanner_backend))
    ear.listeners.append(on_detection)
    try:
        await ear.open()
        yield
    finally:
        ear.listeners.remove(on_detection)
        await ear.close_if_unused()
        if not ear.listeners:
            ears.pop(scanner_backend, None)


class _Ear:
    """The scan, and who listens."""

    def __init__(self, backend: type[BaseBleakScanner] | None) -> None:
        self.listeners: list[AdvertisementDataCallback] = []
        self._backend = backend
        self._lock = asyncio.Lock()
        self._scanner: BleakScanner | None = None

    async def open(self) -> None:
        """Scan, anew where a scan runs: it may be dead, from a daemon or an adapter that went meanwhile."""
        async with self._lock:
            await self._stop()
            scanner = BleakScanner(self._on_detection, backend=self._backend)
            await scanner.start()
            self._scanner = scanner

    async def close_if_unused(self) -> None:
        """Stop once nobody listens."""
        async with self._lock:
            if not self.listeners:
                await self._stop()

    async def _stop(self) -> None:
        scanner, self._scanner = self._scanner, None
        if scanner is None:
            return
        try:
            await scanner.stop()
        except (BleakError, OSError) as error:  # the adapter went meanwhile: the scan is over all the same
            _log.info("the scan did not stop cleanly (%s)", type(error).__name__)

    def _on_detection(self, device: BLEDevice, seen: AdvertisementData) -> None:
        for listener in tuple(self.listeners):
            listener(device, seen)
