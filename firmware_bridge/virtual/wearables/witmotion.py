"""A virtual WitMotion sensor: it streams to whoever is connected, and knows registers only."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import numpy as np

from firmware_bridge.virtual import gatt
from firmware_bridge.virtual.player import VirtualPlayer

if TYPE_CHECKING:
    import numpy.typing as npt
    from bumble.gatt import Service

    from firmware_bridge.virtual.player import Pack, Source

SERVICE_UUID = "0000FFE5-0000-1000-8000-00805F9A34FB"
DATA_UUID = "0000FFE4-0000-1000-8000-00805F9A34FB"
COMMAND_UUID = "0000FFE9-0000-1000-8000-00805F9A34FB"

STEP_MG = 16e3 / 2**15

_RANGE_G = 16.0
_RATES_HZ = {0x03: 1, 0x05: 5, 0x06: 10, 0x08: 50, 0x09: 100, 0x0B: 200}
_BANDWIDTHS = range(7)
_SLOWEST_PLAYED_HZ = 50
_RATE, _BANDWIDTH, _BATTERY = 0x03, 0x1F, 0x64
_UNLOCK = bytes.fromhex("ffaa6988b5")
_COMMAND_BYTES = 5
_SET, _ASK = b"\xff\xaa", b"\xff\xaa\x27"


class VirtualWitMotion(VirtualPlayer):
    """A WitMotion sensor.

    It plays while its rate is 50 Hz or more. At a slower rate it sends that it lies still, as the real one sends
    samples of a rate that nobody has asked for. A register can be set once after each unlocking; a value that it does
    not know, and a command that is none, it ignores. Registers outlive a lost link.

    Parameters
    ----------
    source
        As of `VirtualPlayer`.
    serial
        What ends the name.
    volt
        Of its cell.
    frames_per_packet
        Frames in a notification.
    locked
        Whether it takes no register, as where another program holds it.
    **settings
        As of `VirtualPlayer`.

    Attributes
    ----------
    registers
        Value of each register it has.
    """

    def __init__(
        self,
        source: Source,
        *,
        serial: str = "68",
        volt: float = 3.96,
        frames_per_packet: int = 1,
        locked: bool = False,
        **settings: Any,
    ) -> None:
        super().__init__(source, name=f"WT901BLE{serial}", manufacturer="WitMotion", model="WT901BLE", **settings)
        self.registers = {_RATE: 0x06, _BANDWIDTH: 0x05, _BATTERY: round(100 * volt)}
        self._frames_per_packet = frames_per_packet
        self._locked = locked
        self._unlocked = False

    def services(self) -> list[Service]:
        """Make the sensor's one service."""
        self._data = gatt.data(DATA_UUID)
        return [
            gatt.service(SERVICE_UUID, gatt.command(COMMAND_UUID, self._on_command, gatt.UNACKNOWLEDGED), self._data)
        ]

    def on_connected(self) -> None:
        """Stream at the rate that was set last."""
        super().on_connected()
        self._follow_rate()
        self._spawn(self._lie_still())

    def _on_command(self, command: bytes) -> None:
        if len(command) != _COMMAND_BYTES:
            return
        if command == _UNLOCK:
            self._unlocked = not self._locked
        elif command.startswith(_ASK):
            register = command[3]
            values = [self.registers.get(register + i, 0) for i in range(8)]
            answer = b"\x55\x71" + register.to_bytes(2, "little") + np.array(values, "<u2").tobytes()
            self._spawn(self._notify(self._data, answer))
        elif command.startswith(_SET) and self._unlocked:
            self._unlocked = False
            self._set(command[2], int.from_bytes(command[3:5], "little"))

    def _set(self, register: int, value: int) -> None:
        if (register == _RATE and value in _RATES_HZ) or (register == _BANDWIDTH and value in _BANDWIDTHS):
            self.registers[register] = value
        if register == _RATE:
            self._follow_rate()

    def _follow_rate(self) -> None:
        rate_hz = _RATES_HZ[self.registers[_RATE]]
        if rate_hz >= _SLOWEST_PLAYED_HZ:
            self._begin(rate_hz, _RANGE_G)
        else:
            self._halt()

    async def _lie_still(self) -> None:
        """Send the samples of a slow rate, as long as the connection lasts."""
        connection = self._connection
        still = _frames(np.array([[0, 0, round(1e3 / STEP_MG)]], np.int32))
        while self._connection is connection is not None:
            if not self.is_measuring:
                await self._notify(self._data, still)
            await asyncio.sleep(1 / min(_RATES_HZ[self.registers[_RATE]], _SLOWEST_PLAYED_HZ))

    def _samples_per_frame(self) -> int:
        return self._frames_per_packet

    def _step_mg(self) -> float:
        return STEP_MG

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        packet = _frames(values)
        return len(values), lambda _first_ns, _last_ns: [packet]


def _frames(values: npt.NDArray[np.int32]) -> bytes:
    """Frames of 20 bytes, one a sample: head, acceleration, rotation, angles."""
    rows = np.zeros((len(values), 10), "<i2")
    rows[:, 0] = 0x6155
    rows[:, 1:4] = values
    return rows.tobytes()
