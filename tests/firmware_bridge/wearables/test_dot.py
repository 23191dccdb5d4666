"""Promise: a DOT's samples are read as captured ones, its clock is followed over its wraps, and it is kept awake."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError
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


class Io:
    """A DOT's characteristics."""

    name = "Xsens DOT"
    longest_write = 20

    def __init__(self, control: bytes) -> None:
        self.values = {dot.DEVICE_CONTROL_UUID: control, dot.BATTERY_UUID: bytes((88, 0))}
        self.written: list[tuple[str, bytes]] = []

    async def read(self, uuid: str) -> bytes:
        return self.values[uuid]

    async def subscribe(self, uuid: str) -> None:
        assert uuid == dot.PROFILE.data_uuid

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        self.written.append((uuid, data))


async def test_power_saving_is_switched_off_and_the_tag_stays() -> None:
    control = bytes((0, 0, 0, 10, 0, 30, 0, 3)) + b"leg".ljust(16, b"\0") + (20).to_bytes(2, "little") + bytes(6)
    io = Io(control)
    assert await dot.battery(io) == 88
    stream = await dot.start(io, Wish())
    assert (stream.model, stream.nominal_hz) == ("Xsens DOT", 60.0)
    (where, settings), (there, go) = io.written
    assert (where, there) == (dot.DEVICE_CONTROL_UUID, dot.PROFILE.control_uuid)
    assert settings == b"\x14\0\0\0\0\0\0" + control[7:24] + (60).to_bytes(2, "little") + control[26:]
    assert go == b"\x01\x01\x15"
    await dot.stop(io)
    assert io.written[-1] == (dot.PROFILE.control_uuid, b"\x01\x00\x15")


async def test_strange_settings_are_refused() -> None:
    with pytest.raises(FrameError, match="7 bytes"):
        await dot.start(Io(bytes(7)), Wish())


def test_it_is_recognised() -> None:
    assert identify("Movella DOT") is dot
    assert identify("Xsens DOT") is dot
