"""Promise: a computer that was busy does not take its own silence for the wearable's.

Loading compiled code, a slow disk or a suspended process can hold the event loop up for longer than a stream's
patience; what the wearable sent meanwhile waits in the operating system, and must be heard first.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from tests.firmware_bridge.on_the_air import check, collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio
    from firmware_bridge.virtual.time import VirtualTimeLoop


@pytest.mark.parametrize("held_up_s", [0.5, 2.0, 4.0, 5.0, 8.0])
@pytest.mark.parametrize("kind", [VirtualVerity, VirtualH10])
def test_nothing_is_lost_while_the_loop_is_held_up(kind: type[VirtualVerity | VirtualH10], held_up_s: float) -> None:
    source = recording(200, 52.0 if kind is VirtualVerity else 50.0)

    async def work(radio: VirtualRadio) -> None:
        loop: VirtualTimeLoop = asyncio.get_running_loop()  # type: ignore[assignment]

        def hold_up() -> None:
            loop._clock.now_s += held_up_s

        for at_s in (3.0, 20.0, 40.3):
            loop.call_later(at_s, hold_up)
        pieces = await collect(link_to(radio), 150)
        assert gaps(pieces) == []
        assert check(pieces, source) > 50 * 130

    on_the_air(work, kind([source]))
