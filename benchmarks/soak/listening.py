"""Links that listen to virtual wearables, each with its book, and the count of connections that are left open."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from benchmarks.soak.ledger import Ledger
from firmware_bridge.link.link import Link
from firmware_bridge.samples import NS, Gap
from firmware_bridge.virtual.player import VirtualPlayer
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import wall_clock

START_NS = 1_760_000_000 * NS
"""UTC at which virtual time begins."""

IN_THE_MAKING_S = 2.0
"""What may be under way at the end: a Verity's longest frame takes 1.4 s to fill."""


class Clients:
    """A radio whose client class counts: a `Backend` for links.

    Parameters
    ----------
    radio
        The radio.

    Attributes
    ----------
    made, left
        Clients whose connecting began, and clients that were disconnected, or failed to connect.
    """

    def __init__(self, radio: VirtualRadio) -> None:
        self.scanner_backend = radio.scanner_backend
        self.made = 0
        self.left: set[int] = set()
        clients = self
        base: Any = radio.client_backend

        class Client(base):  # type: ignore[misc]
            async def connect(self, pair: bool, **settings: Any) -> None:  # noqa: FBT001 - bleak's signature
                self.number = clients.made
                clients.made += 1
                await super().connect(pair, **settings)

            async def disconnect(self) -> None:
                clients.left.add(self.number)
                await super().disconnect()

        self.client_backend = Client

    @property
    def leaked(self) -> int:
        """Clients that nobody has disconnected."""
        return self.made - len(self.left)


class Listening:
    """A link to a wearable, and the book of what came.

    Parameters
    ----------
    wearable
        To listen to.
    rate_hz
        True rate of what it plays, in Hz.
    backend
        The radio.
    tolerance_s
        As of `Ledger`.
    **settings
        As of `Link`.
    """

    def __init__(
        self, wearable: VirtualPlayer, rate_hz: float, backend: Any, *, tolerance_s: float = 0.1, **settings: Any
    ) -> None:
        self.wearable = wearable
        self.ledger = Ledger(rate_hz, tolerance_s)
        self.gaps: list[Gap] = []
        self.open_gap: Gap | None = None
        self.link = Link(wearable.address, backend=backend, wall_ns=wall_clock(START_NS), **settings)

    @property
    def _began_ns(self) -> int:
        return START_NS + round(self.wearable.began_s * NS)

    async def until(self, end_s: float) -> None:
        """Listen until a time of the loop, then close the book."""
        loop = asyncio.get_running_loop()
        listening = loop.create_task(self._listen())
        await asyncio.wait({listening}, timeout=end_s - loop.time())
        self.open_gap = self.link.open_gap()
        now_ns = START_NS + round(loop.time() * NS)
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
        self.ledger.close(now_ns, self._began_ns, self.open_gap, IN_THE_MAKING_S)

    async def _listen(self) -> None:
        async with contextlib.aclosing(self.link.stream()) as stream:
            async for piece in stream:
                if isinstance(piece, Gap):
                    self.gaps.append(piece)
                self.ledger.take(piece, self._began_ns)


@contextlib.asynccontextmanager
async def nothing_left(radio: VirtualRadio) -> AsyncIterator[Clients]:
    """Give the clients of a radio; at the end every one must be gone, no scan or connection open, no task running.

    Raises
    ------
    AssertionError
        Where something is left; it says what.
    """
    before = asyncio.all_tasks()
    clients = Clients(radio)
    yield clients
    await asyncio.sleep(1.0)
    wearables = {task for wearable in radio.wearables for task in wearable.tasks}
    left = {
        "clients": clients.leaked,
        "connections": len(radio.host.device.connections),
        "scans": int(radio.host.is_scanning),
        "tasks": len(asyncio.all_tasks() - before - wearables),
    }
    if any(left.values()):
        raise AssertionError(f"left behind: {left}")
