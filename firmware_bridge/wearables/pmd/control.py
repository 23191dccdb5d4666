"""Control point of the Polar Measurement Data service: commands, replies, features and settings.

From Polar's SDK documentation (``online_measurement.pdf``, ``SdkModeExplained.md``) and its Android sources
(``PmdControlPointResponse``, ``PmdSetting``, ``BlePMDClient``). All numbers are little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from firmware_bridge.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Mapping

GET_SETTINGS, START, STOP, GET_SDK_SETTINGS = 0x01, 0x02, 0x03, 0x04
"""Opcodes: the first byte of a command."""

SDK_MODE = 0x09
"""The "measurement type" that is not one: starting it enters SDK mode."""

REPLY = 0xF0
FEATURES = 0x0F
MEASUREMENT_STOPPED = 0x01
"""First bytes of what the control point sends: a reply, the features as read, a stream the wearable ended itself."""

_ACCELERATION_BIT = 1 << 2
_SKIN_TEMPERATURE_BIT = 1 << 7
_SDK_MODE_BIT = 1 << 9
_REPLY_HEADER = 5
_LONGEST_REPLY = 4096


class Status(IntEnum):
    """Outcome of a command, as far as this program tells them apart."""

    SUCCESS = 0
    NOT_SUPPORTED = 3
    ALREADY_IN_STATE = 6
    INVALID_MTU = 10
    INVALID_STATE = 12
    IN_CHARGER = 13


STATUS_WORDS = {
    0: "success",
    1: "unknown command",
    2: "unknown measurement",
    3: "not supported",
    4: "wrong length",
    5: "wrong parameter",
    6: "already in that state",
    7: "resolution not offered",
    8: "sampling rate not offered",
    9: "range not offered",
    10: "the connection's packets are too small",
    11: "number of channels not offered",
    12: "not possible in its present state",
    13: "it is in its charger",
    14: "its memory is full",
}


class Setting(IntEnum):
    """Types of setting."""

    RATE = 0
    RESOLUTION = 1
    RANGE = 2
    RANGE_MILLI = 3
    CHANNELS = 4
    FACTOR = 5
    SECURITY = 6


_VALUE_BYTES = {
    Setting.RATE: 2,
    Setting.RESOLUTION: 2,
    Setting.RANGE: 2,
    Setting.RANGE_MILLI: 4,
    Setting.CHANNELS: 1,
    Setting.FACTOR: 4,
    Setting.SECURITY: 16,
}


@dataclass(frozen=True, slots=True)
class Features:
    """What the wearable can measure, as far as this program asks."""

    acceleration: bool
    sdk_mode: bool
    skin_temperature: bool = False


def parse_features(data: bytes) -> Features:
    """Parse what reading the control point gives.

    Raises
    ------
    FrameError
        Where it is no feature record.
    """
    if data[:1] != bytes((FEATURES,)) or not data[1:]:
        raise FrameError(f"the control point reads {data[:8].hex(' ') or 'nothing'}, no features")
    bits = int.from_bytes(data[1:], "little")
    return Features(
        acceleration=bool(bits & _ACCELERATION_BIT),
        sdk_mode=bool(bits & _SDK_MODE_BIT),
        skin_temperature=bool(bits & _SKIN_TEMPERATURE_BIT),
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete reply: its status (a number of `STATUS_WORDS`) and its parameters, empty unless it succeeded."""

    status: int
    parameters: bytes


class ReplyCollector:
    """Picks the reply to one command out of what the control point sends.

    Some hosts deliver the value read from the control point as a notification too, and the wearable announces there
    that it ended a stream: everything but a reply to this very command is passed over. A reply may come in several
    packets; each repeats the header.

    Parameters
    ----------
    command
        The command as written.
    """

    def __init__(self, command: bytes) -> None:
        self._head = bytes((REPLY, *command[:2]))
        self._parameters = bytearray()

    def __call__(self, packet: bytes) -> Reply | None:
        """Take the next packet; return the reply once it is complete.

        Raises
        ------
        FrameError
            Where the reply is cut short or does not end.
        """
        if packet[:3] != self._head:
            return None
        if len(packet) <= len(self._head):
            raise FrameError("a reply without a status")
        status = packet[3]
        if status != Status.SUCCESS:
            return Reply(status, b"")
        self._parameters += packet[_REPLY_HEADER:]
        if len(self._parameters) > _LONGEST_REPLY:
            raise FrameError("a reply that does not end")
        more = len(packet) >= _REPLY_HEADER and packet[_REPLY_HEADER - 1] != 0
        return None if more else Reply(status, bytes(self._parameters))


def parse_settings(parameters: bytes) -> dict[Setting, list[float]]:
    """Parse a reply's parameters: for each type of setting the values offered, or the one chosen.

    A single byte is a reserved one, which a start reply may end on, and no setting. A type of unknown size ends the
    list, since what follows it cannot be told apart; what came before it holds.

    Returns
    -------
    dict
        Values by type. All are whole numbers but `Setting.FACTOR`; `Setting.SECURITY` is left out.

    Raises
    ------
    FrameError
        Where a value is cut short.
    """
    settings: dict[Setting, list[float]] = {}
    at = 0
    while len(parameters) - at > 1:
        kind, count = parameters[at], parameters[at + 1]
        if kind not in _VALUE_BYTES:
            break
        size = _VALUE_BYTES[Setting(kind)]
        at += 2
        if count * size > len(parameters) - at:
            raise FrameError(f"{count} values of setting {kind} announced, {len(parameters) - at} bytes left")
        chunks = [parameters[at + i * size : at + (i + 1) * size] for i in range(count)]
        at += count * size
        if kind == Setting.FACTOR:
            settings[Setting.FACTOR] = [struct.unpack("<f", chunk)[0] for chunk in chunks]
        elif kind != Setting.SECURITY:
            settings[Setting(kind)] = [int.from_bytes(chunk, "little") for chunk in chunks]
    return settings


def write_settings(chosen: Mapping[Setting, int]) -> bytes:
    """Write the settings of a start command: one value of each type, in the order of the types."""
    parts = [bytes((kind, 1)) + chosen[kind].to_bytes(_VALUE_BYTES[kind], "little") for kind in sorted(chosen)]
    return b"".join(parts)
