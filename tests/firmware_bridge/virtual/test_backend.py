"""Promise: to bleak, the virtual radio is a platform like any other: same classes, same errors, same callbacks."""

from __future__ import annotations

import asyncio
import inspect
import uuid

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import (
    BleakCharacteristicNotFoundError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)
from bumble import att
from bumble.gatt import Characteristic, CharacteristicValue, Service

from firmware_bridge.virtual.backend import BumbleClient, BumbleScanner
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearable import VirtualWearable
from firmware_bridge.virtual.wearables.polar import CONTROL_UUID, DATA_UUID, SERVICE_UUID, VirtualH10, VirtualVerity

ECHO_UUID = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
TICK_UUID = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"


class Gadget(VirtualWearable):
    """A wearable with a characteristic for everything a client can do."""

    def __init__(self, name="Gadget 1"):
        super().__init__(name, manufacturer="nobody", model="gadget")
        self.value = b""
        self.tick = None

    def services(self):
        properties, permissions = Characteristic.Properties, Characteristic.Permissions
        echo = Characteristic(
            ECHO_UUID,
            properties.READ | properties.WRITE | properties.WRITE_WITHOUT_RESPONSE,
            permissions.READABLE | permissions.WRITEABLE,
            CharacteristicValue(read=lambda _: self.value, write=self._write),
        )
        self.tick = Characteristic(TICK_UUID, properties.NOTIFY, permissions.READABLE, b"")
        return [Service("6e400001-b5a3-f393-e0a9-e50e24dcca9e", [echo, self.tick])]

    def _write(self, _connection, value):
        if value == b"refuse":
            raise att.ATT_Error(att.ErrorCode.INVALID_ATTRIBUTE_LENGTH)
        self.value = bytes(value)


def test_the_classes_leave_nothing_abstract():
    assert not inspect.isabstract(BumbleScanner)
    assert not inspect.isabstract(BumbleClient)
    assert BaseBleakScanner.__abstractmethods__ == {"start", "stop"}
    # A bleak that asks for more than this needs more of the backend.
    assert BaseBleakClient.__abstractmethods__ == {
        "connect",
        "disconnect",
        "is_connected",
        "mtu_size",
        "pair",
        "read_gatt_char",
        "read_gatt_descriptor",
        "start_notify",
        "stop_notify",
        "unpair",
        "write_gatt_char",
        "write_gatt_descriptor",
    }


def test_scanning_finds_everyone_by_name_and_address():
    async def main():
        wearables = [VirtualVerity([]), VirtualH10([], device_id="00000001"), Gadget()]
        async with VirtualRadio(wearables) as radio:
            seen = await BleakScanner.discover(2.0, return_adv=True, backend=radio.scanner_backend)
            assert {d.name for d, _ in seen.values()} == {"Polar Sense 8C4CAD2F", "Polar H10 00000001", "Gadget 1"}
            assert all(adv.local_name == d.name and adv.rssi < 0 for d, adv in seen.values())
            assert set(seen) == {w.address for w in wearables}
            by_address = await BleakScanner.find_device_by_address(wearables[1].address, backend=radio.scanner_backend)
            assert by_address.name == "Polar H10 00000001"
            assert await BleakScanner.find_device_by_name("nobody", 3.0, backend=radio.scanner_backend) is None
            filtered = await BleakScanner.discover(1.0, service_uuids=[SERVICE_UUID], backend=radio.scanner_backend)
            assert filtered == []
            scanner = BleakScanner(backend=radio.scanner_backend)
            async with scanner:
                with pytest.raises(BleakError, match="already"):
                    await scanner.start()

    run(main())


def test_two_scanners_at_once_do_not_stop_each_other():
    async def main():
        async with VirtualRadio([Gadget()]) as radio:
            heard = []
            async with BleakScanner(lambda d, _: heard.append(d.name), backend=radio.scanner_backend):
                await BleakScanner.discover(0.5, backend=radio.scanner_backend)
                before = len(heard)
                await asyncio.sleep(1.0)
                assert len(heard) > before

    run(main())


