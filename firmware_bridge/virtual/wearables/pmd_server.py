"""The control point of a Polar wearable: commands in, replies out, no radio.

Bytes and numbers are those of Polar's `online_measurement.pdf` and its SDK (`PmdControlPointCommand`, `PmdSetting`,
`PmdControlPointResponse`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from firmware_bridge.virtual.wearables.pmd_encode import ACC, SKIN_TEMPERATURE

if TYPE_CHECKING:
    from collections.abc import Callable

SDK_MODE = 0x09
"""Measurement type that stands for the SDK mode."""

SMALLEST_MTU = 232
"""ATT MTU below which a start is refused."""

_KNOWN_TYPES = frozenset({0, 1, ACC, 3, 5, 6, SKIN_TEMPERATURE, SDK_MODE})
_THERMOMETER = bytes((0, 3, 1, 0, 2, 0, 4, 0, 1, 1, 32, 0, 4, 1, 1))  # 1, 2 or 4 Hz; 32 bits; one channel
_RESPONSE = 0xF0
_MEASUREMENT_STOPPED = 0x01
_FEATURES = 0x0F
_FEATURE_BYTES = 17
_RECORDING = 0x80  # set in the type of commands for offline recording
_RESPONSE_HEADER_BYTES = 5
_ATT_HEADER_BYTES = 3


class Opcode(IntEnum):
    """Commands; those after `GET_SDK_STATUS` concern offline recording."""

    GET_SETTINGS = 1
    START = 2
    STOP = 3
    GET_SDK_SETTINGS = 4
    GET_STATUS = 5
    GET_SDK_STATUS = 6
    OFFLINE_TRIGGER_LAST = 9


class Status(IntEnum):
    """Outcome of a command."""

    SUCCESS = 0
    INVALID_OPCODE = 1
    INVALID_TYPE = 2
    NOT_SUPPORTED = 3
    INVALID_LENGTH = 4
    INVALID_PARAMETER = 5
    ALREADY_IN_STATE = 6
    INVALID_RESOLUTION = 7
    INVALID_RATE = 8
    INVALID_RANGE = 9
    INVALID_MTU = 10
    INVALID_CHANNELS = 11
    INVALID_STATE = 12
    IN_CHARGER = 13
    DISK_FULL = 14


class Setting(IntEnum):
    """Types of settings a stream is started with."""

    RATE = 0
    RESOLUTION = 1
    RANGE = 2
    CHANNELS = 4


_VALUE_BYTES = {Setting.RATE: 2, Setting.RESOLUTION: 2, Setting.RANGE: 2, Setting.CHANNELS: 1}
_REFUSALS = {
    Setting.RATE: Status.INVALID_RATE,
    Setting.RESOLUTION: Status.INVALID_RESOLUTION,
    Setting.RANGE: Status.INVALID_RANGE,
    Setting.CHANNELS: Status.INVALID_CHANNELS,
}
_NEEDED = (Setting.RATE, Setting.RANGE)


class PmdError(Exception):
    """A command is refused with a status."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.name)
        self.status = status


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a stream was started with: rate in Hz and range in g."""

    rate_hz: int
    range_g: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What a wearable lets a stream be started with.

    Parameters
    ----------
    rates_hz, ranges_g
        Rates in Hz and ranges in g, as on the wire.
    channels
        Number of axes where the wearable states it, else None.
    """

    rates_hz: tuple[int, ...]
    ranges_g: tuple[int, ...]
    channels: int | None = None

    def allowed(self) -> dict[Setting, tuple[int, ...]]:
        """Return the allowed values by setting, in the order in which they are sent."""
        values = {Setting.RATE: self.rates_hz, Setting.RESOLUTION: (16,), Setting.RANGE: self.ranges_g}
        return values if self.channels is None else {**values, Setting.CHANNELS: (self.channels,)}

    def tlv(self) -> bytes:
        """All settings as type, count, values."""
        return b"".join(
            bytes((setting, len(values))) + b"".join(v.to_bytes(_VALUE_BYTES[setting], "little") for v in values)
            for setting, values in self.allowed().items()
        )

    def choose(self, parameters: bytes) -> Chosen:
        """Read the settings of a start command.

        Parameters
        ----------
        parameters
            Type, count (always 1) and value of every setting.

        Raises
        ------
        PmdError
            Where a setting is malformed, missing or not offered.
        """
        allowed = self.allowed()
        chosen: dict[Setting, int] = {}
        at = 0
        while at < len(parameters):
            try:
                setting = Setting(parameters[at])
            except ValueError:
                raise PmdError(Status.INVALID_PARAMETER) from None
            end = at + 2 + _VALUE_BYTES[setting]
            if end > len(parameters):
                raise PmdError(Status.INVALID_LENGTH)
            if parameters[at + 1] != 1:
                raise PmdError(Status.INVALID_PARAMETER)
            value = int.from_bytes(parameters[at + 2 : end], "little")
            if value not in allowed.get(setting, ()):
                raise PmdError(_REFUSALS[setting])
            chosen[setting] = value
            at = end
        if any(setting not in chosen for setting in _NEEDED):
            raise PmdError(Status.INVALID_PARAMETER)
        return Chosen(chosen[Setting.RATE], chosen[Setting.RANGE])


