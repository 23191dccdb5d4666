"""The battery's level through the night: it tells how fast it empties, and whether it is being charged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)

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
        except Exception as error:  # noqa: BLE001 -- see above: pairing, a link just lost, whatever a platform throws
            _log.debug("battery: %s", error)
            continue
        if level is not None:
            tell(level)
