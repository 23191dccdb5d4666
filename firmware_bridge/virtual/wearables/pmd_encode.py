"""Polar measurement frames, written as the wearables write them.

The layouts are those of `online_measurement.pdf` and `Polar_Measurement_Data_Specification.pdf` in polar-ble-sdk: a
frame is a type, the time of its LAST sample and a frame type, then samples. Delta frames hold a reference sample and
blocks of differences: `width (bits), count, bits`, least significant bit first, x y z interleaved, each block on a byte
boundary.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

ACC, SKIN_TEMPERATURE = 0x02, 0x07
"""Measurement types."""

HEADER_BYTES = 10
"""Type (1), time (8) and frame type (1)."""

FRAME_BYTES = 229
"""The longest frame seen from a real wearable; it needs an ATT MTU of 232."""

RAW_SAMPLES = 36
"""Samples in a raw frame of an H10: 226 bytes."""

DELTA_SAMPLES = 72
"""Most samples in a delta frame; captured frames of a Verity Sense hold 36 to 71."""

_REFERENCE = struct.Struct("<3h")
_GROUP = 8  # differences that share a width before blocks are joined
_BLOCK_HEADER_BYTES = 2
_BLOCK_DIFFERENCES = 255  # the count is one byte


class FrameType(IntEnum):
    """Layouts of acceleration frames; bit 7 means delta-compressed."""

    RAW_MG = 0x01
    DELTA_FACTOR = 0x80
    DELTA_MG = 0x81


def header(timestamp_ns: int, frame_type: FrameType) -> bytes:
    """Begin a frame.

    Parameters
    ----------
    timestamp_ns
        Device time of the frame's last sample, in ns since 2000-01-01.
    frame_type
        What follows.
    """
    return struct.pack("<BQB", ACC, timestamp_ns, frame_type)


def encode_temperature(timestamp_ns: int, celsius: float) -> bytes:
    """Write a whole frame with one temperature of the skin: a float, not compressed."""
    return struct.pack("<BQBf", SKIN_TEMPERATURE, timestamp_ns, 0, celsius)


def encode_raw(values: npt.NDArray[np.int32]) -> bytes:
    """Pack samples, shape ``(n, 3)``, without compression: x, y, z as 16 bit."""
    return values.astype("<i2").tobytes()


def encode_delta(
    values: npt.NDArray[np.int32], budget_bytes: int = FRAME_BYTES - HEADER_BYTES, most_samples: int = DELTA_SAMPLES
) -> tuple[int, bytes]:
    """Pack as many samples as fit.

    Parameters
    ----------
    values
        Samples in steps of the wearable, within 16 bit, shape ``(n, 3)`` with n at least 1.
    budget_bytes
        Room for the samples, at least 6.
    most_samples
        Most samples to take, whatever the room.

    Returns
    -------
    tuple of int and bytes
        How many of the leading samples were packed (at least 1), and the bytes.
    """
    values = values[:most_samples]
    differences = np.diff(values, axis=0)
    widths = _widths(differences)
    parts = [_REFERENCE.pack(*values[0].tolist())]
    at = 0
    for width, count in _blocks(widths, budget_bytes - _REFERENCE.size):
        parts.append(bytes((width, count)))
        parts.append(_pack(differences[at : at + count], width))
        at += count
    return 1 + at, b"".join(parts)


def _widths(differences: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Bits each difference needs in two's complement on its widest axis, rounded up to even.

    Captured frames show widths of 6, 8, 10 and 16 bits only, so the firmware seems to know even widths alone.
    """
    magnitude = (differences ^ (differences >> 31)).max(axis=1, initial=0)
    bits: npt.NDArray[np.int64] = np.frexp(magnitude.astype(np.float64))[1].astype(np.int64) + 1
    return bits + (bits & 1)


def _size(width: int, count: int) -> int:
    return _BLOCK_HEADER_BYTES + (3 * width * count + 7) // 8


def _room(width: int, budget_bytes: int) -> int:
    """How many differences of a width fit one block in a budget."""
    return min(max((budget_bytes - _BLOCK_HEADER_BYTES) * 8 // (3 * width), 0), _BLOCK_DIFFERENCES)


def _blocks(widths: npt.NDArray[np.int64], budget_bytes: int) -> list[tuple[int, int]]:
    """Choose blocks (width, count) for leading differences, joined where a header costs more than the wider bits."""
    closed: list[tuple[int, int]] = []
    left = budget_bytes
    width, count = 0, 0  # the open block
    for start in range(0, len(widths), _GROUP):
        group = widths[start : start + _GROUP]
        own, more = int(group.max()), len(group)
        joined = max(width, own)
        apart_bytes = _size(width, count) + _size(own, more)
        if not count or (count + more <= _BLOCK_DIFFERENCES and _size(joined, count + more) <= apart_bytes):
            wanted = count + more
            fits = min(_room(joined, left), wanted)
            if fits > count:  # else the wider bits would push out differences already packed
                width, count = joined, fits
            full = fits < wanted
        else:
            left -= _size(width, count)
            closed.append((width, count))
            width, count = own, min(_room(own, left), more)
            full = count < more
        if full:
            break
    if count:
        closed.append((width, count))
    return closed


def _pack(differences: npt.NDArray[np.int32], width: int) -> bytes:
    bits = (differences.reshape(-1, 1) >> np.arange(width, dtype=np.int32)) & 1
    return np.packbits(bits.astype(np.uint8).ravel(), bitorder="little").tobytes()
