"""Virtual Espruino boards: a JavaScript console on a Nordic UART that knows the lines it is sent, and no others."""

from __future__ import annotations

import asyncio
import re
import struct
import zlib
from importlib import resources
from typing import TYPE_CHECKING, Any, ClassVar

from firmware_bridge.virtual import gatt
from firmware_bridge.virtual.player import VirtualPlayer

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt
    from bumble.gatt import Service

    from firmware_bridge.virtual.player import Pack, Source

SERVICE_UUID = "6E400001-B5A3-F393-E0A9-E50E24DCCA9E"
RX_UUID = "6E400002-B5A3-F393-E0A9-E50E24DCCA9E"
TX_UUID = "6E400003-B5A3-F393-E0A9-E50E24DCCA9E"

STEP_MG = 1000 / 8192

_RANGE_G = 4.0
_SAMPLES = 20
_RESET_S = 1.0
_BUFFER_BYTES = 256
_READ_BYTES_S = 2000.0
_TELL = 'function fwAdd(s){fwText+=s;Bluetooth.println("fw "+fwText.length)}'
_MS = 1_000_000
_CTRL_C = 0x03


class VirtualEspruino(VirtualPlayer):
    """A board with Espruino.

    It reads 2000 bytes a second into lines, out of a buffer of 256 bytes: what does not fit is lost. A line is obeyed
    where it is one of those that are needed, and answered by an error where it is not. The program must have arrived
    to the letter.

    Parameters
    ----------
    source
        As of `VirtualPlayer`.
    is_charging
        Whether it says that it is being charged; may be set at any time.
    is_programmable
        Whether its console listens.
    fault
        Error that the program ends with, such as that of a first Puck.js, which has no accelerometer.
    busy_ms
        Gives how much later than it could a frame's samples are noticed, in ms; None for never.
    **settings
        As of `VirtualPlayer`.

    Attributes
    ----------
    typed
        Lines that were obeyed.
    lost_bytes
        Bytes for which there was no room.
    """

    NAME: ClassVar[str]
    BOARD: ClassVar[str]
    SCRIPT: ClassVar[str]
    POLL_MS: ClassVar[int] = 1
    """Grid of the times at which samples are noticed, in ms."""

    def __init__(
        self,
        source: Source,
        *,
        is_charging: bool = False,
        is_programmable: bool = True,
        fault: str = "",
        busy_ms: Callable[[], float] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(source, name=self.NAME, manufacturer="Espruino", model=self.BOARD, **settings)
        self.is_charging = is_charging
        self.typed: list[str] = []
        self.lost_bytes = 0
        self._is_programmable = is_programmable
        self._fault = fault
        self._busy_ms = busy_ms
        self._line = b""
        self._waiting_bytes = 0.0
        self._read_until_s = 0.0
        self._busy_until_s = 0.0
        self._text: str | None = None
        self._program_began_ns = 0
        self._sequence = 0

    def services(self) -> list[Service]:
        """Make the console's service."""
        receive = gatt.command(RX_UUID, self._on_bytes, gatt.ACKNOWLEDGED | gatt.UNACKNOWLEDGED)
        self._data = gatt.data(TX_UUID)
        return [gatt.service(SERVICE_UUID, receive, self._data)]

    def _on_bytes(self, data: bytes) -> None:
        now_s = asyncio.get_running_loop().time()
        if not self._is_programmable or now_s < self._busy_until_s:
            return
        self._waiting_bytes = max(self._waiting_bytes - (now_s - self._read_until_s) * _READ_BYTES_S, 0.0)
        self._read_until_s = now_s
        room = int(_BUFFER_BYTES - self._waiting_bytes)
        self.lost_bytes += max(len(data) - room, 0)
        for byte in data[:room]:
            self._waiting_bytes += 1
            self._on_byte(byte)

    def _on_byte(self, byte: int) -> None:
        if byte == _CTRL_C:
            self._line = b""
        elif byte != ord("\n"):
            self._line += bytes((byte,))
        else:
            line, self._line = self._line, b""
            if line[:1] != b"\x10":
                self._say(line.decode("latin-1") + "\r\n")
            self._obey(line.removeprefix(b"\x10").decode("latin-1"))

    def _obey(self, line: str) -> None:
        self.typed.append(line)
        if line == "reset();":
            self._text = None
            self._halt()
            self._busy_until_s = asyncio.get_running_loop().time() + _RESET_S
            self._say(" ____                 _ \r\n|  __|___ ___ ___ _ _|_|___ ___ \r\n>")
        elif line == f'fwText="";{_TELL}fwAdd("")':
            self._text = ""
            self._say("fw 0\r\n")
        elif (part := re.fullmatch(r'fwAdd\("([^"\\]*)"\)', line)) and self._text is not None:
            self._text += part[1]
            self._say(f"fw {len(self._text)}\r\n")
        elif line == 'Bluetooth.println("fw "+E.CRC32(fwText))' and self._text is not None:
            self._say(f"fw {zlib.crc32(self._text.encode())}\r\n")
        elif line == 'Bluetooth.println("fw "+E.getBattery())':
            self._say(f"fw {self.battery_percent}\r\n")
        elif line == 'eval(fwText);fwText=""' and self._text is not None:
            self._run(self._text)
        elif line == "fwStop()" and self.is_measuring:
            self._halt()
        else:
            self.typed.pop()
            self._say(f"Uncaught SyntaxError: Got {line[:20]!r}\r\n at line 1 col 1\r\n")

    def _run(self, text: str) -> None:
        rate = re.match(r"\(function\(\)\{var RATE_HZ=(\d+);", text)
        if self._fault or rate is None or text != self._program(rate[0]):
            self._say(f"Uncaught {self._fault or 'SyntaxError: Got EOF expected }'}\r\n at line 1 col 1\r\n")
            return
        self._say(f"fw ready {self.BOARD} {int(self.is_charging)}\r\n")
        self._sequence = 0
        self._program_began_ns = self._device_ns(asyncio.get_running_loop().time())
        self._begin(int(rate[1]), _RANGE_G)

    def _program(self, opening: str) -> str:
        """Read the program to be expected, from the files it is written in."""
        folder = resources.files("firmware_bridge.wearables") / "scripts"
        source = "".join((folder / name).read_text("utf-8") for name in ("frames.js", self.SCRIPT))
        return opening + re.sub(r"(?m)^\s*//.*$|^\s+|\s+$|\n", "", source) + "})();"

    def _say(self, text: str) -> None:
        self._spawn(self._write(text.encode("latin-1")))

    async def _write(self, data: bytes) -> None:
        for packet in self._packets(data):
            await self._notify(self._data, packet)

    def _packets(self, data: bytes) -> list[bytes]:
        room = self.att_mtu - 3
        return [data[at : at + room] for at in range(0, len(data), room)]

    def _samples_per_frame(self) -> int:
        return _SAMPLES

    def _step_mg(self) -> float:
        return STEP_MG

    def _pack(self, values: npt.NDArray[np.int32]) -> tuple[int, Pack]:
        samples = values.astype("<i2").tobytes()

        def packets(first_ns: int, _last_ns: int) -> list[bytes]:
            grid_ns = self.POLL_MS * _MS
            noticed_ms = -(-(first_ns - self._program_began_ns) // grid_ns) * self.POLL_MS
            if self._busy_ms is not None:
                noticed_ms += round(self._busy_ms())
            head = struct.pack("<2sHIH", b"\xaa\x55", self._sequence, noticed_ms % 2**32, len(values))
            self._sequence = (self._sequence + 1) % 2**16
            crc = zlib.crc32(head + samples)
            return self._packets(head + samples + struct.pack("<I", crc))

        return len(values), packets


class VirtualBangle(VirtualEspruino):
    """A Bangle.js 2, whose accelerometer is polled every 10 ms."""

    NAME = "Bangle.js 12ab"
    BOARD = "BANGLEJS2"
    SCRIPT = "bangle.js"
    POLL_MS = 10


class VirtualPuck(VirtualEspruino):
    """A Puck.js of version 2, with its small packets."""

    NAME = "Puck.js 34cd"
    BOARD = "PUCKJS"
    SCRIPT = "puck.js"

    def __init__(self, source: Source, **settings: Any) -> None:
        super().__init__(source, **settings)
        self.att_mtu = 53
