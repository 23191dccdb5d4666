"""Promise: the battery's level is known through the night, and time in the charger is a gap that says so."""

from __future__ import annotations

from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.battery import EVERY_S
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.wearables.polar import VirtualVerity
from tests.firmware_bridge.on_the_air import check, collect, gaps, link_to, on_the_air, recording


def test_the_level_is_told_while_it_streams() -> None:
    source = recording(2.5 * EVERY_S)
    wearable = VirtualVerity([source], battery_percent=87)
    wearable.at(1.5 * EVERY_S, setattr, wearable, "battery_percent", 83)
    levels: list[int] = []

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio, on_battery=lambda _name, percent: levels.append(percent))
        pieces = await collect(link, 2.2 * EVERY_S)
        assert gaps(pieces) == []
        assert check(pieces, source) > 2 * EVERY_S * 52

    on_the_air(work, wearable)
    assert levels == [87, 87, 83]


def test_a_wearable_put_into_its_charger() -> None:
    source = recording(120)
    wearable = VirtualVerity([source])

    def put_in() -> None:
        wearable.in_charger = True
        wearable.drop()

    wearable.at(10, put_in)
    wearable.at(40, setattr, wearable, "in_charger", False)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio, night_h=1.0), 90)
        (gap,) = gaps(pieces)
        assert gap.cause == GapCause.IN_CHARGER
        assert 25 < (gap.end_ns - gap.start_ns) / 1e9 < 70
        assert check(pieces, source) > 52 * 20

    on_the_air(work, wearable)
