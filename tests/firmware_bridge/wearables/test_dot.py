"""Promise: a DOT's samples are read as captured ones, its clock is followed over its wraps, and it is kept
awake for the night and no longer."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError, WearableRefusedError
from firmware_bridge.virtual.wearables.dot import STEP_MG, VirtualDot
from firmware_bridge.wearables import Stream, Wish, dot, identify

STREAM = Stream("Movella DOT", 60.0, 16.0, None)


def test_a_captured_sample() -> None:
    (frame,) = dot.decoder(STREAM)(bytes.fromhex("d8052244af9640406b2aa7405add14c000000000"))
    assert frame.device_ns == 1_143_080_408_000
    np.testing.assert_allclose(frame.xyz_g[0] * 9.80665, [3.009197, 5.223928, -2.3260102], rtol=1e-6)


def test_the_clock_wraps() -> None:
    decode = dot.decoder(STREAM)
    times = [decode(struct.pack("<I3f", us % 2**32, 0, 0, 9.8))[0].device_ns for us in (2**32 - 7, 2**32 + 16660)]
    assert np.diff(times).tolist() == [16_667_000]


@given(st.binary(max_size=70))
def test_hostile_bytes_raise_frame_errors_only(data: bytes) -> None:
    try:
        (frame,) = dot.decoder(STREAM)(data)
    except FrameError:
        return
    assert np.isfinite(frame.xyz_g).all()


@given(
    st.lists(st.tuples(*[st.integers(-(2**15), 2**15 - 1)] * 3), min_size=1, max_size=8),
    st.integers(0, 2**34),
    st.integers(1, 2**31 - 1),
)
def test_what_the_virtual_one_sends_is_what_is_read(
    samples: list[tuple[int, ...]], first_us: int, period_us: int
) -> None:
    decode, wearable = dot.decoder(STREAM), VirtualDot([])
    frames = []
    for i, xyz in enumerate(samples):
        count, pack = wearable._pack(np.array([xyz], np.int32))
        assert count == 1
        device_ns = (first_us + i * period_us) * 1000
        frames += [frame for packet in pack(device_ns, device_ns) for frame in decode(packet)]
    assert np.diff([frame.device_ns for frame in frames]).tolist() == [period_us * 1000] * (len(samples) - 1)
    got = np.concatenate([frame.xyz_g for frame in frames])
    np.testing.assert_allclose(got, np.array(samples) * STEP_MG * 1e-3, rtol=2e-7)
    assert {frame.lsb_g for frame in frames} == {None}


@given(st.lists(st.binary(min_size=14, max_size=20), max_size=20))
def test_a_hostile_clock_stays_an_integer(packets: list[bytes]) -> None:
    decode = dot.decoder(STREAM)
    for us in packets:
        for frame in decode(us[:4] + struct.pack("<3f", 0, 0, 9.8)):
            assert type(frame.device_ns) is int


class Io:
    """A DOT's characteristics, and a will of its own."""

    name = "Xsens DOT"
    longest_write = 20

    def __init__(self, control: bytes, *, obeys: bool = True, starts: bool = True, measures: bool = False) -> None:
        state = bytes((1, measures, 6))
        self.values = {
            dot.DEVICE_CONTROL_UUID: control,
            dot.BATTERY_UUID: bytes((88, 0)),
            dot.PROFILE.control_uuid: state,
        }
        self.obeys, self.starts = obeys, starts
        self.as_found: dict[int, int] = {}
        self.subscribed: list[str] = []
        self.written: list[tuple[str, bytes]] = []

    async def read(self, uuid: str) -> bytes:
        return self.values[uuid]

    async def subscribe(self, uuid: str) -> None:
        self.subscribed.append(uuid)

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        self.written.append((uuid, data))
        if self.obeys if uuid == dot.DEVICE_CONTROL_UUID else self.starts or not data[1]:
            self.values[uuid] = data


CONTROL = bytes((0, 0, 0, 5, 1, 20, 2, 3)) + b"leg".ljust(16, b"\0") + (20).to_bytes(2, "little") + bytes(6)


async def test_power_saving_is_switched_off_for_the_night_and_the_tag_stays() -> None:
    io = Io(CONTROL)
    assert await dot.battery(io) == 88
    stream = await dot.start(io, Wish())
    assert (stream.model, stream.nominal_hz, stream.lsb_g) == ("Xsens DOT", 60.0, None)
    assert io.subscribed == [dot.REPORT_UUID, dot.PROFILE.data_uuid]
    (where, settings), (there, go) = io.written
    assert (where, there) == (dot.DEVICE_CONTROL_UUID, dot.PROFILE.control_uuid)
    assert settings == b"\x14\0\0\0\0\0\0" + CONTROL[7:24] + (60).to_bytes(2, "little") + CONTROL[26:]
    assert go == b"\x01\x01\x15"
    again = Io(io.values[dot.DEVICE_CONTROL_UUID], measures=True)  # after a lost link, and still at it
    again.as_found = io.as_found
    await dot.start(again, Wish())
    assert [data.hex()[:6] for _, data in again.written] == ["010015", "140000", "010115"]
    again.written.clear()
    await dot.stop(again)
    (_, halt), (_, restored) = again.written
    assert halt == b"\x01\x00\x15"
    assert restored[0] == 0x04
    assert restored[3:7] == CONTROL[3:7]
    await dot.stop(again)  # of what was found nothing is known any more
    assert again.written[-1][1][3:7] == bytes((10, 0, 30, 0))


async def test_strange_settings_are_refused() -> None:
    with pytest.raises(FrameError, match="7 bytes"):
        await dot.start(Io(bytes(7)), Wish())
    io = Io(CONTROL)
    io.values[dot.PROFILE.control_uuid] = b""
    with pytest.raises(FrameError, match="state of 0 bytes"):
        await dot.start(io, Wish())


async def test_one_that_keeps_its_settings_is_refused() -> None:
    io = Io(CONTROL, obeys=False)
    with pytest.raises(WearableRefusedError, match="fall asleep"):
        await dot.start(io, Wish())
    await dot.stop(io)


async def test_one_that_does_not_start_is_refused() -> None:
    io = Io(CONTROL, starts=False)
    with pytest.raises(WearableRefusedError, match="out of its charger"):
        await dot.start(io, Wish())
    await dot.stop(io)


def test_its_reports_end_the_stream() -> None:
    assert dot.ended(bytes((1,)) + bytes(35)) == "switched off"
    assert dot.ended(bytes((4,)) + bytes(35)) == "fell asleep"
    assert dot.ended(bytes((5, 4)) + bytes(34)) is None  # a click of its button
    assert dot.ended(b"") is None


def test_it_is_recognised() -> None:
    for name in ("Movella DOT", "Xsens DOT", "Movella Dot", "Xsens Dot"):
        assert identify(name) is dot.WEARABLE
        assert dot.PROFILE.model_of(name).battery_h == 6.0
