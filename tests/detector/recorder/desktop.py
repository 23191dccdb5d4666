"""A desktop that shows notices: a D-Bus of its own, and on it a service by the Desktop Notifications Specification."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import pytest

pytest.importorskip("dbus_fast", reason="a desktop is on D-Bus only on Linux")

from dbus_fast.aio.message_bus import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

_CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<!-- A session bus that starts no services: those of this computer are not to be bothered. -->
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

DBusStrings = Annotated[list[str], DBusSignature("as")]
_DISMISSED, _CLOSED = 2, 3


@dataclass
class Notice:
    """What was shown; `gone` once it was closed."""

    title: str
    message: str
    urgency: int
    gone: bool = False


class Desktop(ServiceInterface):
    """The service; it remembers all it has ever shown."""

    def __init__(self):
        super().__init__("org.freedesktop.Notifications")
        self.shown = []
        self.hangs = False
        self._loop = None

    @property
    def open(self):
        """The titles that can be seen now."""
        return [notice.title for notice in self.shown if not notice.gone]

    @dbus_method("GetCapabilities")
    def _capabilities(self) -> DBusStrings:
        return ["body", "actions"]

    @dbus_method("GetServerInformation")
    def _information(self) -> Annotated[tuple[str, str, str, str], DBusSignature("ssss")]:
        return ["a desktop", "a test", "1", "1.2"]

    @dbus_method("Notify")
    async def _notify(
        self,
        app_name: DBusStr,
        replaces: DBusUInt32,
        icon: DBusStr,
        summary: DBusStr,
        body: DBusStr,
        actions: DBusStrings,
        hints: DBusDict,
        timeout: DBusInt32,  # noqa: ASYNC109 - so the specification calls it
    ) -> DBusUInt32:
        if self.hangs:
            await asyncio.Event().wait()
        assert app_name == "fasciwatch"
        self.shown.append(Notice(summary, body, hints["urgency"].value))
        return len(self.shown)

    @dbus_method("CloseNotification")
    def _close(self, number: DBusUInt32):
        self.shown[number - 1].gone = True
        self._closed(number, _CLOSED)

    @dbus_signal("NotificationClosed")
    def _closed(self, number, reason) -> Annotated[tuple[int, int], DBusSignature("uu")]:
        return [number, reason]

    def dismiss(self):
        """Close the latest, as a person does."""
        self.shown[-1].gone = True
        self._loop.call_soon_threadsafe(self._closed, len(self.shown), _DISMISSED)


@contextmanager
def bus(folder, monkeypatch):
    """A D-Bus for this process alone; gives its address."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("there is no dbus-daemon on this computer")
    socket = folder / "bus"
    (folder / "bus.xml").write_text(_CONFIGURATION.format(socket=socket))
    command = [program, f"--config-file={folder / 'bus.xml'}", "--nofork", "--nopidfile", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        try:
            address = daemon.stdout.readline().strip()
            assert address.startswith("unix:")
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            yield address
        finally:
            daemon.terminate()


@contextmanager
def shown_on(address):
    """A desktop on a bus; it has a thread of its own, as another process would go its own way."""
    desktop = Desktop()
    ready = threading.Event()

    async def serve():
        desktop._loop, desktop._leave = asyncio.get_running_loop(), asyncio.Event()
        connection = await MessageBus(address).connect()
        connection.export("/org/freedesktop/Notifications", desktop)
        await connection.request_name("org.freedesktop.Notifications")
        ready.set()
        await desktop._leave.wait()
        connection.disconnect()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(60)
        yield desktop
    finally:
        desktop._loop.call_soon_threadsafe(desktop._leave.set)
        thread.join()
