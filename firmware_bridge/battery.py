"""The battery's level through the night: it tells how fast it empties, and whether it is being charged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from firmware_bridge.errors import BridgeError

EVERY_S = 600.0
"""A level in percent changes every ten minutes at most."""


async def follow(read: Callable[[], Awaitable[int | None]], tell: Callable[[int], None]) -> None:
    """Read the level now and then until cancelled; whatever is wrong with it is no matter to the samples.

    Parameters
    ----------
    read
        Gives it in percent, None where it cannot be told.
    tell
        Called with each level.
    """
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            level = await read()
        except BridgeError:
            continue
        if level is not None:
            tell(level)
