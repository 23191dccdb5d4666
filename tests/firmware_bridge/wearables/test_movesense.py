"""Promise: a Movesense's packets are read as its makers' own converter reads them, whatever bytes come in between."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError, WearableRefusedError
from firmware_bridge.wearables import Stream, Wish, identify, movesense

VECTORS = Path(__file__).resolve().parents[3].parent / "shared" / "vectors.json"
STREAM = Stream("Movesense", 52.0, 8.0, None)
REF = movesense.ACCELERATION_REF


def packet(ms: int, xyz_ms2: object, kind: int = 2) -> bytes:
    return bytes((kind, REF)) + struct.pack("<I", ms) + np.asarray(xyz_ms2, "<f4").tobytes()


@pytest.mark.skipif(not VECTORS.exists(), reason="the captured frames of shared/vectors.json are not here")
def test_a_captured_packet() -> None:
    vector = next(v for v in json.loads(VECTORS.read_text()) if v["name"] == "movesense_acc52")
    (frame,) = movesense.decoder(STREAM)(bytes((2, REF)) + bytes.fromhex(vector["hex"]))
    expected = np.array(vector["expect"]["xyz"])
    assert frame.device_ns == vector["expect"]["ts_ms"] * 1_000_000 + round((len(expected) - 1) * 1e9 / 52)
    np.testing.assert_allclose(frame.xyz_g * 9.80665, expected, rtol=1e-6)


def test_a_packet_in_two_parts() -> None:
    xyz = np.arange(30.0).reshape(10, 3)
    whole = packet(1000, xyz)
    decode = movesense.decoder(STREAM)
    frames = decode(whole[:50]) + decode(bytes((3, REF)) + whole[50:])
    np.testing.assert_allclose(np.concatenate([f.xyz_g for f in frames]) * 9.80665, xyz, rtol=1e-6)
    assert frames[-1].device_ns == 1_000_000_000 + round(9 * 1e9 / 52)


def test_the_clock_wraps() -> None:
    decode = movesense.decoder(STREAM)
    times = [decode(packet(ms % 2**32, [[0, 0, 9.8]]))[0].device_ns for ms in (2**32 - 50, 2**32 + 27, 2**32 - 10)]
    assert np.diff(times).tolist() == [77_000_000, -37_000_000]


def test_what_is_no_acceleration_is_passed_over() -> None:
    decode = movesense.decoder(STREAM)
    assert decode(bytes((1, REF, 200, 0))) == []
    assert decode(bytes((2, 7)) + bytes(16)) == []
    for bad in (b"", b"\x02", bytes((2, REF, 1, 2)), bytes((3, REF)) + bytes(12), bytes((9, REF)) + bytes(20)):
        with pytest.raises(FrameError):
            movesense.decoder(STREAM)(bad)
    with pytest.raises(FrameError, match="no sensor"):
        decode(packet(0, [[np.nan, 0, 0]]))


@given(st.lists(st.binary(max_size=260), max_size=20), st.booleans())
def test_hostile_bytes_raise_frame_errors_only(packets: list[bytes], addressed: bool) -> None:
    decode = movesense.decoder(STREAM)
    for data in packets:
        try:
            frames = decode(bytes((2 + len(data) % 2, REF)) + data if addressed else data)
        except FrameError:
            continue
        for frame in frames:
            assert np.isfinite(frame.xyz_g).all()
            assert len(frame.xyz_g) <= 22


class Io:
    """A sensor's answers."""

    name = "Movesense 174630000192"
    longest_write = 20

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.written: list[bytes] = []

    async def subscribe(self, uuid: str) -> None:
        assert uuid == movesense.PROFILE.data_uuid

    async def write(self, uuid: str, data: bytes, *, response: bool = True) -> None:
        assert response
        self.written.append(data)

    async def request(self, uuid: str, data: bytes, collect, timeout_s: float = 5.0, *, response: bool = True):
        assert uuid == movesense.PROFILE.control_uuid
        self.written.append(data)
        while True:
            if (answer := collect(self.answers.pop(0))) is not None:
                return answer


HELLO = bytes((1, movesense.HELLO_REF)) + b"\x01serial\0"


async def test_commands_byte_by_byte() -> None:
    io = Io(HELLO, bytes((2, REF)) + bytes(16), bytes((1, REF, 200, 0)))
    stream = await movesense.start(io, Wish(rate_hz=104.0))
    assert (stream.nominal_hz, stream.model) == (104.0, "Movesense")
    await movesense.stop(io)
    assert io.written == [bytes((0, 0x62)), b"\x01\x63/Meas/Acc/104", b"\x02\x63"]


@pytest.mark.parametrize(
    ("status", "words"), [(b"\xfb\x01", "other programs"), (b"\x01\xfb", "other programs"), (b"\x94\x01", "404")]
)
async def test_refusals_are_explained(status: bytes, words: str) -> None:
    with pytest.raises(WearableRefusedError, match=words):
        await movesense.start(Io(HELLO, bytes((1, REF)) + status), Wish())


async def test_an_answer_without_a_status() -> None:
    with pytest.raises(FrameError, match="status"):
        await movesense.start(Io(HELLO, bytes((1, REF))), Wish())


def test_it_is_recognised() -> None:
    assert identify("Movesense 174630000192") is movesense.WEARABLE
    assert identify("Movesense") is movesense.WEARABLE
    assert identify("Movesensational") is None
