"""Bangle.js and Puck.js: a program of our own is sent to the board's JavaScript console, and answers in binary frames.

Facts from Espruino's sources (``jswrap_bangle.c``, ``jswrap_puck.c``, ``README_Protocol.md``). The console is a Nordic
UART: bytes without packets, on which frames and console text follow each other. The programs, and the frame they send,
stand in ``scripts``. They have run in a JavaScript engine against a model of the boards, not on the boards.

The program goes in lines short enough for the console's input buffer, and each waits until the board has taken the one
before: it never has a reason to ask for a pause (XOFF). Length and CRC of what has arrived are told by the board.
"""

from __future__ import annotations

import asyncio
import re
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from importlib import resources

import numpy as np

from firmware_bridge.errors import ChargingError, FrameError, WearableRefusedError
from firmware_bridge.wearables.protocol import (
    Decoder,
    Frame,
    Model,
    Profile,
    Stream,
    Wearable,
    WearableIO,
    Wish,
)
from firmware_bridge.wearables.unwrap import Unwrap

BANGLE, PUCK = "Bangle.js", "Puck.js"

PROFILE = Profile(
    family="Espruino",
    name_pattern=re.compile(r"(?P<model>Bangle\.js|Puck\.js) .*"),
    service_uuid="6e400001-b5a3-f393-e0a9-e50e24dcca9e",
    data_uuid="6e400003-b5a3-f393-e0a9-e50e24dcca9e",
    control_uuid="6e400002-b5a3-f393-e0a9-e50e24dcca9e",
    models={
        BANGLE: Model(
            "Bangle.js 2",
            40.0,
            "Strap it snugly over the muscle that twitches, the back of the watch on the skin; the ankle and the calf "
            "need a longer strap.",
            "Its clock is away while it measures and comes back by itself; do not hold its button down.",
        ),
        PUCK: Model(
            "Puck.js",
            60.0,
            "Tape it flat onto the muscle that twitches, the battery's side to the skin.",
            "Put in a fresh CR2032. It must be version 2 or later: the first has no accelerometer.",
        ),
    },
    replies_on_data=True,
    missing_words=(
        "Its console cannot be reached: on the watch set Settings > Bluetooth > Programmable to on, and try again."
    ),
)

RATES_HZ = {BANGLE: [50], PUCK: [52, 104]}
"""Rates asked for. A Bangle.js is polled, and loses samples at its next one, 100 Hz."""

RANGE_G = 4.0
LSB_G = 1 / 8192
"""Of both boards at that range."""

BREAK, QUIET = b"\x03", b"\x10"
"""Ctrl-C clears the line and stops what runs; DLE at the beginning of a line keeps it from being echoed."""

LONGEST_LINE = 100
"""Bytes sent before the board has said that it took them, under half of its input buffer."""

PACE_BYTES_S = 2000
"""Speed at which the console reads."""

RESET_S = 1.5
"""Time that a reset takes."""

MAGIC = b"\xaa\x55"
HEADER = struct.Struct("<2sHIH")
"""Magic, sequence, time of the first sample in ms, and number of samples."""

_SAMPLE_BYTES = 6
_CRC_BYTES = 4
_MOST_SAMPLES = 40
_LONGEST_FRAME = HEADER.size + _MOST_SAMPLES * _SAMPLE_BYTES + _CRC_BYTES
_LONGEST_REPLY = 300
_FULL = 100
_UNCAUGHT = re.compile(rb"Uncaught ([^\r\n]{1,80})")
_TEXT = bytes((*range(0x07, 0x0E), 0x11, 0x13, 0x1B, *range(0x20, 0x7F)))  # what a console writes, and XON and XOFF
_MS = 1_000_000


@cache
def program(board: str, rate_hz: int) -> str:
    """Text that is sent to a board, `BANGLE` or `PUCK`, to measure at a rate in Hz."""
    folder = resources.files("firmware_bridge.wearables") / "scripts"
    names = ("frames.js", "bangle.js" if board == BANGLE else "puck.js")
    lines = [line.strip() for name in names for line in (folder / name).read_text("utf-8").splitlines()]
    body = "".join(line for line in lines if not line.startswith("//"))
    return f"(function(){{var RATE_HZ={rate_hz};{body}}})();"


async def battery(io: WearableIO) -> int | None:
    """Ask for the charge in percent."""
    await io.subscribe(PROFILE.data_uuid)
    (percent,) = await _ask(io, BREAK + QUIET + b'Bluetooth.println("fw "+E.getBattery())\n', rb"fw (\d{1,3})\r?\n")
    return int(percent) if int(percent) <= _FULL else None


