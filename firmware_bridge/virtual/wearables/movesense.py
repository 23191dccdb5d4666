"""A virtual Movesense sensor that speaks the GATT SensorData Protocol."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from firmware_bridge.samples import STANDARD_GRAVITY
from firmware_bridge.virtual import gatt
from firmware_bridge.virtual.player import VirtualPlayer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from bumble.gatt import Service

    from firmware_bridge.virtual.player import Pack, Source

SERVICE_UUID = "34802252-7185-4D5D-B431-630E7050E8F0"
COMMAND_UUID = "34800001-7185-4D5D-B431-630E7050E8F0"
DATA_UUID = "34800002-7185-4D5D-B431-630E7050E8F0"

STEP_MG = 0.244
"""Of the sensor at its range of 8 g; what it sends are floats in m/s²."""

_RANGE_G = 8.0
_HELLO, _SUBSCRIBE, _UNSUBSCRIBE = 0, 1, 2
_PATH = b"/Meas/Acc/"
_RATES_HZ = (13, 26, 52, 104, 208, 416, 833, 1666)
_BATCH_S = 1 / 13
_OK, _NOT_FOUND, _NO_SLOT = 200, 404, 507


class VirtualMovesense(VirtualPlayer):
    """A Movesense sensor.

    Parameters
    ----------
    source
        As of `VirtualPlayer`.
    serial
        What ends the name.
    slots
        Subscriptions it has room for.
    **settings
        As of `VirtualPlayer`.
    """

    def __init__(self, source: Source, *, serial: str = "174630000192", slots: int = 2, **settings: Any) -> None:
        super().__init__(source, name=f"Movesense {serial}", manufacturer="Movesense", model="Movesense", **settings)
        self._slots = slots
        self._ref = 0
        self._batch = 4

    def services(self) -> list[Service]:
        """Make the sensor data service."""
        self._data = gatt.data(DATA_UUID)
        return [gatt.service(SERVICE_UUID, gatt.command(COMMAND_UUID, self._on_command), self._data)]

    def _on_command(self, command: bytes) -> None:
        kind, ref, rest = command[0], command[1], command[2:]
        if kind == _HELLO:
            self._answer(ref, b"\x01" + b"\0".join((self.name.split()[1].encode(), b"Movesense", b"mac", b"gsp", b"1")))
        elif kind == _SUBSCRIBE:
            self._answer(ref, struct.pack("<H", self._subscribe(ref, rest)))
        elif kind == _UNSUBSCRIBE and ref == self._ref and self.is_measuring:
            self._halt()
            self._answer(ref, struct.pack("<H", _OK))
        else:
            self._answer(ref, struct.pack("<H", _NOT_FOUND))

    def _subscribe(self, ref: int, path: bytes) -> int:
        rate = path.removeprefix(_PATH)
        if not path.startswith(_PATH) or not rate.isdigit() or int(rate) not in _RATES_HZ:
            return _NOT_FOUND
        if not self._slots or self.is_measuring:
            return _NO_SLOT
        self._ref = ref
        self._batch = max(round(int(rate) * _BATCH_S), 1)
        self._begin(int(rate), _RANGE_G)
        return _OK

    def _answer(self, ref: int, content: bytes) -> None:
        self._spawn(self._notify(self._data, bytes((1, ref)) + content))

    def _samples_per_frame(self) -> int:
        return self._batch

    def _step_mg(self) -> float:
        return STEP_MG

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        body = (values * (STEP_MG * 1e-3 * STANDARD_GRAVITY)).astype("<f4").tobytes()

        def packets(first_ns: int, _last_ns: int) -> list[bytes]:
            whole = struct.pack("<I", first_ns // 1_000_000 % 2**32) + body
            room = self.att_mtu - 3 - 2
            parts = [whole[at : at + room] for at in range(0, len(whole), room)]
            return [bytes((2 if i == 0 else 3, self._ref)) + part for i, part in enumerate(parts)]

        return len(values), packets
