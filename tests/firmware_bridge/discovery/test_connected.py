"""Promise: what the system is connected to can be asked for, and where it does not tell, or there is no radio, it is
nothing. That it tells on Linux, the evening on the real stack shows (`tests/bluez`)."""

from __future__ import annotations

import asyncio
import sys

from firmware_bridge.discovery.connected import connected_devices


def test_a_computer_that_has_no_bluetooth_or_is_connected_to_whatever(monkeypatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    devices = asyncio.run(connected_devices())
    assert all(device.address for device in devices)
    if sys.platform == "linux":  # elsewhere it is not asked for over that bus
        assert devices == []
