"""What the tests of a night that is recorded share: its settings, and a virtual radio to record."""

from __future__ import annotations

import asyncio
import functools
import signal
from dataclasses import replace

from detector.cli.terminal.status import Status
from detector.cli.terminal.streams import ended_by_signals
from detector.recorder.tonight import Tonight
from detector.signal import DetectorConfig
from firmware_bridge.clock.host import HostClock
from firmware_bridge.link import link
from firmware_bridge.samples import NS
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from tests.firmware_bridge.on_the_air import WALL_NS


def host(up_s=0.0, set_at_s=0.0, set_by_s=0.0):
    """The clocks of a computer in virtual time, of which one is set so long after its start."""
    loop = asyncio.get_running_loop()

    def running_ns():
        return round((up_s + loop.time()) * NS)

    return HostClock(
        lambda: WALL_NS + running_ns() + (round(set_by_s * NS) if running_ns() >= set_at_s * NS else 0),
        running_ns,
        "boot",
    )


def tonight(folder, device, *, names=None, wait=True, **others):
    settings = {
        "wanted": (device,),
        "rate_hz": None,
        "config": DetectorConfig(),
        "folder": folder,
        "passphrase": None,
        "stop_after_s": None,
        "lasts_h": None,
        "low_battery": False,
        "wait": wait,
        "names": names,
        "listener": Status(),
    }
    return Tonight(**settings | others)


def recorded(wearables, night, ends_s, monkeypatch, clocks=(), *, prepare=lambda _radio: None):
    """Record over a virtual radio, and end the night by SIGTERM."""

    async def work():
        async with VirtualRadio(wearables) as radio:
            prepare(radio)
            monkeypatch.setattr(link, "Link", functools.partial(link.Link, backend=radio))
            # Raised in this thread: one that is sent to the process comes late, after virtual time that nobody knows.
            asyncio.get_running_loop().call_later(ends_s, signal.raise_signal, signal.SIGTERM)
            if not isinstance(night, Tonight):
                return await night.record()
            known = replace(night, host=host(*clocks))
            with ended_by_signals(asyncio.get_running_loop(), known.end):
                return await known.record()

    return run(work())
