"""Promise: each fault of a virtual wearable looks, through bleak, like the one it stands for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import numpy as np
import pytest
from bleak import BleakScanner
from bleak.exc import BleakError, BleakGATTProtocolError, BleakGATTProtocolErrorCode

from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.polar import CONTROL_UUID, VirtualVerity

STOP = bytes.fromhex("0302")
SETTINGS = bytes.fromhex("0102")


@pytest.fixture
def streaming(connected, recording, start_verity):
    """A Verity that has just begun to play ten minutes: radio, it, client, recording, times of disconnection."""

    @asynccontextmanager
    async def context(plan=None):
        mg, samples = recording(600)
        wearable = VirtualVerity([samples])
        if plan:
            plan(wearable)
        lost_s = []
        async with (
            VirtualRadio([wearable]) as radio,
            connected(
                radio,
                wearable.name,
                disconnected_callback=lambda _: lost_s.append(asyncio.get_running_loop().time()),
            ) as bench,
        ):
            assert (await bench.command(start_verity))[3] == 0
            yield radio, wearable, bench, mg, lost_s

    return context


def now_s():
    return asyncio.get_running_loop().time()


def missing(bench, mg):
    """Indices of the samples of the recording that did not come, from the device times of the frames."""
    period_ns = 1e9 / 52.0
    first_ns = bench.timestamps_ns()[0] - (bench.counts()[0] - 1) * period_ns
    came = []
    for last_ns, count in zip(bench.timestamps_ns(), bench.counts(), strict=True):
        last = round((last_ns - first_ns) / period_ns)
        came.extend(range(last - count + 1, last + 1))
    np.testing.assert_array_equal(bench.values(), mg[came])
    return sorted(set(range(came[-1] + 1)) - set(came))


def test_a_drop_is_called_back_and_the_wearable_comes_back(streaming, connected, start_verity):
    async def main():
        async with streaming() as (radio, wearable, bench, mg, lost_s):
            await asyncio.sleep(60.0)
            wearable.drop(away_s=25.0)
            at_s = now_s()
            await asyncio.sleep(1.0)
            assert lost_s == [pytest.approx(at_s, abs=0.2)]
            assert not bench.client.is_connected
            assert not wearable.is_measuring
            with pytest.raises(BleakError):
                await bench.client.write_gatt_char(CONTROL_UUID, SETTINGS, response=True)
            await bench.client.disconnect()  # as every client should after a drop: it does no harm
            assert await BleakScanner.find_device_by_name(wearable.name, 20.0, backend=radio.scanner_backend) is None
            async with connected(radio, wearable.name) as again:
                back_s = now_s()
                assert back_s - at_s == pytest.approx(25.0, abs=1.0)
                await again.command(start_verity)
                await asyncio.sleep(60.0)
                # Playback has gone on meanwhile: what fell into the absence is lost.
                elapsed = round((back_s - at_s + 60.0) * 52)
                first = again.values()[0]
                candidates = np.flatnonzero((mg == first).all(axis=1))
                assert np.any(np.abs(candidates - elapsed) < 3)

    run(main())


def test_a_silence_keeps_the_link_and_loses_what_falls_into_it(streaming):
    async def main():
        async with streaming() as (_radio, wearable, bench, mg, lost_s):
            await asyncio.sleep(30.0)
            wearable.silence(10.0)
            assert wearable.is_silent
            before = len(bench.frames)
            await asyncio.sleep(9.9)
            assert len(bench.frames) == before
            assert bench.client.is_connected
            await asyncio.sleep(20.0)
            assert not wearable.is_silent
            assert not lost_s
            assert len(missing(bench, mg)) / 52 == pytest.approx(10.0, abs=1.5)

    run(main())


def test_nothing_is_answered_in_a_silence_and_all_after_it(streaming):
    async def main():
        async with streaming() as (_radio, wearable, bench, _mg, _lost_s):
            wearable.silence(10.0)
            began_s = now_s()
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(bench.command(SETTINGS), 5.0)
            assert now_s() - began_s == pytest.approx(5.0)
            reply = await asyncio.wait_for(bench.replies.get(), 6.0)  # the held command's
            assert reply[:4].hex() == "f0010200"
            assert now_s() - began_s == pytest.approx(10.0, abs=0.2)

    run(main())


def test_a_write_into_a_long_silence_fails_after_30_s_as_on_bluez(streaming):
    async def main():
        async with streaming() as (_radio, wearable, bench, _mg, lost_s):
            wearable.silence(100.0)
            began_s = now_s()
            with pytest.raises(BleakGATTProtocolError) as failure:
                await bench.client.write_gatt_char(CONTROL_UUID, SETTINGS, response=True)
            assert failure.value.code == BleakGATTProtocolErrorCode.UNLIKELY_ERROR
            assert now_s() - began_s == pytest.approx(30.0, abs=0.2)
            assert not bench.client.is_connected
            assert len(lost_s) == 1

    run(main())


def test_left_in_a_silence_it_advertises_only_after_it(streaming, connected, start_verity):
    async def main():
        async with streaming() as (radio, wearable, bench, _mg, _lost_s):
            wearable.silence(20.0)
            began_s = now_s()
            await asyncio.sleep(3.0)
            await bench.client.disconnect()
            async with connected(radio, wearable.name) as again:
                assert now_s() - began_s == pytest.approx(20.0, abs=0.5)
                assert (await again.command(start_verity))[3] == 0

    run(main())


def test_lost_frames_are_missing_and_nothing_else(streaming):
    async def main():
        async with streaming() as (_radio, wearable, bench, mg, lost_s):
            await asyncio.sleep(30.0)
            wearable.lose_frames(3)
            await asyncio.sleep(30.0)
            gone = missing(bench, mg)
            assert gone == list(range(gone[0], gone[-1] + 1))
            assert len(gone) == pytest.approx(3 * np.mean(bench.counts()), rel=0.1)
            assert not lost_s

    run(main())


def test_out_of_range_both_sides_notice_by_timeout(streaming, connected, start_verity):
    async def main():
        async with streaming() as (radio, wearable, bench, _mg, lost_s):
            await asyncio.sleep(30.0)
            wearable.lose_link(after_s=6.0, away_s=4.0)
            at_s, before = now_s(), len(bench.frames)
            await asyncio.sleep(5.9)
            assert bench.client.is_connected
            assert wearable.is_measuring
            assert len(bench.frames) == before
            await asyncio.sleep(0.2)
            assert lost_s == [pytest.approx(at_s + 6.0, abs=0.1)]
            assert not wearable.is_measuring
            async with connected(radio, wearable.name) as again:
                assert now_s() - at_s == pytest.approx(10.0, abs=0.5)
                assert (await again.command(start_verity))[3] == 0

    run(main())


def test_who_gives_up_first_out_of_range_finds_it_again(streaming, connected, start_verity):
    async def main():
        async with streaming() as (radio, wearable, bench, _mg, _lost_s):
            wearable.lose_link(after_s=6.0)
            at_s = now_s()
            await asyncio.sleep(3.0)
            await bench.client.disconnect()
            assert now_s() - at_s == pytest.approx(3.0, abs=0.1)
            assert wearable.is_measuring  # it does not know yet
            async with connected(radio, wearable.name) as again:
                assert now_s() - at_s == pytest.approx(6.0, abs=0.5)
                assert (await again.command(start_verity))[3] == 0

    run(main())


def test_a_command_can_be_ignored(streaming):
    async def main():
        async with streaming() as (_radio, wearable, bench, _mg, _lost_s):
            wearable.ignore_next_command()
            with pytest.raises(asyncio.TimeoutError):
                await bench.command(SETTINGS, timeout_s=10.0)
            assert (await bench.command(SETTINGS))[3] == 0

    run(main())


def test_already_streaming_is_said_until_it_is_stopped(connected, start_verity, recording):
    async def main():
        wearable = VirtualVerity([recording(600)[1]])
        async with VirtualRadio([wearable]) as radio:
            wearable.already_streaming()
            async with connected(radio, wearable.name) as bench:
                await asyncio.sleep(5.0)
                assert bench.frames  # they come without having been asked for
                assert (await bench.command(start_verity)).hex() == "f002020600"
            assert wearable.is_measuring
            async with connected(radio, wearable.name) as bench:
                assert (await bench.command(start_verity)).hex() == "f002020600"
                assert (await bench.command(STOP)).hex() == "f003020000"
                assert (await bench.command(start_verity)).hex() == "f002020000"
            await asyncio.sleep(0.1)
            assert not wearable.is_measuring  # from now on it ends with the link again

    run(main())


def test_it_can_end_the_stream_by_itself(streaming):
    async def main():
        async with streaming() as (_radio, wearable, bench, _mg, _lost_s):
            await asyncio.sleep(5.0)
            wearable.stop_measuring()
            assert (await asyncio.wait_for(bench.replies.get(), 1.0)).hex() == "0102"
            before = len(bench.frames)
            await asyncio.sleep(10.0)
            assert len(bench.frames) == before

    run(main())


def test_faults_can_be_planned(streaming):
    def plan(wearable):
        wearable.at(20.0, wearable.lose_frames, 2)
        wearable.at(40.0, wearable.drop, away_s=5.0)

    async def main():
        async with streaming(plan) as (_radio, wearable, bench, mg, lost_s):
            began_s = now_s()
            wearable.at(10.0, wearable.silence, 3.0)
            await asyncio.sleep(50.0)
            assert lost_s == [pytest.approx(began_s + 40.0, abs=0.2)]
            gone = np.array(missing(bench, mg)) / 52
            assert np.any((gone > 10) & (gone < 13))
            assert np.any((gone > 20) & (gone < 23))
            assert not np.any(gone < 8)

    run(main())


def test_faults_on_top_of_each_other_leave_a_working_wearable(streaming, connected, start_verity):
    async def main():
        async with streaming() as (radio, wearable, bench, _mg, lost_s):
            wearable.silence(5.0)
            wearable.lose_link(after_s=4.0)
            wearable.drop(away_s=3.0)
            wearable.drop()
            wearable.silence(8.0)
            await asyncio.sleep(10.0)
            assert len(lost_s) == 1
            assert not bench.client.is_connected
            async with connected(radio, wearable.name) as again:
                assert (await again.command(start_verity))[3] == 0
                await asyncio.sleep(5.0)
                assert again.frames

    run(main())


def test_a_client_that_waits_is_told_of_the_drop(streaming):
    async def main():
        async with streaming() as (_radio, wearable, bench, _mg, _lost_s):
            wearable.silence(5.0)
            asyncio.get_running_loop().call_later(1.0, wearable.drop)
            with pytest.raises(BleakError):
                await bench.client.read_gatt_char("2a19")

    run(main())


def test_nothing_is_logged_as_an_error_on_the_way(streaming, caplog):
    async def main():
        async with streaming() as (_radio, wearable, bench, _mg, _lost_s):
            await asyncio.sleep(5.0)
            wearable.silence(2.0)
            await asyncio.sleep(5.0)
            wearable.lose_link(after_s=2.0)
            await asyncio.sleep(5.0)
            await bench.client.disconnect()

    run(main())
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
