"""Promise: a wearable is recognised by its name, whatever a firmware has let stand around it."""

from __future__ import annotations

import pytest

from firmware_bridge.wearables import identify

NAMES = [
    *("Polar H10 8C4CAD2F", "Movesense 214530001847", "Bangle.js c3a1", "Thingy", "MetaWear", "Movella DOT"),
    *("WT901BLE67", "HWT901BLE", "WT901BLE67 (left)"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("around", ["{}", "{}\0", "{}\n", "{}\r\n", " {}\0\0\0"])
def test_it_is_recognised(name, around):
    wearable = identify(around.format(name))
    assert wearable is not None
    assert wearable.profile.model_name(around.format(name)) == wearable.profile.model_name(name)


def test_what_is_none_is_not():
    for name in (None, "", "\0", "Polar H9\0 x", "xWT901BLE", "Headphones"):
        assert identify(name) is None
