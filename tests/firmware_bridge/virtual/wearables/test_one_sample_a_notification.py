"""Promise: nights from a DOT and from a Thingy:52 over the virtual radio arrive whole and go on after a lost link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import Samples
from firmware_bridge.virtual.wearables import dot, thingy
from tests.firmware_bridge.on_the_air import collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


@pytest.mark.parametrize(
    ("kind", "step_mg", "rate_hz"),
    [(dot.VirtualDot, dot.STEP_MG, 60.0), (thingy.VirtualThingy, thingy.STEP_MG, 50.0)],
)
def test_a_short_night(kind: Any, step_mg: float, rate_hz: float) -> None:
    source = recording(90, rate_hz)
    wearable = kind([source])
    wearable.at(40, wearable.drop)

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio)
        pieces = await collect(link, 70)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.CONNECTION_LOST]
        got = np.concatenate([piece.xyz for piece in pieces if isinstance(piece, Samples)])
        assert len(got) > 60 * rate_hz
        sent = np.rint(source.xyz.astype(np.float64) * 1e3 / step_mg) * step_mg * 1e-3
        first = int(38 * rate_hz)
        # A Thingy:52 is listened to once its rate is set: what it sends between is before the night.
        unheard = next(k for k in range(3) if np.allclose(got[:9], sent[k : k + 9], atol=1e-6))
        np.testing.assert_allclose(got[:first], sent[unheard : unheard + first], atol=1e-6)
        assert link.info is not None
        assert link.info.battery == 87
        if kind is dot.VirtualDot:
            assert wearable.control[3:7] == bytes((10, 0, 30, 0))  # left as found

    on_the_air(work, wearable)
