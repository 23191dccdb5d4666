"""What befalls the recorder in the machine, one function each; they begin and end with both wearables recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bluez.guest.air import H10, Verity
from tests.bluez.guest.orders import Orders
from tests.bluez.guest.stack import Stack

AWAY_S = 5.0
"""How long a daemon or an adapter stays away, in seconds."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Who takes part."""

    stack: Stack
    orders: Orders
    verity: Verity
    h10: H10


async def quiet(_stage: Stage) -> None:
    """Nothing happens."""


async def drop(stage: Stage) -> None:
    """The Verity Sense ends its connection and is away for a while; the H10 stays."""
    stage.verity.drop(away_s=4.0)


async def out_of_range(stage: Stage) -> None:
    """The H10 goes out of range: its connection times out on both sides."""
    stage.h10.lose_link(after_s=1.0, away_s=3.0)


async def silence(stage: Stage) -> None:
    """The Verity Sense hangs, with its connection up, for longer than the recorder's patience."""
    stage.verity.silence(12.0)


async def daemon(stage: Stage) -> None:
    """The Bluetooth daemon crashes, and is started again."""
    await stage.stack.kill_daemon()
    await asyncio.sleep(AWAY_S)
    await stage.stack.start_daemon()
    await stage.stack.until_powered()


async def adapter(stage: Stage) -> None:
    """The adapter is switched off and on."""
    await stage.stack.power(on=False)
    await asyncio.sleep(AWAY_S)
    await stage.stack.power(on=True)


async def killed(stage: Stage) -> None:
    """The recorder is killed and started anew, while the daemon still holds its connections."""
    await stage.orders.crash()


SCENARIOS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    scenario.__name__: scenario for scenario in (quiet, drop, out_of_range, silence, daemon, adapter, killed)
}
