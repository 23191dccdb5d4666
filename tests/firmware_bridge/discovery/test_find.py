"""Promise: a wearable that was used before is found again by address, name and serial number, also among others of its
name, whose samples carry a name of their own; how strong its signal was is kept, or that nobody knows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from bleak.backends.device import BLEDevice

from firmware_bridge.discovery.find import Known, find
from firmware_bridge.errors import NoSuchWearableError
from firmware_bridge.link.session import Session
from firmware_bridge.link.survey import survey
from firmware_bridge.virtual.wearables.dot import VirtualDot
from firmware_bridge.virtual.wearables.movesense import VirtualMovesense
from firmware_bridge.virtual.wearables.polar import VirtualVerity
from tests.firmware_bridge.on_the_air import collect, gaps, hear_at, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio

ELSEWHERE = "00:00:00:00:00:00"


def dot(serial: str) -> VirtualDot:
    return VirtualDot([recording(60, 60.0)], serial=serial)


@pytest.mark.parametrize("serial", ["D422CD000001", "D422CD000002"])
@pytest.mark.parametrize("has_moved", [False, True])
def test_of_two_of_one_name_the_one_that_was_used_before(serial: str, has_moved: bool) -> None:
    dots = {made: dot(made) for made in ("D422CD000001", "D422CD000002")}

    async def work(radio: VirtualRadio) -> None:
        address = ELSEWHERE if has_moved else dots[serial].address
        link = link_to(radio, Known("Movella DOT", address, serial))
        pieces = await collect(link, 10)
        assert link.info is not None
        assert link.info.known == Known("Movella DOT", dots[serial].address, serial)
        assert link.info.name == f"Movella DOT {serial[-6:]}"
        assert {piece.sensor for piece in pieces} == {link.info.name}

    on_the_air(work, *dots.values())


def test_both_at_once() -> None:
    serials = ("D422CD000001", "D422CD000002")

    async def work(radio: VirtualRadio) -> None:
        links = [link_to(radio, Known("Movella DOT", ELSEWHERE, serial)) for serial in serials]
        found = await asyncio.gather(*(collect(link, 20) for link in links))
        assert [{piece.sensor for piece in pieces} for pieces in found] == [
            {f"Movella DOT {serial[-6:]}"} for serial in serials
        ]

    on_the_air(work, *map(dot, serials))


def test_another_of_its_name_is_not_taken_for_it() -> None:
    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio, Known("Movella DOT", ELSEWHERE, "D422CD000009"), find_timeout_s=5.0)
        with pytest.raises(NoSuchWearableError, match="No wearable called 'Movella DOT' was found"):
            await collect(link, 60)

    on_the_air(work, dot("D422CD000001"))


def test_a_serial_number_that_is_told_late_renames_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told = iter([None, "D422CD000001", "D422CD000001"])

    async def serial(_session: Session) -> str | None:
        return next(told)

    monkeypatch.setattr(Session, "serial", serial)
    wearable = dot("D422CD000001")
    wearable.at(10, wearable.drop)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 30)
        assert {piece.sensor for piece in pieces} == {"Movella DOT"}
        assert len(gaps(pieces)) == 1

    on_the_air(work, wearable)


def test_the_signal_of_each_connection() -> None:
    wearable = VirtualVerity([recording(300)])
    # The last two say on one platform or another that it is not known.
    heard = dict.fromkeys([-63, -71, -80, -90, -127, 127])
    away_s = {-90: 15.0}  # longer than it is searched for: connected to unseen
    now = [-63]
    for at_s, rssi in zip(range(20, 300, 50), list(heard)[1:], strict=False):
        wearable.at(at_s, now.__setitem__, 0, rssi)
        wearable.at(at_s, wearable.drop, away_s.get(rssi, 0.0))

    async def work(radio: VirtualRadio) -> None:
        hear_at(radio, lambda _address: now[0])
        link = link_to(radio)

        def look() -> None:
            assert link.info is not None
            heard[now[0]] = link.info.rssi_dbm

        for at_s in range(45, 300, 50):  # 25 s after each connection was lost
            wearable.at(at_s, look)
        wearable.at(15, look)
        await collect(link, 290)

    on_the_air(work, wearable)
    assert heard == {-63: -63, -71: -71, -80: -80, -90: None, -127: None, 127: None}


def test_survey_reads_batteries_and_leaves_all_in_peace() -> None:
    verity, movesense = VirtualVerity([], battery_percent=41), VirtualMovesense([])

    async def work(radio: VirtualRadio) -> None:
        seen = await survey(2.0, backend=radio)
        assert {sighting.name: sighting.battery for sighting in seen} == {verity.name: 41, movesense.name: 87}

    on_the_air(work, verity, movesense)


def test_one_that_this_computer_is_connected_to_already() -> None:
    """It advertises to nobody: a recorder that was killed has left the connection behind."""
    name, address = "Polar Sense 8C4CAD2F", "C0:DE:00:00:00:01"
    held = [
        BLEDevice("00:11:22:33:44:55", "Toaster", None),
        BLEDevice("00:11:22:33:44:66", None, None),
        BLEDevice(address, name, None),
    ]
    other = VirtualVerity([recording(60)], device_id="11112222")

    def found(radio: VirtualRadio, wanted: str | Known | None, others: frozenset[str] = frozenset()) -> Any:
        return find(wanted, 2.0, radio.scanner_backend, others, held)

    async def with_another_on_the_air(radio: VirtualRadio) -> None:
        before_s = asyncio.get_running_loop().time()
        for wanted in (name, address.lower(), Known("Polar Sense", address)):
            assert (await found(radio, wanted)).name == name
        assert asyncio.get_running_loop().time() == before_s  # without a search
        assert (await found(radio, None)).name == other.name  # what advertises comes first
        assert (await found(radio, "Polar")).name == other.name

    async def with_nobody_on_the_air(radio: VirtualRadio) -> None:
        for wanted in ("8C4CAD", None):
            assert (await found(radio, wanted)).name == name
        for wanted in ("Toaster", "00:11:22:33:44:66", "11112222"):
            with pytest.raises(NoSuchWearableError):
                await found(radio, wanted)
        with pytest.raises(NoSuchWearableError):
            await found(radio, name, frozenset({address}))

    on_the_air(with_another_on_the_air, other)
    on_the_air(with_nobody_on_the_air)
