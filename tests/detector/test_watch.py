"""Live and replay are the same road: the same samples give the same events, byte for byte, and the same night."""

from __future__ import annotations

import asyncio
import contextlib
import shutil

import numpy as np
import pytest

from detector.errors import NightError
from detector.night import Night, NightLog, Sensor
from detector.recorder.recorder import Recorder
from detector.recordings import open_recording
from detector.signal import DetectorConfig
from detector.summary import summarise
from detector.watch import Watch, made_by, replay
from firmware_bridge.errors import NoSuchWearableError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.link import Link
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.night import SyntheticNight
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run, wall_clock
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from firmware_bridge.wearables import Wish

CONFIG = DetectorConfig()
START_NS = 1_790_000_000_000_000_000


def play(wearable, path, rate_hz, *, stop_after_s=None, start_ns=START_NS):
    """Record a virtual wearable into a night until it has played all; gives the recorder."""

    async def main():
        stop = asyncio.Event()
        recorder = Recorder(CONFIG, lambda _: NightLog(path, made_by("record", CONFIG), wait=True))
        async with VirtualRadio([wearable]) as radio:
            link = Link(
                None,
                Wish(rate_hz=rate_hz),
                backend=radio,
                on_raw=recorder.on_raw,
                on_battery=recorder.on_battery,
                wall_ns=wall_clock(start_ns),
                find_timeout_s=20,
            )
            if stop_after_s is not None:
                asyncio.get_running_loop().call_later(stop_after_s, stop.set)
                await recorder.run([link], stop)
            else:
                await recorder.run([link], wearable.finished)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return recorder

    return run(main())


def shape(event):
    """What of an event does not depend on when it was."""
    return (event.duration_s, event.kind, event.peak_mg, event.p2p_mg, event.snr_db, event.score, event.dominant_hz,
            event.direction_x, event.direction_y, event.direction_z, event.flags)  # fmt: skip


def test_verity_recording_over_the_radio_is_the_file(shared_data, tmp_path):
    """The Verity recording, played by the virtual Verity, gives the events of the file, to the sample."""
    recording = open_recording(shared_data("verity_sense_arm/Polar_Sense_ACC.txt"))
    sensor = Sensor(recording.sensor, "file", recording.nominal_hz, lsb_g=recording.lsb_g)
    from_file = replay([sensor], recording.stream(), CONFIG)
    # A night is in the order of onsets, events are told in that of their ends.
    from_file.sort(key=lambda event: event.onset_s)
    wearable = VirtualVerity(recording.stream(), nominal_hz=52)
    play(wearable, tmp_path / "live.night", 52)
    with Night(tmp_path / "live.night") as night:
        from_radio = night.events()
        received = np.concatenate([s.xyz for s in night.samples()])
        assert night.gaps() == []
    sent = np.concatenate([s.xyz for s in recording.stream()])
    assert received.tobytes() == sent.tobytes()
    assert len(from_file) > 30
    assert [shape(e) for e in from_radio] == [shape(e) for e in from_file]
    onsets = np.array([[a.onset_s, b.onset_s] for a, b in zip(from_file, from_radio, strict=True)])
    # The same sample each time: the clock's line through the arrivals may stretch time by parts in a thousand at first.
    assert np.abs(onsets[:, 0] - onsets[:, 1]).max() < 0.5 / recording.rate_hz


@pytest.mark.parametrize("make", [VirtualVerity, VirtualH10])
def test_a_recorded_night_replays_to_the_same_events(tmp_path, make):
    """Whatever the radio did: drops, stalls, lost frames."""
    source = SyntheticNight(0.5, 51.7, seed=5)
    wearable = make(source, nominal_hz=52, clock_ppm=30)
    wearable.at(300, wearable.lose_frames, 1)
    wearable.at(600, wearable.drop, 40.0)
    wearable.at(1200, wearable.silence, 15.0)
    recorder = play(wearable, tmp_path / "a.night", 52)
    with Night(tmp_path / "a.night") as night:
        events, gaps, sensors = night.events(), night.gaps(), night.sensors
        minutes, measured = night.minutes(sensors[0].name), night.measured(sensors[0].name)
        with NightLog(tmp_path / "again.night", made_by("replay", CONFIG), wait=True) as log:
            again = replay(sensors, night.stream(), CONFIG, log)
        raw = sum(1 for _ in night.raw(sensors[0].name))
    with Night(tmp_path / "again.night") as night:
        assert night.events() == events
        assert night.minutes(sensors[0].name) == minutes
        assert night.measured(sensors[0].name) == measured
    assert len(measured) == pytest.approx(30, abs=1)
    assert 25 * 60 < sum(minute.measurable_s for minute in measured) < 30 * 60
    assert len(events) > 10
    assert again == events
    assert recorder.progress.events == len(events)
    assert len(gaps) >= 3
    assert raw > 1000


