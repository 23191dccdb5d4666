"""Promise: a wearable is refused for want of a service only once the platform has said so on several connections.

BlueZ at times says that it knows all services of a new wearable before it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firmware_bridge.errors import ServiceMissingError
from firmware_bridge.link.retry_policy import MISSING_SERVICE_RETRIES
from firmware_bridge.link.session import Session
from firmware_bridge.virtual.wearables.polar import VirtualVerity
from tests.firmware_bridge.on_the_air import check, collect, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


@pytest.fixture
def incomplete(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """So many connections, one for each item, lack a service."""
    left: list[None] = []
    start = Session.start

    async def start_or_not(session: Session, wish: Any) -> Any:
        if left:
            left.pop()
            raise ServiceMissingError("a service is missing")
        return await start(session, wish)

    monkeypatch.setattr(Session, "start", start_or_not)
    return left


def test_it_is_tried_again(incomplete: list[None]) -> None:
    incomplete += [None] * MISSING_SERVICE_RETRIES
    source = recording(60)

    async def work(radio: VirtualRadio) -> None:
        assert check(await collect(link_to(radio), 20), source) > 500

    on_the_air(work, VirtualVerity([source]))


def test_it_is_believed_at_last(incomplete: list[None]) -> None:
    incomplete += [None] * (MISSING_SERVICE_RETRIES + 1)

    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(ServiceMissingError):
            await collect(link_to(radio), 20)

    on_the_air(work, VirtualVerity([recording(60)]))
