"""Promise: an unattended recording waits for its wearable, begins the night anew where it can be written no more, and
its log holds no name and no address."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import sys

import pytest

from detector.cli.status import Status
from detector.cli.tonight import Tonight, _losses
from detector.cli.unnamed import Names, hide_names
from detector.errors import NightError
from detector.night import Night, NightLog, file, nights
from detector.recorder import Recorder
from detector.signal import DetectorConfig
from detector.watch import made_by
from firmware_bridge import link
from firmware_bridge.errors import NoSuchWearableError
from firmware_bridge.samples import NS
from firmware_bridge.virtual.polar import VirtualVerity
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from tests.firmware_bridge.on_the_air import recording, wall_ns


def tonight(folder, device, *, names=None, wait=True):
    return Tonight(
        devices=(device,),
        anew=False,
        rate_hz=None,
        config=DetectorConfig(),
        folder=folder,
        passphrase=None,
        stop_after_s=None,
        lasts_h=None,
        wait=wait,
        names=names,
        status=Status(),
    )


def recorded(wearable, night, ends_s, monkeypatch):
    """Record over a virtual radio, and end the night by SIGTERM."""

    async def work():
        async with VirtualRadio([wearable]) as radio:
            monkeypatch.setattr(link, "Link", functools.partial(link.Link, backend=radio, wall_ns=wall_ns))
            asyncio.get_running_loop().call_later(ends_s, os.kill, os.getpid(), signal.SIGTERM)
            return await night.record()

    return run(work())


@pytest.fixture
def streams(monkeypatch):
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)


def test_it_waits_for_a_wearable_that_is_not_there_yet(tmp_path, monkeypatch):
    wearable = VirtualVerity([recording(600)])
    wearable.at(0.1, wearable.drop, 150.0)
    recorder = recorded(wearable, tonight(tmp_path, "8C4CAD2F"), 300.0, monkeypatch)
    assert recorder.progress.recorded_s > 60
    with Night(nights(tmp_path)[0]) as night:
        assert night.sensors[0].name.startswith("Polar Sense")


def test_without_waiting_it_says_so(tmp_path, monkeypatch):
    with pytest.raises(NoSuchWearableError):
        recorded(VirtualVerity([recording(60)]), tonight(tmp_path, "elsewhere", wait=False), 300.0, monkeypatch)
    assert nights(tmp_path) == []


def test_its_log_holds_no_name_and_no_address(tmp_path, monkeypatch, capsys, streams):
    wearable = VirtualVerity([recording(600)])
    wearable.at(100, wearable.drop, 40.0)
    names = hide_names()
    recorded(wearable, tonight(tmp_path, "8C4CAD2F", names=names), 300.0, monkeypatch)
    print("Traceback: 'Polar Sense 8C4CAD2F' at A0:9E:1A:00:11:22", file=sys.stderr)  # noqa: T201 - what may come
    sys.stderr.flush()
    written = "".join(capsys.readouterr())
    assert "streaming wearable 1" in written
    assert "min recorded" in written
    assert "8C4CAD2F" not in written
    assert wearable.address.lower() not in written.lower()
    assert "Traceback: 'wearable 1' at (address)" in written


def test_names(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    names = Names()
    names.add("Sense", "AA:BB:CC:DD:EE:FF")
    names.add("Sense 12", "Sense")
    names.add("Other", None)
    assert names.hide("Sense 12, Sense, Other") == "wearable 1, wearable 1, wearable 2"
    assert names.hide("at aa-bb-cc-dd-ee-0f") == "at (address)"
    assert names.hide("E621E1F8-C36C-495A-93FC-0C247A3E6E5F") == "(address)"
    assert names.hide(f"{tmp_path}/nights") == "~/nights"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no open file")
@pytest.mark.parametrize(
    ("at_s", "refusal"), [(150, None), (150, "cannot be read or written"), (40, "was moved or deleted")]
)
def test_a_night_that_cannot_be_written_any_more_is_begun_anew(
    tmp_path, monkeypatch, capsys, caplog, streams, at_s, refusal
):
    monkeypatch.setattr(file, "PATIENCE_S", 0.0)
    folder, away = tmp_path / "nights", tmp_path / "away"
    logs = []
    open_log = Tonight._open_log

    def remembering(self, start_ns):
        logs.append(open_log(self, start_ns))
        return logs[-1]

    monkeypatch.setattr(Tonight, "_open_log", remembering)

    def take_away():
        logs[-1].flush()
        folder.rename(away)
        if refusal == "cannot be read or written":
            folder.touch()  # in its place no folder can be made
        changed = logs[-1]._inbox._changed
        with changed:  # the writer's time is real
            assert changed.wait_for(lambda: logs[-1].error is not None, timeout=60)

    wearable = VirtualVerity([recording(600)])
    wearable.at(at_s, take_away)
    if refusal:  # a night that cannot even be saved for a minute would go on like that
        with pytest.raises(NightError, match=refusal):
            recorded(wearable, tonight(folder, "8C4CAD2F", wait=False), 400.0, monkeypatch)
        assert len(logs) == 1
        return
    recorder = recorded(wearable, tonight(folder, "8C4CAD2F", wait=False), 400.0, monkeypatch)
    first, second = nights(away)[0], nights(folder)[0]
    assert recorder.log.path == second
    with Night(first) as one, Night(second) as other:
        assert one.end_ns <= other.start_ns < one.end_ns + 100 * NS
        assert sum(len(samples.xyz) for samples in other.samples()) > 150 * 52
    assert not caplog.records
    said = capsys.readouterr().err
    assert "was moved or deleted while it was being recorded: put it back, or start again. What came from" in said
    assert said.index("The recording begins anew.") < said.index("The night was recorded in 2 parts.")


def test_what_found_no_room_is_told(tmp_path):
    recorder = Recorder(DetectorConfig(), lambda _: None)
    assert _losses(recorder) == ""
    for number in range(Recorder.HELD + 3):
        recorder.on_raw("Sense", number, b"a")
    assert _losses(recorder) == "Lost, since nothing could be written for long: 3 raw notifications."
    with NightLog(tmp_path / "a.night", made_by("record", DetectorConfig()), queue_limit=1) as recorder.log:
        recorder.log.dropped_events = 2
        assert "2 events and 3 raw notifications" in _losses(recorder)
