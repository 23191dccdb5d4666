"""A virtual MetaMotion: modules with registers, and packed samples without a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmware_bridge.virtual import gatt
from firmware_bridge.virtual.player import VirtualPlayer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from bumble.gatt import Service

    from firmware_bridge.virtual.player import Pack, Source

SERVICE_UUID = "326A9000-85CB-9195-D9DD-464CFBBAE75A"
COMMAND_UUID = "326A9001-85CB-9195-D9DD-464CFBBAE75A"
DATA_UUID = "326A9006-85CB-9195-D9DD-464CFBBAE75A"

_RATES_HZ = {0x27: 50, 0x28: 100, 0x29: 200}
_RANGES_G = {0x03: 2.0, 0x05: 4.0, 0x08: 8.0, 0x0C: 16.0}
_PACKED_SAMPLES = 3


class VirtualMetaMotion(VirtualPlayer):
    """A MetaMotion R, with a BMI160.

    It measures once it is configured, sampling is enabled and it is started, and sends once packed samples are asked
    for; it goes on when the link is lost, as the real one does.

    Parameters
    ----------
    source
        As of `VirtualPlayer`.
    implementation
        What it tells of its accelerometer; 1 is the BMI160.
    **settings
        As of `VirtualPlayer`.
    """

    def __init__(self, source: Source, *, implementation: int = 1, **settings: Any) -> None:
        super().__init__(source, name="MetaWear", manufacturer="MbientLab Inc", model="5", **settings)
        self._implementation = implementation
        self._config = b""
        self._flags: dict[int, bool] = {}

    def services(self) -> list[Service]:
        """Make the MetaWear service."""
        command = gatt.command(COMMAND_UUID, self._on_command, gatt.ACKNOWLEDGED | gatt.UNACKNOWLEDGED)
        self._data = gatt.data(DATA_UUID)
        return [gatt.service(SERVICE_UUID, command, self._data)]

    def on_disconnected(self) -> None:
        """Go on measuring; the subscription ends with the link."""

    def _on_command(self, command: bytes) -> None:
        match tuple(command):
            case (0x03, 0x80):
                self._answer(bytes((0x03, 0x80, self._implementation, 1)))
            case (0x11, 0x8C):
                self._answer(bytes((0x11, 0x8C, self.battery_percent, 0x34, 0x10)))
            case (0x03, 0x03, rate, full_scale) if rate in _RATES_HZ and full_scale in _RANGES_G:
                self._config = bytes((rate, full_scale))
            case (0x03, 0x02, 1, 0) | (0x03, 0x02, 0, 1):
                self._set(0x02, on=command[2])
            case (0x03, 0x01 | 0x1C, on):
                self._set(command[1], on=on)

    def _set(self, register: int, *, on: int) -> None:
        self._flags[register] = bool(on)
        runs = self._config and all(self._flags.get(flag) for flag in (0x01, 0x02, 0x1C))
        if runs and not self.is_measuring:
            self._begin(_RATES_HZ[self._config[0]], _RANGES_G[self._config[1]])
        elif not runs and self.is_measuring:
            self._halt()

    def _answer(self, packet: bytes) -> None:
        self._spawn(self._notify(self._data, packet))

    def _samples_per_frame(self) -> int:
        return _PACKED_SAMPLES

    def _step_mg(self) -> float:
        return self._range_g * 1e3 / 2**15

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        whole = values.astype("<i2")
        return len(values), lambda _first_ns, _last_ns: [b"\x03\x1c" + whole.tobytes()]
