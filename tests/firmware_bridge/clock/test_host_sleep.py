"""Promise: a computer that has slept leaves a gap that says so and has the length of its sleep, whether or not the link
has outlived it; setting the wall clock is no sleep."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from firmware_bridge.clock.host_sleep import SleepWatch, slept_s
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS
from firmware_bridge.virtual.wearables.polar import VirtualVerity
from tests.firmware_bridge.on_the_air import WALL_NS, check, collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


def test_this_computer_tells() -> None:
    before = slept_s()
    assert before > -0.1
    assert SleepWatch().has_slept() is False
    assert slept_s() == pytest.approx(before, abs=0.5)


class Host:
    """A computer whose clocks can be played with; the loop's time is what goes on while it is awake."""

    def __init__(self) -> None:
        self.asleep_s = 0.0
        self.set_by_s = 0.0

    def wall_ns(self) -> int:
        return WALL_NS + round((asyncio.get_running_loop().time() + self.asleep_s + self.set_by_s) * NS)


@pytest.mark.parametrize("link_is_lost", [False, True])
def test_a_sleep_is_the_cause_of_its_gap(link_is_lost: bool) -> None:
    """The wearable measures on: of its time the sleep is missing, of the loop's it is not."""
    host = Host()
    source = recording(120)
    wearable = VirtualVerity([source])

    def sleep() -> None:
        host.asleep_s += 600.0
        wearable.step_clock(600.0)
        if link_is_lost:
            wearable.drop()

    wearable.at(40, sleep)

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio, wall_ns=host.wall_ns, slept_s=lambda: host.asleep_s)
        pieces = await collect(link, 80)
        (gap,) = gaps(pieces)
        assert gap.cause == GapCause.SLEPT
        assert (gap.end_ns - gap.start_ns) / NS == pytest.approx(600, abs=8)

    on_the_air(work, wearable)


def test_a_wall_clock_that_is_set_is_no_sleep() -> None:
    host = Host()
    source = recording(120)
    wearable = VirtualVerity([source])
    wearable.at(30, setattr, host, "set_by_s", 3600.0)
    wearable.at(60, wearable.drop)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio, wall_ns=host.wall_ns, slept_s=lambda: host.asleep_s), 90)
        (gap,) = gaps(pieces)
        assert gap.cause == GapCause.CONNECTION_LOST
        assert (gap.end_ns - gap.start_ns) / NS < 20
        assert check(pieces, source) > 52 * 70

    on_the_air(work, wearable)
