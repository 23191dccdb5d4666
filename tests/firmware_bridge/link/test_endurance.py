"""Promise: no night begins with a battery that will not last it, unless the wearer insists, or
would rather have what it lasts; that takes away no other wish for the night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.link.endurance import check_battery
from firmware_bridge.virtual.wearables.polar import VirtualVerity
from firmware_bridge.wearables import Model
from tests.firmware_bridge.on_the_air import check, collect, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


class NoSdkMode(VirtualVerity):
    """It would turn itself off after ten minutes without a pulse."""

    FEATURES = bytes((0x6E, 0x00))
    SDK_OFFER = None


SHORT, LONG = Model("Short", battery_h=10.0), Model("Long")


@pytest.mark.parametrize(("model", "percent"), [(SHORT, 100), (SHORT, 90), (LONG, 15)])
def test_what_lasts_may_start(model: Model, percent: int) -> None:
    check_battery(model, percent, 8.0)


@pytest.mark.parametrize(
    ("model", "percent", "words"), [(SHORT, 50, "about 5 h, the night 8 h"), (SHORT, 85, "Short"), (LONG, 14, "14 %")]
)
def test_what_does_not_is_refused(model: Model, percent: int, words: str) -> None:
    with pytest.raises(WearableRefusedError, match=words) as caught:
        check_battery(model, percent, 8.0)
    assert "--anyway" in str(caught.value)


def test_a_verity_with_little_charge_is_refused_at_first_and_only_at_first() -> None:
    source = recording(60)
    verity = VirtualVerity([source], battery_percent=30)

    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match="Polar Verity Sense"):
            await collect(link_to(radio, night_h=8.0), 5)
        assert check(await collect(link_to(radio), 20), source) > 500

    on_the_air(work, verity)
    told: list[str] = []

    async def as_long_as_it_lasts(radio: VirtualRadio) -> None:
        link = link_to(radio, night_h=8.0, on_shortfall=told.append)
        assert check(await collect(link, 20), source) > 500

    on_the_air(as_long_as_it_lasts, VirtualVerity([source], battery_percent=30))
    assert told == ["The battery of the Polar Verity Sense (30 %) lasts about 5 h, the night 8 h"]
    tired = VirtualVerity([source], battery_percent=90)
    tired.at(10, setattr, tired, "battery_percent", 5)
    tired.at(15, tired.drop)

    async def night(radio: VirtualRadio) -> None:
        assert check(await collect(link_to(radio, night_h=8.0), 50), source) > 52 * 40

    on_the_air(night, tired)


def test_a_stream_that_would_end_is_refused_whatever_the_battery() -> None:
    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match="SDK mode"):
            await collect(link_to(radio, night_h=8.0, on_shortfall=lambda _: None), 5)

    on_the_air(work, NoSdkMode([recording(60)], battery_percent=30))
