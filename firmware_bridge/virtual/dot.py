"""A virtual Movella DOT."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from bumble.gatt import Characteristic, CharacteristicValue, Service

from firmware_bridge.virtual.player import VirtualPlayer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from bumble.device import Connection

    from firmware_bridge.virtual.player import Pack, Source

_BASE = "1517{}-4947-11E9-8646-D663BD873D93"
STEP_MG = 0.488

_RANGE_G = 16.0
_G = 9.80665
_RATES_HZ = (1, 4, 10, 12, 15, 20, 30, 60)
_RATE_QUANTITIES = 21
_POWER_SAVING, _OUTPUT_RATE = 0x04, 0x10
_PAYLOAD_BYTES = 40


class VirtualDot(VirtualPlayer):
    """A Movella DOT.

    Parameters
    ----------
    source
        As of `VirtualPlayer`.
    **settings
        As of `VirtualPlayer`.

    Attributes
    ----------
    control
        Its settings, 32 bytes; with a power-saving time-out in bytes 5 and 6 it would turn itself off.
    """

    def __init__(self, source: Source, **settings: Any) -> None:
        super().__init__(source, name="Movella DOT", manufacturer="Movella", model="DOT", **settings)
        self.control = bytearray(32)
        self.control[3:7] = bytes((10, 0, 30, 0))
        self.control[24:26] = (20).to_bytes(2, "little")

    def services(self) -> list[Service]:
        """Make the configuration, measurement and battery services."""
        properties, permissions = Characteristic.Properties, Characteristic.Permissions
        both = properties.READ | properties.WRITE, permissions.READABLE | permissions.WRITEABLE
        settings = Characteristic[bytes](
            _BASE.format("1002"),
            *both,
            CharacteristicValue(read=lambda _connection: bytes(self.control), write=self._on_settings),
        )
        measurement = Characteristic[bytes](
            _BASE.format("2001"),
            *both,
            CharacteristicValue(read=lambda _connection: bytes((1, self.is_measuring, 21)), write=self._on_measurement),
        )
        self._data = Characteristic[bytes](_BASE.format("2003"), properties.NOTIFY, permissions.READABLE, b"")
        battery = Characteristic[bytes](
            _BASE.format("3001"),
            properties.READ | properties.NOTIFY,
            permissions.READABLE,
            CharacteristicValue(read=lambda _connection: bytes((self.battery_percent, 0))),
        )
        return [
            Service(_BASE.format("1000"), [settings]),
            Service(_BASE.format("2000"), [measurement, self._data]),
            Service(_BASE.format("3000"), [battery]),
        ]

    def _on_settings(self, _connection: Connection, value: bytes) -> None:
        if value[0] & _POWER_SAVING:
            self.control[3:7] = value[3:7]
        if value[0] & _OUTPUT_RATE and int.from_bytes(value[24:26], "little") in _RATES_HZ:
            self.control[24:26] = value[24:26]

    def _on_measurement(self, _connection: Connection, value: bytes) -> None:
        kind, on, mode = value
        if kind != 1 or mode != _RATE_QUANTITIES:
            return
        if on:
            self._begin(int.from_bytes(self.control[24:26], "little"), _RANGE_G)
        else:
            self._halt()

    def _samples_per_frame(self) -> int:
        return 1

    def _step_mg(self) -> float:
        return STEP_MG

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        body = (values[0] * (STEP_MG * 1e-3 * _G)).astype("<f4").tobytes()

        def packet(first_ns: int, _last_ns: int) -> list[bytes]:
            return [(struct.pack("<I", first_ns // 1000 % 2**32) + body).ljust(_PAYLOAD_BYTES, b"\0")]

        return 1, packet
