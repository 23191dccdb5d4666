"""The recorder's process in the machine: two wearables at once, night after night, as `fasciwatch record` does it.

It is told what to do by lines of JSON, and tells by lines of JSON how it goes. That it is one process for all nights
shows what a night leaves behind in it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

from detector.night import NightLog, night_path
from detector.recorder import Progress, Recorder
from detector.signal import DetectorConfig
from detector.watch import made_by
from firmware_bridge.link import Link, LinkState
from firmware_bridge.wearables import Wish

_log = logging.getLogger("recorder")

CONFIG = DetectorConfig()
RATE_HZ = 50.0
"""What is asked for; the Verity Sense gives the next above."""


def say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def record(device: str, folder: Path, stop: asyncio.Event) -> None:
    """Record one wearable into the night in a folder."""

    def open_log(start_ns: int) -> NightLog:
        return NightLog(night_path(folder, start_ns), made_by("record", CONFIG))

    def on_progress(progress: Progress) -> None:
        gap = progress.last_gap
        say(device=device, recorded_s=progress.recorded_s, last_gap=None if gap is None else gap.cause)

    def on_state(state: LinkState, words: str) -> None:
        _log.info("%s: %s %s", device, state.value, words)
        say(device=device, state=state.value, words=words, at_s=asyncio.get_running_loop().time())

    recorder = Recorder(CONFIG, open_log, on_progress)
    link = Link(
        device, Wish(rate_hz=RATE_HZ), on_raw=recorder.on_raw, on_battery=recorder.on_battery, on_state=on_state
    )
    await recorder.run([link], stop)


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
            recording = asyncio.ensure_future(
                asyncio.gather(*(record(device, folder / device, stop) for device in order["devices"]))
            )
        elif recording is not None:
            stop.set()
            outcome = await asyncio.gather(recording, return_exceptions=True)
            failures = [repr(failure) for failure in outcome if isinstance(failure, BaseException)]
            recording = None
            await asyncio.sleep(order["settle_s"])
            say(done=True, failures=failures, **left_behind())


asyncio.run(main())
