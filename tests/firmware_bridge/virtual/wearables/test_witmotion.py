"""Promise: a night from a WitMotion over the virtual radio arrives whole, and what is lost is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Samples
from firmware_bridge.virtual.wearables.witmotion import STEP_MG, VirtualWitMotion
from tests.firmware_bridge.on_the_air import collect, gaps, joined, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


def sent(source: Samples) -> np.ndarray:
    """What the sensor makes of a source: steps of its own."""
    steps = np.rint(source.xyz.astype(np.float64) * 1e3 / STEP_MG)
    return (steps * STEP_MG * 1e-3).astype(np.float32)


def first_of(got: np.ndarray, whole: np.ndarray) -> int:
    """Which sample came first: those sent before the rate was confirmed are left out, a fifth of a second at most."""
    (first,) = (n for n in range(11) if np.array_equal(got[:50], whole[n : n + 50]))
    return first


@pytest.mark.parametrize("frames_per_packet", [1, 5])
def test_every_sample_arrives(frames_per_packet: int) -> None:
    source = recording(60, 50.0)
    wearable = VirtualWitMotion([source], frames_per_packet=frames_per_packet)

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio)
        got = joined(pieces := await collect(link, 40))
        assert gaps(pieces) == []
        assert len(got) > 50 * 38
        whole = sent(source)
        np.testing.assert_array_equal(got, whole[first_of(got, whole) :][: len(got)])
        assert link.info is not None
        assert (link.info.model, link.info.battery) == ("WitMotion WT901BLE", 71)

    on_the_air(work, wearable)
    assert (wearable.registers[0x03], wearable.registers[0x1F]) == (0x06, 0x05)  # left as found


def test_lost_packets_are_found_by_their_delay() -> None:
    source = recording(400, 50.0)
    wearable = VirtualWitMotion([source])
    wearable.at(200, wearable.lose_frames, 10)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 300)
        (gap,) = gaps(pieces)
        assert gap.cause == GapCause.LOST_ESTIMATED
        assert (gap.end_ns - gap.start_ns) / NS == pytest.approx(0.2, abs=0.03)
        got = joined(pieces)
        whole = sent(source)
        after = 10_110 + first_of(got, whole)
        np.testing.assert_array_equal(got[10_100:], whole[after : after + len(got) - 10_100])

    on_the_air(work, wearable)


def test_it_goes_on_after_a_lost_link() -> None:
    source = recording(120, 50.0)
    wearable = VirtualWitMotion([source])
    wearable.at(20, wearable.drop)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 60)
        (gap,) = gaps(pieces)
        assert gap.cause == GapCause.CONNECTION_LOST
        got, whole = joined(pieces), sent(source)
        first = sum(len(piece.xyz) for piece in pieces if isinstance(piece, Samples) and piece.start_ns < gap.start_ns)
        at = first_of(got, whole)
        np.testing.assert_array_equal(got[:first], whole[at : at + first])
        # All of what follows is one piece of what was played, as far on as the gap is long.
        lost = round((gap.end_ns - gap.start_ns) / NS * 50.0)
        fits = [
            n
            for n in range(lost - 3, lost + 4)
            if np.array_equal(got[first:], whole[at + first + n :][: len(got) - first])
        ]
        assert len(fits) == 1
        assert len(got) > 50 * 50

    on_the_air(work, wearable)
    assert wearable.registers[0x03] == 0x06


def test_a_locked_one_is_refused_in_words() -> None:
    wearable = VirtualWitMotion([recording(5, 50.0)], locked=True, serial="70")

    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match="close WitMotion's app"):
            await collect(link_to(radio), 5)

    on_the_air(work, wearable)
    assert not wearable.is_measuring


@pytest.mark.parametrize(
    "command",
    [
        "ffaa030800",
        "ffaa",
        "",
        "ffaa6988b500",
        "ffaa27",
        "0102030405",
        "ffaa6988b5 ffaa030c00",
        "ffaa6988b5 ffaa1f0700",
    ],
)
def test_what_is_no_command_is_ignored(command: str) -> None:
    wearable = VirtualWitMotion([])
    before = dict(wearable.registers)
    for part in command.split(" "):
        wearable._on_command(bytes.fromhex(part))
    assert wearable.registers == before
