"""Promise: WitMotion's frames are found in any split of the stream and among any other bytes, samples of a rate that
nobody asked for are left out, and the sensor's settings are seen to be taken and set back."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError, WearableRefusedError
from firmware_bridge.virtual.time import run
from firmware_bridge.virtual.wearables.witmotion import VirtualWitMotion
from firmware_bridge.wearables import Stream, Wish, identify, witmotion

STREAM = Stream("WitMotion WT901BLE", 50.0, 16.0, witmotion.LSB_G)
SAMPLES = st.lists(st.tuples(*[st.integers(-(2**15), 2**15 - 1)] * 3), min_size=1, max_size=12)


CONFIRMED = b"\x55\x71\x03\x00\x08\x00" + bytes(14)


def scaled(samples: object) -> np.ndarray:
    return (np.array(samples) * witmotion.LSB_G).astype(np.float32)


def frame(xyz: tuple[int, ...]) -> bytes:
    return b"\x55\x61" + struct.pack("<9h", *xyz, 0, 0, 0, 0, 0, 0)


def decoded(pieces: list[bytes]) -> np.ndarray:
    decode = witmotion.decoder(STREAM)
    frames = [found for piece in (CONFIRMED, *pieces) for found in decode(piece)]
    assert all(found.device_ns is None and found.lost is None for found in frames)
    assert all(found.lsb_g == witmotion.LSB_G for found in frames)
    return np.concatenate([found.xyz_g for found in frames]) if frames else np.empty((0, 3), np.float32)


@given(SAMPLES)
def test_frames_one_by_one(samples: list[tuple[int, ...]]) -> None:
    assert np.array_equal(decoded([frame(xyz) for xyz in samples]), scaled(samples))


@given(SAMPLES, st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_any_split_into_notifications(samples: list[tuple[int, ...]], sizes: list[int]) -> None:
    stream = b"".join(map(frame, samples))
    pieces, at = [], 0
    while at < len(stream):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(stream[at : at + size])
        at += size
    assert np.array_equal(decoded(pieces), scaled(samples))


@given(SAMPLES)
def test_what_the_virtual_one_sends_is_what_is_read(samples: list[tuple[int, ...]]) -> None:
    count, pack = VirtualWitMotion([], frames_per_packet=12)._pack(np.array(samples, np.int32))
    assert count == len(samples)
    assert np.array_equal(decoded(pack(0, 0)), scaled(samples))


def test_a_vector_by_hand() -> None:
    got = decoded([bytes.fromhex("5561" + "0008" + "00f8" + "ff7f" + "00" * 12)])
    np.testing.assert_array_equal(got, [[1.0, -1.0, 32767 / 2048]])


def test_register_answers_and_rubbish_between() -> None:
    answer = b"\x55\x71\x64\x00" + bytes(16)
    got = decoded([b"\x55\x61\x01" + frame((2048, 0, 0)), answer, frame((0, 2048, 0)) + answer])
    np.testing.assert_array_equal(got, [[1, 0, 0], [0, 1, 0]])


def test_samples_before_the_rate_is_confirmed_are_left_out() -> None:
    decode = witmotion.decoder(STREAM)
    other = b"\x55\x71\x03\x00\x06\x00" + bytes(14)
    assert decode(frame((1, 1, 1)) + other + frame((2, 2, 2))) == []
    (found,) = decode(frame((3, 3, 3)) + CONFIRMED + frame((4, 4, 4)))
    np.testing.assert_array_equal(found.xyz_g, scaled([(4, 4, 4)]))


def test_without_a_confirmation_samples_come_after_two_seconds() -> None:
    decode = witmotion.decoder(STREAM)
    found = [len(frames) for frames in (decode(frame((k, 0, 0))) for k in range(150))]
    assert found == [0] * 100 + [1] * 50


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
    """A sensor's registers, and what is written to it; answers come in pieces, among samples."""

    longest_write = 20

    def __init__(self, *, centivolt: int = 396, obeys: bool = True, name: str = "WT901BLE68") -> None:
        self.name = name
        self.registers = {0x03: 0x06, 0x1F: 0x05, 0x64: centivolt}
        self.obeys = obeys
        self.written: list[str] = []
        self.unlocked = False
        self.as_found: dict[int, int] = {}

    async def subscribe(self, uuid: str) -> None:
        assert uuid == witmotion.PROFILE.data_uuid

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        assert uuid == witmotion.PROFILE.control_uuid
        assert not response
        self.written.append(data.hex())
        if data == witmotion.UNLOCK:
            self.unlocked = True
        elif self.unlocked and self.obeys:
            self.registers[data[2]] = int.from_bytes(data[3:], "little")
            self.unlocked = False

    async def request(self, uuid: str, data: bytes, collect, timeout_s: float = 5.0, *, response: bool = True):
        assert uuid == witmotion.PROFILE.control_uuid
        assert (data[:3], data[4]) == (b"\xff\xaa\x27", 0)
        assert not response
        value = self.registers[data[3]].to_bytes(2, "little")
        answer = b"\x55\x71" + data[3:5] + value + bytes(14)
        for packet in (frame((1, 2, 3)), b"\x55\x71\x02\x00" + bytes(16), frame((4, 5, 6)) + answer[:5]):
            assert collect(packet) is None
        return collect(answer[5:])


