"""Telling systemd that the recorder is alive: its own protocol, a few words to a socket.

Linux only; everywhere else, and outside of a service, nothing is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator

_STARTING_S = 90.0
"""What the manager gives by itself."""


def tell(words: str) -> None:
    """Say something to the service manager, if there is one that listens: ``sd_notify(3)``."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):  # in the abstract namespace
        address = f"\0{address[1:]}"
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.settimeout(0)
        door.sendto(words.encode(), address)


def starting_takes(seconds: float) -> None:
    """Ask the service manager for so much more time to start: by itself it gives a minute and a half."""
    tell(f"EXTEND_TIMEOUT_USEC={round((seconds + _STARTING_S) * 1e6)}")


def ready() -> None:
    """Say that the service is ready. One that ends well without that has failed, by the manager's protocol."""
    tell("READY=1")


@contextlib.asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Say that the service is ready, then, as often as wanted, that the loop is alive; at last, that it ends.

    A loop that hangs says nothing more, and the manager starts the recorder anew.
    """
    ready()
    every_us = os.environ.get("WATCHDOG_USEC", "")
    beat = asyncio.create_task(_beat(int(every_us) / 2e6)) if every_us.isdecimal() and int(every_us) else None
    try:
        yield
    finally:
        if beat is not None:
            beat.cancel()
        # All is written by now, but to sum up a long night may take a while.
        tell("STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000")


async def _beat(every_s: float) -> None:
    while True:
        tell("WATCHDOG=1")
        await asyncio.sleep(every_s)
