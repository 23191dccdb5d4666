"""Runs `fasciwatch record` with the words given, in real time, over a virtual radio with one wearable that twitches."""

from __future__ import annotations

import functools
import importlib
import sys
import time

from detector.cli import main
from firmware_bridge.link import link
from firmware_bridge.virtual.night import SyntheticNight
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.wearables.polar import VirtualVerity

record = importlib.import_module("detector.cli.tonight.record")  # the package has a command of this name
_evening = record._evening


async def over_the_air(*words, **settings):
    night = SyntheticNight(0.05, 51.7, 1, start_ns=time.time_ns())
    async with VirtualRadio([VirtualVerity(night, nominal_hz=52)]) as radio:
        link.Link = functools.partial(link.Link, backend=radio)
        return await _evening(*words, **settings)


if __name__ == "__main__":
    record._evening = over_the_air
    main(sys.argv[1:], prog_name="fasciwatch")
