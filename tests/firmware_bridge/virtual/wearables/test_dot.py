"""Promise: a night from a DOT arrives whole over its clock's wraps, it is kept awake meanwhile and let sleep after, and
what ends its stream is named."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
import pytest
from bumble.att import ATT_Error

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.samples import NS, Samples
from firmware_bridge.virtual.wearables.dot import STEP_MG, VirtualDot
from tests.firmware_bridge.on_the_air import collect, gaps, joined, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio

FACTORY = bytes((10, 0, 30, 0))


def sent(source: Samples) -> np.ndarray:
    """What the wearable makes of a source: float32 in m/s² of whole steps, read back in g."""
    steps = np.rint(source.xyz.astype(np.float64) * 1e3 / STEP_MG)
    ms2 = (steps * (STEP_MG * 1e-3 * 9.80665)).astype(np.float32)
    return (ms2.astype(np.float64) / 9.80665).astype(np.float32)


def test_every_sample_arrives_over_a_wrap_and_past_the_time_it_would_sleep() -> None:
    source = recording(60, 60.0)
    wearable = VirtualDot([source], clock_ns=(2**32 - 20_000_000) * 1000)
    wearable.control[5:7] = bytes((0, 15))

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 45)
        assert gaps(pieces) == []
        got = joined(pieces)
        assert len(got) > 60 * 43
        np.testing.assert_array_equal(got, sent(source)[: len(got)])

    on_the_air(work, wearable)
    assert wearable.control[3:7] == bytes((10, 0, 0, 15))  # left as found


def test_switched_off_and_on_it_goes_on() -> None:
    source = recording(90, 60.0)
    wearable = VirtualDot([source])
    wearable.at(20, wearable.switch_off, away_s=15.0)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 70)
        (gap,) = gaps(pieces)
        assert gap.cause == "switched off"
        assert 15 < (gap.end_ns - gap.start_ns) / NS < 30
        assert len(joined(pieces)) > 60 * 35

    on_the_air(work, wearable)
    assert wearable.control[3:7] == FACTORY


def test_two_of_one_name_are_each_left_as_found() -> None:
    wearables = [VirtualDot([recording(60, 60.0)], serial=serial) for serial in ("left", "right")]
    wearables[1].control[3:7] = bytes((5, 0, 0, 15))

    async def work(radio: VirtualRadio) -> None:
        links = [link_to(radio, wearable.address) for wearable in wearables]
        for pieces in await asyncio.gather(*(collect(link, 20) for link in links)):
            assert gaps(pieces) == []

    on_the_air(work, *wearables)
    assert [bytes(wearable.control[3:7]) for wearable in wearables] == [FACTORY, bytes((5, 0, 0, 15))]


def test_one_that_records_is_refused_in_words() -> None:
    wearable = VirtualDot([recording(5, 60.0)], recording=True)

    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match="stop its recording"):
            await collect(link_to(radio), 5)

    on_the_air(work, wearable)


def test_that_it_fell_asleep_is_named() -> None:
    wearable = VirtualDot([recording(60, 60.0)], asleep_s=3.0)

    def set_by_another_program() -> None:
        wearable.control[5:7] = bytes((0, 5))
        wearable._begin(60, 16.0)

    wearable.at(10, set_by_another_program)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 40)
        assert [gap.cause for gap in gaps(pieces)] == ["fell asleep"]

    on_the_air(work, wearable)


@pytest.mark.parametrize("value", ["", "0101", "01011515", "020115", "010215", "010106"])
def test_wrong_measurement_commands_are_refused(value: str) -> None:
    wearable = VirtualDot([])
    with pytest.raises(ATT_Error):
        wearable._on_measurement(bytes.fromhex(value))
    assert not wearable.is_measuring


def test_wrong_settings_are_refused_and_unmasked_ones_left() -> None:
    wearable = VirtualDot([])
    before = bytes(wearable.control)
    for length in (0, 31, 33):
        with pytest.raises(ATT_Error):
            wearable._on_settings(b"\xff" * length)
    wearable._on_settings(b"\0" + b"\xff" * 31)
    wearable._on_settings(b"\x10" + bytes(23) + (50).to_bytes(2, "little") + bytes(6))  # no rate it has
    assert bytes(wearable.control) == before
