"""A virtual Movella DOT."""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING, Any

from bumble.att import ATT_Error, ErrorCode

from firmware_bridge.samples import STANDARD_GRAVITY
from firmware_bridge.virtual import gatt
from firmware_bridge.virtual.player import VirtualPlayer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from bumble.gatt import Service

    from firmware_bridge.virtual.player import Pack, Source

_BASE = "1517{}-4947-11E9-8646-D663BD873D93"
STEP_MG = 0.488

_RANGE_G = 16.0
_RATES_HZ = (1, 4, 10, 12, 15, 20, 30, 60)
_MEASUREMENT, _RATE_QUANTITIES = 1, 21
_POWER_SAVING, _OUTPUT_RATE = 0x04, 0x10
_TIMEOUTS, _RATE = slice(3, 7), slice(24, 26)
_CONTROL_BYTES, _STATE_BYTES, _REPORT_BYTES, _PAYLOAD_BYTES = 32, 3, 36, 40
_OFF, _ASLEEP = 1, 4
_REPORT_S = 0.05  # the report's way to the client, before the link goes


class VirtualDot(VirtualPlayer):
    """A Movella DOT. A write of the wrong length, or to start what it does not know, is refused.

    Parameters
    ----------
    source
        As of `VirtualPlayer`.
    asleep_s
        How long it sleeps before somebody wakes it, in s; asleep it does not advertise.
    recording
        Whether it records inside: it then takes neither a rate nor a start.
    is_charging
        Whether it tells that it is being charged; may be set at any time.
    **settings
        As of `VirtualPlayer`.

    Attributes
    ----------
    control
        Its settings, 32 bytes. After the power-saving time-out in bytes 5 and 6 (minutes, seconds) a stream ends and
        it falls asleep; 0 switches that off.
    """

    def __init__(
        self,
        source: Source,
        *,
        asleep_s: float = 12 * 3600.0,
        recording: bool = False,
        is_charging: bool = False,
        **settings: Any,
    ) -> None:
        super().__init__(source, name="Movella DOT", manufacturer="Movella", model="DOT", **settings)
        self.control = bytearray(_CONTROL_BYTES)
        self.control[_TIMEOUTS] = bytes((10, 0, 30, 0))
        self.control[_RATE] = (20).to_bytes(2, "little")
        self._asleep_s = asleep_s
        self.is_charging = is_charging
        self._recording = recording
        self._sleep_timer: asyncio.TimerHandle | None = None

    # Faults beyond those of every wearable.

    def switch_off(self, away_s: float = 0.0) -> None:
        """Say goodbye and go, as by its button or with an empty battery; it is back after `away_s` seconds."""
        self._spawn(self._leave(_OFF, away_s))

    # The wearable's side of GATT.

    def services(self) -> list[Service]:
        """Make the configuration, measurement and battery services."""
        settings = gatt.command(_BASE.format("1002"), self._on_settings, read=lambda: bytes(self.control))
        self._report = gatt.data(_BASE.format("1004"))
        measurement = gatt.command(_BASE.format("2001"), self._on_measurement, read=self._state)
        self._data = gatt.data(_BASE.format("2003"))
        battery = gatt.data(_BASE.format("3001"), read=lambda: bytes((self.battery_percent, self.is_charging)))
        return [
            gatt.service(_BASE.format("1000"), settings, self._report),
            gatt.service(_BASE.format("2000"), measurement, self._data),
            gatt.service(_BASE.format("3000"), battery),
        ]

    def _state(self) -> bytes:
        return bytes((_MEASUREMENT, self.is_measuring, _RATE_QUANTITIES))

    def _on_settings(self, value: bytes) -> None:
        if len(value) != _CONTROL_BYTES:
            raise ATT_Error(ErrorCode.INVALID_ATTRIBUTE_LENGTH)
        if value[0] & _POWER_SAVING:
            self.control[_TIMEOUTS] = value[_TIMEOUTS]
        fixed = self.is_measuring or self._recording
        if value[0] & _OUTPUT_RATE and int.from_bytes(value[_RATE], "little") in _RATES_HZ and not fixed:
            self.control[_RATE] = value[_RATE]

    def _on_measurement(self, value: bytes) -> None:
        if len(value) != _STATE_BYTES:
            raise ATT_Error(ErrorCode.INVALID_ATTRIBUTE_LENGTH)
        kind, on, mode = value
        if kind != _MEASUREMENT or on > 1 or (on and mode != _RATE_QUANTITIES):
            raise ATT_Error(ErrorCode.VALUE_NOT_ALLOWED)
        if on and not self._recording:
            self._begin(int.from_bytes(self.control[_RATE], "little"), _RANGE_G)
        elif not on:
            self._halt()

    def _begin(self, rate_hz: int, range_g: float) -> None:
        self._stay_awake()
        super()._begin(rate_hz, range_g)
        minutes, seconds = self.control[5], self.control[6]
        if timeout_s := 60 * minutes + seconds:
            self._sleep_timer = asyncio.get_running_loop().call_later(timeout_s, self._fall_asleep)

    def _halt(self) -> None:
        self._stay_awake()
        super()._halt()

    def _stay_awake(self) -> None:
        if self._sleep_timer is not None:
            self._sleep_timer.cancel()
            self._sleep_timer = None

    def _fall_asleep(self) -> None:
        self._spawn(self._leave(_ASLEEP, self._asleep_s))

    async def _leave(self, report: int, away_s: float) -> None:
        self._halt()
        self._stay_away(away_s)  # at once: the client may go first, having read the report
        await self._notify(self._report, bytes((report,)).ljust(_REPORT_BYTES, b"\0"))
        await asyncio.sleep(_REPORT_S)
        self.drop()

    def _samples_per_frame(self) -> int:
        return 1

    def _step_mg(self) -> float:
        return STEP_MG

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        body = (values[0] * (STEP_MG * 1e-3 * STANDARD_GRAVITY)).astype("<f4").tobytes()

        def packet(first_ns: int, _last_ns: int) -> list[bytes]:
            return [(struct.pack("<I", first_ns // 1000 % 2**32) + body).ljust(_PAYLOAD_BYTES, b"\0")]

        return 1, packet
