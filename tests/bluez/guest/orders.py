"""The recorder's process, as the evening that orders it about sees it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

SETTLE_S = 3.0
"""Time given to goodbyes before what is left behind is counted, in seconds."""

_START_S = 180.0
_END_S = 120.0


class Orders:
    """A recorder's process: what it is told to do, and what it has told."""

    _process: asyncio.subprocess.Process
    _reading: asyncio.Task[None]

    def __init__(self) -> None:
        self._news = asyncio.Condition()
        self._ready = False
        self._done: dict[str, Any] | None = None
        self._folder = ""
        self.recorded_s: dict[str, float] = {}
        self.states: list[dict[str, Any]] = []

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @classmethod
    async def given(cls) -> Orders:
        """Start the process and wait until it listens."""
        orders = cls()
        await orders._start()
        return orders

    async def _start(self) -> None:
        self._ready = False
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bluez.guest.recorder"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        await self._until(lambda: self._ready, _START_S)

    async def record(self, devices: Iterable[str], folder: Path) -> None:
        """Begin a night, or go on with it."""
        self.recorded_s = dict.fromkeys(devices, 0.0)
        self.states = []
        self._folder = str(folder)
        await self._tell(devices=list(self.recorded_s), folder=self._folder)

    async def crash(self) -> None:
        """Kill the process (SIGKILL), start it anew, and let it go on with the night."""
        self._process.kill()
        await self._reading
        await self._process.wait()
        await self._start()
        await self.record(self.recorded_s, Path(self._folder))

    async def until_recorded(self, seconds: float, timeout_s: float) -> None:
        """Wait until so many more seconds of each wearable have been recorded."""
        wanted_s = {device: recorded_s + seconds for device, recorded_s in self.recorded_s.items()}
        await self._until(lambda: all(self.recorded_s[device] >= wanted_s[device] for device in wanted_s), timeout_s)

    async def until_state(self, device: str, state: str, timeout_s: float) -> None:
        """Wait until a link has newly come into a state."""
        known = len(self.states)
        await self._until(
            lambda: any((said["device"], said["state"]) == (device, state) for said in self.states[known:]), timeout_s
        )

    async def end(self) -> dict[str, Any]:
        """End the night; gives what is left behind then."""
        self._done = None
        await self._tell(settle_s=SETTLE_S)
        await self._until(lambda: self._done is not None, _END_S + SETTLE_S)
        return self._done or {}

    async def dismiss(self) -> int:
        """Let the process end; gives its status."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._reading
        return await self._process.wait()

    async def _tell(self, **words: Any) -> None:
        if self._process.stdin is None:
            raise RuntimeError("the recorder does not listen")
        self._process.stdin.write(json.dumps(words).encode() + b"\n")
        await self._process.stdin.drain()

    async def _read(self) -> None:
        if self._process.stdout is None:
            raise RuntimeError("the recorder does not speak")
        async for line in self._process.stdout:
            said = json.loads(line)
            async with self._news:
                if "state" in said:
                    self.states.append(said)
                elif "recorded_s" in said:
                    self.recorded_s[said["device"]] = said["recorded_s"]
                elif "done" in said:
                    self._done = said
                else:
                    self._ready = True
                self._news.notify_all()

    async def _until(self, condition: Any, timeout_s: float) -> None:
        async with asyncio.timeout(timeout_s), self._news:
            await self._news.wait_for(condition)
