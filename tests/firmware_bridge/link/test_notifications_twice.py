"""Promise: a notification that comes more than once counts once, whatever the wearable; one that is alike does not."""

from __future__ import annotations

import asyncio
import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.link.link import Link
from firmware_bridge.link.repeats import Repeats
from firmware_bridge.link.session import Notification
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.espruino import VirtualBangle
from firmware_bridge.virtual.wearables.metamotion import VirtualMetaMotion
from firmware_bridge.virtual.wearables.polar import VirtualH10
from firmware_bridge.virtual.wearables.thingy import VirtualThingy
from firmware_bridge.virtual.wearables.witmotion import VirtualWitMotion


def taken(notifications):
    repeats = Repeats()
    return [each for one in notifications for each in repeats.take(one)]


def stream(seed, levels, at_most=4, count=3000):
    """A sensor that sends single samples of few levels; the radio hands several over at once."""
    rng = np.random.default_rng(seed)
    at_ns, left = 0, 0
    for _ in range(count):
        if not left:
            at_ns, left = at_ns + 20_000_000, int(rng.integers(1, at_most + 1))
        left -= 1
        yield Notification(at_ns, bytes(rng.integers(0, levels, 3).tolist()), 0)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 30]), st.integers(1, 5))
def test_what_is_merely_alike_is_kept(seed, levels, at_most):
    sent = list(stream(seed, levels, at_most, 400))
    got = taken(sent)
    assert got == sent[: len(got)]
    assert len(got) > len(sent) - 12


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.integers(0, 200))
def test_what_comes_more_than_once_is_not(seed, times, until):
    sent = list(stream(seed, 200, count=300))
    got = taken([each for i, one in enumerate(sent) for each in [one] * (1 if i < until else times)])
    assert got == sent[: len(got)]
    assert len(got) > len(sent) - 12


def test_a_body_that_is_still_meanwhile_loses_nothing():
    moving, still = list(stream(1, 200, count=100)), [Notification(10 * NS + i * 10_000_000, b"x", 0) for i in range(9)]
    once = taken([each for one in [*moving, *still] for each in (one, one)])
    assert once == [*moving, *still]


def twice_from_the_second_on(radio):
    """From the second connection on the platform hands every notification over twice (bleak issue 2002)."""
    made = [0]

    class Twice(radio.client_backend):
        def __init__(self, *args, **settings):
            super().__init__(*args, **settings)
            made[0] += 1
            self._number = made[0]

        async def start_notify(self, characteristic, callback, **settings):
            def both(data):
                callback(data)
                callback(data)

            await super().start_notify(characteristic, both if self._number > 1 else callback, **settings)

    radio.client_backend = Twice


@pytest.mark.parametrize("make", [VirtualH10, VirtualWitMotion, VirtualThingy, VirtualMetaMotion])
def test_no_wearable_has_more_than_it_measured(make):
    rng = np.random.default_rng(1)
    xyz = (rng.integers(-30, 30, (10_000, 3)) * 1e-3 + np.array([0, 0, 1])).astype(np.float32)

    async def main():
        wearable = make([Samples(0, 50.0, xyz, "source")])
        async with VirtualRadio([wearable]) as radio:
            twice_from_the_second_on(radio)
            loop = asyncio.get_running_loop()
            loop.call_later(30, lambda: wearable.drop(2.0))
            pieces, began_s = [], loop.time()
            async with contextlib.aclosing(
                Link(backend=radio, wall_ns=lambda: round(loop.time() * NS)).stream()
            ) as all_:
                async for piece in all_:
                    pieces.append(piece)
                    assert piece.end_ns < (loop.time() + 0.1) * NS  # never in the future
                    if loop.time() > began_s + 100:
                        break
            await asyncio.sleep(1)
            return pieces, loop.time() - began_s

    pieces, seconds = run(main())
    span_s = (pieces[-1].end_ns - pieces[0].start_ns) / NS
    assert span_s == pytest.approx(seconds - 1, abs=4)
    assert sum(len(piece.xyz) for piece in pieces if isinstance(piece, Samples)) < 50 * span_s
    assert [piece.cause for piece in pieces if isinstance(piece, Gap)] == ["connection lost"]


def test_a_bangles_times_are_not_disturbed_by_it():
    async def main():
        bangle = VirtualBangle([Samples(0, 50.0, np.ones((6000, 3), np.float32), "source")])
        bangle.at(20, bangle.send_again, 2, 40.0)
        async with VirtualRadio([bangle]) as radio:
            gaps, count = [], 0
            async with contextlib.aclosing(Link(backend=radio).stream()) as coming:
                async for piece in coming:
                    gaps += [piece.cause] if isinstance(piece, Gap) else []
                    count += len(piece.xyz) if isinstance(piece, Samples) else 0
                    if count > 4500:
                        break
            return gaps

    assert run(main()) == []
