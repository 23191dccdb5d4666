"""Promise: avro of others, or damaged, is refused with what to do, and never unpacked without end."""

from __future__ import annotations

import tracemalloc
import zlib

import numpy as np
import pytest

from benchmarks.formats import made, made_by_libraries
from detector.errors import RecordingError

COUNTS = made.night(600, 256)


def test_avro_of_others(put):
    good = made_by_libraries.avro(COUNTS)
    packed = good.replace(b"\x08null", b"\x12lz4_frame")
    for data, words in (
        (packed, "is packed by lz4_frame, which is not read: write it with the codec deflate"),
        (good.replace(b"accelerometer", b"accelerometre"), "without the accelerometer of an Empatica EmbracePlus"),
        (good[:-700], "is a damaged avro file: it was cut off or changed"),
    ):
        with pytest.raises(RecordingError, match=words):
            put("a.avro", data)


@pytest.mark.parametrize("number", [np.nan, np.inf, 1e300, 0.0])
def test_numbers_of_avro_that_cannot_be(put, number):
    good = made_by_libraries.avro(COUNTS)
    for right in (np.float64(50), np.float64(1 / 256)):
        with pytest.raises(RecordingError, match=r"does not say what its counts mean|is 0 Hz|is 1e\+300 Hz"):
            put("a.avro", good.replace(right.tobytes(), np.float64(number).tobytes()))


def test_an_avro_block_that_unpacks_without_end(put):
    """A library would make all of it before it looked at any."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    trap = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(300)) + squeeze.flush()
    schema = b'{"type":"record","name":"accelerometer","fields":[{"name":"accelerometer","type":"bytes"}]}'
    size = lambda n: bytes((n * 2 & 0x7F | 0x80, n * 2 >> 7 & 0x7F | 0x80, n * 2 >> 14))  # noqa: E731
    head = b"Obj\x01\x04" + b"\x16avro.schema" + size(len(schema)) + schema + b"\x14avro.codec\x0edeflate\0"
    sync = bytes(range(16))
    tracemalloc.start()
    with pytest.raises(RecordingError, match="is a damaged avro file"):
        put("a.avro", head + sync + b"\x02" + size(len(trap)) + trap + sync)
    assert tracemalloc.get_traced_memory()[1] < 6e8
    tracemalloc.stop()
