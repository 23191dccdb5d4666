"""Promise: every documented Polar acceleration frame decodes to the documented numbers, bit for bit as a reader of
recorded milli-g would give them, and no other bytes do worse than raise `FrameError`.

`polar_vectors.json` holds frames and commands out of Polar's own documents and unit tests and out of public captures,
each with its source. Two are cut short by their sources; they are tested as the errors they are, and once more with
the announced count lowered to the differences they do hold.
"""

from __future__ import annotations

import json
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.errors import FrameError
from firmware_bridge.wearables import Stream, polar
from firmware_bridge.wearables.pmd.frames import DELTA_0, DELTA_1, LONGEST_FRAME, RAW_8, RAW_16, RAW_24, parse_frame

VECTORS = {v["name"]: v for v in json.loads((Path(__file__).parent / "polar_vectors.json").read_text("utf-8"))}
FACTOR: float = struct.unpack("<f", struct.pack("<f", 0.000244))[0]
PLAIN = Stream(model="Polar Verity Sense", nominal_hz=52.0, range_g=8.0, lsb_g=1e-3)
SCALED = Stream(model="Polar Verity Sense", nominal_hz=52.0, range_g=8.0, lsb_g=FACTOR, factor=FACTOR)


def hex_of(name: str) -> bytes:
    return bytes.fromhex(VECTORS[name]["hex"])


def frame(frame_type: int, body: bytes, ts: int = 12345, measurement: int = 2) -> bytes:
    return struct.pack("<BQB", measurement, ts, frame_type) + body


