"""Promise: a wearable's module names only what is special to it; all else has a default that does no harm."""

from __future__ import annotations

from dataclasses import MISSING, fields

import pytest

from firmware_bridge.wearables import WEARABLES, Wearable, thingy
from firmware_bridge.wearables.protocol import BATTERY_LEVEL_UUID, no_battery

LEAST = Wearable(thingy.PROFILE, thingy.start, thingy.stop, thingy.decoder)
"""All that has to be named."""


class Io:
    def __init__(self, level: bytes):
        self.level = level

    async def read(self, uuid):
        assert uuid == BATTERY_LEVEL_UUID
        return self.level


@pytest.mark.parametrize(("level", "percent"), [(b"\x57", 87), (b"\x64\x00", 100), (b"\x65", None), (b"", None)])
async def test_the_battery_is_that_of_the_standard_service(level, percent):
    assert await LEAST.battery(Io(level)) == percent


async def test_a_wearable_without_a_battery_is_not_asked_for_it():
    assert await no_battery(None) is None


@pytest.mark.parametrize("packet", [b"", b"\x01\x02", bytes(20)])
def test_nothing_tells_of_a_temperature_or_an_end(packet):
    assert LEAST.temperature(packet) is None
    assert LEAST.ended(packet) is None


def test_every_ability_beyond_the_least_has_a_default():
    required = [field.name for field in fields(Wearable) if field.default is MISSING]
    assert required == ["profile", "start", "stop", "decoder"]


def test_families_name_what_is_special_to_them_alone():
    named = {
        wearable.profile.family: {
            field.name
            for field in fields(Wearable)
            if field.default is not MISSING and getattr(wearable, field.name) is not field.default
        }
        for wearable in WEARABLES
    }
    assert named["Nordic Thingy:52"] == named["Movesense"] == set()
    assert named["Movella DOT"] == {"battery", "ended"}