def test_connecting_shows_services_and_mtu_and_name():
    async def main():
        async with VirtualRadio([VirtualVerity([])]) as radio:
            device = await BleakScanner.find_device_by_name("Polar Sense 8C4CAD2F", backend=radio.scanner_backend)
            client = BleakClient(device, backend=radio.client_backend)
            with pytest.raises(BleakError, match="not been performed"):
                _ = client.services
            assert client.mtu_size == 23
            async with client:
                assert client.is_connected
                assert client.mtu_size == 247
                assert client.name == device.name
                control = client.services.get_characteristic(CONTROL_UUID)
                assert sorted(control.properties) == ["indicate", "read", "write"]
                assert [d.uuid[4:8] for d in control.descriptors] == ["2902"]
                assert client.services.get_characteristic(DATA_UUID).properties == ["notify"]
                assert control.max_write_without_response_size == 244
                assert control.service_uuid == SERVICE_UUID.lower()
                assert await client.read_gatt_char("2a19") == bytearray([87])
                assert await client.read_gatt_char("2a24") == bytearray(b"Polar Verity Sense")
                assert await client.read_gatt_descriptor(control.descriptors[0].handle) == bytearray(2)
                with pytest.raises(BleakError, match="already connected"):
                    await client.connect()
            assert not client.is_connected

    run(main())


def test_only_wanted_services_are_looked_into():
    async def main():
        wearable = VirtualVerity([])
        async with VirtualRadio([wearable]) as radio:
            client = BleakClient(wearable.address, services=["180f"], backend=radio.client_backend)
            async with client:
                assert [s.uuid[4:8] for s in client.services] == ["180f"]

    run(main())


def test_reading_writing_and_refusals():
    async def main():
        gadget = Gadget()
        async with VirtualRadio([gadget]) as radio, BleakClient(gadget.address, backend=radio.client_backend) as client:
            assert client.name == "Gadget 1"
            await client.write_gatt_char(ECHO_UUID, b"hello", response=True)
            assert await client.read_gatt_char(uuid.UUID(ECHO_UUID)) == b"hello"
            await client.write_gatt_char(ECHO_UUID, bytes(400), response=True)  # longer than the MTU
            assert await client.read_gatt_char(ECHO_UUID) == bytes(400)
            await client.write_gatt_char(ECHO_UUID, b"quick", response=False)
            await asyncio.sleep(0.1)
            assert gadget.value == b"quick"
            with pytest.raises(BleakGATTProtocolError) as refusal:
                await client.write_gatt_char(ECHO_UUID, b"refuse", response=True)
            assert refusal.value.code == BleakGATTProtocolErrorCode.INVALID_ATTRIBUTE_VALUE_LENGTH
            with pytest.raises(BleakCharacteristicNotFoundError):
                await client.read_gatt_char("2a37")

    run(main())


def test_notifications_start_and_stop():
    async def main():
        gadget, heard = Gadget(), []
        async with VirtualRadio([gadget]) as radio, BleakClient(gadget.address, backend=radio.client_backend) as client:

            async def tick(value):
                await gadget._notify(gadget.tick, value)
                await asyncio.sleep(0.1)

            await tick(b"before")
            await client.start_notify(TICK_UUID, lambda c, data: heard.append((c.uuid, data)))
            with pytest.raises(ValueError, match="already started"):
                await client.start_notify(TICK_UUID, lambda *_: None)
            await tick(b"during")
            await client.stop_notify(TICK_UUID)
            await tick(b"after")
            assert heard == [(TICK_UUID, bytearray(b"during"))]
            await client.start_notify(TICK_UUID, lambda c, data: heard.append((c.uuid, data)))
            await tick(b"again")
            assert heard[1:] == [(TICK_UUID, bytearray(b"again"))]

    run(main())


def test_a_read_also_arrives_as_a_notification_as_on_bluez(connected):
    async def main():
        async with VirtualRadio([VirtualVerity([])]) as radio, connected(radio, "Polar Sense 8C4CAD2F") as bench:
            features = await bench.client.read_gatt_char(CONTROL_UUID)
            assert features[0] == 0x0F
            assert bench.replies.get_nowait() == features

    run(main())


