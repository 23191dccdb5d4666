"""Promise: an unattended recording waits for its wearable, begins the night anew where it can be written no more, tells
true times wherever the clock is set and what was missing, and its log holds no name and no address."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import logging
import signal
import sys

import pytest

from detector.cli.terminal.output import say
from detector.cli.terminal.status import Status
from detector.cli.terminal.streams import hide_names
from detector.errors import NightError
from detector.night import Night, NightLog, nights, see_that_it_can_be_recorded
from detector.night.integrity.check import check
from detector.night.writing import file
from detector.recorder.choose import choose
from detector.recorder.listener import Listener
from detector.recorder.recorder import Recorder
from detector.recorder.remembered import remember
from detector.recorder.tonight import Tonight, _losses
from detector.recorder.unnamed import Names
from detector.signal import DetectorConfig
from detector.watch import made_by
from firmware_bridge.discovery.find import Known
from firmware_bridge.errors import NoSuchWearableError, WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link import link
from firmware_bridge.samples import NS
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearable import VirtualWearable
from firmware_bridge.virtual.wearables.espruino import VirtualBangle
from firmware_bridge.virtual.wearables.movesense import VirtualMovesense
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from tests.detector.recorder.one_night import host, recorded, tonight
from tests.firmware_bridge.on_the_air import recording


@pytest.fixture
def streams(monkeypatch):
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)


@pytest.fixture
def logs(monkeypatch):
    """The logs of the night, in the order in which they are opened."""
    opened = []
    open_log = Tonight._open_log

    def remembering(self, clock, start_ns):
        opened.append(open_log(self, clock, start_ns))
        return opened[-1]

    monkeypatch.setattr(Tonight, "_open_log", remembering)
    return opened


def wait_for_trouble(log):
    """Wait until a log cannot be written: the writer's time is real."""
    changed = log._inbox._changed
    with changed:
        assert changed.wait_for(lambda: log.error is not None, timeout=60)


class SwitchedOnLate(VirtualWearable):
    """Comes on the air after ten minutes."""

    async def power_on(self, air):
        self._spawn(self._come(air))

    async def _come(self, air):
        await asyncio.sleep(600.0)
        await super().power_on(air)


def test_it_waits_for_a_wearable_that_is_not_there_yet(tmp_path, monkeypatch):
    recorder = recorded([LateVerity([recording(600)])], tonight(tmp_path, "8C4CAD2F"), 800.0, monkeypatch)
    assert recorder.progress.recorded_s > 60
    with Night(nights(tmp_path)[0]) as night:
        assert night.sensors[0].name.startswith("Polar Sense")


class LateVerity(SwitchedOnLate, VirtualVerity):
    """One that a night waits for."""


class LateMovesense(SwitchedOnLate, VirtualMovesense):
    """Another one."""


def test_it_records_the_wearables_that_are_there_and_waits_for_the_others(tmp_path, monkeypatch, capsys):
    first, second = VirtualVerity([recording(1200)]), LateMovesense([recording(600)])
    night = tonight(tmp_path, None, wanted=(first.address, second.address))
    recorded([first, second], night, 1000.0, monkeypatch)
    with Night(nights(tmp_path)[0]) as night:
        lengths_s = {
            sensor.name: sum(len(samples.xyz) for samples in night.samples(sensor.name)) / sensor.nominal_hz
            for sensor in night.sensors
        }
    assert lengths_s[first.name] > 950
    assert lengths_s[second.name] > 300
    assert capsys.readouterr().err.count("It is looked for again and again; what else comes is recorded.") == 1


def test_a_wearable_whose_connection_fails_in_an_unforeseen_way_does_not_end_the_others(tmp_path, monkeypatch, capsys):
    first, second = VirtualVerity([recording(1200)]), LateMovesense([recording(600)])
    failures = [KeyError("org.bluez.Device1")] * 3

    def prepare(radio):
        class Failing(radio.client_backend):
            async def connect(self, *arguments, **named):
                if self.address == second.address and failures:
                    raise failures.pop()
                await super().connect(*arguments, **named)

        radio.client_backend = Failing

    night = tonight(tmp_path, None, wanted=(first.address, second.address))
    recorded([first, second], night, 1000.0, monkeypatch, prepare=prepare)
    assert not failures
    with Night(nights(tmp_path)[0]) as night:
        assert len(night.sensors) == 2
        assert sum(len(samples.xyz) for samples in night.samples(first.name)) > 950 * 52
    assert "unforeseen way (KeyError('org.bluez.Device1')): try again. It is looked for" in capsys.readouterr().err


def test_a_night_ends_in_the_very_moment_in_which_a_wearable_is_looked_for_again(tmp_path, monkeypatch):
    first, second = VirtualVerity([recording(900)]), LateMovesense([recording(60)])
    night = tonight(tmp_path, None, wanted=(first.address, second.address))
    assert recorded([first, second], night, 500.0, monkeypatch).progress.recorded_s > 200  # of either


