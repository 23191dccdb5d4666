"""The evening in the machine: every scenario after another, each with a night of its own, told as a line of JSON."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from tests.bluez.guest.account import account
from tests.bluez.guest.air import H10, Verity, on_the_air
from tests.bluez.guest.numbered import numbered
from tests.bluez.guest.orders import Orders
from tests.bluez.guest.scenarios import SCENARIOS, Stage
from tests.bluez.guest.stack import Stack

VERITY_HZ, H10_HZ = 52.0, 50.0
BEFORE_S, AFTER_S = 8.0, 8.0
"""Seconds of each wearable that are recorded before and after what happens."""

FIRST_S = 120.0
BACK_S = 180.0
"""How long the first samples, and those after a fault, are waited for, in seconds."""

PLAYED_S = 1800.0
"""Length of what the wearables play: all scenarios together are shorter."""


async def play(name: str, stage: Stage, folder: Path) -> dict[str, Any]:
    """Play a scenario, and account for it."""
    wearables = {stage.verity.name: VERITY_HZ, stage.h10.name: H10_HZ}
    sent: dict[str, list[tuple[int, int]]] = {}
    trouble = ""
    for wearable in (stage.verity, stage.h10):
        wearable.take_sent()
    await stage.orders.record(wearables, folder)
    try:
        await stage.orders.until_recorded(BEFORE_S, FIRST_S)
        await SCENARIOS[name](stage)
        await stage.orders.until_recorded(AFTER_S, BACK_S)
    except Exception:  # noqa: BLE001 -- told, so that it fails its own scenario and no other
        trouble = traceback.format_exc()
    ended_s = time.monotonic()
    left = await stage.orders.end()
    took_s = time.monotonic() - ended_s
    sent = {wearable.name: wearable.take_sent() for wearable in (stage.verity, stage.h10)}
    nights = {}
    for device, rate_hz in wearables.items():
        with contextlib.suppress(IndexError):  # no night at all: the trouble says why
            nights[device] = account(folder, device, rate_hz)
    return {
        "trouble": trouble,
        "sent": sent,
        "nights": nights,
        "states": stage.orders.states,
        "left": left,
        "ending_s": took_s,
        "bus_connections": await stage.stack.connections_of(stage.orders.pid),
        "told_to_stop": not (stage.verity.is_measuring or stage.h10.is_measuring),
        "let_go": not (stage.verity.is_connected or stage.h10.is_connected),
    }


async def main(results: Path) -> None:
    """Run the evening."""
    logging.basicConfig(level=logging.WARNING, format="%(relativeCreated)d evening %(name)s %(message)s")

    def tell(scenario: str, **words: Any) -> None:
        with results.open("w") as lines:
            lines.write(json.dumps({"scenario": scenario, "uptime_s": _uptime_s(), **words}) + "\n")

    tell("boot")
    verity = Verity([numbered(PLAYED_S, VERITY_HZ)])
    h10 = H10([numbered(PLAYED_S, H10_HZ)], device_id="0A1B2C3D")
    async with Stack() as stack, on_the_air(verity, h10):
        await stack.until_powered()
        tell("adapter")
        orders = await Orders.given()
        tell("recorder")
        with tempfile.TemporaryDirectory() as folder:
            stage = Stage(stack, orders, verity, h10)
            for name in SCENARIOS:
                tell(name, **await play(name, stage, Path(folder) / name))
        status = await orders.dismiss()
    tell("end", recorder_status=status)


def _uptime_s() -> float:
    return float(Path("/proc/uptime").read_text().split()[0])


asyncio.run(main(Path(sys.argv[1])))
