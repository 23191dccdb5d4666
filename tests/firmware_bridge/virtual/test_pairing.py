"""Promise: a wearable that answers only to who has paired with it is paired with, and one that does not let itself be
paired is explained; a lost link needs no second pairing by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.virtual.wearables.polar import Virtual360, VirtualH10, VirtualPolar
from tests.firmware_bridge.on_the_air import check, collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


@pytest.mark.parametrize(
    ("kind", "model", "settings"), [(Virtual360, "Polar 360", {}), (VirtualH10, "Polar H10", {"wants_pairing": True})]
)
def test_it_is_paired_with_where_it_asks_for_it(kind: Any, model: str, settings: dict[str, Any]) -> None:
    source = recording(90, 50.0)
    wearable: VirtualPolar = kind([source], **settings)
    wearable.at(30, wearable.drop)

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio)
        pieces = await collect(link, 60)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.CONNECTION_LOST]
        assert check(pieces, source) > 50 * 45
        assert link.info is not None
        assert (link.info.model, link.info.nominal_hz, link.info.range_g) == (model, 50.0, 4.0)

    on_the_air(work, wearable)


def test_one_that_does_not_pair_is_explained() -> None:
    wearable = Virtual360([recording(10, 50.0)], bonded_elsewhere=True)

    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match="pair"):
            await collect(link_to(radio), 5)

    on_the_air(work, wearable)
