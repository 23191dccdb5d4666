"""A virtual wearable of one's own: it sends what a profile in TOML says that it sends."""

from __future__ import annotations

import struct
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from firmware_bridge.virtual import gatt
from firmware_bridge.virtual.player import VirtualPlayer
from firmware_bridge.wearables import generic
from firmware_bridge.wearables.profiles.profile import SAMPLES

if TYPE_CHECKING:
    import numpy.typing as npt
    from bumble.device import Connection
    from bumble.gatt import Service

    from firmware_bridge.virtual.player import Pack, Source


class VirtualGeneric(VirtualPlayer):
    """Firmware that follows a profile.

    Where the profile has a start command it measures from that to the stop command, and minds no other; where it has
    none, as long as a client subscribes.

    Parameters
    ----------
    source
        As of `VirtualPlayer`.
    path
        The profile.
    name
        Advertised name, one that the profile knows.
    samples_per_frame
        Samples in a notification.
    step_g
        Step of a sensor whose firmware sends floats; one that sends whole numbers has the profile's.
    **settings
        As of `VirtualPlayer`.

    Attributes
    ----------
    step_g
        The sensor's step, in g; where the profile leaves it to the header, a 32-bit float that fills the range.
    """

    def __init__(
        self,
        source: Source,
        path: Path,
        *,
        name: str,
        samples_per_frame: int = 20,
        step_g: float | None = None,
        **settings: Any,
    ) -> None:
        self._profile = generic.load(path).profile
        self._described = tomllib.loads(path.read_text(encoding="utf-8"))
        super().__init__(source, name=name, manufacturer="", model=self._described["model"], **settings)
        self._most = samples_per_frame
        self._sequence = 0
        scale_g = float(self._described.get("scale_g", np.float32(self._described["range_g"] / 2**15)))
        self._is_float = "f" in self._described.get("samples", "3h")
        self._unit_g = scale_g if self._is_float else 1.0
        self.step_g = step_g if step_g is not None and self._is_float else scale_g

    def services(self) -> list[Service]:
        """Make the one service."""
        self._data = gatt.data(self._profile.data_uuid.upper())
        self._data.on(self._data.EVENT_SUBSCRIPTION, self._on_subscription)
        characteristics = [self._data]
        if "control" in self._described:
            characteristics.append(gatt.command(self._profile.control_uuid.upper(), self._on_command))
        return [gatt.service(self._profile.service_uuid.upper(), *characteristics)]

    def _on_subscription(self, _connection: Connection, notify: bool, _indicate: bool) -> None:  # noqa: FBT001 - bumble's
        if "start" in self._described:
            return
        if notify:
            self._begin_as_described()
        else:
            self._halt()

    def _on_command(self, command: bytes) -> None:
        if command == bytes.fromhex(self._described.get("start", "")):
            self._begin_as_described()
        elif command == bytes.fromhex(self._described.get("stop", "")):
            self._halt()

    def _begin_as_described(self) -> None:
        self._sequence = 0
        self._begin(round(self._described["rate_hz"]), float(self._described["range_g"]))

    def _samples_per_frame(self) -> int:
        return self._most

    def _step_mg(self) -> float:
        return self.step_g * 1e3

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        described = self._described
        header = described.get("header", "<")
        dtype = np.dtype(header[0] + SAMPLES[described.get("samples", "3h")])
        scaled = values * (self.step_g / self._unit_g) if self._is_float else values
        if dtype.itemsize == 1:
            scaled = values.clip(-128, 127)
        samples = scaled.astype(dtype).tobytes()
        of_first = described.get("time_of", "first") == "first"
        unit_ns = described.get("time_unit_s", 1e-3) * 1e9

        def packets(first_ns: int, last_ns: int) -> list[bytes]:
            numbers = {
                "sequence": self._sequence,
                "time": int((first_ns if of_first else last_ns) // unit_ns),
                "count": len(values),
                "scale": self.step_g / self._unit_g if not self._is_float else 1.0,
            }
            self._sequence += len(values) if described.get("sequence_counts") == "samples" else 1
            return [self._header(header, numbers) + samples]

        return len(values), packets

    def _header(self, notation: str, numbers: dict[str, float]) -> bytes:
        """Pack the header; whole numbers wrap as they do in the firmware."""
        packed = b""
        fields = iter(self._described.get("fields", ()))
        for code in _codes(notation):
            if code == "x":
                packed += b"\0"
                continue
            value = numbers.get(next(fields), 0)
            if code not in "fd":
                value = int(value) % (1 << 8 * struct.calcsize("<" + code))
            packed += struct.pack(notation[0] + code, value)
        return packed


def _codes(notation: str) -> list[str]:
    """Write out the repeats of a struct's notation."""
    codes, times = [], ""
    for letter in notation[1:]:
        if letter.isdigit():
            times += letter
            continue
        codes += [letter] * int(times or 1)
        times = ""
    return codes
