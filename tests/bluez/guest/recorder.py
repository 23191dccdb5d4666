"""The recorder's process in the machine: two wearables at once, night after night, as `fasciwatch record` does it.

It is told what to do by lines of JSON, and tells by lines of JSON how it goes. That it is one process for all nights
shows what a night leaves behind in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from detector.night import NightLog, night_path
from detector.recorder.recorder import Recorder
from detector.signal import DetectorConfig
from detector.watch import made_by
from firmware_bridge.link.info import LinkState
from firmware_bridge.link.link import Link
from firmware_bridge.samples import Gap, Samples
from firmware_bridge.wearables import Wish

_log = logging.getLogger("recorder")

CONFIG = DetectorConfig()
RATE_HZ = 50.0
"""What is asked for; the Verity Sense gives the next above."""


def say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class Told(Link):
    """A link that tells how much it has brought."""

    def __init__(self, device: str, recorder: Recorder) -> None:
        super().__init__(
            device,
            Wish(rate_hz=RATE_HZ),
            on_raw=recorder.on_raw,
            on_battery=recorder.on_battery,
            on_state=self._tell_state,
        )
        self._told = device
        self._brought_s = 0.0

    async def stream(self) -> AsyncGenerator[Samples | Gap, None]:
        async with contextlib.aclosing(super().stream()) as pieces:
            async for piece in pieces:
                if isinstance(piece, Samples):
                    self._brought_s += len(piece.xyz) / piece.rate_hz
                    say(device=self._told, recorded_s=self._brought_s)
                yield piece

    def _tell_state(self, state: LinkState, words: str) -> None:
        _log.info("%s: %s %s", self._told, state.value, words)
        say(device=self._told, state=state.value, words=words, at_s=asyncio.get_running_loop().time())


async def record(devices: list[str], folder: Path, stop: asyncio.Event) -> None:
    """Record wearables into the night in a folder."""

    def open_log(start_ns: int) -> NightLog:
        return NightLog(night_path(folder, start_ns), made_by("record", CONFIG))

    recorder = Recorder(CONFIG, open_log)
    await recorder.run([Told(device, recorder) for device in devices], stop)


def left_behind() -> dict[str, list[str]]:
    """Tasks, and open files and sockets, that this process has besides those that read its orders."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    return {
        "tasks": sorted(getattr(task.get_coro(), "__qualname__", repr(task)) for task in tasks),
        # A socket's number says nothing, and is another after each connection.
        "files": sorted(_without_number(path) for path in Path("/proc/self/fd").iterdir()),
    }


def _without_number(path: Path) -> str:
    try:
        return str(path.readlink()).partition(":[")[0]
    except OSError:  # the folder itself, which was open only to be listed
        return ""


async def main() -> None:
    """Do what the lines of standard input say."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(relativeCreated)d %(name)s %(message)s")
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    stop = asyncio.Event()
    recording: asyncio.Task[Any] | None = None
    say(ready=True)
    while line := await orders.readline():
        order = json.loads(line)
        if "devices" in order:
            stop.clear()
            folder = Path(order["folder"])
            recording = asyncio.ensure_future(record(order["devices"], folder, stop))
        elif recording is not None:
            stop.set()
            outcome = await asyncio.gather(recording, return_exceptions=True)
            failures = [repr(failure) for failure in outcome if isinstance(failure, BaseException)]
            recording = None
            await asyncio.sleep(order["settle_s"])
            say(done=True, failures=failures, **left_behind())


asyncio.run(main())
