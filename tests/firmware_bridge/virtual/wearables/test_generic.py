"""Promise: firmware that follows a profile is recorded over the virtual radio to the bit; so is the worked example."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from firmware_bridge import wearables
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Samples
from firmware_bridge.virtual.wearables.generic import VirtualGeneric
from tests.firmware_bridge.on_the_air import check, collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firmware_bridge.virtual.radio import VirtualRadio

EXAMPLE = Path(str(resources.files("firmware_bridge.wearables"))) / "examples" / "nano33.toml"

COMMANDED = """
name = "Patch [0-9]+"
model = "My patch"
service = "1234"
data = "1235"
control = "1236"
start = "01 34"
stop = "00"
rate_hz = 100
range_g = 4
scale_g = 0.000125
header = ">2xQH"
fields = ["time", "sequence"]
time_unit_s = 1e-6
time_of = "last"
sequence_counts = "samples"
"""

BARE = """
name = "Bare"
model = "My floats"
service = "1234"
data = "1235"
rate_hz = 50
range_g = 8
samples = "3f"
scale_g = 1.0
battery = false
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FASCIWATCH_WEARABLES", str(tmp_path))
    wearables.known_wearables.cache_clear()
    yield tmp_path
    wearables.known_wearables.cache_clear()


def profile(own: Path, text: str) -> Path:
    path = own / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def sent(source: Samples, step_g: float) -> np.ndarray:
    """What the sensor makes of a source: steps of its own."""
    return (np.rint(source.xyz.astype(np.float64) / step_g) * step_g).astype(np.float32)


def test_the_worked_example(own: Path) -> None:
    source = recording(90, 119.0)
    wearable = VirtualGeneric([source], profile(own, EXAMPLE.read_text(encoding="utf-8")), name="Twitch Nano")
    wearable.at(20, wearable.lose_frames, 3)
    wearable.at(40, wearable.drop)

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio)
        pieces = await collect(link, 75)
        assert [gap.cause for gap in gaps(pieces)] == ["lost frames", GapCause.CONNECTION_LOST]
        assert check(pieces, source, sent(source, wearable.step_g)) > 119 * 68
        assert link.info is not None
        assert (link.info.model, link.info.battery) == ("Arduino Nano 33 BLE", None)
        assert link.info.lsb_g == wearable.step_g

    on_the_air(work, wearable)


def test_commands_big_endian_and_a_count_of_samples(own: Path) -> None:
    source = recording(60, 100.0)
    path = profile(own, COMMANDED)
    wearable = VirtualGeneric([source], path, name="Patch 7", samples_per_frame=25)
    wearable.at(20, wearable.lose_frames, 2)

    async def work(radio: VirtualRadio) -> None:
        assert not wearable.is_measuring
        link = link_to(radio)
        pieces = await collect(link, 45)
        assert [gap.cause for gap in gaps(pieces)] == ["lost frames"]
        assert check(pieces, source, sent(source, 0.000125)) > 100 * 40
        assert link.info is not None
        assert (link.info.model, link.info.battery, link.info.lsb_g) == ("My patch", 87, 0.000125)

    on_the_air(work, wearable)


def test_floats_without_a_header(own: Path) -> None:
    source = recording(60, 50.0)
    wearable = VirtualGeneric([source], profile(own, BARE), name="Bare", samples_per_frame=10, step_g=1 / 4096)

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio)
        pieces = await collect(link, 40)
        assert gaps(pieces) == []
        assert check(pieces, source, sent(source, 1 / 4096)) > 50 * 35
        assert link.info is not None
        assert link.info.lsb_g is None

    on_the_air(work, wearable)
