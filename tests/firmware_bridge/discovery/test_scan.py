"""Promise: the wearable that is meant is found by whatever of it is known, and where there is none, or no Bluetooth,
one sentence says what to do; a Bluetooth that goes away during the night is waited for.

The wearables are virtual; bleak and the HCI between are real. Time is virtual.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakError

from firmware_bridge.discovery.scan import scan
from firmware_bridge.errors import BluetoothUnavailableError, NoSuchWearableError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.link import Link
from firmware_bridge.virtual.backend import BumbleScanner
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from tests.firmware_bridge.on_the_air import check, collect, gaps, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


def test_scan() -> None:
    async def work(radio: VirtualRadio) -> None:
        seen = await scan(2.0, scanner_backend=radio.scanner_backend)
        assert {(s.name, s.model) for s in seen} == {
            ("Polar Sense 8C4CAD2F", "Polar Verity Sense"),
            ("Polar H10 11223344", "Polar H10"),
        }
        assert {s.address for s in seen} == {w.address for w in radio.wearables}
        assert all(isinstance(s.rssi, int) for s in seen)

    on_the_air(work, VirtualVerity([]), VirtualH10([], device_id="11223344"))


@pytest.mark.parametrize(
    "wanted", ["Polar Sense 8C4CAD2F", "8c4cad2f", "polar sense", "ADDRESS", None], ids=lambda w: w or "any"
)
def test_the_wearable_is_found(wanted: str | None) -> None:
    source = recording(60)
    verity = VirtualVerity([source])
    other = [VirtualH10([recording(60)], device_id="11223344")] if wanted else []

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio, verity.address.lower() if wanted == "ADDRESS" else wanted)
        assert link.info is None
        pieces = await collect(link, 20)
        assert check(pieces, source) > 500
        assert not gaps(pieces)
        assert {piece.sensor for piece in pieces} == {"Polar Sense 8C4CAD2F"}
        info = link.info
        assert info is not None
        assert (info.model, info.name, info.address) == ("Polar Verity Sense", "Polar Sense 8C4CAD2F", verity.address)
        assert (info.nominal_hz, info.range_g, info.lsb_g, info.battery) == (52.0, 4.0, 1e-3, 87)

    on_the_air(work, verity, *other)


def test_nobody_there() -> None:
    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(NoSuchWearableError, match=r"'DEADBEEF' was found.*In range: Polar H10 11223344") as caught:
            await collect(link_to(radio, "DEADBEEF", find_timeout_s=5.0), 60)
        assert asyncio.get_running_loop().time() < 10
        assert caught.value.unnamed.endswith("Other wearables in range: 1.")
        assert "H10" not in caught.value.unnamed

    on_the_air(work, VirtualH10([], device_id="11223344"))


def test_a_stranger() -> None:
    class Watch(VirtualH10):
        NAME = "Toaster"

    class Tracker(VirtualH10):
        NAME = "Mi Smart Band"

    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(NoSuchWearableError, match="'Toaster 11223344' is in range but is none") as caught:
            await collect(link_to(radio, "toaster", find_timeout_s=5.0), 60)
        assert caught.value.unnamed.startswith("A device that fits is in range but is none")
        with pytest.raises(NoSuchWearableError, match=r"'Mi Smart Band 4' is in range, but a .* cannot") as caught:
            await collect(link_to(radio, "smart band", find_timeout_s=5.0), 60)
        assert caught.value.unnamed.startswith("A device that fits is in range, but a ")
        with pytest.raises(NoSuchWearableError, match="No wearable was found"):
            await collect(link_to(radio, find_timeout_s=5.0), 60)

    on_the_air(work, Watch([], device_id="11223344"), Tracker([], device_id="4"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF), "switch it on"),
        (BleakBluetoothNotAvailableError("none", BleakBluetoothNotAvailableReason.NO_BLUETOOTH), "plug one in"),
        (BleakError("No Bluetooth adapters found."), "adapter"),
        (FileNotFoundError("/run/dbus/system_bus_socket"), "Bluetooth service"),
    ],
)
def test_no_bluetooth(error: Exception, words: str) -> None:
    class NoScanner(BumbleScanner):
        async def start(self) -> None:
            raise error

    class Nothing:
        scanner_backend = NoScanner
        client_backend = None

    async def main() -> None:
        with pytest.raises(BluetoothUnavailableError, match=words):
            await scan(1.0, scanner_backend=NoScanner)
        with pytest.raises(BluetoothUnavailableError, match=words):
            await collect(Link(backend=Nothing()), 1)  # type: ignore[arg-type]

    run(main())


def test_bluetooth_switched_off_during_the_night() -> None:
    source = recording(300)
    verity = VirtualVerity([source])
    off_until_s = 0.0

    async def work(radio: VirtualRadio) -> None:
        loop = asyncio.get_running_loop()

        class Switched(radio.scanner_backend):  # type: ignore[name-defined,misc]
            async def start(self) -> None:
                if loop.time() < off_until_s:
                    raise BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)
                await super().start()

        def switch_off() -> None:
            nonlocal off_until_s
            off_until_s = loop.time() + 50.0
            verity.drop()

        verity.at(20, switch_off)
        radio.scanner_backend = Switched
        words: list[str] = []
        pieces = await collect(link_to(radio, on_state=lambda _state, w: words.append(w)), 150)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.CONNECTION_LOST]
        assert any("switch it on" in w for w in words)
        assert [w.rsplit(" ", 2)[1] for w in words if "again in" in w] == ["1", "2", "5", "10", "30", "30"]
        check(pieces, source)

    on_the_air(work, verity)
