"""Promise: a night from a Bangle.js or Puck.js over the virtual radio arrives whole, whatever befalls the link, and the
board is left running what it ran before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Samples
from firmware_bridge.virtual.wearables.espruino import STEP_MG, VirtualBangle, VirtualPuck
from firmware_bridge.wearables import espruino
from tests.firmware_bridge.on_the_air import check, collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


def sent(source: Samples) -> np.ndarray:
    """What the sensor makes of a source: steps of its own."""
    return (np.rint(source.xyz.astype(np.float64) * 1e3 / STEP_MG) * espruino.LSB_G).astype(np.float32)


@pytest.mark.parametrize(
    ("kind", "rate_hz", "model"), [(VirtualBangle, 50.0, "Bangle.js 2"), (VirtualPuck, 52.0, "Puck.js")]
)
def test_every_sample_arrives(kind: Any, rate_hz: float, model: str) -> None:
    source = recording(60, rate_hz)
    wearable = kind([source])

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio)
        pieces = await collect(link, 45)
        assert gaps(pieces) == []
        assert check(pieces, source, sent(source)) > 38 * rate_hz
        assert link.undecodable == 0
        assert link.info is not None
        assert (link.info.model, link.info.battery, link.info.lsb_g) == (model, 87, espruino.LSB_G)
        assert (link.info.nominal_hz, link.info.range_g) == (rate_hz, 4.0)

    on_the_air(work, wearable)
    assert wearable.lost_bytes == 0
    assert wearable.typed[-1] == "fwStop()"


@pytest.mark.parametrize("true_hz", [49.2, 49.93, 50.31, 50.9])
def test_samples_polled_late_and_off_their_rate_make_no_gaps(true_hz: float) -> None:
    source = recording(200, true_hz)
    rng = np.random.default_rng(round(100 * true_hz))

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 180)
        assert gaps(pieces) == []
        assert check(pieces, source, sent(source)) > 170 * true_hz

    on_the_air(work, VirtualBangle([source], busy_ms=lambda: rng.uniform(0, 8)))


def test_it_goes_on_after_lost_links_and_lost_frames() -> None:
    source = recording(150, 50.0)
    wearable = VirtualBangle([source])
    wearable.at(20, wearable.drop)
    wearable.at(60, wearable.lose_frames, 4)
    wearable.at(90, wearable.lose_link)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 130)
        causes = [gap.cause for gap in gaps(pieces)]
        assert causes[:2] == [GapCause.CONNECTION_LOST, "lost frames"]
        assert len(causes) == 3
        (lost,) = [gap for gap in gaps(pieces) if gap.cause == "lost frames"]
        assert (lost.end_ns - lost.start_ns) / NS == pytest.approx(4 * 0.4, abs=0.01)
        assert check(pieces, source, sent(source)) > 50 * 95

    on_the_air(work, wearable)
    assert wearable.typed.count('eval(fwText);fwText=""') == 3


@pytest.mark.parametrize(
    ("wearable", "words"),
    [
        (VirtualBangle([], is_programmable=False), "programmable"),
        (VirtualPuck([], fault="Error: Not available on Puck.js v1"), "version 2"),
        (VirtualBangle([recording(5, 50.0)], is_charging=True), "charger"),
    ],
)
def test_refusals(wearable: Any, words: str) -> None:
    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match=words):
            await collect(link_to(radio), 5)

    on_the_air(work, wearable)


def test_the_twin_is_strict() -> None:
    async def work(radio: VirtualRadio) -> None:
        board = VirtualBangle([])
        said: list[str] = []
        board._say = said.append  # type: ignore[method-assign]
        for line in ("", "reset()", 'fwAdd("x")', "fwStop()", 'eval(fwText);fwText=""'):
            board._obey(line)
        assert all(words.startswith("Uncaught") for words in said)
        board._text = espruino.program("Bangle.js", 50)[:-1]
        board._obey('eval(fwText);fwText=""')
        assert said[-1].startswith("Uncaught")
        board._on_bytes(b"x" * 300)
        assert board.lost_bytes == 44

    on_the_air(work)
