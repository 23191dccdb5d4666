"""Promise: two wearables are recorded into one night, each sample of each once or inside a gap, whatever becomes of the
other's link; a replay of that night finds the same."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import numpy as np
import pytest

from detector.errors import NightError
from detector.night import Night, NightLog
from detector.night.writing import log as night_log
from detector.night.writing.file import NightFile
from detector.recorder.recorder import Recorder
from detector.signal import DetectorConfig
from detector.watch import made_by, replay
from firmware_bridge.errors import NoSuchWearableError
from firmware_bridge.link.link import Link
from firmware_bridge.samples import NS, Gap
from firmware_bridge.virtual.night import SyntheticNight
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run, wall_clock
from firmware_bridge.virtual.wearables.dot import VirtualDot
from firmware_bridge.virtual.wearables.polar import VirtualVerity
from tests.firmware_bridge.on_the_air import hear_at

CONFIG = DetectorConfig()
START_NS = 1_790_000_000_000_000_000


def record(path, wearables, devices, seconds, *, prepare=lambda: None, heard=lambda _address: -50):
    async def main():
        stop = asyncio.Event()
        recorder = Recorder(CONFIG, lambda _: NightLog(path, made_by("record", CONFIG), wait=True))
        wall_ns = wall_clock(START_NS)
        async with VirtualRadio(wearables) as radio:
            prepare()
            hear_at(radio, heard)
            hooks = {"on_raw": recorder.on_raw, "on_battery": recorder.on_battery, "wall_ns": wall_ns}
            links = [Link(device, backend=radio, find_timeout_s=20, **hooks) for device in devices]
            asyncio.get_running_loop().call_later(seconds, stop.set)
            await recorder.run(links, stop)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return recorder

    return run(main())


def pair(seed):
    return (
        VirtualVerity(SyntheticNight(0.3, 51.7, seed=seed), nominal_hz=52, battery_percent=61),
        VirtualDot(SyntheticNight(0.3, 59.9, seed=seed + 1), battery_percent=62, serial="D422CD000001"),
    )


def by_onset(events):
    return sorted(events, key=lambda event: (event.onset_utc, event.sensor))


def test_two_wearables_in_one_night(tmp_path):
    wearables = verity, dot = pair(1)
    verity.at(300, verity.drop, 40.0)
    dot.at(500, dot.drop, 5.0)
    signals = {verity.address: -60, dot.address: -81}
    recorder = record(tmp_path / "a.night", wearables, ["Sense", "DOT"], 900, heard=signals.__getitem__)
    assert recorder.progress.signal_dbm == -81  # the weakest
    names = {verity.name, "Movella DOT 000001"}
    with Night(tmp_path / "a.night") as night:
        assert {sensor.name for sensor in night.sensors} == names
        assert {battery.percent for battery in night.battery()} == {61, 62}
        assert {sensor.serial for sensor in night.sensors} == {"8C4CAD2F", "D422CD000001"}
        for name in names:
            end_ns = None
            for item in night.stream(name):
                assert end_ns is None or abs(item.start_ns - end_ns) < 0.02 * NS
                end_ns = item.end_ns
            assert len(night.gaps(name)) == 1
            assert (end_ns - START_NS) / NS == pytest.approx(900, abs=10)
            assert sum(1 for _ in night.raw(name)) > 400
        events = night.events()
        assert {event.sensor for event in events} == names
        assert by_onset(replay(night.sensors, night.stream(), CONFIG)) == by_onset(events)
    assert recorder.progress.events == len(events)
    assert recorder.progress.recorded_s == pytest.approx(870, abs=20)


def test_one_that_is_not_there_ends_both_before_there_is_a_night(tmp_path):
    with pytest.raises(NoSuchWearableError, match="Thingy"):
        record(tmp_path / "a.night", pair(3), ["Sense", "Thingy"], 900)
    assert list(tmp_path.iterdir()) == []


def test_one_that_comes_late_keeps_nothing_waiting(tmp_path):
    wearables = verity, dot = pair(5)
    # The link of the second tries again and again.
    record(tmp_path / "a.night", wearables, ["Sense", "DOT"], 900, prepare=lambda: dot.leave_unanswered(8))
    with Night(tmp_path / "a.night") as night:
        starts = {name: next(iter(night.samples(name))).start_ns for name in (verity.name, "Movella DOT 000001")}
        assert (starts[verity.name] - START_NS) / NS < 20
        assert (starts["Movella DOT 000001"] - START_NS) / NS > Recorder.TOGETHER_S
        received = np.concatenate([s.xyz for s in night.samples(verity.name)])
        assert len(received) > 870 * 51.7
        assert not [item for item in night.stream(verity.name) if isinstance(item, Gap)]


@pytest.mark.parametrize("stops_meanwhile", [False, True])
def test_a_night_that_opens_slowly_keeps_no_radio_waiting(tmp_path, stops_meanwhile):
    """It opens once the radio has brought more, or the night has ended: a loop that stood still would do neither."""
    verity = VirtualVerity(SyntheticNight(0.1, 51.7, seed=9), nominal_hz=52)
    went_on = threading.Event()
    heard = []

    async def main():
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def open_slowly(_start_ns):
            if stops_meanwhile:
                loop.call_soon_threadsafe(stop.set)
                loop.call_soon_threadsafe(went_on.set)
            else:
                heard.clear()
            assert went_on.wait(60)
            loop.call_soon_threadsafe(loop.call_later, 3.0, stop.set)
            return NightLog(tmp_path / "a.night", made_by("record", CONFIG))

        recorder = Recorder(CONFIG, open_slowly)

        def on_raw(sensor, arrival_ns, data):
            recorder.on_raw(sensor, arrival_ns, data)
            heard.append(arrival_ns)
            if len(heard) == 3 and not stops_meanwhile:
                went_on.set()

        async with VirtualRadio([verity]) as radio:
            await recorder.run([Link(None, backend=radio, on_raw=on_raw)], stop)

    run(main())
    with Night(tmp_path / "a.night") as night:
        assert night.gaps() == []
        assert sum(len(s.xyz) for s in night.samples()) >= (1 if stops_meanwhile else 2 * 51.7)


@pytest.mark.parametrize("stops_meanwhile", [False, True])
def test_a_night_that_does_not_open_is_told_of(tmp_path, monkeypatch, stops_meanwhile):
    monkeypatch.setattr(Recorder, "OPENING_S", 0.0)
    monkeypatch.setattr(Recorder, "LOOK_S", 0.1)
    ended, told = asyncio.Event(), threading.Event()

    def on_progress(progress):
        if progress.trouble is not None and ended.is_set() == stops_meanwhile:
            assert "cannot be begun yet" in progress.trouble
            told.set()

    async def main():
        loop = asyncio.get_running_loop()

        def open_once_told(_start_ns):
            if stops_meanwhile:
                loop.call_soon_threadsafe(ended.set)
            assert told.wait(30)
            loop.call_soon_threadsafe(ended.set)
            return NightLog(tmp_path / "a.night", made_by("record", CONFIG))

        recorder = Recorder(CONFIG, open_once_told, on_progress)
        async with VirtualRadio(pair(9)[:1]) as radio:
            await recorder.run([Link(None, backend=radio, wall_ns=wall_clock(START_NS))], ended)
        assert recorder.progress.trouble is None

    run(main())
    with Night(tmp_path / "a.night") as night:
        assert list(night.samples())


def test_a_full_disk_is_told_of_though_nothing_more_comes(tmp_path, full_disk):
    verity = VirtualVerity(SyntheticNight(0.1, 51.7, seed=9), nominal_hz=52)
    told = []

    async def main():
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        recorder = Recorder(
            CONFIG,
            lambda _: NightLog(tmp_path / "a.night", made_by("record", CONFIG)),
            lambda progress: told.append(progress.trouble) if 110 < loop.time() < 130 else None,
        )

        def fill_the_disk():
            full_disk.set()
            for number in range(1000):  # more than finds room in the last page
                recorder.log.battery(recorder.log.sensors[0], START_NS + number, 50)
            with contextlib.suppress(NightError):
                recorder.log.flush()

        loop.call_later(60, verity.drop, 1e6)
        loop.call_later(100, fill_the_disk)
        loop.call_later(130, full_disk.clear)
        loop.call_later(140, stop.set)
        async with VirtualRadio([verity]) as radio:
            await recorder.run([Link(None, backend=radio, wall_ns=wall_clock(START_NS))], stop)

    run(main())
    assert told
    assert "the disk is full" in told[0]


def test_a_night_that_cannot_be_begun_is_told_of_though_nothing_more_comes():
    verity = VirtualVerity(SyntheticNight(0.1, 51.7, seed=9), nominal_hz=52)

    async def main():
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def refuse(_start_ns):
            loop.call_soon_threadsafe(verity.drop, 1e6)
            raise NightError("the disk is full")

        async with VirtualRadio([verity]) as radio:
            loop.call_later(600, stop.set)
            with pytest.raises(NightError, match="the disk is full"):
                await Recorder(CONFIG, refuse).run([Link(None, backend=radio)], stop)
            assert not stop.is_set()

    run(main())


def test_a_disk_that_does_not_answer_at_the_end_is_told_of_and_the_loop_goes_on(tmp_path, monkeypatch):
    """A loop that stood still would be taken for dead, and killed with what is left to be written."""
    monkeypatch.setattr(night_log, "STALLED_S", 0.0)
    monkeypatch.setattr(Recorder, "LOOK_S", 0.1)
    ended, told = asyncio.Event(), threading.Event()
    write = NightFile.write

    def write_once_told(file, statements):
        assert told.wait(30)
        return write(file, statements)

    monkeypatch.setattr(NightFile, "write", write_once_told)

    def on_progress(progress):
        if ended.is_set() and progress.trouble is not None:
            assert "does not answer" in progress.trouble
            told.set()

    async def main():
        recorder = Recorder(CONFIG, lambda _: NightLog(tmp_path / "a.night", made_by("record", CONFIG)), on_progress)
        async with VirtualRadio(pair(9)[:1]) as radio:
            asyncio.get_running_loop().call_later(20, ended.set)
            await recorder.run([Link(None, backend=radio, wall_ns=wall_clock(START_NS))], ended)

    run(main())
    with Night(tmp_path / "a.night") as night:
        assert sum(len(s.xyz) for s in night.samples()) > 10 * 51.7


def test_a_night_that_ends_at_once_keeps_what_came(tmp_path):
    wearables = verity, dot = pair(7)
    record(tmp_path / "a.night", wearables, ["Sense", "DOT"], 30, prepare=lambda: dot.leave_unanswered(8))
    with Night(tmp_path / "a.night") as night:
        assert [sensor.name for sensor in night.sensors] == [verity.name]
        assert sum(len(s.xyz) for s in night.samples()) > 20 * 51.7


def test_notifications_that_find_no_room_before_the_night_opens_are_counted():
    recorder = Recorder(CONFIG, lambda _: None)
    for number in range(Recorder.HELD + 3):
        recorder.on_raw("Sense", START_NS + number, b"a")
    assert recorder.dropped_notifications == 3
