"""Promise: the service manager is told that the loop lives, and nothing of one that hangs."""

from __future__ import annotations

import asyncio
import socket
import sys
import time

import pytest

from detector.recorder.systemd.heartbeat import beating, tell
from firmware_bridge.virtual.time import run

linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is on Linux only")


@pytest.fixture
def manager(tmp_path, monkeypatch):
    """A socket such as systemd listens at."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "notify"))
        door.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        def heard():
            words = []
            while True:
                try:
                    words.append(door.recv(1000).decode())
                except BlockingIOError:
                    return words

        yield heard


@linux
def test_the_manager_hears_that_the_loop_lives(manager, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")

    async def live():
        async with beating():
            await asyncio.sleep(59)

    run(live())
    assert manager() == ["READY=1", *["WATCHDOG=1"] * 4, "STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000"]


@linux
def test_a_loop_that_hangs_says_nothing(manager, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "20000")

    async def hang():
        async with beating():
            await asyncio.sleep(0)
            manager()
            time.sleep(0.1)  # noqa: ASYNC251 - that is the fault
            assert manager() == []

    asyncio.run(hang())


def test_without_a_manager_nothing_is_told(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/at/all")
    tell("READY=1")
