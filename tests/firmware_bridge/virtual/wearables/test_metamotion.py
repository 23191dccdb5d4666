"""Promise: a night from a MetaMotion over the virtual radio arrives whole, and it is stopped at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Samples
from firmware_bridge.virtual.wearables.metamotion import VirtualMetaMotion
from tests.firmware_bridge.on_the_air import collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio

LSB_G = 4.0 / 2**15


def sent(source: Samples) -> np.ndarray:
    return (np.rint(source.xyz.astype(np.float64) / LSB_G) * LSB_G).astype(np.float32)


def test_every_sample_arrives_and_a_lost_link_is_taken_up_again() -> None:
    source = recording(120, 50.0)
    wearable = VirtualMetaMotion([source])
    wearable.at(40, wearable.drop)

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio)
        pieces = await collect(link, 80)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.CONNECTION_LOST]
        got = np.concatenate([piece.xyz for piece in pieces if isinstance(piece, Samples)])
        assert len(got) > 50 * 70
        np.testing.assert_array_equal(got[:1900], sent(source)[:1900])
        assert link.info is not None
        assert (link.info.battery, link.info.range_g, link.info.lsb_g) == (87, 4.0, LSB_G)

    on_the_air(work, wearable)


def test_an_unknown_chip_is_explained() -> None:
    wearable = VirtualMetaMotion([recording(10, 50.0)], implementation=7)

    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match="implementation 7"):
            await collect(link_to(radio), 5)

    on_the_air(work, wearable)