def test_an_evening_needs_no_terminal(tmp_path, monkeypatch, capsys, caplog):
    """A page, say, begins it, is told how it goes, and ends it without a signal."""
    told = []

    class Page(Listener):
        def state(self, which, state, words):
            told.append((which, state.value, words))

        def progress(self, progress):
            told.append(progress)

    wearable = VirtualVerity([recording(600)], battery_percent=30)

    async def evening():
        async with VirtualRadio([wearable]) as radio:
            monkeypatch.setattr(link, "Link", functools.partial(link.Link, backend=radio))
            night = tonight(tmp_path, "8C4CAD2F", listener=Page(), host=host(), lasts_h=9.0, low_battery=True)
            asyncio.get_running_loop().call_later(100.0, night.end)
            return await night.record()

    with caplog.at_level(logging.INFO, "detector.recorder"):
        recorder = run(evening())
    assert recorder.progress.recorded_s > 60
    assert ("", "streaming", wearable.name) in told
    assert told[-1] is recorder.progress
    assert "it is recorded for as long as it lasts" in caplog.text
    assert capsys.readouterr() == ("", "")


def test_without_waiting_it_says_so(tmp_path, monkeypatch):
    with pytest.raises(NoSuchWearableError):
        recorded([VirtualVerity([recording(60)])], tonight(tmp_path, "elsewhere", wait=False), 300.0, monkeypatch)
    assert nights(tmp_path) == []


def test_its_log_holds_no_name_and_no_address(tmp_path, monkeypatch, capsys, streams):
    wearable = VirtualVerity([recording(600)])
    wearable.at(100, wearable.drop, 40.0)
    names = hide_names()
    recorded([wearable], tonight(tmp_path, "8C4CAD2F", names=names), 300.0, monkeypatch)
    print("Traceback: 'Polar Sense 8C4CAD2F' at A0:9E:1A:00:11:22", file=sys.stderr)  # noqa: T201 - what may come
    sys.stderr.flush()
    written = "".join(capsys.readouterr())
    assert "streaming wearable 1" in written
    assert "min recorded" in written
    assert "8C4CAD2F" not in written
    assert wearable.address.lower() not in written.lower()
    assert "Traceback: 'wearable 1' at (address)" in written


@pytest.mark.parametrize("device", ["elsewhere", "Toaster"])
def test_a_refusal_names_no_stranger(tmp_path, monkeypatch, streams, device):
    class Toaster(VirtualH10):
        NAME = "Toaster"

    wearables = VirtualVerity([]), Toaster([], device_id="11223344")
    with pytest.raises(NoSuchWearableError) as caught:
        recorded(wearables, tonight(tmp_path, device, names=hide_names(), wait=False), 300.0, monkeypatch)
    assert "8C4CAD2F" not in str(caught.value)
    assert "11223344" not in str(caught.value)


def test_the_wearable_of_last_time_is_not_named(tmp_path, monkeypatch, capsys, streams):
    monkeypatch.setenv("FASCIWATCH_SETTINGS", str(tmp_path / "settings"))
    wearable = VirtualVerity([recording(600)])
    remember(Known(wearable.name, wearable.address))
    names = hide_names()
    known = asyncio.run(choose(None, say, on_names=names.add))
    recorded([wearable], tonight(tmp_path, known, names=names), 120.0, monkeypatch)
    written = "".join(capsys.readouterr())
    assert "Using wearable 1, as last time" in written
    assert "8C4CAD2F" not in written


@pytest.mark.parametrize("low_battery", [False, True])
def test_a_battery_that_will_not_last_is_told_of(tmp_path, monkeypatch, capsys, streams, low_battery):
    wearable = VirtualVerity([recording(600)], battery_percent=30)
    night = tonight(tmp_path, "8C4CAD2F", names=hide_names(), lasts_h=9.0, low_battery=low_battery)
    if not low_battery:
        with pytest.raises(WearableRefusedError, match="lasts about 5 h, the night 9 h: charge or change it"):
            recorded([wearable], night, 120.0, monkeypatch)
        return
    assert recorded([wearable], night, 120.0, monkeypatch).progress.recorded_s > 60
    words = "wearable 1: The battery of the Polar Verity Sense (30 %) lasts about 5 h, the night 9 h; it is recorded"
    assert words in capsys.readouterr().err


