"""A virtual Nordic Thingy:52."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from bumble.att import ATT_Error, ErrorCode

from firmware_bridge.virtual import gatt
from firmware_bridge.virtual.player import VirtualPlayer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from bumble.gatt import Service

    from firmware_bridge.virtual.player import Pack, Source

_BASE = "EF68{}-9B35-4933-9B10-52FFA9740042"
STEP_MG = 1e3 / 1024

_CONFIG = struct.Struct("<4HB")
_RANGE_G = 31.0
_SLOWEST_PLAYED_HZ = 50
_LARGEST_HZ = 200


class VirtualThingy(VirtualPlayer):
    """A Thingy:52. Playback begins when a client sets a rate of 50 Hz or more.

    Parameters
    ----------
    source
        As of `VirtualPlayer`.
    **settings
        As of `VirtualPlayer`.

    Attributes
    ----------
    config
        Intervals of pedometer, temperature and compass in ms, motion rate in Hz, wake on motion.
    """

    def __init__(self, source: Source, **settings: Any) -> None:
        super().__init__(source, name="Thingy", manufacturer="Nordic Semiconductor", model="Thingy:52", **settings)
        self.config = (1000, 500, 500, 10, 1)

    def services(self) -> list[Service]:
        """Make the motion service."""
        config = gatt.command(_BASE.format("0401"), self._on_config, read=lambda: _CONFIG.pack(*self.config))
        self._data = gatt.data(_BASE.format("0406"))
        return [gatt.service(_BASE.format("0400"), config, self._data)]

    def _on_config(self, value: bytes) -> None:
        if len(value) != _CONFIG.size:
            raise ATT_Error(ErrorCode.INVALID_ATTRIBUTE_LENGTH)
        self.config = _CONFIG.unpack(value)
        rate_hz = self.config[3]
        if _SLOWEST_PLAYED_HZ <= rate_hz <= _LARGEST_HZ:
            self._begin(rate_hz, _RANGE_G)
        else:
            self._halt()

    def _samples_per_frame(self) -> int:
        return 1

    def _step_mg(self) -> float:
        return STEP_MG

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        packet = values[0].astype("<i2").tobytes() + bytes(12)
        return 1, lambda _first_ns, _last_ns: [packet]