def test_every_sample_sent_is_in_the_night_or_in_a_gap(tmp_path):
    source = SyntheticNight(0.3, 51.7, seed=6)
    wearable = VirtualVerity(source, nominal_hz=52)
    wearable.at(100, wearable.lose_frames, 1)
    wearable.at(400, wearable.drop, 30.0)
    play(wearable, tmp_path / "a.night", 52)
    sent = np.concatenate([s.xyz for s in source])
    sent = (np.rint(sent.astype(np.float64) * 1000) * 1e-3).astype(np.float32)
    with Night(tmp_path / "a.night") as night:
        at, missing = 0, 0
        for item in night.stream():
            if isinstance(item, Gap):
                lost = round((item.end_ns - item.start_ns) * 51.7e-9)
                assert lost > 0
                at += lost
                missing += lost
                continue
            # The gap's length in samples is exact where frames were lost, to a few samples where the link was away.
            shifts = range(-8, 9) if missing else (0,)
            fits = [k for k in shifts if np.array_equal(sent[at + k : at + k + len(item.xyz)], item.xyz)]
            assert fits, f"samples at {at} are not those sent"
            at += fits[0] + len(item.xyz)
    assert at == len(sent)
    assert missing > 30 * 51.7


def test_recording_again_goes_on_with_the_night(tmp_path):
    """The second run is the same night, with a gap between; a replay of it knows of the restart."""
    path = tmp_path / "a.night"
    play(VirtualVerity(SyntheticNight(0.1, 51.7, seed=7, start_ns=START_NS), nominal_hz=52), path, 52)
    with Night(path) as night:
        first_end_ns = night.end_ns
        first_events = night.events()

    async def later():
        recorder = Recorder(CONFIG, lambda _: NightLog(path, made_by("record", CONFIG), wait=True))
        wearable = VirtualVerity(SyntheticNight(0.1, 51.7, seed=8), nominal_hz=52)
        async with VirtualRadio([wearable]) as radio:
            clock = wall_clock(first_end_ns + 60 * NS)
            link = Link(None, Wish(rate_hz=52), backend=radio, on_raw=recorder.on_raw, wall_ns=clock)
            await recorder.run([link], wearable.finished)

    run(later())
    with Night(path) as night:
        gaps = [gap for gap in night.gaps() if gap.cause == GapCause.RESTARTED]
        assert len(gaps) == 1
        assert gaps[0].start_ns == first_end_ns
        assert 59e9 < gaps[0].end_ns - gaps[0].start_ns < 75e9
        events = night.events()
        assert events[: len(first_events)] == first_events
        assert len(events) > len(first_events)
        assert len(night.runs) == 2
        assert replay(night.sensors, night.stream(), CONFIG) == events


def test_a_wearable_that_never_comes_back_leaves_a_gap_up_to_the_end(tmp_path):
    path = tmp_path / "a.night"
    dying = VirtualVerity(SyntheticNight(0.5, 51.7, seed=9), nominal_hz=52)
    dying.at(120, dying.run_out)
    recorder = play(dying, path, 52, stop_after_s=900)
    with Night(path) as night:
        (gap,) = night.gaps()
        assert gap.end_ns - START_NS == pytest.approx(900 * NS, abs=NS)
        assert (gap.end_ns - gap.start_ns) / NS == pytest.approx(780, abs=5)
        events = night.events()
        assert replay(night.sensors, night.stream(), CONFIG) == events
        assert recorder.progress.missing_s == pytest.approx((gap.end_ns - gap.start_ns) / NS)
    # Charged, and recorded again: the restart begins where the gap has ended.
    charged = VirtualVerity(SyntheticNight(0.1, 51.7, seed=9), nominal_hz=52)
    play(charged, path, 52, start_ns=gap.end_ns + 60 * NS)
    with Night(path) as night:
        first, restart = night.gaps()
        assert (first, restart.cause) == (gap, GapCause.RESTARTED)
        assert restart.start_ns == gap.end_ns


def test_no_wearable_no_night(tmp_path):
    path = tmp_path / "a.night"

    async def main():
        recorder = Recorder(CONFIG, lambda _: NightLog(path, made_by("record", CONFIG)))
        async with VirtualRadio([]) as radio:
            await recorder.run([Link("8C4CAD2F", backend=radio)], asyncio.Event())

    with pytest.raises(NoSuchWearableError, match="8C4CAD2F"):
        run(main())
    assert list(tmp_path.iterdir()) == []


def test_stopping_ends_the_night_cleanly(tmp_path):
    wearable = VirtualVerity(SyntheticNight(1.0, 51.7, seed=9), nominal_hz=52)
    play(wearable, tmp_path / "a.night", 52, stop_after_s=125)
    assert list(tmp_path.iterdir()) == [tmp_path / "a.night"]
    assert not wearable.is_measuring
    with Night(tmp_path / "a.night") as night:
        assert 110 < summarise(night).recorded_s < 125
        assert night.runs[0].ended_utc_ns is not None


