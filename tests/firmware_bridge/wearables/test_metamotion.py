"""Promise: MetaMotion's packets are read as its makers' own tests read them, and its commands are theirs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError, WearableRefusedError
from firmware_bridge.wearables import Stream, Wish, identify, metamotion

VECTORS = Path(__file__).resolve().parents[3].parent / "shared" / "vectors.json"


def stream(range_g: float) -> Stream:
    return Stream("MbientLab MetaMotion", 50.0, range_g, range_g / 2**15)


@pytest.mark.skipif(not VECTORS.exists(), reason="the captured frames of shared/vectors.json are not here")
@pytest.mark.parametrize("name", ["metamotion_acc_single_4g", "metamotion_r_packed_8g"])
def test_captured_packets(name: str) -> None:
    vector = next(v for v in json.loads(VECTORS.read_text()) if v["name"] == name)
    (frame,) = metamotion.decode(bytes.fromhex(vector["hex"]), stream(vector["expect"]["range_g"]))
    assert frame.device_ns is None
    np.testing.assert_allclose(frame.xyz_g, vector["expect"]["g"], atol=0.001)


def test_samples_of_another_program_s_stream_are_left_out() -> None:
    decode = metamotion.decoder(stream(4.0))
    sample = b"\x03\x1c" + bytes(18)
    assert decode(sample) == []
    assert decode(b"\x03\x80\x01\x01") == []
    assert [len(frame.xyz_g) for frame in decode(sample)] == [3]


def test_answers_hold_no_samples() -> None:
    decode = metamotion.decoder(stream(4.0))
    assert decode(b"\x11\x8c\x63\x34\x10") == []
    assert decode(b"\x03\x80\x01\x01") == []
    for bad in (b"", b"\x03", b"\x03\x1c" + bytes(17), b"\x03\x04" + bytes(7)):
        with pytest.raises(FrameError):
            decode(bad)


@given(st.binary(max_size=40), st.booleans())
def test_hostile_bytes_raise_frame_errors_only(data: bytes, addressed: bool) -> None:
    try:
        frames = metamotion.decode(b"\x03\x1c" + data if addressed else data, stream(16.0))
    except FrameError:
        return
    assert all(np.abs(frame.xyz_g).max() <= 16.0 for frame in frames)


class Io:
    """A sensor's answers."""

    name = "MetaWear"
    longest_write = 20

    def __init__(self, implementation: int = 1) -> None:
        self.written: list[str] = []
        self.answers = {"0380": bytes((0x03, 0x80, implementation, 1)), "118c": bytes.fromhex("118c633410")}

    async def subscribe(self, uuid: str) -> None:
        assert uuid == metamotion.PROFILE.data_uuid

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        assert uuid == metamotion.PROFILE.control_uuid
        self.written.append(data.hex())

    async def request(self, uuid: str, data: bytes, collect, timeout_s: float = 5.0, *, response: bool = True):
        assert collect(b"\x03\x1c" + bytes(18)) is None
        return collect(self.answers[data.hex()])


STOP = ["030100", "03020001"]


@pytest.mark.parametrize(("implementation", "packed", "config"), [(1, "1c", "03032705"), (4, "05", "0303a701")])
async def test_commands_byte_by_byte(implementation: int, packed: str, config: str) -> None:
    io = Io(implementation)
    got = await metamotion.start(io, Wish())
    assert (got.nominal_hz, got.range_g) == (50.0, 4.0)
    assert io.written == [*STOP, config, f"03{packed}01", "03020100", "030101"]
    io.written.clear()
    await metamotion.stop(io)
    assert io.written == [*STOP, f"03{packed}00"]


async def test_the_battery() -> None:
    assert await metamotion.battery(Io()) == 99


async def test_an_unknown_chip_is_refused() -> None:
    with pytest.raises(WearableRefusedError, match="implementation 9"):
        await metamotion.start(Io(9), Wish())


def test_it_is_recognised() -> None:
    assert identify("MetaWear") is metamotion.WEARABLE
    assert identify("MetaMotionS") is metamotion.WEARABLE