async def start(io: WearableIO, wish: Wish) -> Stream:
    """Reset the board, send it the program and start that.

    Raises
    ------
    WearableRefusedError
        Where its console does not answer, or it cannot measure.
    FrameError
        Where the program arrives damaged.
    TimeoutError
        Where it falls silent on the way.
    """
    match = PROFILE.match(io.name)
    board = BANGLE if match is None else match["model"]
    rate_hz = wish.choose_rate(RATES_HZ[board])
    await io.subscribe(PROFILE.data_uuid)
    await io.write(PROFILE.control_uuid, BREAK + QUIET + b"reset();\n", response=False)
    await asyncio.sleep(RESET_S)
    await _upload(io, program(board, rate_hz).encode("ascii"))
    ready = rb"fw ready (\w+) ([01])\r?\n"
    name, in_charger = await _ask(io, QUIET + b'eval(fwText);fwText=""\n', ready)
    if in_charger == b"1":
        await stop(io)
        raise ChargingError(f"The {board} is being charged: take it off its charger and try again.")
    model = "Bangle.js" if name == b"BANGLEJS" else PROFILE.models[board].name
    return Stream(model, float(rate_hz), RANGE_G, LSB_G)


async def stop(io: WearableIO) -> None:
    """Set the sensor back and load the clock, or whatever else the board runs when it is left alone."""
    await io.write(PROFILE.control_uuid, QUIET + b"fwStop()\n", response=False)


async def _upload(io: WearableIO, text: bytes) -> None:
    """Put the program into the variable ``fwText``, and see that it is whole."""
    tell = b'function fwAdd(s){fwText+=s;Bluetooth.println("fw "+fwText.length)}'
    try:
        await _ask(io, BREAK + QUIET + b'fwText="";' + tell + b'fwAdd("")\n', rb"fw (0)\r?\n")
    except TimeoutError:
        raise WearableRefusedError(
            f"The {io.name} does not answer on its console: close other apps that are connected to it, see that it is "
            "programmable in its Bluetooth settings, and try again."
        ) from None
    room = LONGEST_LINE - len(QUIET + b'fwAdd("")\n')
    for at in range(0, len(text), room):
        part = text[at : at + room]
        await _ask(io, QUIET + b'fwAdd("' + part + b'")\n', b"fw (%d)\r?\n" % (at + len(part)))
    (crc,) = await _ask(io, QUIET + b'Bluetooth.println("fw "+E.CRC32(fwText))\n', rb"fw (-?\d+)\r?\n")
    if int(crc) & 0xFFFFFFFF != zlib.crc32(text):
        raise FrameError("the program arrived damaged")


async def _ask(io: WearableIO, line: bytes, reply: bytes) -> tuple[bytes, ...]:
    """Send a line of JavaScript, in pieces as long as a write may be, and return the groups of the reply's pattern."""
    pieces = [line[at : at + io.longest_write] for at in range(0, len(line), io.longest_write)]
    for piece in pieces[:-1]:
        await io.write(PROFILE.control_uuid, piece, response=False)
        await asyncio.sleep(len(piece) / PACE_BYTES_S)
    pattern = re.compile(reply)
    heard = b""

    def collect(packet: bytes) -> tuple[bytes, ...] | None:
        nonlocal heard
        heard = (heard + packet)[-_LONGEST_REPLY:]
        if (match := pattern.search(heard)) is not None:
            return match.groups()
        if (trouble := _UNCAUGHT.search(heard)) is not None:
            raise WearableRefusedError(
                f"The {io.name} cannot run the program that measures ({trouble[1].decode('ascii', 'replace')}): "
                "update its firmware and try again; a Puck.js must be version 2 or later."
            )
        return None

    groups = await io.request(PROFILE.control_uuid, pieces[-1], collect, response=False)
    await asyncio.sleep(len(pieces[-1]) / PACE_BYTES_S)
    return groups


def decoder(stream: Stream) -> Decoder:
    """Make a decoder, which finds the frames among the console's text, counts lost ones and steadies their times."""
    return _Decoder(stream.nominal_hz)


class _Decoder:
    def __init__(self, nominal_hz: float) -> None:
        self._rest = b""
        self._latest = b""
        self._due: int | None = None
        self._clock = _Clock(1e9 / nominal_hz)

    def __call__(self, data: bytes) -> list[Frame]:
        stream = self._rest + data
        found, skipped, at = [], b"", 0
        for begin, end in _frames(stream):
            skipped += stream[at:begin]
            at = end
            if end > begin and stream[begin:end] != self._latest:  # sequence and time are in it: else it comes again
                self._latest = stream[begin:end]
                found.append(self._read(stream[begin:end]))
        self._rest = stream[at:]
        if not found and (noise := len(skipped.translate(None, _TEXT))):
            raise FrameError(f"{noise} bytes of neither a frame nor text")
        return found

    def _read(self, frame: bytes) -> Frame:
        _magic, sequence, time_ms, count = HEADER.unpack_from(frame)
        values = np.frombuffer(frame, "<i2", 3 * count, HEADER.size).reshape(count, 3)
        behind = 0 if self._due is None else (sequence - self._due) & 0xFFFF
        lost = count * behind if behind < 1 << 15 else 0  # from the past: the program has begun anew
        self._due = (sequence + 1) & 0xFFFF
        last_ns = self._clock.last_ns(time_ms, count, lost)
        return Frame(last_ns, (values * LSB_G).astype(np.float32), lost, LSB_G)