def test_chunks_of_a_stream_do_not_matter():
    night = SyntheticNight(0.1, 51.7, seed=3)
    sensor = Sensor("synthetic night", "none", 52.0)
    whole = [Samples(s.start_ns, s.rate_hz, s.xyz, s.sensor) for s in night]
    xyz = np.concatenate([s.xyz for s in whole])
    one = Samples(whole[0].start_ns, whole[0].rate_hz, xyz, "synthetic night")
    small = [
        Samples(one.start_ns + round(i * 1e9 / 51.7), 51.7, xyz[i : i + 37], "synthetic night")
        for i in range(0, len(xyz), 37)
    ]
    expected = replay([sensor], [one], CONFIG)
    assert len(expected) > 3
    got = replay([sensor], small, CONFIG)
    assert [shape(e) for e in got] == [shape(e) for e in expected]
    assert np.allclose([e.onset_s for e in got], [e.onset_s for e in expected], atol=1e-6)


def test_a_full_disk_does_not_end_the_night(tmp_path, full_disk):
    """While the disk is full the night goes on in memory, and is whole once there is space again."""
    path = tmp_path / "a.night"
    source = SyntheticNight(0.05, 51.7, seed=12)
    seen = []

    async def main():
        recorder = Recorder(CONFIG, lambda _: NightLog(path, made_by("record", CONFIG)))
        wearable = VirtualVerity(source, nominal_hz=52)

        def try_to_save():
            with contextlib.suppress(NightError):
                recorder.log.flush()
            seen.append(recorder.log.error)

        loop = asyncio.get_running_loop()
        for at_s, what in [
            (30, try_to_save),
            (31, full_disk.set),
            (90, try_to_save),
            (120, lambda: seen.append(recorder.progress.trouble)),
            (121, full_disk.clear),
        ]:
            loop.call_later(at_s, what)
        async with VirtualRadio([wearable]) as radio:
            link = Link(None, Wish(rate_hz=52), backend=radio, on_raw=recorder.on_raw, wall_ns=wall_clock(START_NS))
            await recorder.run([link], wearable.finished)

    run(main())
    assert seen[0] is None
    assert "disk is full" in str(seen[1])
    assert "disk is full" in seen[2]
    with Night(path) as night:
        received = np.concatenate([s.xyz for s in night.samples()])
        assert night.gaps() == []
    assert len(received) == sum(len(s.xyz) for s in source)


def test_a_recorder_that_was_killed_tells_nothing_of_what_was_open(tmp_path):
    """Killed in the middle of a movement: the night goes on, and its replay finds the events of the night."""
    rng = np.random.default_rng(3)
    xyz = (1e-3 * rng.standard_normal((52 * 40, 3)) + [0, 0, 1]).astype(np.float32)
    xyz[52 * 15 : 52 * 16] += (0.05 * np.sin(np.arange(52))).astype(np.float32)[:, None]
    xyz[52 * 20 :] += (0.2 * np.sin(np.arange(52 * 20) / 2)).astype(np.float32)[:, None]
    sensor = Sensor("Sense", "none", 52.0, lsb_g=None)
    path = tmp_path / "a.night"
    killed = NightLog(path, made_by("record", CONFIG))
    watch = Watch(CONFIG, killed)
    watch.add(sensor)
    assert len(watch.take(Samples(START_NS, 52.0, xyz, "Sense"))) == 1
    killed.flush()
    shutil.copytree(tmp_path, tmp_path / "later")  # as the disk was at that moment
    killed.close()
    path = tmp_path / "later" / "a.night"
    with NightLog(path, made_by("record", CONFIG)) as log:
        watch = Watch(CONFIG, log)
        watch.add(sensor)
        watch.take(Samples(START_NS + 100 * NS, 52.0, xyz[: 52 * 18], "Sense"))
        watch.finish()
    with Night(path) as night:
        assert [gap.cause for gap in night.gaps()] == [GapCause.CRASHED]
        assert len(night.events()) == 2
        assert replay(night.sensors, night.stream(), CONFIG) == night.events()


def test_two_sensors_in_one_night(tmp_path):
    path = tmp_path / "a.night"
    first = SyntheticNight(0.1, 51.7, seed=1, sensor="left calf", start_ns=START_NS)
    second = SyntheticNight(0.1, 99.8, seed=2, sensor="right calf", start_ns=START_NS + NS // 3)
    sensors = [Sensor("left calf", "none", 52.0), Sensor("right calf", "none", 100.0)]
    stream = sorted([*first, *second], key=lambda samples: samples.start_ns)
    with NightLog(path, made_by("replay", CONFIG), wait=True) as log:
        events = replay(sensors, stream, CONFIG, log)
    assert {event.sensor for event in events} == {"left calf", "right calf"}
    with Night(path) as night:
        assert sorted(night.events(), key=repr) == sorted(events, key=repr)
        again = replay(night.sensors, night.stream(), CONFIG)
    assert sorted(again, key=repr) == sorted(events, key=repr)
