"""Movesense sensors with the GATT SensorData Protocol (GSP): acceleration as floats, stamped in milliseconds.

Facts from Movesense's description of the protocol (movesense.com/docs/esw/gatt_sensordata_protocol) and its sample
firmware ``gatt_sensordata_app``. All numbers are little-endian.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

import numpy as np

from firmware_bridge.errors import FrameError, WearableRefusedError
from firmware_bridge.samples import STANDARD_GRAVITY
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

PROFILE = Profile(
    family="Movesense",
    name_pattern=re.compile(r"(?P<model>Movesense)(?: .*)?"),
    service_uuid="34802252-7185-4d5d-b431-630e7050e8f0",
    data_uuid="34800002-7185-4d5d-b431-630e7050e8f0",
    control_uuid="34800001-7185-4d5d-b431-630e7050e8f0",
    models={
        "Movesense": Model(
            "Movesense",
            wear="Snap it onto an ECG patch on the muscle that twitches: it moves with the skin there.",
            advice="Put in a fresh coin cell once a month.",
        )
    },
    replies_on_data=True,
    missing_words=(
        "This Movesense does not send its data in a way that others can read: install the firmware "
        '"gatt_sensordata_app" with the Movesense Showcase app and try again.'
    ),
    battery_while_streaming=True,
)

HELLO, SUBSCRIBE, UNSUBSCRIBE = 0, 1, 2
"""Commands: the first byte of what is written; the second is a reference of the client's choice."""

RESPONSE, DATA, DATA_PART_2 = 1, 2, 3
"""First byte of what is notified; the second is the reference of the command it belongs to."""

HELLO_REF, ACCELERATION_REF = 0x62, 0x63
RATES_HZ = [13, 26, 52, 104, 208]
RANGE_G = 8.0
"""Full scale of the firmware's default configuration."""

_OK = range(200, 300)
_NO_SLOT = 507
_MS = 1_000_000
_LARGEST_MS2 = 500.0  # the sensor's widest range is 16 g
_SAMPLE = 12
_HEADER = 2
_STATUS_END = 4
_LARGEST_STATUS = 999
_TIME = struct.Struct("<I")
_WRAP = 1 << 32


async def start(io: WearableIO, wish: Wish) -> Stream:
    """Subscribe to the acceleration.

    Raises
    ------
    WearableRefusedError
        Where it refuses.
    FrameError
        Where an answer breaks the protocol.
    TimeoutError
        Where it does not answer.
    """
    await io.subscribe(PROFILE.data_uuid)
    await io.request(PROFILE.control_uuid, bytes((HELLO, HELLO_REF)), _answer_to(HELLO_REF))
    rate_hz = wish.choose_rate(RATES_HZ)
    command = bytes((SUBSCRIBE, ACCELERATION_REF)) + f"/Meas/Acc/{rate_hz}".encode()
    status = _status(await io.request(PROFILE.control_uuid, command, _answer_to(ACCELERATION_REF)))
    if status not in _OK:
        why = "other programs hold all its subscriptions" if status == _NO_SLOT else f"status {status}"
        raise WearableRefusedError(
            f"The Movesense refused to stream its acceleration ({why}): take it off its patch for half a minute, "
            "put it back, and try again."
        )
    return Stream(PROFILE.model_name(io.name), float(rate_hz), RANGE_G, None)


async def stop(io: WearableIO) -> None:
    """End the subscription."""
    await io.write(PROFILE.control_uuid, bytes((UNSUBSCRIBE, ACCELERATION_REF)))


def decoder(stream: Stream) -> Decoder:
    """Make a decoder, which unwraps the clock and joins packets that came in two parts."""
    return _Decoder(stream.nominal_hz)


class _Decoder:
    def __init__(self, nominal_hz: float) -> None:
        self._period_ns = 1e9 / nominal_hz
        self._unwrap_ms = Unwrap(_WRAP)
        self._time_ms: int | None = None  # of the present packet's first sample
        self._count = 0  # samples of the present packet that have been handed on
        self._rest = b""

    def __call__(self, data: bytes) -> list[Frame]:
        if len(data) < _HEADER:
            raise FrameError(f"a packet of {len(data)} bytes")
        kind, ref = data[0], data[1]
        if ref != ACCELERATION_REF or kind == RESPONSE:
            return []
        if kind == DATA:
            if len(data) <= _HEADER + _TIME.size:
                raise FrameError("a packet without a sample")
            (time_ms,) = _TIME.unpack_from(data, _HEADER)
            self._time_ms = self._unwrap_ms(time_ms)
            self._count, self._rest = 0, b""
            return self._samples(data[_HEADER + _TIME.size :], self._time_ms)
        if kind == DATA_PART_2 and self._time_ms is not None:
            return self._samples(data[_HEADER:], self._time_ms)
        raise FrameError(f"a packet of the unknown kind {kind}")

    def _samples(self, body: bytes, time_ms: int) -> list[Frame]:
        whole = self._rest + body
        n = len(whole) // _SAMPLE
        self._rest = whole[n * _SAMPLE :]
        if not n:
            return []
        with np.errstate(invalid="ignore"):  # a signalling NaN; it is turned away below
            ms2 = np.frombuffer(whole, "<f4", 3 * n).astype(np.float64).reshape(n, 3)
        if not (np.abs(ms2) <= _LARGEST_MS2).all():
            raise FrameError("an acceleration that no sensor measures")
        self._count += n
        last_ns = time_ms * _MS + round((self._count - 1) * self._period_ns)
        return [Frame(last_ns, (ms2 / STANDARD_GRAVITY).astype(np.float32))]


def _answer_to(ref: int) -> Callable[[bytes], bytes | None]:
    """Make what picks the answer to a command."""

    def collect(packet: bytes) -> bytes | None:
        return packet if packet[:_HEADER] == bytes((RESPONSE, ref)) else None

    return collect


def _status(packet: bytes) -> int:
    """Status of an answer, which old firmware writes with the high byte first."""
    if len(packet) < _STATUS_END:
        raise FrameError("an answer without a status")
    status = int.from_bytes(packet[_HEADER:_STATUS_END], "little")
    swapped = int.from_bytes(packet[_HEADER:_STATUS_END], "big")
    return swapped if status > _LARGEST_STATUS >= swapped else status


WEARABLE = Wearable(PROFILE, start, stop, decoder)