def test_what_is_not_there_is_not_found_and_what_is_away_times_out():
    async def main():
        loop = asyncio.get_running_loop()
        gadget = Gadget()
        async with VirtualRadio([gadget]) as radio:
            with pytest.raises(BleakDeviceNotFoundError):
                await BleakClient("C0:00:00:00:00:01", timeout=7.0, backend=radio.client_backend).connect()
            assert loop.time() == pytest.approx(7.0, abs=0.1)
            device = await BleakScanner.find_device_by_name("Gadget 1", backend=radio.scanner_backend)
            gadget.drop(away_s=60.0)  # not connected, so it only stays away after the next drop
            client = BleakClient(device, backend=radio.client_backend)
            await client.connect()
            gadget.drop(away_s=60.0)
            await asyncio.sleep(1.0)
            assert not client.is_connected
            began_s = loop.time()
            with pytest.raises(asyncio.TimeoutError):
                await BleakClient(device, timeout=20.0, backend=radio.client_backend).connect()
            assert loop.time() - began_s == pytest.approx(20.0, abs=0.2)
            await BleakClient(device, timeout=60.0, backend=radio.client_backend).connect()
            assert loop.time() == pytest.approx(began_s + 59.0, abs=1.0)

    run(main())


def test_an_attempt_that_is_called_off_leaves_the_radio_free():
    async def main():
        gadget, other = Gadget("Gadget 1"), Gadget("Gadget 2")
        async with VirtualRadio([gadget, other]) as radio:
            device = await BleakScanner.find_device_by_name("Gadget 1", backend=radio.scanner_backend)
            client = BleakClient(device, backend=radio.client_backend)
            await client.connect()
            gadget.drop(away_s=30.0)
            await asyncio.sleep(0.1)
            for delay_s in (0.0, 0.5, 5.0):
                attempt = asyncio.create_task(client.connect())
                await asyncio.sleep(delay_s)
                attempt.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await attempt
                async with BleakClient(other.address, backend=radio.client_backend) as free:
                    assert free.is_connected
            await client.connect()
            assert client.is_connected

    run(main())


def test_several_attempts_at_once_wait_for_each_other():
    async def main():
        gadgets = [Gadget(f"Gadget {i}") for i in range(3)]
        async with VirtualRadio(gadgets) as radio:
            clients = [BleakClient(g.address, backend=radio.client_backend) for g in gadgets]
            await asyncio.gather(*(client.connect() for client in clients))
            assert all(client.is_connected for client in clients)

    run(main())


def test_pairing_does_not_break_the_connection():
    async def main():
        gadget = Gadget()
        async with VirtualRadio([gadget]) as radio:
            client = BleakClient(gadget.address, pair=True, backend=radio.client_backend)
            async with client:
                await client.write_gatt_char(ECHO_UUID, b"paired", response=True)
                await client.unpair()
                assert not client.is_connected

    run(main())


def test_two_radios_side_by_side_do_not_hear_each_other():
    async def main():
        here, there = Gadget("here"), Gadget("there")
        async with VirtualRadio([here]) as radio, VirtualRadio([there]) as other:
            for each, name in ((radio, "here"), (other, "there")):
                (found,) = await BleakScanner.discover(1.0, backend=each.scanner_backend)
                assert found.name == name
            async with (
                BleakClient(here.address, backend=radio.client_backend) as one,
                BleakClient(there.address, backend=other.client_backend) as two,
            ):
                await one.write_gatt_char(ECHO_UUID, b"1", response=True)
                await two.write_gatt_char(ECHO_UUID, b"2", response=True)
            assert (here.value, there.value) == (b"1", b"2")

    run(main())


def test_the_radio_leaves_no_task_behind():
    async def main():
        gadget = Gadget()
        async with VirtualRadio([gadget, VirtualVerity([])]) as radio:
            client = BleakClient(gadget.address, backend=radio.client_backend)
            await client.connect()
            gadget.silence(1000.0)
            gadget.lose_link(500.0)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        before_s = asyncio.get_running_loop().time()
        await asyncio.sleep(3600.0)  # nothing ticks on
        assert asyncio.get_running_loop().time() == before_s + 3600.0

    run(main())
