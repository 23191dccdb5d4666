"""Promise: what is asked of a session whose connection has gone is answered as a lost link, which is taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firmware_bridge.discovery.find import find
from firmware_bridge.link.session import LinkDownError, Session
from firmware_bridge.virtual.wearables.espruino import VirtualBangle
from tests.firmware_bridge.on_the_air import on_the_air

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


def test_how_much_a_write_carries_is_known_with_a_connection_only() -> None:
    async def work(radio: VirtualRadio) -> None:
        session = Session(await find(None, 20, radio.scanner_backend), radio.client_backend)
        with pytest.raises(LinkDownError):
            _ = session.longest_write
        await session.connect()
        assert session.longest_write > 20
        await session.close(stop=False)
        with pytest.raises(LinkDownError):
            _ = session.longest_write

    on_the_air(work, VirtualBangle([]))


def test_a_subscription_that_failed_is_tried_again() -> None:
    async def work(radio: VirtualRadio) -> None:
        tried = []

        class Slow(radio.client_backend):  # type: ignore[misc, name-defined]
            async def start_notify(self, characteristic: object, callback: object, **settings: object) -> None:
                tried.append(characteristic)
                if len(tried) == 1:
                    raise TimeoutError
                await super().start_notify(characteristic, callback, **settings)

        found = await find(None, 20, radio.scanner_backend)
        session = Session(found, Slow)
        await session.connect()
        data_uuid = found.wearable.profile.data_uuid
        with pytest.raises(TimeoutError):
            await session.subscribe(data_uuid)
        for _ in range(2):
            await session.subscribe(data_uuid)
        assert len(tried) == 2
        await session.close(stop=False)

    on_the_air(work, VirtualBangle([]))
