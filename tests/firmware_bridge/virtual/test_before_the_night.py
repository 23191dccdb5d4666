"""Promise: a night that the wearable would end by itself is not begun, and one that has begun goes on with what there
is; who insists may begin it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.virtual.wearables.dot import VirtualDot
from firmware_bridge.virtual.wearables.polar import VirtualVerity
from tests.firmware_bridge.on_the_air import check, collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


class FirstFirmware(VirtualVerity):
    """A Verity Sense from before there was an SDK mode."""

    FEATURES = bytes((0x6E, 0x00))
    SDK_OFFER = None


def outdated() -> VirtualVerity:
    return FirstFirmware([recording(60)])


def charging() -> VirtualDot:
    return VirtualDot([recording(60, 60.0)], is_charging=True)


def in_charger() -> VirtualVerity:
    return VirtualVerity([recording(60)], in_charger=True)


@pytest.mark.parametrize(
    ("make", "words"), [(outdated, "SDK mode.*--anyway"), (charging, "charger"), (in_charger, "charger")]
)
def test_it_is_refused(make: Any, words: str) -> None:
    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match=words):
            await collect(link_to(radio, night_h=1.0), 5)

    on_the_air(work, make())


@pytest.mark.parametrize("make", [outdated, charging])
def test_who_insists_may_begin(make: Any) -> None:
    async def work(radio: VirtualRadio) -> None:
        assert await collect(link_to(radio), 10)

    on_the_air(work, make())


def test_a_night_that_has_begun_goes_on() -> None:
    source = recording(60)
    wearable = VirtualVerity([source])

    def lose_sdk_mode() -> None:
        wearable._server.sdk_offer = None
        wearable._server.features = FirstFirmware.FEATURES
        wearable.drop()

    wearable.at(10, lose_sdk_mode)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio, night_h=1.0), 40)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.CONNECTION_LOST]
        assert check(pieces, source) > 52 * 25

    on_the_air(work, wearable)
