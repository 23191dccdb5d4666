"""Promise: a night from a Movesense over the virtual radio arrives whole, and goes on after the link was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.wearables.movesense import STEP_MG, VirtualMovesense
from firmware_bridge.wearables import Wish
from tests.firmware_bridge.on_the_air import collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


def sent(source: Samples) -> np.ndarray:
    """What the sensor makes of a source: steps of its own."""
    return np.rint(source.xyz.astype(np.float64) * 1e3 / STEP_MG) * STEP_MG * 1e-3


def check(pieces: list[Samples | Gap], source: Samples) -> int:
    at = came = 0
    for piece in pieces:
        if isinstance(piece, Gap):
            at += round((piece.end_ns - piece.start_ns) / NS * source.rate_hz)
        else:
            np.testing.assert_allclose(piece.xyz, sent(source)[at : at + len(piece.xyz)], atol=1e-6)
            at += len(piece.xyz)
            came += len(piece.xyz)
    return came


@pytest.mark.parametrize(("rate_hz", "mtu"), [(52.0, 247), (208.0, 100)])
def test_every_sample_arrives(rate_hz: float, mtu: int) -> None:
    source = recording(60, rate_hz)
    wearable = VirtualMovesense([source])
    wearable.att_mtu = mtu

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio, wish=Wish(rate_hz=rate_hz))
        pieces = await collect(link, 40)
        assert gaps(pieces) == []
        assert check(pieces, source) > 38 * rate_hz
        assert link.info is not None
        assert (link.info.model, link.info.battery, link.info.lsb_g) == ("Movesense", 87, None)

    on_the_air(work, wearable)


def test_it_goes_on_after_a_lost_link_and_lost_packets() -> None:
    source = recording(120)
    wearable = VirtualMovesense([source])
    wearable.at(20, wearable.drop)
    wearable.at(60, wearable.lose_frames, 5)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 90)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.CONNECTION_LOST, "lost frames"]
        assert check(pieces, source) > 52 * 80

    on_the_air(work, wearable)


def test_one_that_is_taken_says_so() -> None:
    wearable = VirtualMovesense([recording(10)], slots=0)

    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match="other programs"):
            await collect(link_to(radio), 5)

    on_the_air(work, wearable)
