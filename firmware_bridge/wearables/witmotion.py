"""WitMotion BWT901BLE5.0 and WT9011DCL: frames of 20 bytes in a stream, without a time or a count.

Facts from WitMotion's Python SDK for the BWT901BLE5.0 (``device_model.py``) and the data sheets of the WT901BLECL and
WT9011DCL-BT50. All numbers are little-endian.
"""

from __future__ import annotations

import re
import struct

import numpy as np

from firmware_bridge.errors import FrameError
from firmware_bridge.wearables.protocol import Decoder, Frame, Model, Profile, Stream, WearableIO, Wish, never_ends

_ADVICE = (
    "Charge it fully: a full battery lasts about as long as a night. It has no clock of its own, so that times and "
    "gaps of the night are estimates."
)

PROFILE = Profile(
    family="WitMotion",
    name_pattern=re.compile(r"(?P<model>WT901BLE|BWT901BLE|WT9011DCL|WTSDCL|WT)[\w .-]*"),
    # The base ends in 9a, not in the 9b of the Bluetooth standard.
    service_uuid="0000ffe5-0000-1000-8000-00805f9a34fb",
    data_uuid="0000ffe4-0000-1000-8000-00805f9a34fb",
    control_uuid="0000ffe9-0000-1000-8000-00805f9a34fb",
    models={
        "WT9011DCL": Model("WitMotion WT9011DCL", 8.0, "Strap or tape it flat onto the muscle that twitches.", _ADVICE),
        "WTSDCL": Model("WitMotion WT9011DCL", 8.0, "Strap or tape it flat onto the muscle that twitches.", _ADVICE),
        "BWT901BLE": Model("WitMotion BWT901BLE5.0", 8.0, "Strap it tightly onto the muscle that twitches.", _ADVICE),
        "WT901BLE": Model("WitMotion WT901BLE", 8.0, "Strap it tightly onto the muscle that twitches.", _ADVICE),
    },
    replies_on_data=True,
)

ended = never_ends

FRAME_BYTES = 20
MOTION, REGISTERS = b"\x55\x61", b"\x55\x71"
"""What a frame begins with: acceleration, rotation and angles; registers that were asked for."""

UNLOCK = b"\xff\xaa\x69\x88\xb5"
RATE_REGISTER, BANDWIDTH_REGISTER, BATTERY_REGISTER = 0x03, 0x1F, 0x64
RATES = {50: 0x08, 100: 0x09, 200: 0x0B}
"""Value of the rate register by rate in Hz."""

BANDWIDTHS = {50: 0x04, 100: 0x03, 200: 0x02}
"""Low-pass of 42, 98 and 188 Hz, by rate: the widest that leaves little to be folded back, and no twitch out."""

RANGE_G = 16.0
LSB_G = RANGE_G / 2**15

_AXES = struct.Struct("<3h")
_LEAST_VOLT, _FULL_VOLT = 3.4, 4.1
"""Of a lithium cell in use: below the one it is nearly empty, above the other full."""

_LONGEST_REST = 2 * FRAME_BYTES


async def battery(io: WearableIO) -> int | None:
    """Read the charge in percent, by the cell's voltage."""
    await io.subscribe(PROFILE.data_uuid)
    volt = await io.request(PROFILE.control_uuid, read_register(BATTERY_REGISTER), _voltage, response=False)
    return round(100 * min(max((volt - _LEAST_VOLT) / (_FULL_VOLT - _LEAST_VOLT), 0.0), 1.0))


async def start(io: WearableIO, wish: Wish) -> Stream:
    """Set rate and low-pass, for as long as it stays switched on, and listen; it streams by itself.

    Raises
    ------
    TimeoutError
        Where a write gets no answer.
    """
    await io.subscribe(PROFILE.data_uuid)
    rate_hz = wish.choose_rate(list(RATES))
    for register, value in ((RATE_REGISTER, RATES[rate_hz]), (BANDWIDTH_REGISTER, BANDWIDTHS[rate_hz])):
        await io.write(PROFILE.control_uuid, UNLOCK, response=False)
        await io.write(PROFILE.control_uuid, write_register(register, value), response=False)
    model = PROFILE.model_of(io.name)
    return Stream(model.name if model else PROFILE.family, float(rate_hz), RANGE_G, LSB_G)


async def stop(io: WearableIO) -> None:
    """Fall back to ten samples a second: it knows no stop, and this is how it leaves the factory."""
    await io.write(PROFILE.control_uuid, UNLOCK, response=False)
    await io.write(PROFILE.control_uuid, write_register(RATE_REGISTER, 0x06), response=False)


def write_register(register: int, value: int) -> bytes:
    """Command that sets a register until the sensor is switched off."""
    return bytes((0xFF, 0xAA, register)) + value.to_bytes(2, "little")


def read_register(register: int) -> bytes:
    """Command that asks for a register and the seven after it."""
    return bytes((0xFF, 0xAA, 0x27, register, 0x00))


def decoder(_stream: Stream) -> Decoder:
    """Make a decoder, which finds the frames in the stream of bytes."""
    return _Decoder()


class _Decoder:
    def __init__(self) -> None:
        self._rest = b""

    def __call__(self, data: bytes) -> list[Frame]:
        stream = self._rest + data
        samples: list[tuple[int, ...]] = []
        skipped = at = 0
        while len(stream) - at >= FRAME_BYTES:
            head = stream[at : at + 2]
            if head == MOTION and _follows(stream, at):
                samples.append(_AXES.unpack_from(stream, at + 2))
                at += FRAME_BYTES
            elif head == REGISTERS and _follows(stream, at):
                at += FRAME_BYTES
            else:
                at += 1
                skipped += 1
        self._rest = stream[at:][-_LONGEST_REST:]
        if samples:
            return [Frame(None, (np.array(samples) * LSB_G).astype(np.float32), None, LSB_G)]
        if skipped:
            raise FrameError(f"{skipped} bytes without a frame")
        return []


def _follows(stream: bytes, at: int) -> bool:
    """Whether a frame that begins here is followed by another one, or by nothing yet.

    Values may look like the beginning of a frame; there is no checksum.
    """
    after = stream[at + FRAME_BYTES : at + FRAME_BYTES + 2]
    return not after or MOTION.startswith(after) or REGISTERS.startswith(after)


def _voltage(packet: bytes) -> float | None:
    """Voltage in an answer to `BATTERY_REGISTER`, which may stand among other frames."""
    at = packet.find(REGISTERS + BATTERY_REGISTER.to_bytes(2, "little"))
    if at < 0 or len(packet) < at + 6:
        return None
    return int.from_bytes(packet[at + 4 : at + 6], "little") / 100
