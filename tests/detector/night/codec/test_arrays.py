"""Promise: the codec gives back every float32 bit for bit, is small where sensors count, and refuses damaged blobs."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from detector.night.codec import arrays

BITS = hnp.arrays(np.uint32, st.tuples(st.integers(0, 40), st.just(3)))
COUNTS = hnp.arrays(np.int32, st.tuples(st.integers(0, 40), st.just(3)))
STEPS = st.one_of(st.none(), st.sampled_from([1e-3, 1 / 4096, 1 / 16384, 0.00098, 0.122e-3, 1e30, 5e-324]))


@given(BITS, STEPS)
def test_any_bit_pattern_survives_also_nan_with_payload(bits, lsb_g):
    xyz = bits.view(np.float32)
    codec_id, blob = arrays.encode(xyz, lsb_g)
    assert arrays.decode(codec_id, blob, len(xyz)).tobytes() == xyz.tobytes()


@given(COUNTS, STEPS)
def test_whole_multiples_survive_also_at_the_ends_of_the_range(counts, lsb_g):
    with np.errstate(over="ignore"):
        xyz = (counts * (lsb_g or 1e-3)).astype(np.float32)
    codec_id, blob = arrays.encode(xyz, lsb_g)
    assert arrays.decode(codec_id, blob, len(xyz)).tobytes() == xyz.tobytes()


@pytest.mark.parametrize(
    ("special", "name"), [(-0.0, "-0"), (np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf"), (1e-45, "denormal")]
)
def test_one_odd_value_among_whole_mg(special, name, rest):
    xyz = rest(100)
    xyz[50, 1] = special
    codec_id, blob = arrays.encode(xyz, 1e-3)
    assert codec_id == arrays.FLOAT_BITS, name
    assert arrays.decode(codec_id, blob, 100).tobytes() == xyz.tobytes()


def test_whole_mg_are_found_without_being_told(rest):
    assert arrays.encode(rest(100))[0] == arrays.GRID_16
    assert arrays.encode(rest(100), lsb_g=1 / 4096)[0] == arrays.GRID_16  # told wrong


def test_a_wide_range_takes_the_wider_numbers():
    xyz = (np.array([[40_000, 0, -(2**24)]]) * 1e-3).astype(np.float32)
    assert arrays.encode(xyz)[0] == arrays.GRID_32


def test_a_minute_of_rest_takes_less_than_three_bits_a_number(rest):
    _, blob = arrays.encode(rest(6000), 1e-3)
    assert len(blob) * 8 / 18_000 < 3


@pytest.mark.parametrize("shape", [(5,), (5, 2), (2, 5, 3)])
def test_what_is_no_acceleration_is_refused(shape):
    with pytest.raises(ValueError, match="float32 of shape"):
        arrays.encode(np.zeros(shape, np.float32))
    with pytest.raises(ValueError, match="float32 of shape"):
        arrays.encode(np.zeros((5, 3)))


@given(
    st.sampled_from([arrays.FLOAT_BITS, arrays.GRID_16, arrays.GRID_32, 7, -1]),
    st.binary(max_size=80),
    st.integers(0, 50),
)
def test_hostile_blobs_raise_one_kind_of_error_or_decode(codec_id, blob, n):
    with contextlib.suppress(ValueError):
        assert arrays.decode(codec_id, blob, n).shape == (n, 3)


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_changed_or_cut_blob_never_raises_anything_else(at, flip):
    xyz = np.full((40, 3), 0.001, np.float32)
    codec_id, blob = arrays.encode(xyz)
    at %= len(blob)
    damaged = blob[:at] + bytes([blob[at] ^ flip]) + blob[at + 1 :]
    for bad in (damaged, blob[:at], blob + b"x"):
        with contextlib.suppress(ValueError):
            arrays.decode(codec_id, bad, 40)


def test_a_deflate_bomb_is_not_inflated():
    bomb = arrays.pack_integers(np.zeros((5_000_000, 3), np.int16))
    with pytest.raises(ValueError, match="cut short or too long"):
        arrays.unpack_integers(bomb, np.dtype("<i2"), 10, 3)
