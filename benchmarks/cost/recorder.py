"""``python -m benchmarks.cost.recorder record|encrypt|listen FOLDER RATE_HZ SECONDS``: what a process spends, as JSON.

It takes a virtual wearable's stream in real time: recorded as a night, or only received. The virtual wearable and its
radio live in the same process, so what recording costs is the difference of the two, and what a recorder holds is that
and what `benchmarks.cost.bare` holds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from benchmarks.cost.bare import take_in
from benchmarks.soak.memory import resident_mb
from detector.night import NightLog
from detector.recorder.recorder import Recorder
from detector.signal import DetectorConfig
from detector.watch import made_by
from firmware_bridge.discovery.find import find
from firmware_bridge.link.link import Link
from firmware_bridge.link.session import Session
from firmware_bridge.samples import NS
from firmware_bridge.virtual.night import SyntheticNight
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.wearables.polar import VirtualH10
from firmware_bridge.wearables import Wish

SETTLE_S = 10.0
"""Left out of the figures: connecting, and opening the night."""

_PASSPHRASE = "any"  # noqa: S105 - of a night that is thrown away


async def record(radio: VirtualRadio, path: Path, rate_hz: float, passphrase: str | None) -> None:
    """Record as the command does, until cancelled."""
    config = DetectorConfig()
    recorder = Recorder(config, lambda _start_ns: NightLog(path, made_by("record", config), passphrase=passphrase))
    link = Link(None, Wish(rate_hz=rate_hz), backend=radio, on_raw=recorder.on_raw, on_battery=recorder.on_battery)
    stop = asyncio.Event()
    running = asyncio.create_task(recorder.run([link], stop))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        await running


async def listen(radio: VirtualRadio, rate_hz: float) -> None:
    """Receive the same notifications and let them go, until cancelled."""
    session = Session(await find(None, 20, radio.scanner_backend), radio.client_backend)
    await session.connect()
    await session.start(Wish(rate_hz=rate_hz))
    try:
        while True:
            await session.receive(asyncio.get_running_loop().time() + 60)
    finally:
        await session.close(stop=True)


async def main() -> None:
    """Measure."""
    how, folder, rate_hz, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    take_in()  # in both, for the memory
    night = SyntheticNight((seconds + 2 * SETTLE_S) / 3600, rate_hz, 1, start_ns=time.time_ns() // NS * NS)
    wearable = VirtualH10(night, nominal_hz=round(rate_hz))
    async with VirtualRadio([wearable]) as radio:
        if how == "listen":
            working = listen(radio, rate_hz)
        else:
            passphrase = _PASSPHRASE if how == "encrypt" else None
            working = record(radio, folder / "cost.night", rate_hz, passphrase)
        task = asyncio.create_task(working)
        await asyncio.sleep(SETTLE_S)
        began_s, cpu_s, written = time.monotonic(), time.process_time(), written_bytes()
        await asyncio.sleep(seconds)
        took_s, spent_s = time.monotonic() - began_s, time.process_time() - cpu_s
        memory_mb = resident_mb()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    # After the end, so that the last checkpoint is among it.
    print(
        json.dumps(
            {
                "core": spent_s / took_s,
                "resident_mb": memory_mb,
                "written_bytes_s": None if written is None else ((written_bytes() or 0) - written) / took_s,
            }
        )
    )


def written_bytes() -> int | None:
    """Bytes this process has given the disk to write; None where the system does not count them."""
    counts = Path("/proc/self/io")
    if not counts.exists():
        return None
    lines = dict(line.split(": ") for line in counts.read_text(encoding="utf-8").splitlines())
    return int(lines["write_bytes"])


if __name__ == "__main__":
    asyncio.run(main())