def block(width: int, numbers: list[int]) -> bytes:
    """Pack a block of differences, written here bit by bit and apart from both decoder and virtual wearables."""
    bits = "".join(format(number & ((1 << width) - 1), f"0{width}b")[::-1] if width else "" for number in numbers)
    octets = bytes(int(bits[i : i + 8].ljust(8, "0")[::-1], 2) for i in range(0, len(bits), 8))
    return bytes((width, len(numbers) // 3)) + octets


def mg(values: list[list[int]]) -> np.ndarray:
    return (np.array(values, dtype=np.float64) * 1e-3).astype(np.float32)


@pytest.mark.parametrize("name", ["polar_acc_raw_t1_52Hz", "polar_acc_delta_t1", "polar_doc_H10_raw_t1_200Hz_head"])
def test_documented_frames_in_mg(name: str) -> None:
    expect = VECTORS[name]["expect"]
    got = polar.decode(hex_of(name), PLAIN)
    assert got.device_ns == expect["ts"]
    assert got.xyz_g.shape == (expect["n"], 3)
    assert got.xyz_g.dtype == np.float32
    assert np.array_equal(got.xyz_g[: len(expect["first"])], mg(expect["first"]))
    assert got.lsb_g == 1e-3


def test_documented_frame_with_factor() -> None:
    expect = VECTORS["polar_acc_delta_t0_8g"]["expect"]
    got = polar.decode(hex_of("polar_acc_delta_t0_8g"), SCALED)
    assert got.device_ns == expect["ts"]
    assert len(got.xyz_g) == expect["n"]
    assert np.array_equal(got.xyz_g[:2], (np.array(expect["raw_first"]) * FACTOR).astype(np.float32))
    assert got.lsb_g == FACTOR
    assert np.abs(got.xyz_g).max() <= expect["range_mg"] / 1000 + FACTOR


@pytest.mark.parametrize(
    ("name", "stream", "bits"),
    [("polar_doc_verity_delta_t0_head", SCALED, 8), ("polar_issue331_verity_0x81", PLAIN, 6)],
)
def test_cut_captures(name: str, stream: Stream, bits: int) -> None:
    data = bytearray(hex_of(name))
    assert data[16] == bits
    with pytest.raises(FrameError, match="announces"):
        polar.decode(bytes(data), stream)
    held = (len(data) - 18) * 8 // (3 * bits)
    data[17] = held
    del data[18 + (3 * bits * held + 7) // 8 :]
    expect = VECTORS[name]["expect"]
    raw = parse_frame(bytes(data))
    assert len(raw.values) == held + 1
    assert raw.values[: len(expect["raw_first"])].tolist() == expect["raw_first"]
    assert raw.device_ns == expect.get("ts", raw.device_ns)
    length_g = np.linalg.norm(polar.decode(bytes(data), stream).xyz_g, axis=1)
    assert np.all(np.abs(length_g - 1) < 0.025)  # both were taken at rest


@pytest.mark.parametrize(("frame_type", "size"), [(RAW_8, 1), (RAW_16, 2), (RAW_24, 3)])
def test_raw_widths(frame_type: int, size: int) -> None:
    top = 1 << (8 * size - 1)
    rows = [[-1, 0, 1], [top - 1, -top, -top + 1], [5, -7, 100]]
    body = b"".join(v.to_bytes(size, "little", signed=True) for row in rows for v in row)
    got = polar.decode(frame(frame_type, body), PLAIN)
    assert np.array_equal(got.xyz_g, mg(rows))


@given(
    st.lists(st.tuples(st.integers(1, 32), st.integers(0, 6)), max_size=6),
    st.lists(st.integers(-32768, 32767), min_size=3, max_size=3),
    st.randoms(use_true_random=False),
    st.sampled_from([DELTA_0, DELTA_1]),
)
def test_delta_round_trip(blocks: list[tuple[int, int]], reference: list[int], rng, frame_type: int) -> None:
    body = struct.pack("<3h", *reference)
    rows = [reference]
    for width, count in blocks:
        numbers = [rng.randrange(-(1 << (width - 1)), 1 << (width - 1)) for _ in range(3 * count)]
        body += block(width, numbers)
        for i in range(count):
            rows.append([a + d for a, d in zip(rows[-1], numbers[3 * i : 3 * i + 3], strict=True)])
    if len(body) > LONGEST_FRAME - 10:
        return
    raw = parse_frame(frame(frame_type, body))
    assert raw.values.tolist() == rows
    got = polar.decode(frame(frame_type, body), SCALED)
    lsb = FACTOR if frame_type == DELTA_0 else FACTOR * 1e-3
    assert np.array_equal(got.xyz_g, (np.array(rows) * lsb).astype(np.float32))


def test_without_a_factor_type_0_fills_the_range() -> None:
    got = polar.decode(frame(DELTA_0, struct.pack("<3h", -32768, 0, 16384)), PLAIN)
    assert got.xyz_g.tolist() == [[-8.0, 0.0, 4.0]]


def test_blocks_of_width_and_count_zero() -> None:
    body = struct.pack("<3h", 1, 2, 3) + bytes((0, 0)) + bytes((7, 0)) + bytes((0, 2)) + block(4, [1, -1, 7])
    assert parse_frame(frame(DELTA_1, body)).values.tolist() == [[1, 2, 3]] * 3 + [[2, 1, 10]]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "0 bytes"),
        (frame(RAW_16, b""), "10 bytes"),
        (frame(RAW_16, bytes(5)), "no whole number"),
        (frame(RAW_16, bytes(6), measurement=1), "not acceleration"),
        (frame(0x82, bytes(6)), "unknown"),
        (frame(0x03, bytes(6)), "unknown"),
        (frame(DELTA_1, bytes(5)), "reference"),
        (frame(DELTA_1, bytes(7)), "header of a block"),
        (frame(DELTA_1, bytes(6) + bytes((33, 1)) + bytes(13)), "33 bits"),
        (frame(DELTA_1, bytes(6) + bytes((6, 255)) + bytes(9)), "announces"),
        (frame(DELTA_1, bytes(6) + bytes((0, 255)) * 100), "more samples"),
        (frame(RAW_16, bytes(6 * 100)), "610 bytes"),
    ],
)
def test_broken_frames(data: bytes, why: str) -> None:
    with pytest.raises(FrameError, match=why):
        polar.decode(data, PLAIN)


@given(st.binary(max_size=600), st.sampled_from([RAW_8, RAW_16, RAW_24, DELTA_0, DELTA_1, None]))
def test_hostile_bytes(data: bytes, frame_type: int | None) -> None:
    try:
        got = polar.decode(data if frame_type is None else frame(frame_type, data), SCALED)
    except FrameError:
        return
    assert 1 <= len(got.xyz_g) <= 8 * LONGEST_FRAME + 1
    assert np.isfinite(got.xyz_g).all()


@given(st.integers(0, 228))
def test_every_cut_of_a_real_frame(length: int) -> None:
    whole = hex_of("polar_acc_delta_t0_8g")
    full = parse_frame(whole).values
    try:
        part = parse_frame(whole[:length]).values
    except FrameError:
        return
    assert np.array_equal(part, full[: len(part)])


def test_hostile_frames_allocate_little() -> None:
    hostile = frame(DELTA_1, bytes(6) + bytes((0, 255)) * 248)
    tracemalloc.start()
    try:
        with pytest.raises(FrameError):
            polar.decode(hostile, PLAIN)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
