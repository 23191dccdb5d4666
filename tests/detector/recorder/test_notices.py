"""Promise: a notice is seen on the desktop, and takes the place of the one before; a desktop that is not there, goes,
hangs or fails is told of once and disturbs nothing.

The bus is a real one of its own; the desktop on it is the test's.
"""

from __future__ import annotations

import asyncio
import gc
import sys

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.cli.terminal.output import say
from detector.recorder import notices
from detector.recorder.notices import Notices
from detector.recorder.tonight import Tonight
from tests.detector.recorder.desktop import bus, shown_on


def with_notices(work):
    async def main():
        async with Notices(say) as shown:
            await work(shown)

    asyncio.run(main())


@pytest.fixture
def address(tmp_path, monkeypatch):
    with bus(tmp_path, monkeypatch) as address:
        yield address


@pytest.fixture
def desktop(address):
    with shown_on(address) as desktop:
        yield desktop


def test_a_notice_takes_the_place_of_the_one_before(desktop, capsys):
    async def work(shown):
        assert await shown.why_not() == ""
        await shown.show("samples", "gone", "since 3", urgent=True)
        await shown.show("saving", "full", "disk")
        assert desktop.open == ["gone", "full"]
        await shown.show("samples", "back", "again")
        assert desktop.open == ["full", "back"]

    with_notices(work)
    assert [notice.urgency for notice in desktop.shown] == [2, 1, 1]
    assert desktop.shown[0].message == "since 3"
    assert capsys.readouterr().err == ""


def test_one_that_a_person_has_closed(desktop, capsys):
    async def work(shown):
        await shown.show("samples", "gone", "")
        desktop.dismiss()
        await shown.show("samples", "back", "")

    with_notices(work)
    assert desktop.open == ["back"]
    assert capsys.readouterr().err == ""


def said_once(capsys, words):
    said = capsys.readouterr().err
    assert said.count("No desktop notification can be shown") == 1
    assert words in said
    assert said.count("\n") == 1


async def twice(shown):
    await shown.show("samples", "gone", "")
    await shown.show("samples", "back", "")


def test_a_bus_without_a_desktop(address, capsys):
    with_notices(twice)
    said_once(capsys, "org.freedesktop.Notifications")


@pytest.mark.parametrize("address", ["unix:path=/nowhere", "nonsense", ""])
def test_no_bus(address, monkeypatch, capsys):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("DISPLAY", raising=False)
    with_notices(twice)
    said_once(capsys, "the night is recorded all the same")


def test_a_desktop_that_hangs(desktop, monkeypatch, capsys):
    monkeypatch.setattr(notices, "PATIENCE_S", 0.2)
    desktop.hangs = True
    with_notices(twice)
    said_once(capsys, "the desktop does not answer")
    assert desktop.shown == []


def test_a_loop_is_not_held_up_meanwhile(desktop, monkeypatch):
    monkeypatch.setattr(notices, "PATIENCE_S", 0.5)
    desktop.hangs = True

    async def work(shown):
        showing = asyncio.create_task(shown.show("samples", "gone", ""))
        turns = 0
        while not showing.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 10

    with_notices(work)


def test_a_desktop_that_goes_and_comes_back(tmp_path, monkeypatch, capsys):
    async def work(shown):
        with bus(tmp_path, monkeypatch) as address, shown_on(address) as desktop:
            await shown.show("samples", "gone", "")
            assert desktop.open == ["gone"]
        await shown.show("samples", "back", "")
        (tmp_path / "bus").unlink(missing_ok=True)
        with bus(tmp_path, monkeypatch) as address, shown_on(address) as desktop:
            await shown.show("samples", "gone", "")
            assert desktop.open == ["gone"]

    with_notices(work)
    gc.collect()  # nor does what is left of the connection speak when it is thrown away
    said_once(capsys, "the night is recorded all the same")


def test_a_desktop_that_was_away_meanwhile(tmp_path, monkeypatch, capsys):
    async def work(shown):
        for title in ("gone", "back"):
            with bus(tmp_path, monkeypatch) as address, shown_on(address) as desktop:
                await shown.show("samples", title, "")
                assert desktop.open == [title]
            (tmp_path / "bus").unlink(missing_ok=True)

    with_notices(work)
    assert capsys.readouterr().err == ""


def test_without_the_library_the_night_does_not_begin(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)
    monkeypatch.setattr(Tonight, "record", None)  # who looked for the wearable would fail otherwise
    done = CliRunner().invoke(main, ["record", "--notify", "--device", "Sense", "--library", str(tmp_path)])
    assert done.exit_code == 1
    assert "pip install 'desktop-notifier<7'" in done.output
    assert len(done.output.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