def test_names(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # as Windows calls it
    names = Names()
    names.add("Sense", "AA:BB:CC:DD:EE:FF")
    names.add("Sense 12", "Sense")
    names.add("Other", None)
    assert names.hide("Sense 12, Sense, Other") == "wearable 1, wearable 1, wearable 2"
    assert names.hide("at aa-bb-cc-dd-ee-0f") == "at (address)"
    assert names.hide("E621E1F8-C36C-495A-93FC-0C247A3E6E5F") == "(address)"
    assert names.hide(f"{tmp_path}/nights") == "~/nights"


def test_a_clock_that_is_set_is_told_and_bends_nothing(tmp_path, monkeypatch, capsys):
    recorded(
        [VirtualVerity([recording(600)])], tonight(tmp_path, "8C4CAD2F"), 300.0, monkeypatch, (0.0, 150.0, -3600.0)
    )
    assert "clock was set back by 1 h 00 min since the night began" in capsys.readouterr().err
    # Another run of the same evening: an hour back by the wall, and yet after what was recorded.
    recorded(
        [VirtualVerity([recording(600)])], tonight(tmp_path, "8C4CAD2F"), 60.0, monkeypatch, (350.0, 150.0, -3600.0)
    )
    (path,) = nights(tmp_path)
    with Night(path) as night:
        rows = list(night.samples())
        assert all(after.start_ns > row.start_ns for row, after in itertools.pairwise(rows))
        (gap,) = night.gaps()
        assert gap.cause == GapCause.RESTARTED
        assert (gap.end_ns - gap.start_ns) / NS == pytest.approx(50, abs=8)


def test_a_wearable_that_does_not_come_back_after_a_break_is_missing_until_the_end(tmp_path, monkeypatch):
    recorded([VirtualVerity([recording(600)])], tonight(tmp_path, "8C4CAD2F"), 300.0, monkeypatch)
    recorder = recorded([VirtualBangle([recording(60)])], tonight(tmp_path, "8C4CAD2F"), 900.0, monkeypatch, (400.0,))
    assert recorder.progress.recorded_s == 0
    (path,) = nights(tmp_path)
    with Night(path) as night:
        away, absent = night.gaps()
        assert (away.cause, absent.cause) == (GapCause.RESTARTED, GapCause.ABSENT)
        assert (away.end_ns - away.start_ns) / NS == pytest.approx(100, abs=8)
        assert (absent.end_ns - absent.start_ns) / NS == pytest.approx(900, abs=40)  # a signal takes virtual time


def test_a_wearable_that_is_sought_again_and_again_was_out_of_reach_meanwhile(tmp_path, monkeypatch):
    recorded([VirtualVerity([recording(600)])], tonight(tmp_path, "8C4CAD2F"), 300.0, monkeypatch)
    late = LateVerity([recording(900)])
    # Its computer's clock is set meanwhile, which nothing of this night goes by.
    recorded([late], tonight(tmp_path, "8C4CAD2F"), 900.0, monkeypatch, (400.0, 600.0, 3600.0))
    (path,) = nights(tmp_path)
    with Night(path) as night:
        away, absent = night.gaps()
        assert (away.cause, absent.cause) == (GapCause.RESTARTED, GapCause.ABSENT)
        assert (away.end_ns - away.start_ns) / NS == pytest.approx(100, abs=8)
        assert (absent.end_ns - absent.start_ns) / NS == pytest.approx(600, abs=60)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no open file")
@pytest.mark.parametrize(
    ("at_s", "refusal"), [(150, None), (150, "cannot be read or written"), (40, "was moved or deleted")]
)
def test_a_night_that_cannot_be_written_any_more_is_begun_anew(
    tmp_path, monkeypatch, capsys, caplog, streams, logs, at_s, refusal
):
    monkeypatch.setattr(file, "PATIENCE_S", 0.0)
    folder, away = tmp_path / "nights", tmp_path / "away"

    def take_away():
        logs[-1].flush()
        folder.rename(away)
        if refusal == "cannot be read or written":
            folder.touch()  # in its place no folder can be made
        wait_for_trouble(logs[-1])

    wearable = VirtualVerity([recording(600)])
    wearable.at(at_s, take_away)
    if refusal:  # a night that cannot even be saved for a minute would go on like that
        with pytest.raises(NightError, match=refusal):
            recorded([wearable], tonight(folder, "8C4CAD2F", wait=False), 400.0, monkeypatch)
        assert len(logs) == 1
        return
    recorder = recorded([wearable], tonight(folder, "8C4CAD2F", wait=False), 400.0, monkeypatch)
    first, second = nights(away)[0], nights(folder)[0]
    assert recorder.log.path == second
    with Night(first) as one, Night(second) as other:
        assert one.end_ns <= other.start_ns < one.end_ns + 100 * NS
        assert sum(len(samples.xyz) for samples in other.samples()) > 150 * 52
    assert not caplog.records
    said = capsys.readouterr().err
    assert "was moved or deleted while it was being recorded: put it back, or start again. What came from" in said
    assert said.index("The recording begins anew.") < said.index("The night was recorded in 2 parts.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no open file")
@pytest.mark.parametrize("comes_back", [True, False])
def test_a_night_that_is_begun_anew_takes_the_radio_and_the_battery_as_they_are(
    tmp_path, monkeypatch, capsys, streams, logs, comes_back
):
    monkeypatch.setattr(file, "PATIENCE_S", 0.0)
    folder = tmp_path / "nights"
    wearable = VirtualVerity([recording(900)], battery_percent=60)
    radios = []

    def fail():
        logs[-1].flush()
        folder.rename(tmp_path / "away")
        wait_for_trouble(logs[-1])
        wearable.battery_percent = 20
        radios[0].switch_off(100.0 if comes_back else 1e6)

    wearable.at(150, fail)
    night = tonight(folder, "8C4CAD2F", wait=False, lasts_h=8.0)
    if comes_back:
        assert recorded([wearable], night, 600.0, monkeypatch, prepare=radios.append).progress.recorded_s > 200
    else:
        with pytest.raises(NightError, match="nothing was recorded in the last part of the night"):
            recorded([wearable], night, 600.0, monkeypatch, prepare=radios.append)
    said = capsys.readouterr().err
    assert said.count("switched off: switch it on. It is looked for again and again") == 1
    assert "The night was recorded in 2 parts." in said


def test_what_found_no_room_is_told(tmp_path):
    recorder = Recorder(DetectorConfig(), lambda _: None)
    assert _losses(recorder) == ""
    for number in range(Recorder.HELD + 3):
        recorder.on_raw("Sense", number, b"a")
    assert _losses(recorder) == "Lost, since nothing could be written for long: 3 raw notifications."
    with NightLog(tmp_path / "a.night", made_by("record", DetectorConfig()), queue_limit=1) as recorder.log:
        recorder.log._intake.dropped_events = 2
        assert "2 events and 3 raw notifications" in _losses(recorder)


def test_a_damaged_night_is_put_aside_and_the_evening_recorded(tmp_path, monkeypatch, capsys):
    recorded([VirtualVerity([recording(600)])], tonight(tmp_path, "8C4CAD2F"), 120.0, monkeypatch)
    (path,) = nights(tmp_path)
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)
    see_that_it_can_be_recorded(path, encrypt=False)
    capsys.readouterr()
    recorded([VirtualVerity([recording(600)])], tonight(tmp_path, "8C4CAD2F"), 120.0, monkeypatch, (400.0,))
    aside = tmp_path / f"{path.stem}-damaged.night"
    assert f"It is {aside} now" in capsys.readouterr().err
    assert aside.read_bytes() == content
    with Night(path) as night:
        assert sum(len(samples.xyz) for samples in night.samples()) > 52 * 90
    assert check(path).is_sound


