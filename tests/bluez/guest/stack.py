"""The system's half of Bluetooth in the machine: the bus, the daemon, the adapter's switch."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio.message_bus import MessageBus

if TYPE_CHECKING:
    from types import TracebackType

DAEMON = "/usr/libexec/bluetooth/bluetoothd"
ADAPTER = "/org/bluez/hci0"
_BUS_SETTINGS = Path(__file__).with_name("bus.xml")
_PATIENCE_S = 120.0
_ROUND_S = 0.2


class Stack:
    """Bus and daemon as processes of our own; an asynchronous context in which they run."""

    def __init__(self) -> None:
        self._bus_daemon: asyncio.subprocess.Process | None = None
        self._daemon: asyncio.subprocess.Process | None = None
        self._bus: MessageBus | None = None

    async def __aenter__(self) -> Self:
        self._bus_daemon = await asyncio.create_subprocess_exec(
            "dbus-daemon", "--nofork", "--nopidfile", f"--config-file={_BUS_SETTINGS}"
        )
        async with asyncio.timeout(_PATIENCE_S):
            while self._bus is None:
                with contextlib.suppress(OSError):
                    self._bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
                await asyncio.sleep(_ROUND_S)
        await self.start_daemon()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill_daemon()
        if self._bus is not None:
            self._bus.disconnect()
        if self._bus_daemon is not None:
            self._bus_daemon.kill()
            await self._bus_daemon.wait()

    async def start_daemon(self) -> None:
        """Start bluetoothd."""
        # Its log goes to the console, not into what this process says.
        self._daemon = await asyncio.create_subprocess_exec(DAEMON, "--nodetach", stdout=sys.stderr)

    async def kill_daemon(self) -> None:
        """Kill bluetoothd as a crash would."""
        if self._daemon is not None and self._daemon.returncode is None:
            self._daemon.kill()
            await self._daemon.wait()

    async def until_powered(self) -> None:
        """Wait until the adapter is there and on."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                with contextlib.suppress(LookupError):
                    if await self._call(
                        "org.bluez", ADAPTER, "Properties", "Get", "ss", "org.bluez.Adapter1", "Powered"
                    ):
                        return
                await asyncio.sleep(_ROUND_S)

    async def power(self, *, on: bool) -> None:
        """Switch the adapter on or off."""
        value = Variant("b", on)
        await self._call("org.bluez", ADAPTER, "Properties", "Set", "ssv", "org.bluez.Adapter1", "Powered", value)

    async def connections_of(self, pid: int) -> int:
        """Count a process's connections to the bus."""
        count = 0
        for name in await self._ask_bus("ListNames"):
            if name.startswith(":"):
                with contextlib.suppress(LookupError):  # it has gone meanwhile
                    count += await self._ask_bus("GetConnectionUnixProcessID", "s", name) == pid
        return count

    async def _ask_bus(self, member: str, signature: str = "", *body: Any) -> Any:
        return await self._call("org.freedesktop.DBus", "/org/freedesktop/DBus", "", member, signature, *body)

    async def _call(self, service: str, path: str, interface: str, member: str, signature: str, *body: Any) -> Any:
        """Call a method of one of the bus's own interfaces; raises LookupError where it fails."""
        if self._bus is None:
            raise RuntimeError("there is no bus")
        reply = await self._bus.call(
            Message(
                destination=service,
                path=path,
                interface=".".join(filter(None, ("org.freedesktop.DBus", interface))),
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        if reply is None or reply.message_type is MessageType.ERROR:
            raise LookupError(f"{member}: {reply and reply.error_name}")
        answer = reply.body[0] if reply.body else None
        return answer.value if isinstance(answer, Variant) else answer
