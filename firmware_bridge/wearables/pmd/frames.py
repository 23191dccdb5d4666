"""Frames of the Polar Measurement Data service: acceleration to whole numbers, and the temperature of the skin.

Layout from Polar's SDK documentation (``online_measurement.pdf``) and its Android sources (``PmdDataFrame``,
``AccData``, ``SkinTemperatureData``): measurement type u8, time u64 in ns since 2000-01-01 of the frame's last sample,
frame type u8, samples. All numbers are little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from firmware_bridge.errors import FrameError
from firmware_bridge.samples import CHIP_CELSIUS

if TYPE_CHECKING:
    import numpy.typing as npt

LONGEST_FRAME = 512
"""An attribute value holds no more (Bluetooth Core, Vol 3, Part F, 3.2.9)."""

ACCELERATION, SKIN_TEMPERATURE = 2, 7
"""Measurement types."""

RAW_8, RAW_16, RAW_24, DELTA_0, DELTA_1 = 0x00, 0x01, 0x02, 0x80, 0x81
"""Frame types; bit 7 marks delta compression."""

_HEADER = struct.Struct("<BQB")
_REFERENCE = struct.Struct("<3h")
_CELSIUS = struct.Struct("<f")
_BLOCK_HEADER = 2
_TYPE_BITS = 0x3F
_WIDEST_DELTA = 32

# By width: the bits of a delta, and its sign bit. Width 0 has neither and means "no change".
_MASK = np.array([(1 << width) - 1 for width in range(_WIDEST_DELTA + 1)], dtype=np.uint64)
_SIGN = np.array([(1 << width) >> 1 for width in range(_WIDEST_DELTA + 1)], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class RawFrame:
    """A frame as sent.

    Parameters
    ----------
    device_ns
        Time of the last sample, in ns since 2000-01-01 on the wearable's clock.
    frame_type
        One of `RAW_8`, `RAW_16`, `RAW_24`, `DELTA_0`, `DELTA_1`; it sets the unit.
    values
        Whole numbers, int64, shape ``(n, 3)``, n ≥ 1.
    """

    device_ns: int
    frame_type: int
    values: npt.NDArray[np.int64]


def parse_frame(data: bytes) -> RawFrame:
    """Parse one notification of the data characteristic.

    Raises
    ------
    FrameError
        Where the frame holds no acceleration, is cut short or contradicts itself.
    """
    if not _HEADER.size < len(data) <= LONGEST_FRAME:
        raise FrameError(f"a frame of {len(data)} bytes; {_HEADER.size + 1} to {LONGEST_FRAME} are possible")
    measurement, device_ns, frame_type = _HEADER.unpack_from(data)
    if measurement & _TYPE_BITS != ACCELERATION:
        raise FrameError(f"measurement type {measurement & _TYPE_BITS} is not acceleration")
    body = data[_HEADER.size :]
    if frame_type in (DELTA_0, DELTA_1):
        values = _delta_values(body)
    elif frame_type in (RAW_8, RAW_16, RAW_24):
        values = _raw_values(body, frame_type + 1)
    else:
        raise FrameError(f"frame type {frame_type:#04x} of acceleration is unknown")
    return RawFrame(device_ns, frame_type, values)


def parse_temperature(data: bytes) -> float | None:
    """Parse the first temperature of a notification, in °C; None where it holds none that makes sense.

    Plain frames are floats; compressed ones begin with a float, to whose bits differences are added.
    """
    if len(data) < _HEADER.size + _CELSIUS.size or data[0] & _TYPE_BITS != SKIN_TEMPERATURE:
        return None
    celsius = float(_CELSIUS.unpack_from(data, _HEADER.size)[0])
    known = data[_HEADER.size - 1] in (RAW_8, DELTA_0)
    return celsius if known and CHIP_CELSIUS[0] <= celsius <= CHIP_CELSIUS[1] else None


def _raw_values(body: bytes, width_bytes: int) -> npt.NDArray[np.int64]:
    """Read triples of signed numbers of 1, 2 or 3 bytes each."""
    if len(body) % (3 * width_bytes):
        raise FrameError(f"{len(body)} bytes are no whole number of samples of {3 * width_bytes} bytes")
    octets = np.frombuffer(body, dtype=np.uint8).reshape(-1, width_bytes).astype(np.int64)
    value = octets[:, 0]
    for i in range(1, width_bytes):
        value = value | octets[:, i] << (8 * i)
    sign = 1 << (8 * width_bytes - 1)
    return ((value ^ sign) - sign).reshape(-1, 3)


def _delta_values(body: bytes) -> npt.NDArray[np.int64]:
    """Read a reference sample and the blocks of differences that follow it.

    A block is its width in bits (u8), its number of samples (u8) and the differences, x y z in turn, packed from the
    least significant bit on and filled up to a whole byte. Each adds to the sample before it.
    """
    end = len(body)
    if end < _REFERENCE.size:
        raise FrameError("the reference sample is cut short")
    widths, counts, first_bits = _blocks(body)
    total = sum(counts)
    values = np.empty((total + 1, 3), dtype=np.int64)
    values[0] = _REFERENCE.unpack_from(body)
    if not total:
        return values
    # All blocks at once: where each difference begins, the 64 bits from that byte on, shifted and cut to its width.
    numbers = 3 * np.array(counts)
    width = np.repeat(np.array(widths), numbers)
    block_first = np.cumsum(numbers) - numbers
    origin = np.repeat(np.array(first_bits) - block_first * np.array(widths), numbers)
    bit = origin + width * np.arange(3 * total)
    words = np.ndarray(end + 1, dtype="<u8", buffer=body + bytes(8), strides=(1,))
    packed = ((words[bit >> 3] >> (bit & 7).astype(np.uint64)) & _MASK[width]).view(np.int64)
    sign = _SIGN[width]
    values[1:] = ((packed ^ sign) - sign).reshape(-1, 3)
    return np.cumsum(values, axis=0, out=values)


def _blocks(body: bytes) -> tuple[list[int], list[int], list[int]]:
    """Walk the blocks' headers: width, number of samples and first bit of each block that holds samples."""
    widths: list[int] = []
    counts: list[int] = []
    first_bits: list[int] = []
    at, end = _REFERENCE.size, len(body)
    total = 0
    while at < end:
        if end - at < _BLOCK_HEADER:
            raise FrameError("the header of a block of differences is cut short")
        width, count = body[at], body[at + 1]
        if width > _WIDEST_DELTA:
            raise FrameError(f"differences of {width} bits; {_WIDEST_DELTA} are possible")
        at += _BLOCK_HEADER
        size = (3 * width * count + 7) >> 3
        if size > end - at:
            raise FrameError(f"a block announces {size} bytes, {end - at} are left")
        total += count
        # Blocks of width 0 hold samples in no bytes: what real wearables pack into a frame bounds them too.
        if total > 8 * LONGEST_FRAME:
            raise FrameError("more samples than a frame can hold")
        if count:
            widths.append(width)
            counts.append(count)
            first_bits.append(8 * at)
        at += size
    return widths, counts, first_bits
