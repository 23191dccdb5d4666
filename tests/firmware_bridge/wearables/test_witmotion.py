"""Promise: WitMotion's frames are found in any split of the stream and among any other bytes."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError
from firmware_bridge.wearables import Stream, Wish, identify, witmotion

STREAM = Stream("WitMotion WT901BLE", 50.0, 16.0, witmotion.LSB_G)
SAMPLES = st.lists(st.tuples(*[st.integers(-(2**15), 2**15 - 1)] * 3), min_size=1, max_size=12)


def frame(xyz: tuple[int, ...]) -> bytes:
    return b"\x55\x61" + struct.pack("<9h", *xyz, 0, 0, 0, 0, 0, 0)


def decoded(pieces: list[bytes]) -> np.ndarray:
    decode = witmotion.decoder(STREAM)
    frames = [found for piece in pieces for found in decode(piece)]
    assert all(found.device_ns is None and found.lost is None for found in frames)
    return np.concatenate([found.xyz_g for found in frames]) if frames else np.empty((0, 3), np.float32)


@given(SAMPLES)
def test_frames_one_by_one(samples: list[tuple[int, ...]]) -> None:
    got = decoded([frame(xyz) for xyz in samples])
    assert np.array_equal(got, (np.array(samples) * witmotion.LSB_G).astype(np.float32))


@given(SAMPLES, st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_any_split_into_notifications(samples: list[tuple[int, ...]], sizes: list[int]) -> None:
    # Values that look like the beginning of a frame are told apart by what follows; here are none.
    samples = [tuple(v & ~0x55 for v in xyz) for xyz in samples]
    stream = b"".join(map(frame, samples))
    pieces, at = [], 0
    while at < len(stream):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(stream[at : at + size])
        at += size
    got = decoded(pieces)
    assert np.array_equal(got, (np.array(samples) * witmotion.LSB_G).astype(np.float32))


def test_register_answers_and_rubbish_between() -> None:
    answer = b"\x55\x71\x64\x00" + bytes(16)
    got = decoded([b"\x55\x61\x01" + frame((2048, 0, 0)), answer, frame((0, 2048, 0)) + answer])
    np.testing.assert_array_equal(got, [[1, 0, 0], [0, 1, 0]])


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_hostile_bytes_raise_frame_errors_only(pieces: list[bytes]) -> None:
    decode = witmotion.decoder(STREAM)
    for piece in pieces:
        try:
            frames = decode(piece)
        except FrameError:
            continue
        assert sum(len(found.xyz_g) for found in frames) <= (len(piece) + 40) // 20
        assert all(np.isfinite(found.xyz_g).all() for found in frames)


class Io:
    """What is written to a sensor, and a voltage."""

    name = "WT901BLE68"
    longest_write = 20

    def __init__(self, centivolt: int = 396) -> None:
        self.written: list[str] = []
        self.centivolt = centivolt

    async def subscribe(self, uuid: str) -> None:
        assert uuid == witmotion.PROFILE.data_uuid

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        assert uuid == witmotion.PROFILE.control_uuid
        assert not response
        self.written.append(data.hex())

    async def request(self, uuid: str, data: bytes, collect, timeout_s: float = 5.0, *, response: bool = True):
        await self.write(uuid, data, response=response)
        assert collect(frame((1, 2, 3))) is None
        assert collect(b"\x55\x71\x03\x00" + bytes(16)) is None
        return collect(b"\x55\x71\x64\x00" + self.centivolt.to_bytes(2, "little") + bytes(14))


@pytest.mark.parametrize(
    ("rate_hz", "expected"), [(52.0, ["ffaa030800", "ffaa1f0400"]), (100.0, ["ffaa030900", "ffaa1f0300"])]
)
async def test_commands_byte_by_byte(rate_hz: float, expected: list[str]) -> None:
    io = Io()
    stream = await witmotion.start(io, Wish(rate_hz=rate_hz))
    assert io.written == ["ffaa6988b5", expected[0], "ffaa6988b5", expected[1]]
    assert (stream.model, stream.range_g) == ("WitMotion WT901BLE", 16.0)
    io.written.clear()
    await witmotion.stop(io)
    assert io.written == ["ffaa6988b5", "ffaa030600"]


@pytest.mark.parametrize(("centivolt", "percent"), [(300, 0), (396, 80), (410, 100), (420, 100)])
async def test_the_battery(centivolt: int, percent: int) -> None:
    io = Io(centivolt)
    assert await witmotion.battery(io) == percent
    assert io.written == ["ffaa276400"]


def test_it_is_recognised() -> None:
    assert identify("WT901BLE68") is witmotion
    assert witmotion.PROFILE.model_of("WT9011DCL-BT50").name == "WitMotion WT9011DCL"
    assert identify("Watch") is not witmotion
