"""Promise: how a recording stands can be read by a person in a line, by a program in lines of JSON, and is heard where
samples stay away and that was asked for."""

from __future__ import annotations

import asyncio
import json

import pytest

from detector.cli.status import ALARM_S, EVERY_S, Status, describe
from detector.recorder import Progress
from firmware_bridge.link_info import LinkState
from firmware_bridge.samples import Gap
from firmware_bridge.virtual.time import run

PROGRESS = Progress(
    recorded_s=5400.0,
    missing_s=12.3,
    twitches=31,
    twitches_this_hour=20,
    events=40,
    rate_hz=51.94,
    battery=64,
    last_gap=Gap(0, 12_300_000_000, "no data", "Polar Sense 1"),
)


def test_a_person_reads_a_line():
    assert describe(PROGRESS) == (
        "90.0 min recorded, 51.9 samples/s, 31 twitches, 20 this hour, battery 64 %, 12 s missing (last: no data)"
    )
    assert describe(Progress(trouble="the disk is full")).endswith("the disk is full")
    assert "battery" not in describe(Progress())


def test_a_program_reads_lines(capsys):
    async def main():
        with Status(as_json=True) as status:
            status.state("", LinkState.SEARCHING, "")
            for _ in range(250):
                status.progress(PROGRESS)
                await asyncio.sleep(EVERY_S / 100)
            status.state("Thingy", LinkState.WAITING, "no data; again in 1 s")

    run(main())
    out, err = capsys.readouterr()
    assert err == ""
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["what"] for line in lines] == ["state", "progress", "progress", "state"]
    assert lines[1]["last_gap"]["cause"] == "no data"
    assert lines[1]["twitches_this_hour"] == 20
    assert lines[-1] == {"what": "state", "wearable": "Thingy", "state": "waiting", "words": "no data; again in 1 s"}


@pytest.mark.parametrize("bell", [False, True])
def test_the_bell_rings_where_it_is_wanted(bell, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")

    async def main():
        status = Status(bell=bell)
        status.state("", LinkState.SEARCHING, "")
        status.progress(PROGRESS)
        await asyncio.sleep(ALARM_S / 2)
        status.state("", LinkState.WAITING, "connection lost")
        early = capsys.readouterr().err
        await asyncio.sleep(ALARM_S)
        status.state("", LinkState.SEARCHING, "")
        return early, capsys.readouterr().err

    early, late = run(main())
    assert "\a" not in early
    assert ("\a" in late) is bell
