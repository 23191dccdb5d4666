"""Promise: who records for the first time is offered what is in reach, and is not asked again; what cannot be read or
kept is told of in a sentence.

The wearables are virtual; bleak and the HCI between are real. Time is virtual.
"""

from __future__ import annotations

import sys

import pytest

from detector.cli.terminal.output import say
from detector.errors import FasciwatchError
from detector.recorder.choose import choose
from detector.recorder.remembered import recall, remember, settings_file
from firmware_bridge.discovery.find import Known
from firmware_bridge.errors import NoSuchWearableError
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.dot import VirtualDot
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("FASCIWATCH_SETTINGS", str(tmp_path / "settings"))
    return tmp_path / "settings"


def chosen(ask, *wearables, **settings):
    async def main():
        async with VirtualRadio(wearables) as radio:
            return await choose(ask, say, backend=radio, **settings)

    return run(main())


def nobody_asks(_most):
    raise AssertionError("there was nothing to ask")


def test_the_only_one_is_taken_and_remembered(capsys):
    verity = VirtualVerity([], battery_percent=41)
    known = chosen(nobody_asks, verity)
    assert known == Known(verity.name, verity.address)
    said = capsys.readouterr().err
    assert "Polar Verity Sense, battery 41 %" in said
    assert "snug" in said
    # The next time nobody looks for it, let alone asks: no wearable is on the air.
    assert chosen(nobody_asks) == known
    assert "as last time" in capsys.readouterr().err


def test_names_are_told_before_anything_is_said():
    verity = VirtualVerity([])
    told = []
    chosen(nobody_asks, verity, on_names=lambda *names: told.append(names))
    assert told == [(verity.name, verity.address)]
    chosen(nobody_asks, on_names=lambda *names: told.append(names))
    assert told[1:] == [(verity.name, verity.address, None)]


@pytest.mark.parametrize("number", [1, 2])
def test_of_several_the_person_chooses(number, capsys):
    wearables = VirtualVerity([]), VirtualH10([], device_id="11223344")
    known = chosen(lambda most: {2: number}[most], *wearables)
    line = next(line for line in capsys.readouterr().err.splitlines() if line.startswith(f"{number}: "))
    assert known.name in line
    assert recall() == known


def test_where_nobody_can_be_asked_the_nearest_is_taken(capsys):
    chosen(None, VirtualVerity([]), VirtualH10([], device_id="11223344"))
    assert "The first, which is the nearest, is taken" in capsys.readouterr().err


def test_choosing_anew():
    remember(Known("Movella DOT", "00:00:00:00:00:00", "D422CD000001"))
    dot = VirtualDot([], serial="D422CD000002")
    assert chosen(nobody_asks, dot, anew=True) == Known("Movella DOT", dot.address)


def test_nothing_in_reach():
    with pytest.raises(NoSuchWearableError, match="put it on"):
        chosen(nobody_asks)
    assert recall() is None


@pytest.mark.parametrize("known", [Known('A "b" \\ é', "AA:BB", "7"), Known("Thingy", "x")])
def test_what_is_remembered_comes_back_whole(known):
    remember(known)
    assert recall() == known
    if sys.platform != "win32":
        assert settings_file().stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text", [b"", b"name = 1\naddress = 'x'", b"\xff", b"name = ", b"name='x'\naddress='y'\nserial=3"]
)
def test_spoilt_settings_are_as_none(text, settings):
    settings.mkdir()
    settings_file().write_bytes(text)
    assert recall() is None


def test_settings_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FASCIWATCH_SETTINGS", str(tmp_path / "file" / "folder"))
    with pytest.raises(FasciwatchError, match="--device"):
        remember(Known("a", "b"))
