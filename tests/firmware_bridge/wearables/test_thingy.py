"""Promise: a Thingy:52's samples are read, only its rate is set, and that is set back."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError
from firmware_bridge.wearables import Wish, identify, thingy


@given(st.tuples(*[st.integers(-(2**15), 2**15 - 1)] * 9))
def test_a_sample(values: tuple[int, ...]) -> None:
    (frame,) = thingy.decode(struct.pack("<9h", *values))
    assert frame.device_ns is None
    assert np.array_equal(frame.xyz_g, np.array([values[:3]], np.float32) / 1024)


@given(st.binary(max_size=40).filter(lambda data: len(data) != 18))
def test_what_is_not_whole_is_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        thingy.decode(data)


class Io:
    """A Thingy's settings."""

    name = "Thingy"
    longest_write = 20

    def __init__(self, config: bytes) -> None:
        self.config = config
        self.heard_at_hz: int | None = None

    async def read(self, uuid: str) -> bytes:
        assert uuid == thingy.PROFILE.control_uuid
        return self.config

    async def subscribe(self, uuid: str) -> None:
        assert uuid == thingy.PROFILE.data_uuid
        self.heard_at_hz = struct.unpack("<4HB", self.config)[3]

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        assert uuid == thingy.PROFILE.control_uuid
        self.config = data


@pytest.mark.parametrize(("wish_hz", "rate_hz"), [(52.0, 50), (104.0, 100)])
async def test_the_rate_is_set_and_set_back(wish_hz: float, rate_hz: int) -> None:
    io = Io(struct.pack("<4HB", 1000, 500, 400, 10, 1))
    stream = await thingy.start(io, Wish(rate_hz=wish_hz))
    assert stream.nominal_hz == io.heard_at_hz == rate_hz
    assert struct.unpack("<4HB", io.config) == (1000, 500, 400, rate_hz, 1)
    await thingy.stop(io)
    assert struct.unpack("<4HB", io.config) == (1000, 500, 400, 10, 1)


async def test_strange_settings_are_refused() -> None:
    with pytest.raises(FrameError, match="3 bytes"):
        await thingy.start(Io(bytes(3)), Wish())


def test_it_is_recognised() -> None:
    assert identify("Thingy") is thingy.WEARABLE
