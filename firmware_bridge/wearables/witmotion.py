"""WitMotion BWT901BLE5.0 and WT9011DCL: frames of 20 bytes in a stream, without a time or a count.

It streams from the moment its notifications are asked for, at whatever rate its registers hold, and answers to
commands stand among the samples. So the decoder takes samples only from the answer on that confirms the rate.

Facts from WitMotion's Python SDK for the BWT901BLE5.0 (``device_model.py``) and the data sheets of the WT901BLECL and
WT9011DCL-BT50. All numbers are little-endian.
"""

from __future__ import annotations

import asyncio
import re
import struct

import numpy as np

from firmware_bridge.errors import FrameError, WearableRefusedError
from firmware_bridge.wearables.protocol import (
    Decoder,
    Frame,
    Model,
    Profile,
    Stream,
    Wearable,
    WearableIO,
    Wish,
)

_ADVICE = (
    "Charge it fully: a full battery lasts about as long as a night. It has no clock of its own, so that times and "
    "gaps of the night are estimates."
)
_STRAP = "Strap it tightly onto the muscle that twitches."
_TAPE = "Strap or tape it flat onto the muscle that twitches."
_BATTERY_H = 8.0

PROFILE = Profile(
    family="WitMotion",
    name_pattern=re.compile(r"(?P<model>WT901BLE|BWT901BLE|HWT901BLE|WT9011DCL|WTSDCL|H?WT(?=\d))[\w .()-]*"),
    # The base ends in 9a, not in the 9b of the Bluetooth standard.
    service_uuid="0000ffe5-0000-1000-8000-00805f9a34fb",
    data_uuid="0000ffe4-0000-1000-8000-00805f9a34fb",
    control_uuid="0000ffe9-0000-1000-8000-00805f9a34fb",
    models={
        "WT9011DCL": Model("WitMotion WT9011DCL", _BATTERY_H, _TAPE, _ADVICE),
        "WTSDCL": Model("WitMotion WT9011DCL", _BATTERY_H, _TAPE, _ADVICE),
        "BWT901BLE": Model("WitMotion BWT901BLE5.0", _BATTERY_H, _STRAP, _ADVICE),
        "WT901BLE": Model("WitMotion WT901BLE", _BATTERY_H, _STRAP, _ADVICE),
        "HWT901BLE": Model("WitMotion HWT901BLE", _BATTERY_H, _STRAP, _ADVICE),
    },
    replies_on_data=True,
    names_are_alike=True,
    only_model=Model("WitMotion", _BATTERY_H, _STRAP, _ADVICE),
    missing_words="This WitMotion sensor lacks the service that streams: only those with Bluetooth 5.0 have it, such "
    "as the BWT901BLE5.0 and the WT9011DCL.",
)

FRAME_BYTES = 20
MOTION, REGISTERS = b"\x55\x61", b"\x55\x71"
"""What a frame begins with: acceleration, rotation and angles; registers that were asked for."""

UNLOCK = b"\xff\xaa\x69\x88\xb5"
RATE_REGISTER, BANDWIDTH_REGISTER, BATTERY_REGISTER = 0x03, 0x1F, 0x64
RATES = {50: 0x08, 100: 0x09, 200: 0x0B}
"""Value of the rate register by rate in Hz."""

BANDWIDTHS = {50: 0x04, 100: 0x03, 200: 0x02}
"""Low-pass of 42, 98 and 188 Hz, by rate: the widest that leaves little to be folded back, and no twitch out."""

FACTORY = {RATE_REGISTER: 0x06}
"""Ten samples a second, as it leaves the factory."""

RANGE_G = 16.0
LSB_G = RANGE_G / 2**15

PAUSE_S = 0.1
"""The maker's own programs wait so long between commands that write."""

SETTLE_S = 2.0
"""Samples are withheld for no longer than this, should the answer that confirms the rate be missing."""

_AXES = struct.Struct("<3h")
_LONGEST_REST = 2 * FRAME_BYTES
_ATTEMPTS = 2