def _frames(stream: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each whole frame begins and ends; at last, twice, where what may still become one begins."""
    at = 0
    while (at := stream.find(MAGIC[:1], at)) >= 0:
        head = stream[at : at + HEADER.size]
        count = int.from_bytes(head[8:10], "little")
        end = at + HEADER.size + count * _SAMPLE_BYTES
        if not MAGIC.startswith(head[:2]) or (len(head) == HEADER.size and not 1 <= count <= _MOST_SAMPLES):
            at += 1
        elif len(head) < HEADER.size or len(stream) < end + _CRC_BYTES:
            yield at, at
            return
        elif zlib.crc32(stream[at:end]) != int.from_bytes(stream[end : end + _CRC_BYTES], "little"):
            at += 1
        else:
            yield at, end + _CRC_BYTES
            at = end + _CRC_BYTES
    yield len(stream), len(stream)


class _Clock:
    """Times of frames, unwrapped and steadied.

    A board that is polled every 10 ms, and busy for some more, stamps its samples late by half a sample and more: steps
    that would look like samples lost. The times follow the stamps as the end of a straight line fitted to them does:
    the gains are those of least squares over the stamps so far, down to a least one, from where old stamps fade (an
    alpha-beta filter). A stamp further off than a sample and a half is a loss, or a clock that was set: it is believed.
    """

    FAR = 1.5
    HEAD_START = 4
    """Frames that the nominal rate is worth: with fewer the first stamps bend it, with ten a rate 2 % off is far."""

    LEAST_GAIN = 0.1
    MOST_OFF = 0.05
    ALIKE, PLAUSIBLE = 0.1, 4.0

    def __init__(self, nominal_ns: float) -> None:
        self._nominal_ns = self._period_ns = nominal_ns
        self._unwrap_ms = Unwrap(1 << 32)
        self._stamp_ms: int | None = None
        self._first_ns = 0.0  # steadied, relative to the stamp so that it stays precise
        self._ahead = 0  # samples from the latest frame's first to the next one's
        self._frames = self.HEAD_START
        self._far_ns = 0.0  # period that the latest stamp would make, if that was far off

    def _see_another_rate(self, period_ns: float) -> None:
        """Go by another rate where two stamps running are far off in the same way: the board was said to have it."""
        again = self._far_ns > 0 and abs(period_ns / self._far_ns - 1) <= self.ALIKE
        self._far_ns = period_ns
        if again and self._nominal_ns / self.PLAUSIBLE <= period_ns <= self._nominal_ns * self.PLAUSIBLE:
            self._nominal_ns = self._period_ns = period_ns
            self._frames = self.HEAD_START
            self._far_ns = 0.0

    def last_ns(self, stamp_ms: int, count: int, lost: int) -> int:
        """Time of a frame's last sample; the stamp, in ms and wrapped to 32 bit, is that of its first."""
        unwrapped_ms = self._unwrap_ms(stamp_ms)
        step_ms = 0 if self._stamp_ms is None else unwrapped_ms - self._stamp_ms
        self._stamp_ms = unwrapped_ms
        samples = self._ahead + lost
        self._ahead = count
        # `_first_ns` is what the steadied time is later than the stamp: shift it to the new stamp.
        predicted_ns = self._first_ns + samples * self._period_ns - step_ms * _MS
        if not samples or abs(predicted_ns) > self.FAR * self._nominal_ns:
            self._first_ns = 0.0
            self._see_another_rate(step_ms * _MS / samples if samples else 0.0)
        else:
            self._far_ns = 0.0
            self._frames += 1
            k = self._frames
            alpha = max(2 * (2 * k + 1) / ((k + 1) * (k + 2)), self.LEAST_GAIN)
            beta = max(6 / ((k + 1) * (k + 2)), self.LEAST_GAIN**2 / (2 - self.LEAST_GAIN))
            period_ns = self._period_ns - beta * predicted_ns / samples
            low, high = self._nominal_ns * (1 - self.MOST_OFF), self._nominal_ns * (1 + self.MOST_OFF)
            self._period_ns = min(max(period_ns, low), high)
            self._first_ns = (1 - alpha) * predicted_ns
        return unwrapped_ms * _MS + round(self._first_ns + (count - 1) * self._period_ns)


WEARABLE = Wearable(PROFILE, start, stop, decoder, battery=battery)