def test_a_night_that_cannot_be_gone_on_with_and_is_sound_has_another_run(tmp_path, monkeypatch, capsys, logs):
    def break_it():
        logs[-1].flush()
        logs[-1]._note(("DELETE FROM sensor", ()))  # refused by SQLite, now and whenever it is tried again
        wait_for_trouble(logs[-1])

    wearable = VirtualVerity([recording(600)])
    wearable.at(120, break_it)
    recorder = recorded([wearable], tonight(tmp_path, "8C4CAD2F"), 400.0, monkeypatch)
    assert recorder.progress.recorded_s > 150
    assert "The recording begins anew." in capsys.readouterr().err
    (path,) = nights(tmp_path)
    with Night(path) as night:
        assert len(night.runs) == 2
        assert sum(len(samples.xyz) for samples in night.samples()) > 52 * 300
    assert check(path).is_sound


@pytest.mark.parametrize("how", ["space returns", "nobody waits"])
def test_a_disk_that_is_full_at_the_end_is_waited_for(tmp_path, monkeypatch, full_disk, how):
    told = []

    def tell(_status, progress):
        if not told and "free some space; the end waits for that, 10 min at most" in (progress.trouble or ""):
            told.append(progress.trouble)
            if how == "space returns":
                full_disk.clear()
            else:
                signal.raise_signal(signal.SIGTERM)  # a second time

    monkeypatch.setattr(Recorder, "LOOK_S", 0.1)
    monkeypatch.setattr(Status, "progress", tell)
    refused = pytest.raises(NightError, match=r"the disk is full.*What came from \d\d:\d\d:\d\d on is lost")
    with contextlib.nullcontext() if how == "space returns" else refused:
        recorded(
            [VirtualVerity([recording(600)])],
            tonight(tmp_path, "8C4CAD2F"),
            60.0,
            monkeypatch,
            prepare=lambda _radio: asyncio.get_running_loop().call_later(30.0, full_disk.set),
        )
    assert told
    (path,) = nights(tmp_path)
    with Night(path) as night:
        kept_s = sum(night.anchors(sensor.name).seconds.sum() for sensor in night.sensors)
    assert (kept_s > 50) == (how == "space returns")
