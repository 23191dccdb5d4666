"""MbientLab MetaMotion R, RL, C and S (MetaWear): packed acceleration without a time or a count.

Facts from MbientLab's MetaWear-SDK-Cpp (``accelerometer_bosch.cpp`` and its tests). All numbers are little-endian; a
packet is a module, a register and its data, and bit 7 of the register reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

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

PROFILE = Profile(
    family="MbientLab MetaMotion",
    name_pattern=re.compile(r"(?P<model>MetaWear|MetaMotion\w*)(?: .*)?"),
    service_uuid="326a9000-85cb-9195-d9dd-464cfbbae75a",
    data_uuid="326a9006-85cb-9195-d9dd-464cfbbae75a",
    control_uuid="326a9001-85cb-9195-d9dd-464cfbbae75a",
    models={
        "MetaWear": Model(
            "MbientLab MetaMotion",
            24.0,
            "Clip or tape it flat onto the muscle that twitches.",
            "It has no clock of its own, so that times and gaps of the night are estimates.",
        )
    },
    replies_on_data=True,
    names_are_alike=True,
)

ACCELEROMETER, SETTINGS = 0x03, 0x11
READ = 0x80
SINGLE, PACKED_BMI160, PACKED_BMI270 = 0x04, 0x1C, 0x05
_START, _SAMPLING, _CONFIG = 0x01, 0x02, 0x03
_BATTERY = 0x0C
_FULL = 100
_SAMPLE_BYTES = 6
_PACKED_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Chip:
    """An accelerometer chip: the register that notifies packed samples, and the codes of its settings."""

    packed: int
    rates: dict[int, int]
    ranges: dict[float, int]


CHIPS = {
    1: Chip(PACKED_BMI160, {50: 0x27, 100: 0x28, 200: 0x29}, {2.0: 0x03, 4.0: 0x05, 8.0: 0x08, 16.0: 0x0C}),
    4: Chip(PACKED_BMI270, {50: 0xA7, 100: 0xA8, 200: 0xA9}, {2.0: 0x00, 4.0: 0x01, 8.0: 0x02, 16.0: 0x03}),
}
"""By the implementation that the module tells: 1 is a BMI160, 4 a BMI270."""


async def battery(io: WearableIO) -> int | None:
    """Read the charge in percent."""
    await io.subscribe(PROFILE.data_uuid)
    answer = await _ask(io, SETTINGS, _BATTERY)
    return answer[2] if len(answer) > 2 and answer[2] <= _FULL else None  # noqa: PLR2004 -- after module and register


async def start(io: WearableIO, wish: Wish) -> Stream:
    """Find out the chip, set its rate and range and start it; what ran before is stopped first.

    Raises
    ------
    WearableRefusedError
        Where its chip is none that is known.
    FrameError
        Where an answer breaks the protocol.
    TimeoutError
        Where it does not answer.
    """
    await io.subscribe(PROFILE.data_uuid)
    await _rest(io)
    # Its answer is also where the decoder begins: what came before was measured at settings of somebody else.
    chip = await _chip(io)
    rate_hz = wish.choose_rate(list(chip.rates))
    range_g = wish.choose_range(list(chip.ranges))
    for command in (
        (_CONFIG, chip.rates[rate_hz], chip.ranges[range_g]),
        (chip.packed, 1),
        (_SAMPLING, 1, 0),
        (_START, 1),
    ):
        await io.write(PROFILE.control_uuid, bytes((ACCELEROMETER, *command)))
    return Stream(PROFILE.model_name(io.name), float(rate_hz), range_g, range_g / 2**15)


async def stop(io: WearableIO) -> None:
    """Stop the accelerometer; otherwise it would stream to whoever connects next, and drain the battery."""
    chip = await _chip(io)
    await _rest(io)
    await io.write(PROFILE.control_uuid, bytes((ACCELEROMETER, chip.packed, 0)))


async def _rest(io: WearableIO) -> None:
    for command in ((_START, 0), (_SAMPLING, 0, 1)):
        await io.write(PROFILE.control_uuid, bytes((ACCELEROMETER, *command)))


async def _chip(io: WearableIO) -> Chip:
    answer = await _ask(io, ACCELEROMETER, 0)
    if len(answer) < 3:  # noqa: PLR2004 -- module, register, implementation
        raise FrameError("the wearable does not tell its accelerometer")
    if answer[2] not in CHIPS:
        raise WearableRefusedError(
            f"The accelerometer of this MetaWear (implementation {answer[2]}) is none that is known: use a "
            "MetaMotion R, RL, C or S."
        )
    return CHIPS[answer[2]]


async def _ask(io: WearableIO, module: int, register: int) -> bytes:
    command = bytes((module, register | READ))
    return await io.request(PROFILE.control_uuid, command, _answer_to(command))


def _answer_to(command: bytes) -> Callable[[bytes], bytes | None]:
    """Make what picks the answer to a command."""

    def collect(packet: bytes) -> bytes | None:
        return packet if packet[:2] == command else None

    return collect


def decoder(stream: Stream) -> Decoder:
    """Make a decoder, which begins where the wearable tells its chip: it has been stopped just before."""
    return _Decoder(stream)


class _Decoder:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._begun = False

    def __call__(self, data: bytes) -> list[Frame]:
        self._begun = self._begun or data[:2] == bytes((ACCELEROMETER, READ))
        frames = decode(data, self._stream)
        return frames if self._begun else []


def decode(data: bytes, stream: Stream) -> list[Frame]:
    """Decode a notification.

    Raises
    ------
    FrameError
        Where a frame of samples is not whole.
    """
    if len(data) < 2:  # noqa: PLR2004 -- module and register
        raise FrameError(f"a packet of {len(data)} bytes")
    if data[0] != ACCELEROMETER or data[1] & READ:
        return []
    samples = {SINGLE: 1, PACKED_BMI160: _PACKED_SAMPLES, PACKED_BMI270: _PACKED_SAMPLES}.get(data[1])
    if samples is None:
        return []
    if len(data) != 2 + samples * _SAMPLE_BYTES:
        raise FrameError(f"a frame of {len(data)} bytes where {samples} samples were announced")
    lsb_g = stream.range_g / 2**15
    values = np.frombuffer(data, "<i2", offset=2).astype(np.float64).reshape(-1, 3)
    return [Frame(None, (values * lsb_g).astype(np.float32), None, lsb_g)]


WEARABLE = Wearable(PROFILE, start, stop, decoder, battery=battery)
