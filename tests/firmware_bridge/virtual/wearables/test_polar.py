"""Promise: a virtual Polar speaks the real protocol through the real bleak, and plays a recording to the bit."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import numpy as np
import pytest

from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.night import SyntheticNight
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from firmware_bridge.wearables.pmd.frames import DELTA_0, DELTA_1, RAW_16, parse_frame

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("FASCIWATCH_DATA", ROOT.parent / "shared" / "data"))
VERITY_RECORDING = DATA / "verity_sense_arm" / "Polar_Sense_ACC.txt"


async def play(wearable, connected, *commands, mtu=517):
    """Connect, send the commands, and let the source run out."""
    async with VirtualRadio([wearable], mtu=mtu) as radio, connected(radio, wearable.name) as bench:
        for command in commands:
            reply = await bench.command(command)
            assert reply[3] == 0, reply.hex()
        await wearable.finished.wait()
        return bench


def test_a_verity_sense_delivers_every_mg_in_delta_frames(connected, recording, start_verity):
    mg, samples = recording(60)
    bench = run(play(VirtualVerity([samples]), connected, start_verity))
    np.testing.assert_array_equal(bench.values(), mg)
    assert {parse_frame(frame).frame_type for frame in bench.frames} == {DELTA_1}
    assert max(len(frame) for frame in bench.frames) <= 229


def test_an_h10_delivers_every_mg_in_raw_frames_of_36(connected, recording, start_h10):
    mg, samples = recording(60, rate_hz=50.0)
    bench = run(play(VirtualH10([samples]), connected, start_h10))
    np.testing.assert_array_equal(bench.values(), mg)
    assert {parse_frame(frame).frame_type for frame in bench.frames} == {RAW_16}
    assert set(bench.counts()[:-1]) == {36}
    assert sum(bench.counts()) == len(mg)


def test_old_firmware_sends_steps_of_its_factor(connected, recording, start_verity):
    mg, samples = recording(30)
    bench = run(play(VirtualVerity([samples], old_firmware=True), connected, start_verity))
    assert {parse_frame(frame).frame_type for frame in bench.frames} == {DELTA_0}
    np.testing.assert_array_equal(bench.values(), np.rint(mg / 0.244))


def test_frames_carry_the_device_time_of_their_last_sample(connected, recording, start_verity):
    _, samples = recording(60, rate_hz=51.7)
    wearable = VirtualVerity([samples], nominal_hz=52, ranges_g=(8,), clock_ns=10**18, clock_ppm=100.0)

    async def main():
        async with VirtualRadio([wearable]) as radio, connected(radio, wearable.name) as bench:
            await bench.command(start_verity)
            began_s = asyncio.get_running_loop().time()
            await wearable.finished.wait()
            return bench, began_s

    bench, began_s = run(main())
    last = np.cumsum(bench.counts()) - 1
    true_s = np.array(bench.timestamps_ns()) - 10**18
    expected_s = (began_s + last / 51.7) * (1 + 100e-6)
    np.testing.assert_allclose(true_s / NS, expected_s, atol=1e-3)
    # Between frames only the rate and the clock count, to the nanosecond.
    period_ns = NS / 51.7 * (1 + 100e-6)
    np.testing.assert_allclose(np.diff(bench.timestamps_ns()), np.diff(last) * period_ns, atol=2)
    # It is sent when its last sample has been taken, and not before.
    np.testing.assert_allclose(bench.arrivals_s, began_s + last / 51.7, atol=1e-3)


def test_latency_delays_frames_and_keeps_their_order(connected, recording, start_verity):
    _, samples = recording(60)
    delays = iter([0.05, 2.5, 0.05] * 100)
    wearable = VirtualVerity([samples], latency_s=lambda: next(delays))
    bench = run(play(wearable, connected, start_verity))
    late_s = np.array(bench.arrivals_s) - (np.array(bench.timestamps_ns()) - VirtualVerity.CLOCK_NS) / NS
    assert late_s.min() == pytest.approx(0.05, abs=2e-3)
    assert late_s.max() == pytest.approx(2.5, abs=2e-3)
    assert np.all(np.diff(bench.timestamps_ns()) > 0)


def test_a_gap_in_the_source_is_a_silence(connected, recording, start_verity):
    mg, samples = recording(20)
    later, more = recording(20, seed=1)
    bench = run(play(VirtualVerity([samples, Gap(0, 5 * NS, "test", "test"), more]), connected, start_verity))
    np.testing.assert_array_equal(bench.values(), np.concatenate((mg, later)))
    seam = np.flatnonzero(np.cumsum(bench.counts()) == len(mg))[0]
    step_s = (bench.timestamps_ns()[seam + 1] - bench.timestamps_ns()[seam]) / NS
    assert step_s == pytest.approx(5.0 + bench.counts()[seam + 1] / 52.0, abs=1e-6)


def test_the_range_clips(connected, start_verity):
    xyz = np.full((200, 3), [0.0, 9.5, -20.0], np.float32)
    bench = run(play(VirtualVerity([Samples(0, 52.0, xyz, "test")]), connected, start_verity))
    np.testing.assert_array_equal(bench.values(), np.full((200, 3), [0, 8000, -8000]))


def test_the_offer_can_be_that_of_the_recording(connected, recording):
    mg, samples = recording(5, rate_hz=98.6)
    wearable = VirtualVerity([samples], nominal_hz=99, ranges_g=(16,))
    start = bytes.fromhex("0202000163000101100002011000040103")
    bench = run(play(wearable, connected, bytes.fromhex("0102"), start))
    np.testing.assert_array_equal(bench.values(), mg)


def test_a_source_may_depend_on_the_rate_chosen(connected):
    asked = []

    def source(rate_hz):
        asked.append(rate_hz)
        return SyntheticNight(0.02, rate_hz, seed=1)

    sdk_mode = bytes.fromhex("0209")
    start = bytes.fromhex("0202000168000101100002010400040103")
    bench = run(play(VirtualVerity(source), connected, sdk_mode, start))
    assert asked == [104]
    assert len(bench.values()) == round(0.02 * 3600 * 104)


def test_a_start_needs_the_mtu_it_needs(connected, start_verity):
    async def main():
        wearable = VirtualVerity([])
        async with VirtualRadio([wearable], mtu=185) as radio, connected(radio, wearable.name) as bench:
            assert (await bench.command(start_verity)).hex() == "f002020a00"

    run(main())


def test_in_its_charger_it_does_not_measure(connected, start_verity):
    async def main():
        wearable = VirtualVerity([], in_charger=True)
        async with VirtualRadio([wearable]) as radio, connected(radio, wearable.name) as bench:
            assert (await bench.command(start_verity)).hex() == "f002020d00"
            wearable.in_charger = False
            assert (await bench.command(start_verity)).hex() == "f002020000"

    run(main())


def test_stopping_and_starting_goes_on_in_time(connected, recording, start_verity):
    mg, samples = recording(60)
    wearable = VirtualVerity([samples])

    async def main():
        async with VirtualRadio([wearable]) as radio, connected(radio, wearable.name) as bench:
            await bench.command(start_verity)
            await asyncio.sleep(20.0)
            await bench.command(bytes.fromhex("0302"))
            before = len(bench.frames)
            await asyncio.sleep(10.0)
            assert len(bench.frames) == before
            await bench.command(start_verity)
            await wearable.finished.wait()
            return bench, sum(bench.counts()[:before])

    bench, first = run(main())
    values = bench.values()
    np.testing.assert_array_equal(values[:first], mg[:first])
    np.testing.assert_array_equal(values[first:], mg[-(len(values) - first) :])
    assert len(values) - first == pytest.approx(30 * 52, abs=2)


def test_an_error_of_the_source_comes_out_when_the_radio_closes(connected, start_verity, recording):
    def source():
        yield recording(5)[1]
        raise OSError("the disk is gone")

    async def main():
        wearable = VirtualVerity(source())
        async with VirtualRadio([wearable]) as radio, connected(radio, wearable.name) as bench:
            await bench.command(start_verity)
            await wearable.finished.wait()

    with pytest.raises(OSError, match="the disk is gone"):
        run(main())


def test_a_source_runs_out_in_its_own_time_even_when_nobody_listens(connected, recording, start_verity):
    async def main():
        wearable = VirtualVerity([recording(30)[1], Gap(0, 10 * NS, "test", "test"), recording(30)[1]])
        async with VirtualRadio([wearable]) as radio:
            async with connected(radio, wearable.name) as bench:
                await bench.command(start_verity)
                began_s = asyncio.get_running_loop().time()
            await wearable.finished.wait()
            assert asyncio.get_running_loop().time() - began_s == pytest.approx(70.0, abs=0.2)

    run(main())


def test_an_hour_passes_in_seconds(connected, start_verity):
    night = SyntheticNight(1.0, 52.0, seed=1)
    began = time.process_time()
    bench = run(play(VirtualVerity(night), connected, start_verity))
    assert time.process_time() - began < 8.0
    expected = np.concatenate([np.rint(s.xyz.astype(np.float64) * 1e3) for s in night])
    np.testing.assert_array_equal(bench.values(), expected)


@pytest.mark.skipif(not VERITY_RECORDING.exists(), reason=f"no recording at {VERITY_RECORDING}: set FASCIWATCH_DATA")
def test_a_real_recording_comes_back_to_the_bit(connected):
    stamps_ns, *axes = np.loadtxt(
        VERITY_RECORDING, delimiter=";", skiprows=1, usecols=(1, 2, 3, 4), dtype=np.int64, unpack=True
    )
    mg = np.stack(axes, axis=1)
    rate_hz = (len(mg) - 1) * NS / float(stamps_ns[-1] - stamps_ns[0])
    xyz = (mg * 1e-3).astype(np.float32)
    wearable = VirtualVerity([Samples(0, rate_hz, xyz, "Verity")], nominal_hz=52)
    start = bytes.fromhex("0202000134000101100002010800040103")
    bench = run(play(wearable, connected, start))
    np.testing.assert_array_equal(bench.values(), mg)
    lasted_s = (bench.timestamps_ns()[-1] - bench.timestamps_ns()[0]) / NS
    assert (len(mg) - bench.counts()[0]) / lasted_s == pytest.approx(rate_hz, rel=1e-9)
