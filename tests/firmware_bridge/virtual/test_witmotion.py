"""Promise: a night from a WitMotion over the virtual radio arrives whole, and what is lost is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from firmware_bridge.clock import LOST_ESTIMATED
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.session import CONNECTION_LOST
from firmware_bridge.virtual.witmotion import STEP_MG, VirtualWitMotion
from tests.firmware_bridge.on_the_air import collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


def sent(source: Samples) -> np.ndarray:
    """What the sensor makes of a source: steps of its own."""
    steps = np.rint(source.xyz.astype(np.float64) * 1e3 / STEP_MG)
    return (steps * STEP_MG * 1e-3).astype(np.float32)


def joined(pieces: list[Samples | Gap]) -> np.ndarray:
    return np.concatenate([piece.xyz for piece in pieces if isinstance(piece, Samples)])


@pytest.mark.parametrize("frames_per_packet", [1, 5])
def test_every_sample_arrives(frames_per_packet: int) -> None:
    source = recording(60, 50.0)
    wearable = VirtualWitMotion([source], frames_per_packet=frames_per_packet)

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio)
        got = joined(pieces := await collect(link, 40))
        assert gaps(pieces) == []
        assert len(got) > 50 * 38
        np.testing.assert_array_equal(got, sent(source)[: len(got)])
        assert link.info is not None
        assert (link.info.model, link.info.battery) == ("WitMotion WT901BLE", 80)
        assert wearable.registers[0x1F] == 0x04

    on_the_air(work, wearable)


def test_lost_packets_are_found_by_their_delay() -> None:
    source = recording(400, 50.0)
    wearable = VirtualWitMotion([source])
    wearable.at(200, wearable.lose_frames, 10)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 300)
        (gap,) = gaps(pieces)
        assert gap.cause == LOST_ESTIMATED
        assert (gap.end_ns - gap.start_ns) / NS == pytest.approx(0.2, abs=0.03)
        got = joined(pieces)
        np.testing.assert_array_equal(got[10_100:], sent(source)[10_110 : 10_010 + len(got) - 10_000])

    on_the_air(work, wearable)


def test_it_goes_on_after_a_lost_link() -> None:
    source = recording(120, 50.0)
    wearable = VirtualWitMotion([source])
    wearable.at(20, wearable.drop)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 60)
        assert [gap.cause for gap in gaps(pieces)] == [CONNECTION_LOST]
        assert len(joined(pieces)) > 50 * 50

    on_the_air(work, wearable)
