"""Promise: once a wearable is found its samples keep coming, all night, through every fault of the radio; what is
missing is a gap of the right length with its cause, and what arrives is exactly what was sent.

The wearables are virtual; bleak, the attribute protocol and the HCI between are real. Time is virtual.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from bleak.exc import BleakError

from firmware_bridge.errors import WearableRefusedError
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.link.info import LinkState
from firmware_bridge.link.session import INBOX
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity
from firmware_bridge.wearables import Stream, Wish, polar
from firmware_bridge.wearables.protocol import BATTERY_LEVEL_UUID
from tests.firmware_bridge.on_the_air import check, collect, gaps, hear_at, link_to, on_the_air, recording

if TYPE_CHECKING:
    from firmware_bridge.virtual.radio import VirtualRadio


def test_h10_and_old_firmware() -> None:
    source = recording(60, 50.0)
    h10 = VirtualH10([source])
    old = VirtualVerity([recording(60)], old_firmware=True)

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio, "H10")
        assert check(await collect(link, 20), source) > 500
        assert link.info is not None
        assert (link.info.nominal_hz, link.info.range_g, link.info.lsb_g) == (50.0, 4.0, 1e-3)
        link = link_to(radio, "Sense")
        pieces = await collect(link, 20)
        assert link.info is not None
        assert link.info.lsb_g == pytest.approx(0.000244)
        xyz = np.concatenate([piece.xyz for piece in pieces if isinstance(piece, Samples)])
        steps = xyz.astype(np.float64) / link.info.lsb_g
        assert np.array_equal((np.round(steps) * link.info.lsb_g).astype(np.float32), xyz)

    on_the_air(work, h10, old)


def test_times_and_raw_notifications() -> None:
    source = recording(120, 51.7)
    verity = VirtualVerity([source], clock_ppm=80.0, latency_s=iter(np.tile([0.05, 0.02, 0.4], 99)).__next__)
    raw: list[tuple[str, int, bytes]] = []
    charges: list[int] = []
    states: list[LinkState] = []

    async def work(radio: VirtualRadio) -> None:
        link = link_to(
            radio,
            on_raw=lambda *args: raw.append(args),
            on_battery=lambda _sensor, percent: charges.append(percent),
            on_state=lambda state, _words: states.append(state),
        )
        pieces = await collect(link, 100)
        assert check(pieces, source) > 4500
        assert not gaps(pieces)
        batches = [piece for piece in pieces if isinstance(piece, Samples)]
        assert batches[-1].rate_hz == pytest.approx(51.7, rel=5e-4)
        assert len(raw) == len(batches)
        assert link.info is not None
        stream = Stream(link.info.model, link.info.nominal_hz, link.info.range_g, link.info.lsb_g)
        for (sensor, arrival_ns, data), batch in zip(raw, batches, strict=True):
            assert sensor == batch.sensor
            assert np.array_equal(polar.decode(data, stream).xyz_g, batch.xyz)
            last_ns = batch.end_ns - NS / batch.rate_hz
            assert last_ns - 0.1e9 < arrival_ns < last_ns + 0.6e9

    on_the_air(work, verity)
    assert charges == [87]
    assert states == [LinkState.SEARCHING, LinkState.CONNECTING, LinkState.STARTING, LinkState.STREAMING]


@pytest.mark.parametrize("kind", [VirtualVerity, VirtualH10])
def test_a_dropped_connection(kind: type[VirtualVerity | VirtualH10]) -> None:
    source = recording(300, 52.0 if kind is VirtualVerity else 50.0)
    wearable = kind([source])
    wearable.at(20, wearable.drop, away_s=7.0)
    wearable.at(60, wearable.lose_link, after_s=2.0, away_s=45.0)

    async def work(radio: VirtualRadio) -> None:
        charges: list[int] = []
        wearable.at(15, setattr, wearable, "battery_percent", 55)
        link = link_to(radio, on_battery=lambda _sensor, percent: charges.append(percent))
        pieces = await collect(link, 200)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.CONNECTION_LOST] * 2
        lengths = [(gap.end_ns - gap.start_ns) / NS for gap in gaps(pieces)]
        assert 7.0 < lengths[0] < 15.0
        assert 47.0 < lengths[1] < 90.0
        assert check(pieces, source) > 52 * 80
        assert charges == [87, 55, 55]
        assert link.info is not None
        assert link.info.battery == 55

    on_the_air(work, wearable)


def test_silence_ends_the_connection() -> None:
    source = recording(200)
    verity = VirtualVerity([source])
    verity.at(30, verity.silence, 12.0)

    async def work(radio: VirtualRadio) -> None:
        states: list[str] = []
        pieces = await collect(link_to(radio, on_state=lambda _s, words: states.append(words)), 100)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.NO_DATA]
        assert 12.0 < (gaps(pieces)[0].end_ns - gaps(pieces)[0].start_ns) / NS < 30.0
        assert check(pieces, source) > 52 * 60
        assert any(words.startswith("no data; again in 1 s") for words in states)

    on_the_air(work, verity)


def test_lost_frames() -> None:
    source = recording(200)
    verity = VirtualVerity([source])
    for at_s, count in ((10, 1), (40, 2), (60, 1)):
        verity.at(at_s, verity.lose_frames, count)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 100)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.LOST_FRAMES] * 3
        assert check(pieces, source) > 52 * 80  # which holds each gap's length to the sample

    on_the_air(work, verity)


def test_a_stream_that_runs_already() -> None:
    source = recording(200)
    wearables = [VirtualVerity([source]), VirtualH10([recording(200, 50.0)])]

    async def work(radio: VirtualRadio) -> None:
        for wearable in wearables:
            wearable.already_streaming()
        await asyncio.sleep(5.0)
        for name in ("Sense", "H10"):
            pieces = await collect(link_to(radio, name), 20)
            assert not gaps(pieces)
            assert len(pieces) > 8

    on_the_air(work, *wearables)


@pytest.mark.parametrize("ignored", [1, 2, 3, 4])
def test_a_command_that_is_never_answered(ignored: int) -> None:
    source = recording(200)

    class Forgetful(VirtualVerity):
        commands = 0

        def _on_command(self, connection: Any, command: bytes) -> None:
            self.commands += 1
            if self.commands != ignored:
                super()._on_command(connection, command)

    async def work(radio: VirtualRadio) -> None:
        states: list[LinkState] = []
        pieces = await collect(link_to(radio, on_state=lambda state, _words: states.append(state)), 60)
        assert states.count(LinkState.WAITING) == 1
        assert not gaps(pieces)
        assert check(pieces, source) > 52 * 30

    on_the_air(work, Forgetful([source]))


def test_the_wearable_ends_its_stream() -> None:
    source = recording(200)
    verity = VirtualVerity([source])
    verity.at(20, verity.stop_measuring)

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio), 60)
        assert [gap.cause for gap in gaps(pieces)] == ["stopped by the wearable"]
        assert check(pieces, source) > 52 * 40

    on_the_air(work, verity)


def test_frames_that_cannot_be_decoded() -> None:
    source = recording(200)

    class Garbled(VirtualVerity):
        frames = 0

        def _pack(self, values: Any) -> Any:
            count, pack = super()._pack(values)
            self.frames += 1
            cut = -1 if self.frames in (10, 20) else None
            return count, lambda *times_ns: [packet[:cut] for packet in pack(*times_ns)]

    verity = Garbled([source])
    raw: list[bytes] = []

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio, on_raw=lambda _sensor, _arrival, data: raw.append(data))
        pieces = await collect(link, 60)
        assert link.undecodable == 2
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.LOST_FRAMES] * 2
        check(pieces, source)
        assert len(raw) == len(pieces)  # each bad frame is kept raw and leaves one gap

    on_the_air(work, verity)


def test_a_reader_that_falls_behind_loses_with_notice() -> None:
    source = recording(2000)
    verity = VirtualVerity([source])

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio)
        pieces: list[Samples | Gap] = []
        async with contextlib.aclosing(link.stream()) as stream:
            async for piece in stream:
                pieces.append(piece)
                if len(pieces) == 5:
                    await asyncio.sleep((INBOX + 20) * 1.4)
                if len(pieces) == INBOX + 30:
                    break
        assert link.dropped > 0
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.TOO_SLOW]
        check(pieces, source)

    on_the_air(work, verity)


def test_a_keeper_of_raw_data_that_fails_costs_no_samples(caplog: pytest.LogCaptureFixture) -> None:
    source = recording(60)

    def fail(*_: Any) -> None:
        raise OSError("disk full")

    async def work(radio: VirtualRadio) -> None:
        pieces = await collect(link_to(radio, on_raw=fail), 10)
        assert check(pieces, source) > 400

    on_the_air(work, VirtualVerity([source]))
    assert "not kept" in caplog.text


def test_in_its_charger() -> None:
    source = recording(200)
    verity = VirtualVerity([source], in_charger=True)

    async def work(radio: VirtualRadio) -> None:
        with pytest.raises(WearableRefusedError, match="take it out of its charger"):
            await collect(link_to(radio), 60)
        verity.in_charger = False
        verity.at(10, setattr, verity, "in_charger", True)
        verity.at(11, verity.drop)
        verity.at(40, setattr, verity, "in_charger", False)
        words: list[str] = []
        pieces = await collect(link_to(radio, on_state=lambda _state, w: words.append(w)), 120)
        assert [gap.cause for gap in gaps(pieces)] == [GapCause.IN_CHARGER]
        assert any("charger" in w for w in words)
        check(pieces, source)

    on_the_air(work, verity)


def test_battery_service_may_be_missing_or_talk_nonsense() -> None:
    source = recording(60)

    async def work(radio: VirtualRadio) -> None:
        class NoBattery(radio.client_backend):  # type: ignore[name-defined,misc]
            async def read_gatt_char(self, characteristic: Any, **settings: Any) -> bytearray:
                if characteristic.uuid == BATTERY_LEVEL_UUID:
                    raise BleakError("not there")
                return await super().read_gatt_char(characteristic, **settings)

        radio.client_backend = NoBattery
        link = link_to(radio)
        assert check(await collect(link, 10), source) > 400
        assert link.info is not None
        assert link.info.battery is None

    on_the_air(work, VirtualVerity([source]))


def test_always_disconnected_after_a_drop() -> None:
    source = recording(200)
    verity = VirtualVerity([source])
    verity.at(20, verity.drop)
    goodbyes: list[float] = []

    async def work(radio: VirtualRadio) -> None:
        class Rude(radio.client_backend):  # type: ignore[name-defined,misc]
            async def disconnect(self) -> None:
                goodbyes.append(asyncio.get_running_loop().time())
                await super().disconnect()
                raise BleakError("org.freedesktop.DBus.Error.ServiceUnknown")

        radio.client_backend = Rude
        pieces = await collect(link_to(radio), 60)
        assert len(gaps(pieces)) == 1

    on_the_air(work, verity)
    assert len(goodbyes) >= 2


def test_cancelled_while_streaming_searching_and_waiting() -> None:
    source = recording(200)
    verity = VirtualVerity([source])

    async def work(radio: VirtualRadio) -> None:
        for seconds in (0.05, 0.5, 1.2, 1.5, 10.0):
            task = asyncio.create_task(collect(link_to(radio), 1000))
            await asyncio.sleep(seconds)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not verity.is_measuring

    on_the_air(work, verity)


def test_wish_is_heeded() -> None:
    verity = VirtualVerity([recording(60, 208.0)])

    async def work(radio: VirtualRadio) -> None:
        link = link_to(radio, wish=Wish(rate_hz=200.0, range_g=16.0))
        await collect(link, 5)
        assert link.info is not None
        assert (link.info.nominal_hz, link.info.range_g) == (208.0, 16.0)

    on_the_air(work, verity)


class Listening(VirtualVerity):
    """A Verity Sense that notes its commands and, as after a power cut, forgets SDK mode with the connection."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.commands: list[str] = []

    def _on_command(self, connection: Any, command: bytes) -> None:
        self.commands.append(bytes(command[:2]).hex())
        super()._on_command(connection, command)

    def on_disconnected(self) -> None:
        super().on_disconnected()
        self._server.sdk_mode = False