_CELL_PERCENT = (0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
_CELL_VOLT = (3.30, 3.61, 3.69, 3.73, 3.77, 3.80, 3.84, 3.87, 3.95, 4.02, 4.11, 4.20)
"""A lithium polymer cell at rest, as the usual charts have it within some 5 %; in use it reads lower: cautious."""

_LEAST_VOLT, _MOST_VOLT = 2.5, 4.5  # what a cell can have: other numbers are of firmware that measures none


async def battery(io: WearableIO) -> int | None:
    """Read the charge in percent, by the cell's voltage; None where it measures none."""
    await io.subscribe(PROFILE.data_uuid)
    volt = await _ask(io, BATTERY_REGISTER) / 100
    if not _LEAST_VOLT <= volt <= _MOST_VOLT:
        return None
    return round(float(np.interp(volt, _CELL_VOLT, _CELL_PERCENT)))


async def start(io: WearableIO, wish: Wish) -> Stream:
    """Set low-pass and rate, for as long as it stays switched on, and see that they are taken; it streams by itself.

    Raises
    ------
    WearableRefusedError
        Where it keeps its own settings.
    TimeoutError
        Where it does not answer.
    """
    await io.subscribe(PROFILE.data_uuid)
    rate_hz = wish.choose_rate(list(RATES))
    # The rate last: its answer is where the samples begin that are taken.
    wanted = {BANDWIDTH_REGISTER: BANDWIDTHS[rate_hz], RATE_REGISTER: RATES[rate_hz]}
    if not io.as_found:
        io.as_found.update({register: await _ask(io, register) for register in wanted})
    for register, value in wanted.items():
        await _settle(io, register, value)
    return Stream(PROFILE.model_name(io.name), float(rate_hz), RANGE_G, LSB_G)


async def stop(io: WearableIO) -> None:
    """Set back what was found, or what it leaves the factory with; it knows no stop."""
    for register, value in (io.as_found or FACTORY).items():
        await _set(io, register, value)
    io.as_found.clear()


def write_register(register: int, value: int) -> bytes:
    """Command that sets a register until the sensor is switched off."""
    return bytes((0xFF, 0xAA, register)) + value.to_bytes(2, "little")


def read_register(register: int) -> bytes:
    """Command that asks for a register and the seven after it."""
    return bytes((0xFF, 0xAA, 0x27, register, 0x00))


async def _settle(io: WearableIO, register: int, value: int) -> None:
    for _ in range(_ATTEMPTS):
        await _set(io, register, value)
        if await _ask(io, register) == value:
            return
    raise WearableRefusedError(
        "The sensor keeps its own sampling rate and filter: switch it off and on, close WitMotion's app and try again."
    )


async def _set(io: WearableIO, register: int, value: int) -> None:
    for command in (UNLOCK, write_register(register, value)):
        await io.write(PROFILE.control_uuid, command, response=False)
        await asyncio.sleep(PAUSE_S)


async def _ask(io: WearableIO, register: int) -> int:
    return await io.request(PROFILE.control_uuid, read_register(register), _Answer(register), response=False)


class _Answer:
    """Picks a register's value out of what is notified, which may be cut anywhere."""

    def __init__(self, register: int) -> None:
        self._head = REGISTERS + register.to_bytes(2, "little")
        self._rest = b""

    def __call__(self, packet: bytes) -> int | None:
        stream = self._rest + packet
        at = stream.find(self._head)
        value = stream[at + 4 : at + 6] if at >= 0 else b""
        if len(value) == 2:  # noqa: PLR2004 -- a register has 16 bits
            return int.from_bytes(value, "little")
        self._rest = stream[-FRAME_BYTES:]
        return None


def decoder(stream: Stream) -> Decoder:
    """Make a decoder, which finds the frames in the stream of bytes."""
    return _Decoder(stream.nominal_hz)


class _Decoder:
    def __init__(self, rate_hz: float) -> None:
        value = RATES.get(round(rate_hz))
        self._confirmation = None if value is None else struct.pack("<HH", RATE_REGISTER, value)
        self._withhold = 0 if value is None else round(SETTLE_S * rate_hz)
        self._rest = b""

    def __call__(self, data: bytes) -> list[Frame]:
        stream = self._rest + data
        samples: list[tuple[int, ...]] = []
        skipped = at = 0
        while len(stream) - at >= FRAME_BYTES:
            head = stream[at : at + 2]
            if head == MOTION and _follows(stream, at):
                if self._withhold:
                    self._withhold -= 1
                else:
                    samples.append(_AXES.unpack_from(stream, at + 2))
                at += FRAME_BYTES
            elif head == REGISTERS and _follows(stream, at):
                if stream[at + 2 : at + 6] == self._confirmation:
                    self._withhold = 0
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


WEARABLE = Wearable(PROFILE, start, stop, decoder, battery=battery)