UNLOCK = "ffaa6988b5"


@pytest.mark.parametrize(
    ("rate_hz", "expected"), [(52.0, ["ffaa1f0400", "ffaa030800"]), (100.0, ["ffaa1f0300", "ffaa030900"])]
)
def test_commands_byte_by_byte(rate_hz: float, expected: list[str]) -> None:
    io = Io()
    stream = run(witmotion.start(io, Wish(rate_hz=rate_hz)))
    assert io.written == [UNLOCK, expected[0], UNLOCK, expected[1]]
    assert (stream.model, stream.range_g, stream.lsb_g) == ("WitMotion WT901BLE", 16.0, 1 / 2048)
    assert not any("ffaa00" in command for command in io.written)  # nothing is saved for good
    io.written.clear()
    run(witmotion.stop(io))
    assert io.written == [UNLOCK, "ffaa1f0500", UNLOCK, "ffaa030600"]


def test_it_is_left_as_found_after_a_reconnection() -> None:
    io = Io()
    io.registers[0x03] = 0x09
    run(witmotion.start(io, Wish()))
    again = Io()
    again.registers = dict(io.registers)
    again.as_found = io.as_found
    run(witmotion.start(again, Wish()))
    run(witmotion.stop(again))
    assert again.registers == {0x03: 0x09, 0x1F: 0x05, 0x64: 396}
    again.written.clear()
    run(witmotion.stop(again))  # of what was found nothing is known any more
    assert again.written == [UNLOCK, "ffaa030600"]


def test_a_sensor_that_keeps_its_settings_is_refused() -> None:
    io = Io(obeys=False, name="WT901BLE99")
    with pytest.raises(WearableRefusedError, match="switch it off and on"):
        run(witmotion.start(io, Wish()))
    assert io.written == [UNLOCK, "ffaa1f0400"] * 2
    run(witmotion.stop(io))


@pytest.mark.parametrize(
    ("centivolt", "percent"),
    [(300, 0), (330, 0), (369, 10), (384, 50), (396, 71), (420, 100), (435, 100), (0, None), (65535, None)],
)
def test_the_battery(centivolt: int, percent: int | None) -> None:
    assert run(witmotion.battery(Io(centivolt=centivolt))) == percent


def test_it_is_recognised() -> None:
    assert identify("WT901BLE68") is witmotion.WEARABLE
    assert identify("WT5555") is witmotion.WEARABLE
    assert witmotion.PROFILE.model_of("WT9011DCL-BT50").name == "WitMotion WT9011DCL"
    assert witmotion.PROFILE.model_of("WT5555").battery_h == 8.0
    assert identify("Watch") is not witmotion.WEARABLE
    assert identify("WTF") is not witmotion.WEARABLE
