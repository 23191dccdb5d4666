"""Promise: what the virtual wearables put into a frame comes out of it to the bit, by two independent decoders."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from firmware_bridge.virtual.playback import quantise
from firmware_bridge.virtual.wearables.pmd_encode import (
    DELTA_SAMPLES,
    FRAME_BYTES,
    HEADER_BYTES,
    FrameType,
    encode_delta,
    encode_raw,
    header,
)
from firmware_bridge.wearables.pmd.frames import parse_frame

INT16 = st.integers(-32768, 32767)
SAMPLES = hnp.arrays(np.int32, st.tuples(st.integers(1, 300), st.just(3)), elements=INT16)
# Walks of mixed step sizes: what makes an encoder change its mind about widths.
STEPS = hnp.arrays(
    np.int32, st.tuples(st.integers(1, 300), st.just(3)), elements=st.sampled_from([0, 1, -1, 3, -4, 20, -130, 900])
)


def decode_bit_by_bit(body):
    """Decode delta frame content the slow way, straight from the description of the format."""
    samples = [[int.from_bytes(body[i : i + 2], "little", signed=True) for i in (0, 2, 4)]]
    at = 6
    while at < len(body):
        width, count = body[at], body[at + 1]
        at += 2
        number = int.from_bytes(body[at : at + (3 * width * count + 7) // 8], "little")
        for _ in range(count):
            sample = []
            for axis in range(3):
                difference = number & ((1 << width) - 1)
                number >>= width
                if difference >> (width - 1):
                    difference -= 1 << width
                sample.append(samples[-1][axis] + difference)
            samples.append(sample)
        assert number == 0
        at += (3 * width * count + 7) // 8
    assert at == len(body)
    return np.array(samples)


def check(values, budget, most):
    count, body = encode_delta(values, budget, most)
    assert 1 <= count <= min(len(values), most)
    assert len(body) <= budget
    np.testing.assert_array_equal(decode_bit_by_bit(body), values[:count])
    frame = parse_frame(header(123, FrameType.DELTA_MG) + body)
    assert frame.device_ns == 123
    np.testing.assert_array_equal(frame.values, values[:count])
    return count, body


@settings(deadline=None, max_examples=150)
@given(SAMPLES, st.integers(6, 229), st.integers(1, 300))
def test_any_16_bit_samples_survive(values, budget, most):
    check(values, budget, most)


@settings(deadline=None, max_examples=150)
@given(STEPS, st.integers(6, 229), st.integers(1, 300))
def test_any_walk_survives(steps, budget, most):
    check(np.cumsum(steps, axis=0).clip(-32768, 32767).astype(np.int32), budget, most)


@settings(deadline=None, max_examples=50)
@given(SAMPLES)
def test_raw_samples_survive(values):
    frame = parse_frame(header(2**63, FrameType.RAW_MG) + encode_raw(values[:36]))
    np.testing.assert_array_equal(frame.values, values[:36])
    assert frame.device_ns == 2**63


def test_frames_are_filled_as_real_ones_are():
    # Captured: 8 bits wide 71 samples, 10 bits 57, 16 bits 36; a frame of 228 or 229 bytes.
    rng = np.random.default_rng(0)
    for spread, samples in ((100, 72), (400, 57), (30_000, 36)):
        steps = rng.choice([-spread, spread], (300, 3))
        walk = np.where(np.arange(300)[:, None] % 2, steps, -steps) // 2
        count, body = check(walk.astype(np.int32), FRAME_BYTES - HEADER_BYTES, DELTA_SAMPLES)
        assert abs(count - samples) <= 1
        assert len(body) + HEADER_BYTES > 220


def test_a_quiet_stretch_costs_fewer_bits_than_a_jerk_in_it():
    values = np.zeros((60, 3), np.int32)
    values[30] = 2000
    _, body = check(values, 219, 72)
    assert len(body) < 90
    assert len(encode_delta(np.zeros((60, 3), np.int32))[1]) < 60


def test_quantising_is_exact_for_whole_mg_and_finite_for_anything():
    mg = np.arange(-16000, 16000).repeat(3).reshape(-1, 3)
    np.testing.assert_array_equal(quantise((mg * 1e-3).astype(np.float32), 1.0), mg)
    hostile = np.array([[np.nan, np.inf, -np.inf], [1e30, -1e30, 0.0004]], np.float32)
    np.testing.assert_array_equal(quantise(hostile, 1.0), [[0, 0, 0], [32767, -32768, 0]])
