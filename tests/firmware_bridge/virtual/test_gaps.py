"""Promise: after a gap in what a virtual wearable plays, however long, its samples come to the client again.

The client is the real link. It takes the silence of a gap for a hang and starts the stream anew time and again, so
that at the end of the gap it may be away. Lost is what falls between the gap's end and the next start of the stream,
and nothing else. That is nothing where the stream runs as the gap ends and its first frame comes before the link
gives it up. Else it is at most `WORST_LOSS_S`: the frame given up, the longest back-off, and a start.
"""

from __future__ import annotations

import asyncio
import contextlib

import numpy as np
import pytest

from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.info import LinkState
from firmware_bridge.link.retry_policy import BACKOFF_S
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from tests.firmware_bridge.on_the_air import gaps, link_to, on_the_air

VERITY_HZ, H10_HZ = 52.0, 50.0
LONGEST_FRAME_S = 72 / VERITY_HZ
START_S = 1.0  # search, connection and start of a wearable that advertises
WORST_LOSS_S = LONGEST_FRAME_S + max(BACKOFF_S) + START_S


def parts_of(*lengths_s, rate_hz=VERITY_HZ):
    """Parts of a recording, all samples in whole mg and unlike each other's."""
    rng = np.random.default_rng(5)
    mgs = [rng.integers(-30, 30, (round(s * rate_hz), 3)) + np.array([0, 0, 1000]) for s in lengths_s]
    return [Samples(0, rate_hz, (mg * 1e-3).astype(np.float32), "source") for mg in mgs]


def with_gaps(parts, gap_s):
    """The parts with a gap of `gap_s` between each two."""
    source = [parts[0]]
    for part in parts[1:]:
        source += [Gap(0, round(gap_s * NS), "test", "test"), part]
    return source


def play(wearable):
    """Play through the link to the end: pieces, and the times in s of playback at which the stream was started."""
    pieces, starts_s = [], []

    async def work(radio):
        loop = asyncio.get_running_loop()

        def on_state(state, _words):
            if state == LinkState.STREAMING:
                starts_s.append(loop.time() - wearable._began_s)

        async def listen():
            async with contextlib.aclosing(link_to(radio, on_state=on_state).stream()) as stream:
                async for piece in stream:
                    pieces.append(piece)  # noqa: PERF401 -- a comprehension would lose them when it is cancelled

        listening = asyncio.create_task(listen())
        await wearable.finished.wait()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    on_the_air(work, wearable)
    return pieces, starts_s


def stretches(pieces):
    """Values between the gaps."""
    found = [[]]
    for piece in pieces:
        if isinstance(piece, Gap):
            found.append([])
        else:
            found[-1].append(piece.xyz)
    return [np.concatenate(values) for values in found]


def losses(pieces, parts, rate_hz=VERITY_HZ):
    """Seconds lost at the start of each part; all that came is the parts' own, and each part came to its end."""
    came = stretches(pieces)
    assert len(came) == len(parts)
    for values, part in zip(came, parts, strict=True):
        np.testing.assert_array_equal(values, part.xyz[len(part.xyz) - len(values) :])
    return [(len(part.xyz) - len(values)) / rate_hz for values, part in zip(came, parts, strict=True)]


def expected_loss_s(starts_s, gap_end_s):
    """From the gap's end to the latest start of the stream, if that came later."""
    return max(0.0, max(starts_s) - gap_end_s)


@pytest.mark.parametrize("gap_s", [2.0, 60.0, 600.0, 3600.0])
def test_a_gap_costs_what_falls_before_the_next_start_and_nothing_else(gap_s):
    parts = parts_of(30, 60)
    pieces, starts_s = play(VirtualVerity(with_gaps(parts, gap_s)))
    before, after = losses(pieces, parts)
    assert before == 0.0
    assert after == pytest.approx(expected_loss_s(starts_s, 30.0 + gap_s), abs=0.1)
    assert after <= WORST_LOSS_S
    (gap,) = gaps(pieces)
    assert (gap.end_ns - gap.start_ns) / NS == pytest.approx(gap_s + after, abs=0.1)
    if gap_s > 10.0:
        assert gap.cause == GapCause.NO_DATA
        assert len(starts_s) > gap_s / 60.0  # it has been started anew again and again


def test_wherever_the_gap_ends_the_bound_holds():
    parts = parts_of(5, 36)
    seen = []
    # A start, the wait for a first frame and the longest back-off take some 37 s together. The gaps end all over one
    # such round, closer than a frame is long: one ends just before the link gives up, and costs that frame too.
    for gap_s in np.arange(60.0, 99.0, 1.3):
        pieces, starts_s = play(VirtualVerity(with_gaps(parts, float(gap_s))))
        before, after = losses(pieces, parts)
        assert before == 0.0
        assert after == pytest.approx(expected_loss_s(starts_s, 5.0 + gap_s), abs=0.1)
        assert after <= WORST_LOSS_S
        seen.append(after)
    assert min(seen) == 0.0
    assert max(seen) > max(BACKOFF_S)


def test_every_gap_of_many():
    parts = parts_of(20, 50, 50, 50)
    pieces, _ = play(VirtualVerity(with_gaps(parts, 600.0)))
    assert max(losses(pieces, parts)) <= WORST_LOSS_S


def test_an_h10_too():
    parts = parts_of(30, 60, rate_hz=H10_HZ)
    pieces, starts_s = play(VirtualH10(with_gaps(parts, 600.0)))
    before, after = losses(pieces, parts, H10_HZ)
    assert before == 0.0
    assert after == pytest.approx(expected_loss_s(starts_s, 630.0), abs=0.1)
    assert after <= WORST_LOSS_S


def test_restarts_alone_cost_nothing_of_what_is_to_come(connected, start_verity):
    parts = parts_of(5, 20)
    wearable = VirtualVerity(with_gaps(parts, 600.0))

    async def work(radio):
        loop = asyncio.get_running_loop()
        async with connected(radio, wearable.name) as bench:
            await bench.command(start_verity)
            for stop_s in np.arange(6.3, 604.0, 6.7):
                await asyncio.sleep(wearable._began_s + stop_s - loop.time())
                await bench.command(bytes.fromhex("0302"))
                await bench.command(start_verity)
            await wearable.finished.wait()
            expected = np.concatenate([np.rint(part.xyz * 1e3) for part in parts])
            np.testing.assert_array_equal(bench.values(), expected)

    on_the_air(work, wearable)


def test_a_restart_within_a_frame_costs_only_what_was_measured_before_it(connected, start_verity):
    (part,) = parts_of(30)
    wearable = VirtualVerity([part])

    async def work(radio):
        loop = asyncio.get_running_loop()
        async with connected(radio, wearable.name) as bench:
            await bench.command(start_verity)
            await asyncio.sleep(10.0)
            await bench.command(bytes.fromhex("0302"))
            await bench.command(start_verity)
            restart_s = loop.time() - wearable._began_s
            sent = sum(bench.counts())
            await wearable.finished.wait()
            mg = np.rint(part.xyz * 1e3)
            np.testing.assert_array_equal(bench.values()[:sent], mg[:sent])
            rest = bench.values()[sent:]
            np.testing.assert_array_equal(rest, mg[len(mg) - len(rest) :])
            assert (len(mg) - len(rest)) / VERITY_HZ == pytest.approx(restart_s, abs=2 / VERITY_HZ)

    on_the_air(work, wearable)
