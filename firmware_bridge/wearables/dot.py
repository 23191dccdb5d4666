"""Movella (Xsens) DOT: one sample a notification, floats, stamped in microseconds.

Facts from Movella's "DOT BLE Service Specification" (XD0506P rev. C). All numbers are little-endian.
"""

from __future__ import annotations

import re
import struct

import numpy as np

from firmware_bridge.errors import FrameError
from firmware_bridge.wearables.protocol import Decoder, Frame, Model, Profile, Stream, WearableIO, Wish, never_ends

_BASE = "1517{}-4947-11e9-8646-d663bd873d93"

PROFILE = Profile(
    family="Movella DOT",
    name_pattern=re.compile(r"(?P<model>Movella DOT|Xsens DOT)(?: .*)?"),
    service_uuid=_BASE.format("2000"),
    data_uuid=_BASE.format("2003"),
    control_uuid=_BASE.format("2001"),
    models={
        name: Model(
            name,
            6.0,
            "Tape it flat onto the muscle that twitches, with the maker's adhesive.",
            "Charge it fully: a full battery lasts six to nine hours.",
        )
        for name in ("Movella DOT", "Xsens DOT")
    },
)

ended = never_ends

DEVICE_CONTROL_UUID = _BASE.format("1002")
BATTERY_UUID = _BASE.format("3001")

RATES_HZ = [1, 4, 10, 12, 15, 20, 30, 60]
"""Rates it streams at; 120 Hz is for recording inside it only."""

RATE_QUANTITIES = 21
"""Payload of time, acceleration with gravity, and rotation: 28 bytes in the medium characteristic."""

RANGE_G = 16.0
STANDARD_GRAVITY = 9.80665
"""In m/s²."""

_CONTROL_BYTES = 32
_POWER_SAVING, _OUTPUT_RATE = 0x04, 0x10  # bits of the mask that says which fields to heed
_TIMEOUTS, _RATE = slice(3, 7), slice(24, 26)
_SAMPLE = struct.Struct("<I3f")
_LARGEST_MS2 = 500.0
_WRAP = 1 << 32
_US = 1000
_FULL = 100


async def battery(io: WearableIO) -> int | None:
    """Read the charge in percent."""
    state = await io.read(BATTERY_UUID)
    return state[0] if state and state[0] <= _FULL else None


async def start(io: WearableIO, wish: Wish) -> Stream:
    """Switch power saving off, which ends every stream after half an hour, set the rate and start.

    Raises
    ------
    FrameError
        Where its settings are not those of a DOT.
    TimeoutError
        Where it does not answer.
    """
    await io.subscribe(PROFILE.data_uuid)
    control = bytearray(await io.read(DEVICE_CONTROL_UUID))
    if len(control) != _CONTROL_BYTES:
        raise FrameError(f"settings of {len(control)} bytes, {_CONTROL_BYTES} are due")
    rate_hz = wish.choose_rate(RATES_HZ)
    control[0] = _POWER_SAVING | _OUTPUT_RATE
    control[_TIMEOUTS] = bytes(4)
    control[_RATE] = rate_hz.to_bytes(2, "little")
    await io.write(DEVICE_CONTROL_UUID, bytes(control))
    await io.write(PROFILE.control_uuid, bytes((1, 1, RATE_QUANTITIES)))
    model = PROFILE.model_of(io.name)
    return Stream(model.name if model else PROFILE.family, float(rate_hz), RANGE_G, None)


async def stop(io: WearableIO) -> None:
    """Stop measuring."""
    await io.write(PROFILE.control_uuid, bytes((1, 0, RATE_QUANTITIES)))


def decoder(_stream: Stream) -> Decoder:
    """Make a decoder, which unwraps the clock."""
    return _Decoder()


class _Decoder:
    def __init__(self) -> None:
        self._latest_us: int | None = None
        self._unwrapped_us = 0

    def __call__(self, data: bytes) -> list[Frame]:
        if len(data) < _SAMPLE.size:
            raise FrameError(f"a sample of {len(data)} bytes, {_SAMPLE.size} are the least")
        us, *ms2 = _SAMPLE.unpack_from(data)
        xyz = np.array([ms2])
        if not (np.abs(xyz) <= _LARGEST_MS2).all():
            raise FrameError("an acceleration that no sensor measures")
        # The clock wraps after 71.6 minutes; a time from the past steps back.
        step = 0 if self._latest_us is None else (us - self._latest_us) % _WRAP
        if self._latest_us is None:
            self._unwrapped_us = us
        self._unwrapped_us += step if step < _WRAP // 2 else step - _WRAP
        self._latest_us = us
        return [Frame(self._unwrapped_us * _US, (xyz / STANDARD_GRAVITY).astype(np.float32))]
