"""Promise: who owns a device that cannot show twitches is told why, and none that can is turned away."""

from __future__ import annotations

import pytest

from firmware_bridge.wearables import WEARABLES
from firmware_bridge.wearables.unsuitable import why_not


@pytest.mark.parametrize(
    ("name", "model", "word"),
    [
        ("InfiniTime", "PineTime", "10 samples"),
        ("Pinetime-JF", "PineTime", "10 samples"),
        ("CC2650 SensorTag", "TI SensorTag", "10 samples"),
        ("R02_341C", "Colmi ring", "few samples"),
        ("COLMI R06_AB12", "Colmi ring", "few samples"),
        ("R10_0A1B", "Colmi ring", "few samples"),
        ("CC1350 SensorTag", "TI SensorTag", "10 samples"),
        ("Venu 3", "Garmin", "own app"),
        ("Forerunner 255", "Garmin", "own app"),
        ("Polar Vantage V2 1234", "Polar watch", "own app"),
    ],
)
def test_known_ones_are_explained(name: str, model: str, word: str) -> None:
    found = why_not(name)
    assert found is not None
    assert found[0] == model
    assert word in found[1]


@pytest.mark.parametrize(
    "name", [None, "", "My TV", "R0", "Polar H10 12345678", "Movesense 1", "WT901BLE68", "Thingy", "Venue 8", "R13_X"]
)
def test_others_are_not(name: str | None) -> None:
    assert why_not(name) is None


def test_no_family_is_both() -> None:
    names = ["Polar Sense 8C4CAD2F", "Movesense 17", "MetaWear", "WT901BLE68", "Movella DOT", "Thingy", "Puck.js 34cd"]
    assert len({id(w) for name in names for w in WEARABLES if w.profile.model_of(name)}) == len(WEARABLES)
    assert [name for name in names if why_not(name)] == []