@dataclass(slots=True)
class PmdServer:
    """The state behind a control point.

    Parameters
    ----------
    features
        The two bytes that say which measurements there are.
    offer
        Settings of acceleration.
    sdk_offer
        Settings of acceleration in SDK mode; None where there is no such mode.
    start_parameters
        What follows the header of a successful reply to a start.
    started, stopped
        Called when acceleration begins and ends.
    warmed
        Called when the temperature of the skin begins to be measured; None where there is no thermometer.
    """

    features: bytes
    offer: Offer
    sdk_offer: Offer | None
    start_parameters: bytes
    started: Callable[[Chosen], None]
    stopped: Callable[[], None]
    warmed: Callable[[], None] | None = None
    in_charger: bool = False
    sdk_mode: bool = False
    running: Chosen | None = None
    thermometer_runs: bool = False

    def feature_bytes(self) -> bytes:
        """Return what a read of the control point gives."""
        return (bytes((_FEATURES,)) + self.features).ljust(_FEATURE_BYTES, b"\0")

    def current_offer(self) -> Offer:
        """Return the settings of the present mode."""
        return self.sdk_offer if self.sdk_mode and self.sdk_offer is not None else self.offer

    def start(self, chosen: Chosen) -> None:
        """Let acceleration run."""
        self.running = chosen
        self.started(chosen)

    def stop(self) -> None:
        """Let acceleration end, if it runs, and with it all else."""
        self.thermometer_runs = False
        if self.running is not None:
            self.running = None
            self.stopped()

    @staticmethod
    def stop_notice() -> bytes:
        """Return what a wearable says when it ends acceleration by itself."""
        return bytes((_MEASUREMENT_STOPPED, ACC))

    def handle(self, command: bytes, att_mtu: int) -> list[bytes]:
        """Carry out a command.

        Parameters
        ----------
        command
            What was written to the control point, any bytes.
        att_mtu
            MTU of the link it came by, in bytes.

        Returns
        -------
        list of bytes
            The indications that answer it, in order.
        """
        echo = (command + b"\0\0")[:2]
        try:
            parameters = self._carry_out(command, att_mtu)
        except PmdError as error:
            return [bytes((_RESPONSE, *echo, error.status, 0))]
        room = att_mtu - _ATT_HEADER_BYTES - _RESPONSE_HEADER_BYTES
        parts = [parameters[at : at + room] for at in range(0, len(parameters), room)] or [b""]
        last = len(parts) - 1
        return [bytes((_RESPONSE, *echo, Status.SUCCESS, i != last)) + part for i, part in enumerate(parts)]

    def _carry_out(self, command: bytes, att_mtu: int) -> bytes:
        if len(command) < 2:  # noqa: PLR2004 - opcode and type
            raise PmdError(Status.INVALID_LENGTH)
        opcode, kind = command[0], command[1]
        if not Opcode.GET_SETTINGS <= opcode <= Opcode.OFFLINE_TRIGGER_LAST:
            raise PmdError(Status.INVALID_OPCODE)
        if kind & ~_RECORDING not in _KNOWN_TYPES:
            raise PmdError(Status.INVALID_TYPE)
        if kind == ACC:
            return self._acceleration(opcode, command[2:], att_mtu)
        if kind == SKIN_TEMPERATURE and self.warmed is not None:
            return self._temperature(opcode, self.warmed)
        if kind == SDK_MODE and self.sdk_offer is not None:
            return self._toggle_sdk_mode(opcode)
        raise PmdError(Status.NOT_SUPPORTED)

    def _acceleration(self, opcode: int, parameters: bytes, att_mtu: int) -> bytes:
        if opcode == Opcode.GET_SETTINGS:
            return self.offer.tlv()
        if opcode == Opcode.GET_SDK_SETTINGS and self.sdk_offer is not None:
            return self.sdk_offer.tlv()
        if opcode == Opcode.START:
            if self.running is not None:
                raise PmdError(Status.ALREADY_IN_STATE)
            if self.in_charger:
                raise PmdError(Status.IN_CHARGER)
            if att_mtu < SMALLEST_MTU:
                raise PmdError(Status.INVALID_MTU)
            self.start(self.current_offer().choose(parameters))
            return self.start_parameters
        if opcode == Opcode.STOP:
            if self.running is None:
                raise PmdError(Status.ALREADY_IN_STATE)
            self.stop()
            return b""
        raise PmdError(Status.NOT_SUPPORTED)

    def _temperature(self, opcode: int, warmed: Callable[[], None]) -> bytes:
        if opcode == Opcode.GET_SETTINGS:
            return _THERMOMETER
        if opcode not in (Opcode.START, Opcode.STOP):
            raise PmdError(Status.NOT_SUPPORTED)
        wanted = opcode == Opcode.START
        if self.thermometer_runs == wanted:
            raise PmdError(Status.ALREADY_IN_STATE)
        self.thermometer_runs = wanted
        if wanted:
            warmed()
        return b""

    def _toggle_sdk_mode(self, opcode: int) -> bytes:
        if opcode not in (Opcode.START, Opcode.STOP):
            raise PmdError(Status.NOT_SUPPORTED)
        if self.running is not None:
            raise PmdError(Status.INVALID_STATE)
        wanted = opcode == Opcode.START
        if self.sdk_mode == wanted:
            raise PmdError(Status.ALREADY_IN_STATE)
        self.sdk_mode = wanted
        return b""


def factor_parameters(factor: float) -> bytes:
    """Write the conversion factor as old firmware appends it to the reply to a start: setting 5, one 32-bit float."""
    return b"\x05\x01" + struct.pack("<f", factor)
