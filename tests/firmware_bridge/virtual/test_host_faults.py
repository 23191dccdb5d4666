"""Promise: each fault of the computer's own Bluetooth looks, through bleak, as it was seen on BlueZ 5.66; and each of
the wearable's that needs the radio's help looks as on a real one."""

from __future__ import annotations

import asyncio

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
)

from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.polar import CONTROL_UUID, DATA_UUID, VirtualVerity

SETTINGS = bytes.fromhex("0102")


def on_the_air(work, recording, start_verity):
    """Run a test with a Verity that streams to a client, and tell it when the client was told of the end."""

    async def main():
        verity = VirtualVerity([recording(600)[1]])
        lost_s = []
        async with VirtualRadio([verity]) as radio:
            device = await BleakScanner.find_device_by_name(verity.name, backend=radio.scanner_backend)
            client = BleakClient(device, lambda _: lost_s.append(now_s()), backend=radio.client_backend)
            await client.connect()
            frames = []
            replies = asyncio.Queue()
            await client.start_notify(CONTROL_UUID, lambda _, data: replies.put_nowait(bytes(data)))
            await client.start_notify(DATA_UUID, lambda _, data: frames.append(bytes(data)))
            await client.write_gatt_char(CONTROL_UUID, start_verity, response=True)
            assert (await replies.get())[3] == 0
            await asyncio.sleep(10.0)
            await work(radio, verity, device, client, frames, lost_s)
            await asyncio.sleep(1.0)
            assert not radio.host.is_scanning
        await asyncio.sleep(1.0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(main())


@pytest.fixture
def bench(recording, start_verity):
    return lambda work: on_the_air(work, recording, start_verity)


def now_s():
    return asyncio.get_running_loop().time()


def test_an_adapter_that_is_switched_off_says_so_at_once(bench):
    async def work(radio, verity, device, client, frames, lost_s):
        off_s = now_s()
        radio.switch_off(30.0)
        await asyncio.sleep(0.2)
        assert lost_s == [pytest.approx(off_s, abs=0.1)]
        assert not client.is_connected
        assert not verity.is_measuring
        await client.disconnect()  # does no harm
        with pytest.raises(BleakBluetoothNotAvailableError) as failure:
            await BleakScanner(backend=radio.scanner_backend).start()
        assert failure.value.reason == BleakBluetoothNotAvailableReason.POWERED_OFF
        with pytest.raises(BleakDBusError, match="Input/output error"):
            await BleakClient(device, backend=radio.client_backend).connect()
        await asyncio.sleep(30.0)
        async with BleakClient(device, backend=radio.client_backend) as again:  # the device found before still serves
            assert await again.read_gatt_char("2a19")

    bench(work)


def test_an_adapter_switched_off_ends_scans_and_attempts(bench):
    async def work(radio, verity, device, client, frames, lost_s):
        verity.drop(away_s=60.0)
        await asyncio.sleep(1.0)
        attempt = asyncio.create_task(BleakClient(device, backend=radio.client_backend).connect())
        scanner = BleakScanner(backend=radio.scanner_backend)
        await scanner.start()
        await asyncio.sleep(1.0)
        radio.switch_off(5.0)
        await asyncio.sleep(1.0)
        with pytest.raises(BleakError):
            attempt.result()
        assert not radio.host.is_scanning
        await scanner.stop()
        await asyncio.sleep(60.0)
        assert await BleakScanner.find_device_by_name(verity.name, backend=radio.scanner_backend) is not None

    bench(work)


def test_a_killed_service_tells_nobody(bench):
    async def work(radio, verity, device, client, frames, lost_s):
        radio.kill_service(20.0)
        await asyncio.sleep(0.2)
        before = len(frames)
        await asyncio.sleep(9.8)
        assert not lost_s
        assert client.is_connected
        assert len(frames) == before
        assert not verity.is_measuring  # the system has ended the link, and the wearable knows
        for call in (
            client.read_gatt_char("2a19"),
            client.write_gatt_char(CONTROL_UUID, SETTINGS, response=True),
            client.disconnect(),
            BleakScanner(backend=radio.scanner_backend).start(),
            BleakClient(device, backend=radio.client_backend).connect(),
        ):
            with pytest.raises(BleakDBusError, match="ServiceUnknown"):
                await call
        await asyncio.sleep(11.0)
        assert client.is_connected
        assert not lost_s
        again = await BleakScanner.find_device_by_name(verity.name, backend=radio.scanner_backend)
        async with BleakClient(again, backend=radio.client_backend) as fresh:
            assert await fresh.read_gatt_char("2a19")
        with pytest.raises(BleakDBusError):
            await client.disconnect()  # the new service knows nothing of the old one's clients
        assert client.is_connected

    bench(work)


def test_a_service_killed_in_the_middle_of_a_call_ends_the_call(bench):
    async def work(radio, verity, device, client, frames, lost_s):
        verity.silence(5.0)
        call = asyncio.create_task(client.read_gatt_char("2a19"))
        await asyncio.sleep(1.0)
        radio.kill_service(1.0)
        await asyncio.sleep(0.5)
        with pytest.raises(BleakDBusError, match="ServiceUnknown"):
            call.result()
        assert not lost_s

    bench(work)


def test_notifications_are_lost_on_the_way_to_the_callback(bench):
    async def work(radio, verity, device, client, frames, lost_s):
        await asyncio.sleep(10.0)
        before = len(frames)
        radio.lose_notifications(DATA_UUID, 5)
        await asyncio.sleep(5.0)
        assert len(frames) == before
        await asyncio.sleep(10.0)
        assert len(frames) > before
        assert await client.read_gatt_char("2a19")

    bench(work)


def test_a_write_that_is_never_answered_ends_the_link_after_30_s(bench):
    async def work(radio, verity, device, client, frames, lost_s):
        verity.leave_unanswered(1)
        began_s, before = now_s(), len(frames)
        with pytest.raises(BleakGATTProtocolError):
            await client.write_gatt_char(CONTROL_UUID, SETTINGS, response=True)
        assert now_s() - began_s == pytest.approx(30.0, abs=0.2)
        assert len(frames) > before + 10  # all else goes on meanwhile
        assert len(lost_s) == 1

    bench(work)


def test_an_empty_battery_ends_everything_until_it_is_charged(bench):
    async def work(radio, verity, device, client, frames, lost_s):
        empty_s, before = now_s(), len(frames)
        verity.run_out(charged_after_s=300.0)
        await asyncio.sleep(3.0)
        assert client.is_connected  # not declared dead yet
        await asyncio.sleep(3.0)
        assert lost_s == [pytest.approx(empty_s + 4.0, abs=0.2)]
        assert len(frames) == before
        assert await BleakScanner.find_device_by_name(verity.name, 30.0, backend=radio.scanner_backend) is None
        await asyncio.sleep(265.0)
        again = await BleakScanner.find_device_by_name(verity.name, 30.0, backend=radio.scanner_backend)
        async with BleakClient(again, backend=radio.client_backend) as fresh:
            assert await fresh.read_gatt_char("2a19") == b"\x64"

    bench(work)


def test_an_empty_battery_while_nobody_is_connected(bench):
    async def work(radio, verity, device, client, frames, lost_s):
        await client.disconnect()
        await asyncio.sleep(1.0)
        verity.run_out(charged_after_s=60.0)
        verity.run_out()  # it cannot be emptier
        await asyncio.sleep(0.5)
        assert await BleakScanner.find_device_by_name(verity.name, 30.0, backend=radio.scanner_backend) is None
        assert await BleakScanner.find_device_by_name(verity.name, 60.0, backend=radio.scanner_backend) is not None

    bench(work)
