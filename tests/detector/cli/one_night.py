"""What the tests of a night that is recorded by the command line share: its settings, and a virtual radio to record."""

from __future__ import annotations

import asyncio
import functools
import os
import signal

from detector.cli.status import Status
from detector.cli.tonight import Tonight
from detector.signal import DetectorConfig
from firmware_bridge import link
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from tests.firmware_bridge.on_the_air import wall_ns


def tonight(folder, device, *, names=None, wait=True, **others):
    settings = {
        "devices": (device,),
        "anew": False,
        "rate_hz": None,
        "config": DetectorConfig(),
        "folder": folder,
        "passphrase": None,
        "stop_after_s": None,
        "lasts_h": None,
        "low_battery": False,
        "wait": wait,
        "names": names,
        "status": Status(),
    }
    return Tonight(**settings | others)


def recorded(wearables, night, ends_s, monkeypatch):
    """Record over a virtual radio, and end the night by SIGTERM."""

    async def work():
        async with VirtualRadio(wearables) as radio:
            monkeypatch.setattr(link, "Link", functools.partial(link.Link, backend=radio, wall_ns=wall_ns))
            asyncio.get_running_loop().call_later(ends_s, os.kill, os.getpid(), signal.SIGTERM)
            return await night.record()

    return run(work())