START, STOP = ["0302", "0209", "0402", "0202"], ["0302", "0309"]


def test_sdk_mode_is_entered_each_time_and_left_at_the_end() -> None:
    source = recording(200)
    verity = Listening([source])
    verity.at(20, verity.drop, away_s=3.0)

    async def work(radio: VirtualRadio) -> None:
        assert check(await collect(link_to(radio), 60), source) > 52 * 45

    on_the_air(work, verity)
    assert verity.commands == START + START + STOP


def test_a_wearable_that_hangs_does_not_delay_the_end() -> None:
    verity = VirtualVerity([recording(200)])

    async def work(radio: VirtualRadio) -> None:
        loop = asyncio.get_running_loop()
        stream = link_to(radio).stream()
        for _ in range(5):
            await anext(stream)
        verity.silence(120.0)
        asked_s = loop.time()
        await stream.aclose()
        assert loop.time() - asked_s < 20
        await asyncio.sleep(120.0)

    on_the_air(work, verity)


def test_a_wearable_whose_signal_nobody_measures_is_connected_to_once(caplog: pytest.LogCaptureFixture) -> None:
    source = recording(40)

    async def work(radio: VirtualRadio) -> None:
        hear_at(radio, lambda _: 127)  # what platforms say where they do not know
        with caplog.at_level("INFO"):
            link = link_to(radio)
            check(await collect(link, 20), source)
        assert link.info is not None
        assert link.info.rssi_dbm is None

    on_the_air(work, VirtualVerity([source]))
    assert "already" not in caplog.text
